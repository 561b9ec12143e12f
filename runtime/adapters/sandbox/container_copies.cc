// Container: what goes into it and what comes out, each on a pool thread at hone's end and in a
// child of the keeper at the other.
#include <sys/socket.h>

#include <cerrno>
#include <memory>
#include <utility>

#include "adapters/sandbox/changed_files.h"
#include "adapters/sandbox/container.h"
#include "adapters/sandbox/entry_pipe.h"
#include "adapters/sandbox/layer_writer.h"
#include "adapters/sandbox/tar_archive.h"
#include "base/text.h"

namespace hone {
namespace {

Status CheckPath(const std::string& path) {
  if (path.starts_with("/") && path.find('\0') == std::string::npos) return Ok{};
  return Invalid("'" + OneLine(path, 100) + "' is no absolute path");
}

}  // namespace

Result<OwnedFd> Container::StartCopy(KeeperWord word, const std::vector<std::string>& texts) {
  HONE_TRY(Usable());
  HONE_ASSIGN(OwnedFd packed, PackTexts(texts));
  int pair[2] = {-1, -1};
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0) {
    return SystemFailure("a copy's socket", errno);
  }
  OwnedFd ours(pair[0]);
  std::vector<OwnedFd> fds;
  fds.push_back(std::move(packed));
  fds.emplace_back(pair[1]);
  sandbox_->Send(word, 0, std::move(fds));
  return ours;
}

void Container::Put(const std::string& path, std::string tar, Done<Ok> done) {
  const Status fine = CheckPath(path);
  if (!fine.ok()) return Later<Ok>(std::move(done), fine.error());
  Result<OwnedFd> socket = StartCopy(KeeperWord::kPut, {path});
  if (!socket.ok()) return Later<Ok>(std::move(done), socket.error());
  auto shared = std::make_shared<OwnedFd>(std::move(*socket));
  InPool<Ok>(
      [shared, tar = std::move(tar)]() -> Result<Ok> {
        EntryPipeWriter entries(shared->get());
        const Status sent = ReadTarText(tar, &entries);
        // A broken tar ends the copy; the keeper's reason is better than a broken socket.
        if (!sent.ok() && sent.error().code == ErrorCode::kInvalidArgument) {
          (void)entries.Abort(sent.error());
        }
        NoSink nothing;
        HONE_TRY(ReadEntryPipe(shared->get(), &nothing));
        return Ok{};
      },
      std::move(done));
}

void Container::Get(const GetSpec& spec, Done<FileTree> done) {
  Status fine = CheckPath(spec.path);
  Result<ChangedPaths> changed = ChangedPaths::Of(spec.path, spec.exclude);
  if (fine.ok() && !changed.ok()) fine = changed.error();
  if (!fine.ok()) return Later<FileTree>(std::move(done), fine.error());
  Result<OwnedFd> socket = spec.changes_only
                               ? StartCopy(KeeperWord::kChanges, changed->exclude)
                               : StartCopy(KeeperWord::kGet, std::vector<std::string>{spec.path});
  if (!socket.ok()) return Later<FileTree>(std::move(done), socket.error());
  std::vector<std::string> layers;
  if (spec.changes_only) {
    is_frozen_ = true;
    for (const std::string& layer : setup_.image.layers) {
      layers.push_back(setup_.store->folder() + "/layers/" + layer);
    }
  }
  auto shared = std::make_shared<OwnedFd>(std::move(*socket));
  InPool<FileTree>(
      [shared, max_bytes = spec.max_bytes, layers = std::move(layers),
       folder = spec.changes_only ? changed->folder : std::string()]() -> Result<FileTree> {
        FileTreeWriter files(folder, max_bytes, layers);
        HONE_TRY(ReadEntryPipe(shared->get(), &files));
        return files.Take();
      },
      std::move(done));
}

void Container::MakeLayer(Done<std::string> done) {
  Result<OwnedFd> socket = StartCopy(KeeperWord::kLayer, {});
  if (!socket.ok()) return Later<std::string>(std::move(done), socket.error());
  auto shared = std::make_shared<OwnedFd>(std::move(*socket));
  const std::string scratch = folder_ + "/layer-" + std::to_string(++last_drain_);
  const auto most_bytes = static_cast<uint64_t>(setup_.spec.limits.disk_bytes);
  InPool<std::string>(
      [shared, scratch, most_bytes, store = *setup_.store]() -> Result<std::string> {
        HONE_ASSIGN(const std::unique_ptr<LayerWriter> layer,
                    LayerWriter::Make(store, scratch, most_bytes));
        HONE_TRY(ReadEntryPipe(shared->get(), layer.get()));
        return layer->Keep();
      },
      std::move(done));
}

}  // namespace hone
