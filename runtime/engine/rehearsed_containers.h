// RehearsedContainers: what stands behind the port when a plan is rehearsed: nothing is executed.
//
// Every image is there, every command ends at once with code 0 and without output, no file is
// found, nothing has changed; tests therefore give no reward. What a recipe does after that is its
// shortest way, so a plan of such a recipe is labelled (plan_text).
#pragma once

#include "ports/container_engine.h"
#include "ports/event_loop.h"

namespace hone {

class RehearsedContainers final : public ContainerEngine {
 public:
  explicit RehearsedContainers(EventLoop* loop) : loop_(loop) {}

  void Prepare(ImageSpec image, Done<ImageInfo> done) override;
  void Create(ContainerSpec spec, Done<ContainerId> done) override;
  void Exec(const ContainerId& container, ExecSpec spec, Done<ExecEnd> done) override;
  void Put(const ContainerId& container, const std::string& path, std::string tar,
           Done<Ok> done) override;
  void Get(const ContainerId& container, GetSpec spec, Done<FileTree> done) override;
  void Snapshot(const ContainerId& container, Done<ImageInfo> done) override;
  void Destroy(const ContainerId& container, Done<Ok> done) override;

 private:
  template <typename T>
  void Later(T value, Done<T> done) {
    loop_->Post([value = std::move(value), done = std::move(done)] { done(value); });
  }

  EventLoop* loop_;
  int64_t made_ = 0;
};

}  // namespace hone
