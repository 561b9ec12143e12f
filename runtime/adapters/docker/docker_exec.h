// DockerExec: one command in a container, from its creation to its end.
//
// The daemon cannot kill an exec, so the command runs below `hone-session run`, which ends its
// whole tree when time is up. Where that supervisor is itself out of order (stopped, or overwhelmed
// by a fork bomb), the container is restarted: everything in it dies, its files stay. Other
// commands of that container then end with code 137.
//
// Thread: loop's thread.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "adapters/docker/docker_api.h"
#include "adapters/docker/docker_stream.h"
#include "adapters/docker/run_output.h"
#include "ports/container_engine.h"

namespace hone {

class DockerExec {
 public:
  using Done = std::function<void(Result<ExecEnd>)>;

  // `restart` kills everything in the container, and calls back when it runs again or cannot.
  // `done` may destroy this object.
  DockerExec(UvEventLoop& loop, DockerApi& api, std::string container, ExecSpec spec,
             std::function<void(std::function<void()>)> restart, Done done);
  ~DockerExec();
  DockerExec(const DockerExec&) = delete;
  DockerExec& operator=(const DockerExec&) = delete;

  void Start();
  // Everything in the container is about to be killed for that limit ("disk").
  void WillBeKilled(std::string by) { killed_by_ = std::move(by); }

  [[nodiscard]] const std::string& container() const { return container_; }

 private:
  void Open(const std::string& id);
  void OnBytes(bool is_error, std::string_view bytes);
  void OnClosed(const Status& status);
  void Look();                   // at how an exec ended that did not tell it itself
  void LookAround(ExecEnd end);  // whether its container is still there
  // After a restart; `otherwise` is the end where that was tried before.
  void StartAgain(Result<ExecEnd> otherwise);
  void OnGuard();
  void End();
  void Finish(Result<ExecEnd> end);

  UvEventLoop& loop_;
  DockerApi& api_;
  const std::string container_;
  ExecSpec spec_;
  std::function<void(std::function<void()>)> restart_;
  Done done_;
  const uint64_t started_ms_;
  std::string id_;
  RunOutput output_;
  std::string daemon_words_;  // what came beside the supervisor's frames
  std::string killed_by_;     // by us, through a restart
  bool has_restarted_ = false;
  EventLoop::TimerId guard_ = 0;
  DockerStream::Owner stream_;
};

}  // namespace hone
