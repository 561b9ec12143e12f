#include "engine/call_broker.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "primitives/llm_embed.h"

namespace hone {
namespace {

// Calls that failed together are not sent again together: up to half of it more, by the key.
int64_t WithJitter(int64_t wait_ms, const Hash& key) {
  const auto part = static_cast<unsigned char>(key.View().front());
  return wait_ms + wait_ms * part / 512;
}

Admission::End EndOf(const ChatInterruption& trouble) {
  if (trouble.outcome == "cancelled") return Admission::End::kCancelled;
  if (trouble.outcome == "rate_limited" && trouble.retryable) return Admission::End::kRateLimited;
  return trouble.retryable ? Admission::End::kFailed : Admission::End::kRefused;
}

}  // namespace

struct CallBroker::Waiter {
  Done done;
  std::function<void()> on_row;
  std::function<bool()> is_wanted;
  Budget::Payer payer;
};

struct CallBroker::Pending {
  Spec spec;  // its payer is that of the first waiter
  std::vector<Waiter> waiters;
  bool has_row = false;
  PicoUsd reserved;
  bool has_reservation = false;
  int64_t tokens = 0;  // estimated, for limits of tokens a minute
  Admission::Ticket ticket = 0;
  int tries = 0;   // in this session
  int send_n = 0;  // the number of the send, counting earlier sessions
  ChatModel::Handle handle = 0;
  bool on_the_wire = false;
  EventLoop::TimerId timer = 0;  // of the back-off
};

CallBroker::CallBroker(EventLoop* loop, Clock* clock, Store* store, Budget* budget,
                       Progress* progress, Options options)
    : loop_(loop),
      clock_(clock),
      store_(store),
      budget_(budget),
      progress_(progress),
      options_(std::move(options)) {}

CallBroker::~CallBroker() {
  *alive_ = false;
  for (auto& [name, endpoint] : endpoints_) {
    if (endpoint.timer != 0) loop_->CancelTimer(endpoint.timer);
  }
}

void CallBroker::Call(Spec spec, Done done) {
  const Hash key = spec.key;
  if (const auto found = uncommitted_.find(key); found != uncommitted_.end()) {
    ++progress_->calls_reused;
    spec.on_row();
    return done(found->second);
  }
  if (const auto found = pending_.find(key); found != pending_.end()) {
    ++progress_->calls_reused;
    if (found->second->has_row) spec.on_row();
    found->second->waiters.push_back(
        {std::move(done), std::move(spec.on_row), std::move(spec.is_wanted), spec.payer});
    return;
  }
  Result<std::optional<StoredAnswer>> stored = store_->FindAnswer(key);
  if (!stored.ok()) return done(stored.error());
  if (stored->has_value()) {
    ++progress_->calls_reused;
    spec.on_row();
    return done(Answer(std::make_shared<const StoredAnswer>(std::move(**stored))));
  }
  if (stopped_) return done(*stopped_);
  if (!options_.may_send || !spec.may_buy) {
    return done(Fail(ErrorCode::kNotFound, "the call " + key.Short() + " to " + spec.address.model +
                                               " is not in the ledger"));
  }
  if (spec.embed ? spec.choice.embedder == nullptr : spec.choice.model == nullptr) {
    return done(Invalid("the model '" + spec.address.model + "' makes no " +
                        (spec.embed ? "embeddings; name one that does as the role's model, or as "
                                      "models.embed (offline/hash-embedding needs no key)"
                                    : "chat answers; give the role another one")));
  }
  const std::string name = spec.choice.endpoint;
  auto call = std::make_unique<Pending>();
  call->waiters.push_back(
      {std::move(done), std::move(spec.on_row), std::move(spec.is_wanted), spec.payer});
  call->tokens =
      spec.embed ? Budget::LikelyTokens(*spec.embed) : Budget::LikelyTokens(*spec.request);
  call->spec = std::move(spec);
  ++progress_->calls_waiting;
  Endpoint& endpoint = endpoints_[name];
  if (endpoint.admission == nullptr) {
    endpoint.admission =
        std::make_unique<Admission>(call->spec.choice.limits, options_.retry_after_ceiling_ms);
  }
  endpoint.waiting.push_back(call.get());
  pending_.emplace(key, std::move(call));
  Admit(name);
}

void CallBroker::HoldSends(bool hold) {
  held_ = hold;
  if (hold) return;
  std::vector<std::string> names;
  for (const auto& [name, endpoint] : endpoints_) names.push_back(name);
  for (const std::string& name : names) Admit(name);
}

void CallBroker::Admit(const std::string& endpoint_name) {
  if (held_) return;
  Endpoint& endpoint = endpoints_[endpoint_name];
  while (!stopped_ && !endpoint.waiting.empty()) {
    Pending* call = endpoint.waiting.front();
    if (DropIfUnwanted(call)) {
      endpoint.waiting.pop_front();
      continue;
    }
    const int64_t now = clock_->MonotonicMs();
    const Admission::Gate gate = endpoint.admission->Ask(now, call->tokens);
    if (gate.state == Admission::Gate::State::kDown) return GiveUp(endpoint_name, gate.wait_ms);
    if (gate.state == Admission::Gate::State::kWait) {
      if (gate.wait_ms < 0 || endpoint.timer != 0) return;
      endpoint.timer = loop_->After(gate.wait_ms, [this, endpoint_name, alive = alive_] {
        if (!*alive) return;
        endpoints_[endpoint_name].timer = 0;
        Admit(endpoint_name);
      });
      return;
    }
    endpoint.waiting.pop_front();
    if (!ReserveOrWait(call)) continue;
    call->ticket = endpoint.admission->Leave(now, call->tokens);
    Send(call);
  }
}

// Units end while their calls wait: what nobody wants is not bought. Waiters whose unit is gone
// leave the others alone.
bool CallBroker::DropIfUnwanted(Pending* call) {
  std::erase_if(call->waiters, [](const Waiter& waiter) {
    return waiter.is_wanted != nullptr && !waiter.is_wanted();
  });
  if (!call->waiters.empty()) {
    if (!call->has_reservation) call->spec.payer = call->waiters.front().payer;
    return false;
  }
  Settle(call, PicoUsd{});
  if (call->tries > 0) {
    --in_flight_;
    loop_->Post([this, alive = alive_] {
      if (!*alive) return;
      RetryBudgetWaiters();
      if (in_flight_ == 0 && on_quiet_) on_quiet_();
    });
  }
  --progress_->calls_waiting;
  pending_.erase(Hash(call->spec.key));
  return true;
}

// What waits for an endpoint that is down ends here: interrupted, so that its units are suspended
// and others can go on.
void CallBroker::GiveUp(const std::string& endpoint_name, int64_t for_ms) {
  Endpoint& endpoint = endpoints_[endpoint_name];
  const std::string text = "the endpoint '" + endpoint_name + "' gets no call for " +
                           std::to_string((for_ms + 999) / 1000) + " s: " + endpoint.last_trouble;
  std::vector<Hash> keys;
  for (const Pending* call : endpoint.waiting) keys.push_back(call->spec.key);
  endpoint.waiting.clear();
  // Units are told outside of the caller's stack: Call() may be below us.
  loop_->Post([this, keys, text, alive = alive_] {
    if (!*alive) return;
    for (const Hash& key : keys) Finish(key, Fail(ErrorCode::kUnavailable, text));
  });
}

// Takes the worst case out of the budget. What does not fit waits for calls in flight to settle;
// with none in flight the session stops, or the arm or unit whose limit it is.
bool CallBroker::ReserveOrWait(Pending* call) {
  if (call->has_reservation) return true;  // a further try
  const std::optional<PicoUsd> worst =
      call->spec.embed ? Budget::WorstCase(*call->spec.embed, call->spec.choice)
                       : Budget::WorstCase(*call->spec.request, call->spec.choice);
  call->reserved = worst.value_or(PicoUsd{});
  const auto refusal = budget_->Reserve(call->spec.payer, call->reserved);
  if (!refusal) {
    call->has_reservation = true;
    return true;
  }
  const Error why =
      Fail(ErrorCode::kOverBudget,
           refusal->text + "; raise it (budget.usd=...) and run the same command to continue");
  if (refusal->fits_later) {
    without_money_.push_back(call);
  } else if (refusal->is_whole()) {
    without_money_.push_back(call);
    StopSending(why);
  } else {
    loop_->Post([this, key = call->spec.key, why, alive = alive_] {
      if (*alive) DropPayer(key, why);
    });
  }
  return false;
}

// The first waiter cannot pay; the next one that waits for the same answer may.
void CallBroker::DropPayer(Hash key, const Error& why) {
  const auto found = pending_.find(key);
  if (found == pending_.end()) return;
  if (stopped_) return Finish(key, *stopped_);
  Pending* call = found->second.get();
  if (call->waiters.size() == 1) return Finish(key, why);
  const Waiter first = std::move(call->waiters.front());
  call->waiters.erase(call->waiters.begin());
  call->spec.payer = call->waiters.front().payer;
  const std::string endpoint = call->spec.choice.endpoint;
  endpoints_[endpoint].waiting.push_front(call);
  first.done(why);
  Admit(endpoint);
}

void CallBroker::Send(Pending* call) {
  if (call->tries == 0) {
    ++in_flight_;
    const Result<int> earlier = store_->CountSends(call->spec.key);
    call->send_n = earlier.ok() ? *earlier : 0;
  } else {
    ++progress_->retries;
  }
  ++call->tries;
  ++call->send_n;
  const Hash key = call->spec.key;
  store_->Write(IntentRow(call->spec, call->reserved, call->send_n, clock_->NowMs()),
                [this, key, alive = alive_](const Status& committed) {
                  if (!*alive) return;
                  const auto found = pending_.find(key);
                  if (found == pending_.end()) return;
                  if (committed.ok()) return StartModel(found->second.get());
                  StopSending(committed.error());
                  Finish(key, committed.error());
                });
  if (std::exchange(call->has_row, true)) return;
  for (const Waiter& waiter : call->waiters) waiter.on_row();
}

void CallBroker::StartModel(Pending* call) {
  call->on_the_wire = true;
  const auto done = [this, key = call->spec.key, alive = alive_](ChatOutcome outcome) {
    if (*alive) OnOutcome(key, std::move(outcome));
  };
  const ModelChoice& choice = call->spec.choice;
  if (call->spec.embed == nullptr) {
    call->handle = choice.model->Start(*call->spec.request, done);
    return;
  }
  call->handle = choice.embedder->Start(*call->spec.embed,
                                        [done, embed = call->spec.embed](EmbedOutcome outcome) {
                                          done(AsChatOutcome(std::move(outcome), *embed));
                                        });
}

void CallBroker::OnOutcome(Hash key, ChatOutcome outcome) {
  const auto found = pending_.find(key);
  if (found == pending_.end()) return;
  Pending* call = found->second.get();
  call->on_the_wire = false;
  TellAdmission(call, outcome);
  if (auto* answer = std::get_if<ChatAnswer>(&outcome.result)) {
    OnAnswer(call, outcome, std::move(*answer));
  } else {
    OnInterruption(call, outcome, std::get<ChatInterruption>(outcome.result));
  }
}

void CallBroker::TellAdmission(Pending* call, const ChatOutcome& outcome) {
  const std::string& name = call->spec.choice.endpoint;
  Endpoint& endpoint = endpoints_[name];
  const int64_t now = clock_->MonotonicMs();
  const Admission::Ticket ticket = std::exchange(call->ticket, 0);
  if (const auto* answer = std::get_if<ChatAnswer>(&outcome.result)) {
    const int64_t took = answer->usage.input + answer->usage.output;
    endpoint.admission->Ended(now, ticket, Admission::End::kAnswer, took - call->tokens);
  } else {
    const auto& trouble = std::get<ChatInterruption>(outcome.result);
    endpoint.last_trouble = trouble.message;
    endpoint.admission->Ended(now, ticket, EndOf(trouble), 0, trouble.retry_after_ms);
  }
  const bool is_cooling = endpoint.admission->is_cooling();
  if (is_cooling != std::exchange(endpoint.was_cooling, is_cooling) && options_.on_notice) {
    options_.on_notice(
        "the endpoint '" + name + "' " +
        (is_cooling ? "is cooled down after " + std::to_string(Admission::kFailuresToCool) +
                          " failures in a row, the last one: " + OneLine(endpoint.last_trouble, 200)
                    : "answers again"));
  }
}

void CallBroker::OnAnswer(Pending* call, const ChatOutcome& outcome, ChatAnswer answer) {
  const Hash key = call->spec.key;
  PutAnswer row = AnswerRow(call->spec, outcome, std::move(answer), call->send_n, clock_->NowMs());
  const PicoUsd cost = row.cost.value_or(PicoUsd{});
  const Answer shared = std::make_shared<const StoredAnswer>(AnswerOf(row));
  Settle(call, cost);
  ++progress_->calls_new;
  progress_->spent += cost;
  uncommitted_.emplace(key, shared);
  store_->Write(std::move(row), [this, key, alive = alive_](const Status& committed) {
    if (!*alive) return;
    uncommitted_.erase(key);
    if (!committed.ok()) StopSending(committed.error());
  });
  Finish(key, shared);
}

void CallBroker::OnInterruption(Pending* call, const ChatOutcome& outcome,
                                const ChatInterruption& trouble) {
  if (trouble.maybe_billed) {
    // The bill is unknown: the worst case stays booked, and a further try reserves anew.
    ++progress_->unknown;
    progress_->possible += call->reserved;
    Settle(call, call->reserved);
  }
  store_->Write(FailedSendRow(call->spec, outcome, trouble, call->send_n, clock_->NowMs()));
  const Hash key = call->spec.key;
  if (stopped_ && trouble.retryable) return Finish(key, *stopped_);
  const bool may_retry = trouble.retryable && call->tries < options_.max_tries &&
                         trouble.retry_after_ms <= options_.retry_after_ceiling_ms;
  if (may_retry) {
    const std::string endpoint = call->spec.choice.endpoint;
    BackOff(call, trouble.retry_after_ms);
    if (trouble.maybe_billed) RetryBudgetWaiters();
    return Admit(endpoint);
  }
  std::string text = trouble.message;
  if (call->tries > 1) text += " (after " + std::to_string(call->tries) + " tries)";
  Finish(key, Fail(trouble.code, text));
}

// Its place at the endpoint is free meanwhile; afterwards it is in front of those never sent.
void CallBroker::BackOff(Pending* call, int64_t retry_after_ms) {
  const Hash key = call->spec.key;
  const int64_t backoff = options_.retry_base_ms << std::min(call->tries - 1, 10);
  const int64_t wait_ms = std::max(WithJitter(backoff, key), retry_after_ms);
  call->timer = loop_->After(wait_ms, [this, key, alive = alive_] {
    if (!*alive) return;
    const auto found = pending_.find(key);
    if (found == pending_.end()) return;
    Pending* again = found->second.get();
    again->timer = 0;
    const std::string endpoint = again->spec.choice.endpoint;
    endpoints_[endpoint].waiting.push_front(again);
    Admit(endpoint);
  });
}

void CallBroker::Settle(Pending* call, PicoUsd cost) {
  if (!std::exchange(call->has_reservation, false)) return;
  budget_->Settle(call->spec.payer, call->reserved, cost);
}

// Gives back what the call held and tells who waits for it; others may go then.
void CallBroker::Finish(Hash key, Result<Answer> result) {
  auto node = pending_.extract(key);
  if (node.empty()) return;
  Pending* call = node.mapped().get();
  --progress_->calls_waiting;
  Settle(call, PicoUsd{});
  const std::string name = call->spec.choice.endpoint;
  if (call->ticket != 0) {
    endpoints_[name].admission->Ended(clock_->MonotonicMs(), call->ticket,
                                      Admission::End::kCancelled);
  }
  if (call->tries > 0) --in_flight_;
  for (const Waiter& waiter : call->waiters) waiter.done(result);
  RetryBudgetWaiters();
  Admit(name);
  if (in_flight_ == 0 && on_quiet_) on_quiet_();
}

void CallBroker::RetryBudgetWaiters() {
  if (without_money_.empty()) return;
  std::deque<Pending*> waiting = std::move(without_money_);
  without_money_.clear();
  std::set<std::string> touched;
  for (auto call = waiting.rbegin(); call != waiting.rend(); ++call) {
    endpoints_[(*call)->spec.choice.endpoint].waiting.push_front(*call);
    touched.insert((*call)->spec.choice.endpoint);
  }
  for (const std::string& name : touched) Admit(name);
}

void CallBroker::StopSending(Error why) {
  if (stopped_) return;
  stopped_ = why;
  std::vector<Hash> waiting;
  for (auto& [name, endpoint] : endpoints_) {
    for (Pending* call : endpoint.waiting) waiting.push_back(call->spec.key);
    endpoint.waiting.clear();
  }
  for (Pending* call : without_money_) waiting.push_back(call->spec.key);
  without_money_.clear();
  for (const auto& [key, call] : pending_) {
    if (call->timer == 0) continue;
    loop_->CancelTimer(std::exchange(call->timer, 0));
    waiting.push_back(key);
  }
  // Units are told outside of the caller's stack: Call() may be below us.
  loop_->Post([this, waiting, why = *stopped_, alive = alive_] {
    if (!*alive) return;
    for (const Hash& key : waiting) Finish(key, why);
    if (in_flight_ == 0 && on_quiet_) on_quiet_();
  });
}

void CallBroker::CancelInFlight() {
  std::vector<std::function<void()>> open;
  for (const auto& [key, call] : pending_) {
    if (!call->on_the_wire) continue;
    const ModelChoice& choice = call->spec.choice;
    if (call->spec.embed) {
      open.push_back(
          [embedder = choice.embedder, handle = call->handle] { embedder->Cancel(handle); });
    } else {
      open.push_back([model = choice.model, handle = call->handle] { model->Cancel(handle); });
    }
  }
  for (const auto& cancel : open) cancel();
}

}  // namespace hone
