// ContainerBench: a container engine as a test wants it: each call waits for its answer, what was
// made is destroyed at the end, and a call that never answers fails the test instead of hanging it.
#pragma once

#include <boost/test/unit_test.hpp>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "ports/container_engine.h"
#include "ports/event_loop.h"

namespace hone::testing {

// The reason of a failure, "" when there is none. (Boost evaluates messages of what holds, too.)
template <typename T>
std::string Why(const Result<T>& result) {
  return result.ok() ? std::string() : result.error().message;
}

class ContainerBench {
 public:
  // `image`: a name the engine knows, with busybox's applets and /bin/sh. `probe`: path of the
  // static program container_probe.
  ContainerBench(EventLoop& loop, ContainerEngine& engine, std::string image, std::string probe)
      : loop_(loop), engine_(engine), image_(std::move(image)), probe_(std::move(probe)) {}
  ~ContainerBench();
  ContainerBench(const ContainerBench&) = delete;
  ContainerBench& operator=(const ContainerBench&) = delete;

  [[nodiscard]] const std::string& image() const { return image_; }
  EventLoop& loop() { return loop_; }
  ContainerEngine& engine() { return engine_; }

  // Runs the loop until `start`'s done was called.
  template <typename T>
  Result<T> Wait(const std::function<void(ContainerEngine::Done<T>)>& start);

  Result<ImageInfo> Prepare(ImageSpec spec);
  Result<ImageInfo> Named(const std::string& name);
  // A container of the base image; the test fails when there is none.
  std::string Open(ContainerSpec spec = {});
  Result<std::string> TryOpen(ContainerSpec spec);
  Result<ExecEnd> TryExec(const std::string& container, ExecSpec spec);
  // What a command said; the test fails when it could not be run at all.
  ExecEnd Exec(const std::string& container, ExecSpec spec);
  ExecEnd Sh(const std::string& container, const std::string& script, int64_t timeout_ms = 60'000);
  // Standard output of a script that has to succeed, without the line end.
  std::string Say(const std::string& container, const std::string& script);
  // Puts the probe at /probe.
  void PutProbe(const std::string& container);
  Status Put(const std::string& container, const std::string& path, std::string tar);
  Result<FileTree> Get(const std::string& container, GetSpec spec);
  Status Destroy(const std::string& container);

 private:
  EventLoop& loop_;
  ContainerEngine& engine_;
  std::string image_;
  std::string probe_;
  std::vector<std::string> opened_;
};

template <typename T>
Result<T> ContainerBench::Wait(const std::function<void(ContainerEngine::Done<T>)>& start) {
  std::optional<Result<T>> answer;
  bool started = false;
  const EventLoop::TimerId guard = loop_.After(300'000, [this] { loop_.Stop(); });
  loop_.Post([&] {
    start([&](Result<T> result) {
      BOOST_TEST(started, "done was called inside the call");
      BOOST_TEST(!answer.has_value(), "done was called twice");
      answer = std::move(result);
      loop_.Stop();
    });
    started = true;
  });
  loop_.Run();
  loop_.CancelTimer(guard);
  BOOST_REQUIRE_MESSAGE(answer.has_value(), "the engine never answered");
  return std::move(*answer);
}

}  // namespace hone::testing
