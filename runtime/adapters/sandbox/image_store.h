// ImageStore: root file systems by content, in a folder of the user's.
//
//   <folder>/layers/<hash>/        files, as the lower folder of an overlay
//   <folder>/manifests/<digest>    JSON: layers from the bottom up, and what commands start with
//   <folder>/names/<name>          the digest that a name stands for
//   <folder>/builds/<key>          the digest that a build gave
//   <folder>/containers/           what running containers own (owner_folder.h)
//
// As root, files belong to a range of ids that nobody else has (ids.h): a container's root is
// nobody on the host. As an ordinary user they are the user's. A store is of one kind or the other.
// Everything is written beside its place and renamed into it, so several hones may share a store.
// Calls block for as long as a small file takes; layers are written by LayerWriter, off the loop.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "adapters/child_start.h"
#include "adapters/sandbox/folder_writer.h"
#include "base/hash.h"
#include "base/result.h"

namespace hone {

// The host's ids of a container's users.
struct IdRange {
  uint32_t first = 0, n = 0;  // n = 0: there is only root, who is the user that runs hone

  // The range of this process.
  static IdRange OfThisProcess();
};

// Where programs are looked for, unless an image or a command says otherwise.
constexpr char kDefaultPath[] = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

// What commands start with.
struct ImageConfig {
  std::map<std::string, std::string> env;
  std::string workdir = "/";
  std::string user;
};

struct Image {
  std::string digest;               // "sha256:<hex>" of all that follows
  std::vector<std::string> layers;  // hashes in hex, the lowest first
  ImageConfig config;
};

class ImageStore {
 public:
  // Makes the folder when it is not there. Fails for a store of the other kind.
  static Result<ImageStore> Open(const std::string& folder);

  [[nodiscard]] const std::string& folder() const { return folder_; }
  [[nodiscard]] IdRange ids() const { return ids_; }

  // By name ("debian" is "debian:latest", "docker.io/library/debian:12" is "debian:12") or digest.
  // kNotFound tells the nearest name and how one is added.
  [[nodiscard]] Result<Image> Find(const std::string& name) const;
  // Stores the description of an image whose layers are there; fills in its digest.
  Result<Image> Add(Image image) const;
  Status SetName(const std::string& name, const std::string& digest) const;
  // Name -> digest.
  [[nodiscard]] std::map<std::string, std::string> Names() const;
  // Takes a name away, and every image and layer that no name leads to any more; an image built on
  // one with a name stays. kConflict while another hone has containers.
  Status Remove(const std::string& name) const;

  [[nodiscard]] std::optional<Image> Built(const std::string& key) const;
  Status SetBuilt(const std::string& key, const std::string& digest) const;

 private:
  ImageStore(std::string folder, IdRange ids) : folder_(std::move(folder)), ids_(ids) {}
  [[nodiscard]] Result<Image> Read(const std::string& digest) const;
  Status Sweep() const;

  std::string folder_;
  IdRange ids_;
};

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

// A tar of a root file system as an image with that name. Blocks.
Result<Image> AddImage(const ImageStore& store, const std::string& name,
                       const std::string& tar_file);

}  // namespace hone
