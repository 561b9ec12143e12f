#include "adapters/docker/docker_exec.h"

#include <algorithm>
#include <utility>

#include "adapters/docker/session_place.h"
#include "base/text.h"

namespace hone {
namespace {

constexpr int64_t kGraceMs = 10'000;  // in which the supervisor ends what it can end
constexpr std::size_t kMostWords = 4096;
constexpr int kKilled = 128 + 9;
constexpr int kCannotStart = 126;

// What runc says when a process died on its way into the container, for want of memory or of
// processes that it may have, and what it and its shim say of a container whose first process has
// died of that before the daemon knew. What a caller got wrong (a folder, a user) reads otherwise.
bool IsStarved(const std::string& words) {
  for (const char* sign : {"OOM-killed", "executing setns process", "read init-p",
                           "cannot exec in a stopped", "cannot exec in a deleted"}) {
    if (words.find(sign) != std::string::npos) return true;
  }
  return false;
}

}  // namespace

DockerExec::DockerExec(UvEventLoop& loop, DockerApi& api, std::string container, ExecSpec spec,
                       std::function<void(std::function<void()>)> restart, Done done)
    : loop_(loop),
      api_(api),
      container_(std::move(container)),
      spec_(std::move(spec)),
      restart_(std::move(restart)),
      done_(std::move(done)),
      started_ms_(uv_now(loop.uv())),
      output_(std::max<int64_t>(spec_.max_output_bytes, 0)) {}

DockerExec::~DockerExec() {
  if (guard_ != 0) loop_.CancelTimer(guard_);
}

void DockerExec::Start() {
  const int64_t time_ms = std::max<int64_t>(spec_.timeout_ms, 1);
  Json command =
      Json::MakeArray({kSessionProgram, "run", std::to_string(time_ms),
                       std::to_string(std::max<int64_t>(spec_.max_output_bytes, 0)), "--"});
  for (const std::string& word : spec_.argv) command.Append(word);
  Json environment = Json::MakeArray();
  for (const auto& [name, value] : spec_.env) environment.Append(name + "=" + value);
  Json body = Json::MakeObject({{"AttachStdin", !spec_.stdin_text.empty()},
                                {"AttachStdout", true},
                                {"AttachStderr", true},
                                {"Tty", false},
                                {"Cmd", std::move(command)},
                                {"Env", std::move(environment)}});
  if (!spec_.workdir.empty()) body.Set("WorkingDir", spec_.workdir);
  if (!spec_.user.empty()) body.Set("User", spec_.user);
  if (guard_ == 0) guard_ = loop_.After(time_ms + kGraceMs, [this] { OnGuard(); });
  api_.Call({.method = "POST", .path = "/containers/" + container_ + "/exec", .body = body.Dump()},
            [this](Result<Json> made) {
              if (made.ok()) return Open((*made)["Id"].AsString());
              StartAgain(Fail(ErrorCode::kUnavailable,
                              "no command can be run in the container: " + made.error().message));
            });
}

void DockerExec::StartAgain(Result<ExecEnd> otherwise) {
  if (has_restarted_ || !killed_by_.empty()) return Finish(std::move(otherwise));
  has_restarted_ = true;
  daemon_words_.clear();
  output_ = RunOutput(std::max<int64_t>(spec_.max_output_bytes, 0));
  stream_.reset();
  restart_([this] { Start(); });
}

void DockerExec::Open(const std::string& id) {
  id_ = id;
  stream_ = DockerStream::Open(
      loop_, api_.socket(), api_.Target({.path = "/exec/" + id + "/start"}),
      R"({"Detach":false,"Tty":false})", spec_.stdin_text,
      {.on_bytes = [this](bool is_error, std::string_view bytes) { OnBytes(is_error, bytes); },
       .on_end = [this](const Status& status) { OnClosed(status); }});
}

void DockerExec::OnBytes(bool is_error, std::string_view bytes) {
  if (is_error) {
    daemon_words_ += bytes.substr(0, kMostWords - std::min(kMostWords, daemon_words_.size()));
    return;
  }
  // A runtime that cannot start the supervisor says so on this stream: such words are no frames.
  if (daemon_words_.size() < kMostWords) daemon_words_ += bytes.substr(0, kMostWords);
  output_.Feed(bytes);
  if (!output_.has_end()) return;
  stream_.reset();
  if (!output_.is_stuck()) return End();
  restart_([this] { End(); });
}

void DockerExec::OnClosed(const Status& status) {
  if (!status.ok() && killed_by_.empty()) {
    return Finish(Fail(status.error().code == ErrorCode::kInvalidArgument
                           ? ErrorCode::kInvalidArgument
                           : ErrorCode::kUnavailable,
                       "the command could not be started: " + status.error().message));
  }
  Look();
}

void DockerExec::Look() {
  api_.Call({.path = "/exec/" + id_ + "/json"}, [this](Result<Json> state) {
    ExecEnd end = output_.Take();
    const int64_t code = state.ok() ? (*state)["ExitCode"].AsInt(kKilled) : kKilled;
    if (!killed_by_.empty()) {
      end.killed_by = killed_by_;
      end.timed_out = killed_by_ == "time";
      return Finish(std::move(end));
    }
    if (!state.ok()) {
      return Finish(Fail(ErrorCode::kUnavailable, "the container is gone: its command was killed"));
    }
    // The supervisor tells every end of a command; without it, it was killed or never ran.
    if (!output_.has_begun()) {
      end.exit_code = kCannotStart;
      end.err = "the command could not be started: " + OneLine(daemon_words_, 300) + "\n";
      return code == kKilled || IsStarved(daemon_words_) ? StartAgain(std::move(end))
                                                         : Finish(std::move(end));
    }
    end.exit_code = static_cast<int>(code);
    LookAround(std::move(end));
  });
}

void DockerExec::LookAround(ExecEnd end) {
  api_.Call({.path = "/containers/" + container_ + "/json"},
            [this, end = std::move(end)](Result<Json> container) mutable {
              const Json state = container.ok() ? (*container)["State"] : Json();
              if (!container.ok() || state["Running"].AsBool()) return Finish(std::move(end));
              if (state["OOMKilled"].AsBool()) {
                end.killed_by = "memory";
                end.exit_code = -1;
              }
              restart_([this, end]() mutable { Finish(std::move(end)); });
            });
}

void DockerExec::OnGuard() {
  guard_ = 0;
  killed_by_ = "time";
  // Its stream ends with it; where none was opened yet, the creation's answer is still to come.
  restart_([] {});
}

void DockerExec::End() { Finish(output_.Take()); }

void DockerExec::Finish(Result<ExecEnd> end) {
  stream_.reset();
  if (guard_ != 0) loop_.CancelTimer(std::exchange(guard_, 0));
  if (end.ok()) {
    uv_update_time(loop_.uv());
    end->duration_ms = static_cast<int64_t>(uv_now(loop_.uv()) - started_ms_);
  }
  const Done done = std::move(done_);
  done(std::move(end));
}

}  // namespace hone
