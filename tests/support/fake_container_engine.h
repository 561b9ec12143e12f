// FakeContainerEngine: containers that are notes in memory, for tests of what stands above the
// port.
//
// What a command gives is a function of the test; every request is noted. As the port says, nothing
// is answered inside the call: Drain() answers what waits, and whatever follows from it.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "ports/container_engine.h"

namespace hone::testing {

class FakeContainerEngine final : public ContainerEngine {
 public:
  // -- The test's own. --
  std::function<Result<ImageInfo>(const ImageSpec&)> on_prepare = [](const ImageSpec& image) {
    const std::string name = image.name.empty() ? image.content : image.name;
    return ImageInfo{name, "sha256:" + name, "fake", true, "/app", {}, ""};
  };
  std::function<Result<Ok>(const ContainerSpec&)> on_create = [](const ContainerSpec&) {
    return Ok{};
  };
  std::function<Result<ExecEnd>(const ContainerId&, const ExecSpec&)> on_exec =
      [](const ContainerId&, const ExecSpec&) {
        ExecEnd end;
        end.exit_code = 0;
        return end;
      };
  std::function<Result<Ok>(const ContainerId&, const std::string&, const std::string&)> on_put =
      [](const ContainerId&, const std::string&, const std::string&) { return Ok{}; };
  std::function<Result<FileTree>(const ContainerId&, const GetSpec&)> on_get =
      [](const ContainerId&, const GetSpec&) { return FileTree{}; };

  std::vector<std::string> log;      // "exec c1 ls -l", in the order of asking
  std::vector<std::string> live;     // containers that are there
  std::vector<ContainerSpec> specs;  // of every container that was made
  std::vector<ExecSpec> commands;
  std::vector<std::pair<std::string, std::string>> puts;  // path, tar

  // How many requests of a kind there were: "exec", "create", ...
  [[nodiscard]] int Count(const std::string& kind) const {
    int n = 0;
    for (const std::string& line : log) n += line.starts_with(kind + " ") ? 1 : 0;
    return n;
  }
  void Drain() {
    while (!waiting_.empty()) Step();
  }
  // Answers one request; false when none waits.
  bool Step() {
    if (waiting_.empty()) return false;
    const auto answer = std::move(waiting_.front());
    waiting_.pop_front();
    answer();
    return true;
  }

  // -- The port. --
  void Prepare(ImageSpec image, Done<ImageInfo> done) override {
    log.push_back("prepare " + (image.name.empty() ? image.content : image.name));
    Later([this, image, done] { done(on_prepare(image)); });
  }
  void Create(ContainerSpec spec, Done<ContainerId> done) override {
    log.push_back("create " + spec.image);
    Later([this, spec, done] {
      const Result<Ok> made = on_create(spec);
      if (!made.ok()) return done(made.error());
      specs.push_back(spec);
      const std::string id = "c" + std::to_string(++made_);
      live.push_back(id);
      done(id);
    });
  }
  void Exec(const ContainerId& container, ExecSpec spec, Done<ExecEnd> done) override {
    std::string line = "exec " + container;
    for (const std::string& word : spec.argv) line += " " + word;
    log.push_back(line);
    commands.push_back(spec);
    Later([this, container, spec, done] { done(IfLive(container, on_exec(container, spec))); });
  }
  void Put(const ContainerId& container, const std::string& path, std::string tar,
           Done<Ok> done) override {
    log.push_back("put " + container + " " + path);
    puts.emplace_back(path, tar);
    Later([this, container, path, tar, done] {
      done(IfLive(container, on_put(container, path, tar)));
    });
  }
  void Get(const ContainerId& container, GetSpec spec, Done<FileTree> done) override {
    log.push_back("get " + container + " " + spec.path);
    Later([this, container, spec, done] { done(IfLive(container, on_get(container, spec))); });
  }
  void Snapshot(const ContainerId& container, Done<ImageInfo> done) override {
    log.push_back("snapshot " + container);
    Later([this, container, done] {
      done(IfLive<ImageInfo>(container,
                             ImageInfo{"snapshot", "sha256:s", "fake", false, "/", {}, ""}));
    });
  }
  void Destroy(const ContainerId& container, Done<Ok> done) override {
    log.push_back("destroy " + container);
    std::erase(live, container);
    Later([done] { done(Ok{}); });
  }

 private:
  template <typename T>
  Result<T> IfLive(const ContainerId& container, Result<T> result) const {
    for (const std::string& one : live) {
      if (one == container) return result;
    }
    return Fail(ErrorCode::kUnavailable, "there is no container " + container);
  }
  void Later(std::function<void()> answer) { waiting_.push_back(std::move(answer)); }

  std::deque<std::function<void()>> waiting_;
  int made_ = 0;
};

}  // namespace hone::testing
