// Container: one sandbox over one writable layer, with its commands and copies.
//
// Thread: loop's thread. `done`s are called from the loop, never inside the call that takes them:
// each once, unless the engine is destroyed before. Its folder and groups are removed by Removal,
// or found later by their owner's name.
//
// Commands live in the control groups and the keeper outside of them, so that what they use up is
// not the keeper's. A keeper that ends nevertheless (for want of memory where there are no groups,
// or ended by us when it is stuck) takes every process along: its commands have ended by "time"
// when theirs was over, else by "memory", and a new keeper takes over the files. That is no error,
// or a command could have its own result thrown away.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "adapters/sandbox/cgroups.h"
#include "adapters/sandbox/image_store.h"
#include "adapters/sandbox/output_pipe.h"
#include "adapters/sandbox/sandbox.h"
#include "ports/container_engine.h"

namespace hone {

// What all containers of an engine share.
struct ContainerTools {
  std::string bwrap_program, keeper_program;
  OwnedFd keeper, filter;  // a sealed copy of the keeper; the seccomp filter
  std::vector<CgroupBase> cgroups;
};

class Container {
 public:
  template <typename T>
  using Done = ContainerEngine::Done<T>;

  struct Setup {
    UvEventLoop* loop = nullptr;
    const ContainerTools* tools = nullptr;
    const ImageStore* store = nullptr;
    std::string owner_path, owner_name;  // of the folder that everything of it is in
    std::string id;
    Image image;
    ContainerSpec spec;
    std::weak_ptr<bool> engine;  // expired: nobody wants to be called any more
  };

  // `ready` comes when commands can be run in it, or it could not be made.
  static Result<std::unique_ptr<Container>> Make(Setup setup, Done<Ok> ready);
  ~Container();
  Container(const Container&) = delete;
  Container& operator=(const Container&) = delete;

  void Exec(ExecSpec spec, Done<ExecEnd> done);
  void Put(const std::string& path, std::string tar, Done<Ok> done);
  void Get(const GetSpec& spec, Done<FileTree> done);
  // Its changes as a layer in the store: the hash. Runs while commands may write.
  void MakeLayer(Done<std::string> done);

  // Ends all that is in it, then calls; Removal may follow.
  void End(std::function<void()> done);
  // What must be removed when it has ended: blocks, any thread.
  [[nodiscard]] std::function<Status()> Removal() const;

  [[nodiscard]] const Image& image() const { return setup_.image; }

 private:
  struct Running;

  explicit Container(Setup setup);
  Status Start();
  // A sandbox over the folder that is there.
  Status Launch();
  void OnWord(const KeeperPacket& packet);
  void OnGone(const std::string& why);
  void OnEnded(uint32_t command, int64_t status);
  void OnTimeout(uint32_t command);
  void Finish(uint32_t command);
  void DrainLater(std::unique_ptr<OutputPipe> pipe);
  // Whether commands and copies can start; else why not.
  [[nodiscard]] Status Usable() const;
  // Sends a request for a copy; our end of its socket.
  Result<OwnedFd> StartCopy(KeeperWord word, const std::vector<std::string>& texts);
  // Calls `done` from the loop.
  template <typename T>
  void Later(Done<T> done, Result<T> result) {
    setup_.loop->Post([done = std::move(done), result = std::move(result)]() mutable {
      done(std::move(result));
    });
  }
  // Runs `work`, which must not use this, on a pool thread and hands its result over.
  template <typename T>
  void InPool(std::function<Result<T>()> work, Done<T> done) {
    auto result = std::make_shared<std::optional<Result<T>>>();
    setup_.loop->InPool([result, work = std::move(work)] { *result = work(); },
                        [result, engine = setup_.engine, done = std::move(done)] {
                          if (!engine.expired()) done(std::move(**result));
                        });
  }

  Setup setup_;
  std::string folder_;
  Cgroup group_;
  std::unique_ptr<Sandbox> sandbox_;
  Done<Ok> ready_;
  std::function<void()> ended_;
  std::map<uint32_t, std::unique_ptr<Running>> running_;
  std::map<uint64_t, std::unique_ptr<OutputPipe>> draining_;
  uint64_t last_drain_ = 0;
  uint32_t last_command_ = 0;
  bool is_ready_ = false;  // the sandbox has a keeper that listens
  bool is_frozen_ = false;
  bool disk_is_full_ = false;
  std::string gone_;  // why, when it has ended for good
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace hone
