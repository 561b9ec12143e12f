// CallBroker: one call at a time becomes an answer. Single flight, ledger, budget, admission,
// tries.
//
// Order of things for a key that nobody has asked for yet: the ledger is looked up; a miss reserves
// its worst case, waits for a free place at its endpoint, has its intent committed, leaves, and its
// outcome is written before anything that depends on it can leave. Loop's thread only.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "engine/budget.h"
#include "engine/progress.h"
#include "ports/clock.h"
#include "ports/event_loop.h"
#include "primitives/call_key.h"
#include "store/store.h"

namespace hone {

class CallBroker {
 public:
  struct Options {
    int max_tries = 5;
    int64_t retry_base_ms = 500;              // doubles with every try
    int64_t retry_after_ceiling_ms = 60'000;  // a longer Retry-After interrupts the call at once
    bool may_send = true;                     // false: a miss is an error that names the call
  };
  struct Spec {
    std::shared_ptr<const ChatRequest> request;  // exactly one of the two is set
    std::shared_ptr<const EmbedRequest> embed;
    Hash request_hash, key;
    CallAddress address;
    ModelChoice choice;
    // Runs once the call has its row (its intent was given to the store, or it was answered
    // before): from then on other rows may name it.
    std::function<void()> on_row;
  };
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
  // Cancels what is in flight; it is recorded as possible spend.
  void CancelInFlight();
  [[nodiscard]] bool in_flight() const { return in_flight_ > 0; }
  // Called whenever the last call in flight has ended.
  void OnQuiet(std::function<void()> on_quiet) { on_quiet_ = std::move(on_quiet); }

 private:
  struct Pending;
  struct Endpoint {
    int in_flight = 0;
    std::deque<Pending*> waiting;
  };

  void Admit(const std::string& endpoint_name);
  bool ReserveOrWait(Pending* call);
  void Launch(Pending* call);
  void Send(Pending* call);
  void StartModel(Pending* call);
  void OnOutcome(Hash key, ChatOutcome outcome);
  void OnAnswer(Pending* call, const ChatOutcome& outcome, ChatAnswer answer);
  void OnInterruption(Pending* call, const ChatOutcome& outcome, const ChatInterruption& trouble);
  void Leave(Pending* call);
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
  int in_flight_ = 0;
  std::function<void()> on_quiet_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace hone
