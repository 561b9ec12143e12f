// CallBroker: one call at a time becomes an answer. Single flight, ledger, budget, admission,
// tries.
//
// Order of things for a key that nobody has asked for yet: the ledger is looked up; a miss waits
// until its endpoint admits it (admission.h), reserves its worst case (budget.h), has its intent
// committed, leaves, and its outcome is written before anything that depends on it can leave. A
// failed try that may be repeated keeps its reservation, backs off and queues again in front; one
// whose bill is unknown stays booked in full and reserves anew. Every wait has an end: by time, by
// the end of another call, or because the endpoint is given up. Loop's thread only.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "engine/admission.h"
#include "engine/budget.h"
#include "engine/call_rows.h"
#include "engine/progress.h"
#include "ports/clock.h"
#include "ports/event_loop.h"
#include "store/store.h"

namespace hone {

class CallBroker {
 public:
  struct Options {
    int max_tries = 5;
    int64_t retry_base_ms = 500;              // doubles with every try
    int64_t retry_after_ceiling_ms = 60'000;  // a longer Retry-After interrupts the call at once
    bool may_send = true;                     // false: a miss is an error that names the call
    std::function<void(const std::string&)>
        on_notice;  // an endpoint that is cooled down or given up
  };
  using Spec = CallSpec;
  using Answer = std::shared_ptr<const StoredAnswer>;
  // Errors: kOverBudget and kCancelled stop the unit, any other one is an interruption.
  using Done = std::function<void(Result<Answer>)>;

  CallBroker(EventLoop* loop, Clock* clock, Store* store, Budget* budget, Progress* progress,
             Options options);
  ~CallBroker();

  void Call(Spec spec, Done done);
  // While held, misses wait: nothing is spent. Recorded answers still flow.
  void HoldSends(bool hold);
  // No further call leaves; calls that wait end with `why`. What is in flight is awaited.
  void StopSending(Error why);
  [[nodiscard]] bool is_stopped() const { return stopped_.has_value(); }
  // Cancels what is in flight; it is recorded as possible spend.
  void CancelInFlight();
  [[nodiscard]] bool in_flight() const { return in_flight_ > 0; }
  // Called whenever the last call in flight has ended.
  void OnQuiet(std::function<void()> on_quiet) { on_quiet_ = std::move(on_quiet); }

 private:
  struct Waiter;
  struct Pending;
  struct Endpoint {
    std::unique_ptr<Admission> admission;
    std::deque<Pending*> waiting;
    EventLoop::TimerId timer = 0;  // asks admission again
    std::string last_trouble;
    bool was_cooling = false;
  };

  void Admit(const std::string& endpoint_name);
  bool DropIfUnwanted(Pending* call);
  void GiveUp(const std::string& endpoint_name, int64_t for_ms);
  bool ReserveOrWait(Pending* call);
  void DropPayer(Hash key, const Error& why);
  void Send(Pending* call);
  void StartModel(Pending* call);
  void OnOutcome(Hash key, ChatOutcome outcome);
  void TellAdmission(Pending* call, const ChatOutcome& outcome);
  void OnAnswer(Pending* call, const ChatOutcome& outcome, ChatAnswer answer);
  void OnInterruption(Pending* call, const ChatOutcome& outcome, const ChatInterruption& trouble);
  void BackOff(Pending* call, int64_t retry_after_ms);
  void Settle(Pending* call, PicoUsd cost);
  void Finish(Hash key, Result<Answer> result);
  void RetryBudgetWaiters();

  EventLoop* loop_;
  Clock* clock_;
  Store* store_;
  Budget* budget_;
  Progress* progress_;
  Options options_;
  bool held_ = false;
  std::optional<Error> stopped_;
  std::unordered_map<Hash, std::unique_ptr<Pending>> pending_;
  std::unordered_map<Hash, Answer> uncommitted_;  // answered, not yet durable
  std::map<std::string, Endpoint> endpoints_;
  std::deque<Pending*> without_money_;
  int in_flight_ = 0;  // calls between their first send and their end
  std::function<void()> on_quiet_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace hone
