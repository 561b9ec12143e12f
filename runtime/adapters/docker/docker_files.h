// DockerFiles: files into and out of a container, through the daemon's archives.
//
// The daemon resolves paths within the container's own root, whatever links are in it; what goes in
// and out is checked here, entry by entry (put_tar.h, got_tree.h), and is never compressed, so that
// no program of the container is asked to unpack it.
//
// Thread: loop's thread; archives are read and written in the pool. `done` as DockerApi says.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "adapters/docker/docker_api.h"
#include "ports/container_engine.h"

namespace hone {

class DockerFiles {
 public:
  template <typename T>
  using Done = ContainerEngine::Done<T>;

  // Finds out in the container which of `folders` (relative to `path`, where they are there at all)
  // is a symlink or lies behind one: the first such, or "".
  using FindLink =
      std::function<void(const std::string& container, const std::string& path,
                         const std::vector<std::string>& folders, Done<std::string> done)>;

  DockerFiles(UvEventLoop& loop, DockerApi& api, FindLink find_link)
      : loop_(loop), api_(api), find_link_(std::move(find_link)) {}

  void Put(const std::string& container, const std::string& path, std::string tar, Done<Ok> done);
  void Get(const std::string& container, const GetSpec& spec, Done<FileTree> done);
  // As GetSpec::changes_only says. REQUIRES: nothing runs in the container any more.
  void GetChanges(const std::string& container, const GetSpec& spec, Done<FileTree> done);

 private:
  struct PutJob;
  struct Changes;
  void Check(std::shared_ptr<PutJob> job);
  void Upload(std::shared_ptr<PutJob> job, std::string tar);
  void FindFolder(std::shared_ptr<PutJob> job);
  void NextRoot(std::shared_ptr<Changes> changes);
  void FetchRoot(std::shared_ptr<Changes> changes);

  UvEventLoop& loop_;
  DockerApi& api_;
  const FindLink find_link_;
  std::shared_ptr<DockerFiles*> self_ = std::make_shared<DockerFiles*>(this);
};

}  // namespace hone
