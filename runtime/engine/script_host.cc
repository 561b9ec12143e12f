#include "engine/script_host.h"

#include <algorithm>

#include "base/log.h"

namespace hone {
namespace {

constexpr int64_t kWatchEveryMs = 100;

bool IsUnitFrame(FrameType type) {
  switch (type) {
    case FrameType::kEffect:
    case FrameType::kRecord:
    case FrameType::kProgress:
    case FrameType::kLog:
    case FrameType::kIdle:
    case FrameType::kUnitDone:
    case FrameType::kUnitFailed:
      return true;
    default:
      return false;
  }
}

}  // namespace

ScriptHost::ScriptHost(EventLoop* loop, ScriptProcessSpawner* spawner, Options options,
                       Events events)
    : loop_(loop), spawner_(spawner), options_(std::move(options)), events_(std::move(events)) {}

ScriptHost::~ScriptHost() {
  *alive_ = false;
  if (watch_timer_ != 0) loop_->CancelTimer(watch_timer_);
}

Status ScriptHost::Start() {
  ScriptProcess::Events events;
  events.on_frame = [this, alive = alive_](Frame frame) {
    if (*alive) OnFrame(std::move(frame));
  };
  events.on_exit = [this, alive = alive_](const std::string& how) {
    if (*alive) OnExit(how);
  };
  HONE_ASSIGN(process_, spawner_->Spawn(std::move(events)));
  Json limits = Json::MakeObject({{"memory_bytes", Json(options_.memory_bytes)},
                                  {"instructions", Json(options_.instructions)}});
  Json body = Json::MakeObject({{"modules", options_.modules}, {"limits", std::move(limits)}});
  Write(FrameType::kStart, body);
  return Ok{};
}

Result<Json> ScriptHost::Ask(FrameType type, const Json& body) {
  if (process_ == nullptr) return Fail(ErrorCode::kUnavailable, "hone-script is not running");
  reply_.reset();
  waiting_for_reply_ = true;
  head_cpu_ms_ = process_->CpuMs();
  if (watch_timer_ == 0) Watch();
  Write(type, body);
  while (!reply_) loop_->Run();
  waiting_for_reply_ = false;
  if (type == FrameType::kDataRow) {  // as the other side does (wire/frame.h)
    sent_ = PartSender();
    received_ = PartReceiver();
  }
  return std::move(*reply_);
}

void ScriptHost::Send(FrameType type, int64_t unit, const Json& body) {
  if (process_ == nullptr) return;
  const bool owes = type == FrameType::kRunUnit || type == FrameType::kAnswer;
  if (owes) {
    if (owed_.empty()) head_cpu_ms_ = process_->CpuMs();
    owed_.push_back(unit);
    if (watch_timer_ == 0) Watch();
  }
  Write(type, body);
}

void ScriptHost::Write(FrameType type, const Json& body) {
  std::vector<Frame> frames;
  sent_.Encode(type, body, &frames);
  for (Frame& frame : frames) process_->Send(std::move(frame));
}

void ScriptHost::Kill() {
  killed_by_us_ = true;
  if (process_ != nullptr) process_->Kill();
}

void ScriptHost::OnFrame(Frame frame) {
  if (frame.type == FrameType::kPart) return received_.Store(frame);
  Result<Json> body = PartReceiver::DecodeShallow(frame);
  if (!body.ok()) {
    Log(LogLevel::kError, "hone-script sent a broken frame: " + body.error().message);
    return process_->Kill();
  }
  if (frame.type == FrameType::kReady) return;
  if (IsUnitFrame(frame.type)) {
    const bool settles = frame.type == FrameType::kIdle || frame.type == FrameType::kUnitDone ||
                         frame.type == FrameType::kUnitFailed;
    if (settles) Settle((*body)["unit"].AsInt());
    if (events_.on_unit_frame) events_.on_unit_frame(frame.type, *body);
    return;
  }
  if (!waiting_for_reply_) return;
  if (frame.type == FrameType::kJobFailed) {
    std::string text = (*body)["message"].AsString();
    const std::string& traceback = (*body)["traceback"].AsString();
    if (!traceback.empty()) text += "\n" + traceback;
    reply_ = Fail(ErrorCodeFromName((*body)["code"].AsString()), text);
  } else {
    reply_ = received_.Resolve(*body);
  }
  loop_->Stop();
}

// A unit has handled its oldest frame, and with it the child has handled all that was sent before
// (also frames of units dropped meanwhile, which answer nothing).
void ScriptHost::Settle(int64_t unit) {
  const auto found = std::find(owed_.begin(), owed_.end(), unit);
  if (found != owed_.end()) owed_.erase(owed_.begin(), found + 1);
  if (process_ != nullptr) head_cpu_ms_ = process_->CpuMs();
}

void ScriptHost::Watch() {
  watch_timer_ = loop_->After(kWatchEveryMs, [this, alive = alive_] {
    if (!*alive) return;
    watch_timer_ = 0;
    const bool owes = waiting_for_reply_ || !owed_.empty();
    if (process_ == nullptr || !owes) return;
    const int64_t cpu = process_->CpuMs();
    if (cpu >= 0 && cpu - head_cpu_ms_ > options_.cpu_limit_ms) {
      killed_by_watchdog_ = true;
      process_->Kill();
      return;
    }
    Watch();
  });
}

void ScriptHost::OnExit(const std::string& how) {
  process_.reset();
  Death death;
  const bool by_signal_nine = how.find("signal 9") != std::string::npos;
  if (killed_by_watchdog_) {
    death.error = Fail(ErrorCode::kScriptLimit, "the script used more than " +
                                                    std::to_string(options_.cpu_limit_ms) +
                                                    " ms of CPU without an answer and was stopped");
    death.own_fault = true;
  } else {
    death.error = Fail(ErrorCode::kUnavailable, "hone-script ended: " + how);
    death.own_fault = !by_signal_nine;
  }
  if (death.own_fault && !owed_.empty()) death.guilty = owed_.front();
  if (waiting_for_reply_) {
    reply_ = death.error;
    loop_->Stop();
    return;
  }
  if (!killed_by_us_ && events_.on_death) events_.on_death(std::move(death));
}

}  // namespace hone
