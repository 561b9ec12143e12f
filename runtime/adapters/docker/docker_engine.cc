#include "adapters/docker/docker_engine.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <utility>

#include "adapters/docker/runner_label.h"
#include "adapters/docker/session_place.h"
#include "adapters/docker/tar_stream.h"
#include "base/text.h"

namespace hone {
namespace {

constexpr const char* kUsualSocket = "/var/run/docker.sock";
constexpr int64_t kDiskEveryMs = 1'000;

Result<std::string> TarOfSession(const std::string& program) {
  std::ifstream file(program, std::ios::binary);
  const std::string bytes(std::istreambuf_iterator<char>(file), {});
  if (bytes.empty()) {
    return Fail(ErrorCode::kUnavailable,
                "'" + program + "' is missing: it is what runs in containers, beside hone");
  }
  TarBuilder writer;
  TarItem item;
  item.name = kSessionEntry;
  item.name.resize(item.name.rfind('/'));
  item.kind = TarItem::Kind::kFolder;
  item.mode = 0755;
  HONE_TRY(writer.Add(item, ""));
  item.name = kSessionEntry;
  item.kind = TarItem::Kind::kFile;
  HONE_TRY(writer.Add(item, bytes));
  return writer.Finish();
}

std::map<std::string, std::string> LabelsOf(const Json& container) {
  std::map<std::string, std::string> labels;
  for (const auto& [name, value] : container["Labels"].members()) labels[name] = value.AsString();
  return labels;
}

}  // namespace

DockerEngine::DockerEngine(UvEventLoop& loop, const DockerEngineOptions& options)
    : loop_(loop),
      api_(loop, options.socket.empty() ? kUsualSocket : options.socket),
      images_(loop, api_),
      files_(loop, api_,
             [this](const std::string& id, const std::string& path,
                    const std::vector<std::string>& folders,
                    Done<std::string> done) { FindLink(id, path, folders, std::move(done)); }),
      session_program_(options.session_program) {}

DockerEngine::~DockerEngine() {
  for (auto& [id, container] : containers_) {
    if (container.disk_timer != 0) loop_.CancelTimer(container.disk_timer);
  }
}

void DockerEngine::WhenReady(std::function<void(const Status&)> then) {
  if (is_ready_) return then({});
  waiting_.push_back(std::move(then));
  if (waiting_.size() > 1) return;
  const auto settle = [this](const Status& status) {
    is_ready_ = status.ok();
    const auto waiting = std::exchange(waiting_, {});
    for (const auto& next : waiting) next(status);
  };
  ReapDead([this, settle](const Result<int>& reaped) {
    if (!reaped.ok()) return settle(reaped.error());
    auto tar = TarOfSession(session_program_);
    if (!tar.ok()) return settle(tar.error());
    session_tar_ = std::move(*tar);
    ReadStorage(settle);
  });
}

void DockerEngine::ReadStorage(std::function<void(const Status&)> then) {
  api_.Call({.path = "/info"}, [this, then = std::move(then)](const Result<Json>& info) {
    if (!info.ok()) return then(info.error());
    has_quotas_ = MayHaveQuotas(*info);
    then({});
  });
}

void DockerEngine::CountDead(Done<int> done) {
  FindLeft([done = std::move(done)](const Result<std::shared_ptr<Left>>& left) {
    if (!left.ok()) return done(left.error());
    done(static_cast<int>((*left)->runners.size()));
  });
}

void DockerEngine::ReapDead(Done<int> done) {
  FindLeft([this, done = std::move(done)](const Result<std::shared_ptr<Left>>& left) {
    if (!left.ok()) return done(left.error());
    RemoveLeft(*left, done);
  });
}

void DockerEngine::FindLeft(Done<std::shared_ptr<Left>> done) {
  api_.Open([this, done = std::move(done)](const Status& opened) {
    if (!opened.ok()) return done(opened.error());
    DockerRequest request;
    request.path = "/containers/json";
    request.query = {{"all", "1"},
                     {"filters", std::string(R"({"label":[")") + kPidLabel + R"("]})"}};
    api_.Call(std::move(request), [done](const Result<Json>& all) {
      if (!all.ok()) return done(all.error());
      auto left = std::make_shared<Left>();
      for (const Json& container : all->items()) {
        const auto labels = LabelsOf(container);
        if (!IsOfDeadRunner(labels)) continue;
        left->containers.push_back(container["Id"].AsString());
        left->runners.insert(labels.at(kPidLabel) + " " + labels.at(kStartLabel));
      }
      done(std::move(left));
    });
  });
}

void DockerEngine::RemoveLeft(std::shared_ptr<Left> left, Done<int> done) {
  if (left->containers.empty()) return done(static_cast<int>(left->runners.size()));
  const std::string id = left->containers.back();
  left->containers.pop_back();
  Remove(id, [this, left, done](const Result<Ok>& gone) {
    if (!gone.ok()) return done(gone.error());
    RemoveLeft(left, done);
  });
}

void DockerEngine::Prepare(ImageSpec image, Done<ImageInfo> done) {
  WhenReady([this, image = std::move(image), done = std::move(done)](const Status& status) {
    if (!status.ok()) return done(status.error());
    images_.Prepare(image, done);
  });
}

void DockerEngine::Create(ContainerSpec spec, Done<ContainerId> done) {
  WhenReady([this, spec = std::move(spec), done = std::move(done)](const Status& status) {
    if (!status.ok()) return done(status.error());
    Make(spec, done);
  });
}

void DockerEngine::Make(const ContainerSpec& spec, Done<ContainerId> done) {
  DockerRequest request;
  request.method = "POST";
  request.path = "/containers/create";
  request.body = ContainerBody(spec, RunnerLabels(spec.owner), has_quotas_).Dump();
  api_.Call(std::move(request), [this, spec, by_quota = has_quotas_,
                                 done = std::move(done)](Result<Json> made) {
    if (!made.ok() && by_quota && made.error().code != ErrorCode::kNotFound) {
      // The file system could, but was not mounted for it.
      has_quotas_ = false;
      return Make(spec, done);
    }
    if (!made.ok()) return done(made.error().With("no container of " + spec.image));
    const std::string id = (*made)["Id"].AsString();
    PutSession(id, [this, id, disk_bytes = spec.limits.disk_bytes, done](const Status& put) {
      if (!put.ok()) return Discard(id, put.error(), done);
      StartContainer(id, disk_bytes, done);
    });
  });
}

void DockerEngine::PutSession(const std::string& id, std::function<void(const Status&)> then) {
  DockerRequest request;
  request.method = "PUT";
  request.path = "/containers/" + id + "/archive";
  request.query = {{"path", "/"}};
  request.body = session_tar_;
  request.content_type = "application/x-tar";
  api_.Call(std::move(request), [then = std::move(then)](const Result<Json>& put) {
    then(put.ok() ? Status() : Status(put.error()));
  });
}

void DockerEngine::StartContainer(const std::string& id, int64_t disk_bytes,
                                  Done<ContainerId> done) {
  api_.Call({.method = "POST", .path = "/containers/" + id + "/start"},
            [this, id, disk_bytes, done = std::move(done)](Result<Json> started) {
              if (!started.ok()) return Discard(id, started.error(), done);
              containers_[id].disk_bytes = disk_bytes;
              done(id);
            });
}

void DockerEngine::Discard(const std::string& id, const Error& why, const Done<ContainerId>& done) {
  Remove(id, [why, done](const Result<Ok>&) {
    done(Fail(ErrorCode::kUnavailable, "a container could not be started: " + why.message));
  });
}

DockerEngine::Container* DockerEngine::Find(const std::string& id,
                                            std::function<void(Error)> refuse) {
  const auto found = containers_.find(id);
  if (found != containers_.end()) return &found->second;
  loop_.Post([id, refuse = std::move(refuse)] {
    refuse(Fail(ErrorCode::kNotFound, "there is no container '" + OneLine(id, 80) + "'"));
  });
  return nullptr;
}

void DockerEngine::Exec(const ContainerId& container, ExecSpec spec, Done<ExecEnd> done) {
  Container* found = Find(container, done);
  if (found == nullptr) return;
  if (spec.argv.empty() || found->is_closed) {
    const Error why =
        spec.argv.empty()
            ? Invalid("a command has no words: argv is empty")
            : Fail(ErrorCode::kUnavailable, "the container was closed when its changes were taken");
    return loop_.Post([why, done = std::move(done)] { done(why); });
  }
  const uint64_t key = ++last_exec_;
  ++found->n_running;
  auto exec = std::make_unique<DockerExec>(
      loop_, api_, container, std::move(spec),
      [this, container](std::function<void()> then) { Restart(container, std::move(then)); },
      [this, key, done = std::move(done)](Result<ExecEnd> end) {
        Ended(key, done, std::move(end));
      });
  DockerExec* started = execs_.emplace(key, std::move(exec)).first->second.get();
  WatchDisk(container);
  if (found->restarting.empty()) return started->Start();
  found->restarting.push_back([this, key] {
    if (const auto waiting = execs_.find(key); waiting != execs_.end()) waiting->second->Start();
  });
}

void DockerEngine::Ended(uint64_t exec, const Done<ExecEnd>& done, Result<ExecEnd> end) {
  const auto found = execs_.find(exec);
  const Done<ExecEnd> then = done;  // goes with the exec
  const auto container = containers_.find(found->second->container());
  if (container != containers_.end()) --container->second.n_running;
  execs_.erase(found);
  then(std::move(end));
}

void DockerEngine::Put(const ContainerId& container, const std::string& path, std::string tar,
                       Done<Ok> done) {
  if (Find(container, done) == nullptr) return;
  files_.Put(container, path, std::move(tar), std::move(done));
}

void DockerEngine::Get(const ContainerId& container, GetSpec spec, Done<FileTree> done) {
  Container* found = Find(container, done);
  if (found == nullptr) return;
  if (!spec.changes_only) return files_.Get(container, spec, std::move(done));
  found->is_closed = true;
  KillAll(container,
          [this, container, spec = std::move(spec), done = std::move(done)](const Status& killed) {
            if (!killed.ok()) return done(killed.error());
            files_.GetChanges(container, spec, done);
          });
}

// Whatever the answer to the kill was, the wait tells whether everything has ended.
void DockerEngine::KillAll(const std::string& id, std::function<void(const Status&)> then) {
  api_.Call({.method = "POST", .path = "/containers/" + id + "/kill"},
            [this, id, then = std::move(then)](const Result<Json>&) {
              DockerRequest wait;
              wait.method = "POST";
              wait.path = "/containers/" + id + "/wait";
              if (api_.is_podman()) wait.query = {{"interval", "10ms"}};
              api_.Call(std::move(wait), [then](const Result<Json>& ended) {
                then(ended.ok() ? Status() : Status(ended.error()));
              });
            });
}

void DockerEngine::Restart(const std::string& id, std::function<void()> then) {
  const auto found = containers_.find(id);
  if (found == containers_.end()) return then();
  found->second.restarting.push_back(std::move(then));
  if (found->second.restarting.size() > 1) return;
  const auto settle = [this, id] {
    const auto restarted = containers_.find(id);
    if (restarted == containers_.end()) return;
    const auto waiting = std::exchange(restarted->second.restarting, {});
    for (const auto& next : waiting) next();
  };
  KillAll(id, [this, id, settle](const Status&) {
    // The program may have been removed from inside.
    PutSession(id, [this, id, settle](const Status&) {
      api_.Call({.method = "POST", .path = "/containers/" + id + "/start"},
                [settle](const Result<Json>&) { settle(); });
    });
  });
}

void DockerEngine::FindLink(const std::string& id, const std::string& path,
                            const std::vector<std::string>& folders, Done<std::string> done) {
  ExecSpec spec;
  spec.argv = {kSessionProgram, "find-link", path};
  spec.user = "0";
  spec.workdir = "/";
  for (const std::string& folder : folders) spec.stdin_text += folder + '\0';
  Exec(id, std::move(spec), [done = std::move(done)](Result<ExecEnd> end) {
    if (!end.ok()) return done(end.error());
    if (end->exit_code != 0) {
      return done(Fail(ErrorCode::kUnavailable,
                       "folders in the container cannot be looked at: " + OneLine(end->err, 200)));
    }
    done(std::move(end->out));
  });
}

void DockerEngine::WatchDisk(const std::string& id) {
  Container& container = containers_.at(id);
  if (container.disk_timer != 0) return;
  container.disk_timer = loop_.After(kDiskEveryMs, [this, id] { LookAtDisk(id); });
}

void DockerEngine::LookAtDisk(const std::string& id) {
  api_.Call({.path = "/containers/" + id + "/json", .query = {{"size", "1"}}},
            [this, id](const Result<Json>& state) {
              const auto found = containers_.find(id);
              if (found == containers_.end()) return;
              Container& container = found->second;
              container.disk_timer = 0;
              const int64_t used = state.ok() ? (*state)["SizeRw"].AsInt() : 0;
              // What was made room of since then counts again.
              container.killed_at_bytes = std::exchange(container.was_killed, false)
                                              ? used
                                              : std::min(used, container.killed_at_bytes);
              if (used > std::max(container.disk_bytes, container.killed_at_bytes)) {
                return KillForDisk(id);
              }
              if (container.n_running > 0) WatchDisk(id);
            });
}

void DockerEngine::KillForDisk(const std::string& id) {
  for (const auto& [key, exec] : execs_) {
    if (exec->container() == id) exec->WillBeKilled("disk");
  }
  Restart(id, [this, id] {
    const auto found = containers_.find(id);
    if (found == containers_.end()) return;
    found->second.was_killed = true;
    LookAtDisk(id);
  });
}

void DockerEngine::Snapshot(const ContainerId& container, Done<ImageInfo> done) {
  if (Find(container, done) == nullptr) return;
  DockerRequest request;
  request.method = "POST";
  request.path = "/commit";
  request.query = {{"container", container}, {"pause", "1"}};
  request.body = "{}";
  api_.Call(std::move(request), [this, done = std::move(done)](Result<Json> made) {
    if (!made.ok()) return done(made.error().With("no image of the container's present state"));
    images_.Inspect((*made)["Id"].AsString(), false, done);
  });
}

void DockerEngine::Destroy(const ContainerId& container, Done<Ok> done) {
  const auto found = containers_.find(container);
  if (found == containers_.end()) return loop_.Post([done = std::move(done)] { done(Ok()); });
  if (found->second.disk_timer != 0) loop_.CancelTimer(found->second.disk_timer);
  const auto restarting = std::move(found->second.restarting);
  containers_.erase(found);
  for (const auto& next : restarting) next();
  Remove(container, std::move(done));
}

void DockerEngine::Remove(const std::string& id, Done<Ok> done) {
  DockerRequest request;
  request.method = "DELETE";
  request.path = "/containers/" + id;
  request.query = {{"force", "1"}, {"v", "1"}};
  api_.Call(std::move(request), [done = std::move(done)](const Result<Json>& gone) {
    if (gone.ok() || gone.error().code == ErrorCode::kNotFound) return done(Ok());
    done(gone.error().With("the container could not be removed"));
  });
}

}  // namespace hone
