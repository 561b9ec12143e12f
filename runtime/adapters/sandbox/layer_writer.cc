#include "adapters/sandbox/layer_writer.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <utility>

#include "adapters/sandbox/remove_tree.h"
#include "adapters/sandbox/tree_entry.h"

namespace hone {

LayerWriter::LayerWriter(std::string layers, std::string scratch, OwnedFd fd, IdRange ids,
                         uint64_t most_bytes)
    : layers_(std::move(layers)),
      scratch_(std::move(scratch)),
      fd_(std::move(fd)),
      files_(fd_.get(), {.keep_owners = ids.n > 0,
                         .first_id = ids.first,
                         .ids = ids.n > 0 ? ids.n : 1,
                         .is_layer = true}),
      left_bytes_(most_bytes),
      most_bytes_(most_bytes) {}

Result<std::unique_ptr<LayerWriter>> LayerWriter::Make(const ImageStore& store, std::string scratch,
                                                       uint64_t most_bytes) {
  if (mkdir(scratch.c_str(), 0755) != 0) return SystemFailure(scratch, errno);
  OwnedFd fd(open(scratch.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  const IdRange ids = store.ids();
  const bool is_ours = fd.get() >= 0 && (ids.n == 0 || fchown(fd.get(), ids.first, ids.first) == 0);
  if (!is_ours) return SystemFailure(scratch, errno);
  return std::unique_ptr<LayerWriter>(new LayerWriter(
      store.folder() + "/layers", std::move(scratch), std::move(fd), ids, most_bytes));
}

LayerWriter::~LayerWriter() {
  // Below its owner's folder: what stays is removed with that.
  (void)RemoveTree(scratch_);
}

Status LayerWriter::Begin(const TreeEntry& entry) {
  if (entry.size > left_bytes_) {
    return Invalid("more than the limit of " + std::to_string(most_bytes_) + " bytes");
  }
  left_bytes_ -= entry.size;
  hash_.Field(entry.path);
  hash_.Field(entry.link);
  for (const uint64_t number :
       {uint64_t{static_cast<uint8_t>(entry.kind)}, uint64_t{entry.mode}, uint64_t{entry.uid},
        uint64_t{entry.gid}, entry.size, uint64_t{entry.is_opaque}}) {
    hash_.Field(std::to_string(number));
  }
  return files_.Begin(entry);
}

Status LayerWriter::Data(std::string_view bytes) {
  hash_.Update(bytes);
  return files_.Data(bytes);
}

Status LayerWriter::Finish() { return files_.Finish(); }

Result<std::string> LayerWriter::Keep() {
  const std::string hex = hash_.Finish().Hex();
  const std::string place = layers_ + "/" + hex;
  if (rename(scratch_.c_str(), place.c_str()) != 0 && errno != EEXIST && errno != ENOTEMPTY) {
    return SystemFailure(place, errno);
  }
  return hex;
}

}  // namespace hone
