#include "adapters/sandbox/keeper/copies.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "adapters/sandbox/entry_pipe.h"
#include "adapters/sandbox/folder_writer.h"
#include "adapters/sandbox/tree_walk.h"

namespace hone {
namespace {

// Nobody listens any more when the answer cannot be written: there is nothing left to do.
void Answer(EntryPipeWriter* out, const Status& status) {
  const Status told = status.ok() ? out->Finish() : out->Abort(status.error());
  if (!told.ok()) _exit(1);
}

Status MakeFolders(const std::string& path) {
  for (std::size_t slash = path.find('/', 1);; slash = path.find('/', slash + 1)) {
    const std::string part = path.substr(0, slash);
    if (mkdir(part.c_str(), 0755) != 0 && errno != EEXIST) {
      return Invalid(path + " cannot be made: " + SystemFailure(part, errno).message);
    }
    if (slash == std::string::npos) return Ok{};
  }
}

Status WriteBelow(const std::string& folder, bool keep_owners, int socket) {
  HONE_TRY(MakeFolders(folder));
  const OwnedFd fd(open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (fd.get() < 0) return Invalid(SystemFailure(folder, errno).message);
  FolderWriterOptions options;
  options.keep_owners = keep_owners;
  FolderWriter writer(fd.get(), options);
  return ReadEntryPipe(socket, &writer);
}

Status WalkPath(const std::string& path, EntryPipeWriter* out) {
  struct stat status {};
  if (lstat(path.c_str(), &status) != 0) {
    return errno == ENOENT || errno == ENOTDIR
               ? Fail(ErrorCode::kNotFound, "there is no " + path + " in the container")
               : SystemFailure(path, errno);
  }
  const std::size_t slash = path.rfind('/');
  const bool is_folder = S_ISDIR(status.st_mode);
  const std::string folder = is_folder ? path : path.substr(0, slash + 1);
  const OwnedFd fd(open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (fd.get() < 0) return SystemFailure(folder, errno);
  if (is_folder) return WalkTree(fd.get(), {}, out);
  const std::string name = path.substr(slash + 1);
  return WalkEntry(fd.get(), name, name, {}, out);
}

}  // namespace

void CopyIn(const std::string& folder, bool keep_owners, int socket) {
  EntryPipeWriter answer(socket);
  Answer(&answer, WriteBelow(folder, keep_owners, socket));
}

void CopyOut(const std::string& path, int socket) {
  EntryPipeWriter out(socket);
  Answer(&out, WalkPath(path, &out));
}

void CopyLayer(int upper_fd, std::vector<std::string> exclude, int socket) {
  WalkOptions options;
  options.is_layer = true;
  options.exclude = std::move(exclude);
  EntryPipeWriter out(socket);
  Answer(&out, WalkTree(upper_fd, options, &out));
}

}  // namespace hone
