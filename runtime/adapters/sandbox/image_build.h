// ImageBuild: a folder with a Dockerfile -> an image of the store.
//
// Its steps run in one container over the base image, without network unless asked for; what that
// container has written is the one new layer. A build of the same folder content (the caller's
// hash), base digest and network flag is taken from the store.
//
// Thread: loop's thread. Lives until its `done`, which is not called when the engine is gone.
#pragma once

#include <memory>
#include <string>

#include "adapters/sandbox/build_plan.h"
#include "adapters/sandbox/image_store.h"
#include "adapters/uv_event_loop.h"
#include "ports/container_engine.h"

namespace hone {

class BubblewrapEngine;

struct BuiltImage {
  Image image;
  bool is_cached = false;
};

class ImageBuild : public std::enable_shared_from_this<ImageBuild> {
 public:
  using Done = ContainerEngine::Done<BuiltImage>;

  ImageBuild(BubblewrapEngine* engine, UvEventLoop* loop, std::weak_ptr<bool> engine_alive,
             ImageSpec spec, Done done);
  // Must be held by a shared_ptr, which may then be dropped.
  void Start();

 private:
  Status Read();
  void NextStep();
  void Run(const BuildStep& step);
  void Copy(const BuildStep& step);
  void CopyInto(const BuildStep& step, bool into_folder);
  void GiveAway(const BuildStep& step, const std::string& folder,
                const std::vector<std::string>& tops);
  void Command(ExecSpec exec, ContainerEngine::Done<ExecEnd> done);
  void Snapshot();
  void Finish(Result<BuiltImage> result);
  void FailStep(const BuildStep& step, const Error& error);
  [[nodiscard]] int64_t TimeLeftMs() const;

  BubblewrapEngine* engine_;
  UvEventLoop* loop_;
  std::weak_ptr<bool> engine_alive_;
  ImageSpec spec_;
  Done done_;
  std::string file_;  // the Dockerfile, as errors call it
  std::string key_;   // of the cache; "" for none
  Image base_;
  BuildPlan plan_;
  std::size_t next_ = 0;
  std::string container_;
  int64_t end_ms_ = 0;
};

}  // namespace hone
