// ScriptHost: one hone-script process as the engine sees it: jobs with answers, units with frames.
//
// The watchdog: the child handles frames in the order in which they were sent, so while it owes a
// reply the oldest unanswered frame names the unit that is running. A unit that uses more CPU than
// its limit for one frame costs the process its life; the other units of the process are executed
// again from the ledger, elsewhere. Loop's thread only.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "ports/event_loop.h"
#include "ports/script_process.h"
#include "wire/frame.h"
#include "wire/parts.h"

namespace hone {

class ScriptHost {
 public:
  struct Options {
    Json modules;                         // [{name, file, source}]
    int64_t memory_bytes = 256LL << 20U;  // for each unit
    int64_t instructions = 200'000'000;   // for one frame: well under two seconds
    int64_t cpu_limit_ms = 5'000;         // for one frame, before the watchdog kills
  };
  // The child is gone: `guilty` is the unit that was running when it died by its own doing or by
  // the watchdog; nothing when somebody else killed it.
  struct Death {
    Error error;
    std::optional<int64_t> guilty;
    bool own_fault = false;
  };
  struct Events {
    // A frame that belongs to a unit, body still shallow.
    std::function<void(FrameType, const Json&)> on_unit_frame;
    std::function<void(Death)> on_death;
  };

  ScriptHost(EventLoop* loop, ScriptProcessSpawner* spawner, Options options, Events events);
  ~ScriptHost();

  // Spawns the child; its readiness is not awaited (frames are handled in order).
  Status Start();
  // Sends a job and waits for its reply by running the loop: for loading, before units run.
  Result<Json> Ask(FrameType type, const Json& body);
  // Sends a frame for a unit.
  void Send(FrameType type, int64_t unit, const Json& body);
  void Kill();
  [[nodiscard]] const PartReceiver& parts() const { return received_; }

 private:
  void Write(FrameType type, const Json& body);
  void OnFrame(Frame frame);
  void OnExit(const std::string& how);
  void Settle(int64_t unit);
  void Watch();

  EventLoop* loop_;
  ScriptProcessSpawner* spawner_;
  Options options_;
  Events events_;
  PartSender sent_;
  PartReceiver received_;
  std::unique_ptr<ScriptProcess> process_;
  std::optional<Result<Json>> reply_;
  bool waiting_for_reply_ = false;
  std::deque<int64_t> owed_;  // units whose frame has no kIdle yet, in the order of sending
  int64_t head_cpu_ms_ = 0;   // CPU time when the head of owed_ became the head
  bool killed_by_watchdog_ = false;
  bool killed_by_us_ = false;
  EventLoop::TimerId watch_timer_ = 0;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace hone
