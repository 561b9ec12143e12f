// DockerEngine: the ContainerEngine over the Docker Engine's interface (Docker 20.10 or newer,
// Podman's service 4 or newer), through a Unix socket and nothing else.
//
// A container has no capability but those that package managers and `su` need (see kCapabilities),
// no new privileges, no network unless asked, no mount, and limits of memory (swap included), cpus
// and processes by cgroups. Its first process is hone-session's own, put in as /.hone/session: the
// image needs no shell, and the daemon's host no init program.
//
// Disk: what was written is looked at every second while commands run, and what is over the limit
// and still growing has everything in the container killed (killed_by "disk"; its files stay). So
// the limit may be passed by what can be written in a second or two. Where the daemon's storage has
// quotas they are set as well, and a write over the limit fails at once; they are not relied on,
// because a quota that the file system counts wrongly holds nothing back.
//
// Memory: a command that dies while the kernel counts another kill for memory is killed_by
// "memory".
//
// Every container is labelled with this process (runner_label.h). Those of dead ones are removed
// before the first image is asked for, and by ReapDead. Images that were built or snapshot stay in
// the daemon: the next execution needs them.
//
// Thread: loop's thread. Destroy it before the loop; `done`s that are still owed are dropped.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "adapters/docker/docker_api.h"
#include "adapters/docker/docker_exec.h"
#include "adapters/docker/docker_files.h"
#include "adapters/docker/docker_images.h"
#include "adapters/uv_event_loop.h"
#include "ports/container_engine.h"

namespace hone {

struct DockerEngineOptions {
  std::string socket;           // path; "" is /var/run/docker.sock
  std::string session_program;  // absolute path of hone-session
};

class DockerEngine final : public ContainerEngine {
 public:
  DockerEngine(UvEventLoop& loop, const DockerEngineOptions& options);
  ~DockerEngine() override;
  DockerEngine(const DockerEngine&) = delete;
  DockerEngine& operator=(const DockerEngine&) = delete;

  void Prepare(ImageSpec image, Done<ImageInfo> done) override;
  void Create(ContainerSpec spec, Done<ContainerId> done) override;
  void Exec(const ContainerId& container, ExecSpec spec, Done<ExecEnd> done) override;
  void Put(const ContainerId& container, const std::string& path, std::string tar,
           Done<Ok> done) override;
  void Get(const ContainerId& container, GetSpec spec, Done<FileTree> done) override;
  void Snapshot(const ContainerId& container, Done<ImageInfo> done) override;
  void Destroy(const ContainerId& container, Done<Ok> done) override;

  // How many runners that have ended left containers behind.
  void CountDead(Done<int> done);
  // The same, and removes these containers.
  void ReapDead(Done<int> done);

 private:
  struct Container {
    int64_t disk_bytes = 0;
    int64_t killed_at_bytes = 0;  // what was written when everything had been killed for it
    bool was_killed = false;      // for its disk; what stayed is still to be measured
    bool is_closed = false;       // its processes were killed for good
    int n_running = 0;
    EventLoop::TimerId disk_timer = 0;
    std::vector<std::function<void()>> restarting;  // who waits for a restart that is going on
  };

  // Once the daemon has answered and dead runners' containers are gone.
  void WhenReady(std::function<void(const Status&)> then);
  struct Left {  // behind by runners that have ended
    std::vector<std::string> containers;
    std::set<std::string> runners;
  };
  void FindLeft(Done<std::shared_ptr<Left>> done);
  void RemoveLeft(std::shared_ptr<Left> left, Done<int> done);
  void Remove(const std::string& id, Done<Ok> done);  // also what is not in containers_
  void ReadStorage(std::function<void(const Status&)> then);
  void PutSession(const std::string& id, std::function<void(const Status&)> then);
  void Make(const ContainerSpec& spec, Done<ContainerId> done);
  void StartContainer(const std::string& id, int64_t disk_bytes, Done<ContainerId> done);
  void Discard(const std::string& id, const Error& why, const Done<ContainerId>& done);
  void KillAll(const std::string& id, std::function<void(const Status&)> then);
  void Restart(const std::string& id, std::function<void()> then);
  // DockerFiles::FindLink, by hone-session in the container.
  void FindLink(const std::string& id, const std::string& path,
                const std::vector<std::string>& folders, Done<std::string> done);
  void WatchDisk(const std::string& id);
  void LookAtDisk(const std::string& id);
  void KillForDisk(const std::string& id);
  void Ended(uint64_t exec, const Done<ExecEnd>& done, Result<ExecEnd> end);
  // The container; else `refuse` is called soon with the error that says it is not there.
  Container* Find(const std::string& id, std::function<void(Error)> refuse);

  UvEventLoop& loop_;
  DockerApi api_;
  DockerImages images_;
  DockerFiles files_;
  const std::string session_program_;
  std::string session_tar_;  // hone-session, as it is put into containers
  bool is_ready_ = false;
  bool has_quotas_ = false;  // of the daemon's storage
  std::vector<std::function<void(const Status&)>> waiting_;
  std::map<std::string, Container> containers_;
  std::map<uint64_t, std::unique_ptr<DockerExec>> execs_;
  uint64_t last_exec_ = 0;
  std::shared_ptr<DockerEngine*> self_ = std::make_shared<DockerEngine*>(this);
};

// The body of a request that creates a container. `by_quota`: its disk limit is the daemon's
// affair.
Json ContainerBody(const ContainerSpec& spec, const std::map<std::string, std::string>& labels,
                   bool by_quota);
// Whether the storage that the daemon's /info tells of can have quotas. Whether they are switched
// on is only seen when a container is made.
bool MayHaveQuotas(const Json& info);

}  // namespace hone
