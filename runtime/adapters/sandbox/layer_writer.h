// LayerWriter: a tree stream -> a layer of the image store.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "adapters/child_start.h"
#include "adapters/sandbox/folder_writer.h"
#include "adapters/sandbox/id_range.h"
#include "adapters/sandbox/image_store.h"
#include "base/hash.h"
#include "base/result.h"

namespace hone {

// A layer while it is written: a sink that hashes what it stores. Its folder is removed with it
// unless it was kept. Any thread, one at a time.
class LayerWriter final : public TreeSink {
 public:
  // `scratch` is a folder that does not exist yet, on the store's file system. `most_bytes`: more
  // is kInvalidArgument.
  static Result<std::unique_ptr<LayerWriter>> Make(const ImageStore& store, std::string scratch,
                                                   uint64_t most_bytes);
  ~LayerWriter() override;
  Status Begin(const TreeEntry& entry) override;
  Status Data(std::string_view bytes) override;
  Status Finish() override;

  // After Finish: into the store; its hash in hex. A layer that is there already stays.
  Result<std::string> Keep();

 private:
  LayerWriter(std::string layers, std::string scratch, OwnedFd fd, IdRange ids,
              uint64_t most_bytes);
  std::string layers_, scratch_;
  OwnedFd fd_;
  FolderWriter files_;
  Sha256 hash_;
  uint64_t left_bytes_, most_bytes_;
};

}  // namespace hone
