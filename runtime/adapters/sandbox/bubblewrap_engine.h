// BubblewrapEngine: containers without a daemon. bwrap over an overlay of an image of the store,
// with hone's keeper as process 1 (keeper_message.h).
//
// What is in force: no network but loopback, namespaces of its own for users, processes, mounts,
// ipc, host name and control groups, no-new-privileges, a seccomp filter, the capabilities of
// bwrap_arguments.cc inside the user namespace and none outside, a clean environment. As root the
// container has 65,536 users, all of them nobody on the host; as an ordinary user there is only
// root, who is that user, and a command that names another one fails. Memory, processes and cpu by
// control groups where they can be made, else memory and processes by rlimits. Written bytes are
// counted every 200 ms or ten times as long as counting takes: what goes over the limit ends every
// process; one file cannot pass it at all.
//
// No command can turn its own end into a failure of the engine. The keeper and the copies are
// outside of the commands' control groups: when files in memory (/dev/shm) leave nothing to run
// with, each command ends by "memory" and copies still work. A container whose keeper has ended all
// the same is brought back with its files, but without processes and files in memory; the commands
// that were in it have ended by "memory", "time" or "disk" with exit code -1 (container.h).
//
// Thread: loop's thread. Destroyed before the loop: everything that it owns is removed then.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "adapters/sandbox/container.h"
#include "adapters/sandbox/image_store.h"
#include "adapters/sandbox/owner_folder.h"
#include "ports/container_engine.h"

namespace hone {

struct BubblewrapOptions {
  std::string images;          // folder of the store
  std::string keeper_program;  // absolute path of hone-keeper
};

// What of the limits is in force here, in words for `hone doctor`; fails when bwrap is not there.
Result<std::string> DescribeBubblewrap();

class BubblewrapEngine final : public ContainerEngine {
 public:
  // Removes what dead runners left first. kUnavailable without bwrap or hone-keeper.
  static Result<std::unique_ptr<BubblewrapEngine>> Make(const BubblewrapOptions& options,
                                                        UvEventLoop* loop);
  ~BubblewrapEngine() override;

  void Prepare(ImageSpec image, Done<ImageInfo> done) override;
  void Create(ContainerSpec spec, Done<ContainerId> done) override;
  void Exec(const ContainerId& container, ExecSpec spec, Done<ExecEnd> done) override;
  void Put(const ContainerId& container, const std::string& path, std::string tar,
           Done<Ok> done) override;
  void Get(const ContainerId& container, GetSpec spec, Done<FileTree> done) override;
  void Snapshot(const ContainerId& container, Done<ImageInfo> done) override;
  void Destroy(const ContainerId& container, Done<Ok> done) override;

  // A snapshot whose commands start with something else than the container's image says.
  void SnapshotAs(const ContainerId& container, ImageConfig config, Done<Image> done);
  [[nodiscard]] const ImageStore& store() const { return store_; }

 private:
  BubblewrapEngine(UvEventLoop* loop, ImageStore store, ContainerTools tools,
                   std::unique_ptr<OwnerFolder> owner);
  void Build(ImageSpec spec, Done<ImageInfo> done);
  template <typename T>
  void Later(Done<T> done, Result<T> result);
  template <typename T>
  Container* Find(const ContainerId& id, Done<T>* done);

  UvEventLoop* loop_;
  ImageStore store_;
  ContainerTools tools_;
  std::unique_ptr<OwnerFolder> owner_;
  std::map<ContainerId, std::unique_ptr<Container>> containers_;
  int last_id_ = 0;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace hone
