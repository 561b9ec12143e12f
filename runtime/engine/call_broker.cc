#include "engine/call_broker.h"

#include <algorithm>
#include <utility>

#include "primitives/llm_embed.h"

namespace hone {

struct CallBroker::Pending {
  Spec spec;
  std::vector<Done> waiters;
  std::vector<std::function<void()>> on_row;  // of waiters that came before the intent
  bool has_row = false;
  PicoUsd reserved;
  bool has_reservation = false;
  bool launched = false;
  int tries = 0;   // in this session
  int send_n = 0;  // the number of the send, counting earlier sessions
  ChatModel::Handle handle = 0;
  bool on_the_wire = false;
  EventLoop::TimerId timer = 0;
};

CallBroker::CallBroker(EventLoop* loop, Clock* clock, Store* store, Budget* budget,
                       Progress* progress, Options options)
    : loop_(loop),
      clock_(clock),
      store_(store),
      budget_(budget),
      progress_(progress),
      options_(options) {}

CallBroker::~CallBroker() { *alive_ = false; }

void CallBroker::Call(Spec spec, Done done) {
  const Hash key = spec.key;
  if (const auto found = uncommitted_.find(key); found != uncommitted_.end()) {
    ++progress_->calls_reused;
    spec.on_row();
    return done(found->second);
  }
  if (const auto found = pending_.find(key); found != pending_.end()) {
    ++progress_->calls_reused;
    if (found->second->has_row) {
      spec.on_row();
    } else {
      found->second->on_row.push_back(std::move(spec.on_row));
    }
    found->second->waiters.push_back(std::move(done));
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
  if (!options_.may_send) {
    return done(Fail(ErrorCode::kNotFound, "the call " + key.Short() + " to " + spec.address.model +
                                               " is not in the ledger"));
  }
  if (spec.embed ? spec.choice.embedder == nullptr : spec.choice.model == nullptr) {
    return done(Invalid("the model '" + spec.address.model + "' makes no " +
                        (spec.embed ? "embeddings; name one that does as the role's model, or as "
                                      "models.embed (offline/hash-embedding needs no key)"
                                    : "chat answers; give the role another one")));
  }
  const std::string endpoint = spec.choice.endpoint;
  auto call = std::make_unique<Pending>();
  call->on_row.push_back(std::move(spec.on_row));
  call->spec = std::move(spec);
  call->waiters.push_back(std::move(done));
  ++progress_->calls_waiting;
  endpoints_[endpoint].waiting.push_back(call.get());
  pending_.emplace(key, std::move(call));
  Admit(endpoint);
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
    if (endpoint.in_flight >= call->spec.choice.limits.max_in_flight) return;
    endpoint.waiting.pop_front();
    if (!ReserveOrWait(call)) continue;
    ++endpoint.in_flight;
    ++in_flight_;
    Launch(call);
  }
}

// Takes the worst case out of the budget. What does not fit waits for calls in flight to settle;
// with none in flight the session stops.
bool CallBroker::ReserveOrWait(Pending* call) {
  const std::optional<PicoUsd> worst =
      call->spec.embed ? Budget::WorstCase(*call->spec.embed, call->spec.choice)
                       : Budget::WorstCase(*call->spec.request, call->spec.choice);
  call->reserved = worst.value_or(PicoUsd{});
  if (budget_->Reserve(call->reserved)) {
    call->has_reservation = true;
    return true;
  }
  without_money_.push_back(call);
  if (!budget_->has_reservations()) {
    std::string text = "the budget is reached: ";
    if (!budget_->calls_left()) {
      text += std::to_string(*budget_->limits().calls) + " calls were sent";
    } else {
      text += budget_->spent().Text() + " of " + budget_->limits().usd->Text() +
              " spent, and the next call may cost " + call->reserved.Text();
    }
    StopSending(Fail(ErrorCode::kOverBudget,
                     text + "; raise it (budget.usd=...) and run the same command to continue"));
  }
  return false;
}

void CallBroker::Launch(Pending* call) {
  call->launched = true;
  const Result<int> earlier = store_->CountSends(call->spec.key);
  call->send_n = earlier.ok() ? *earlier : 0;
  Send(call);
}

void CallBroker::Send(Pending* call) {
  ++call->tries;
  ++call->send_n;
  PutIntent intent;
  intent.key = call->spec.key;
  intent.request_hash = call->spec.request_hash;
  intent.model = call->spec.address.model;
  intent.replicate = call->spec.address.replicate;
  intent.item = call->spec.address.item;
  intent.draw = call->spec.address.draw;
  intent.epoch = call->spec.address.epoch;
  if (const EmbedRequest* embed = call->spec.embed.get()) {
    intent.request = LedgerRequest(*embed);
    intent.parts = LedgerParts(*embed);
    intent.address = call->spec.choice.embedder->Address();
  } else {
    intent.request = LedgerRequest(*call->spec.request);
    intent.parts = LedgerParts(*call->spec.request);
    intent.seed = call->spec.request->seed;
    intent.address = call->spec.choice.model->Address();
  }
  intent.reserved = call->reserved;
  intent.send_n = call->send_n;
  intent.now_ms = clock_->NowMs();
  const Hash key = call->spec.key;
  store_->Write(std::move(intent), [this, key, alive = alive_](const Status& committed) {
    if (!*alive) return;
    const auto found = pending_.find(key);
    if (found == pending_.end()) return;
    Pending* ready = found->second.get();
    if (!committed.ok()) {
      StopSending(committed.error());
      Leave(ready);
      return Finish(key, committed.error());
    }
    StartModel(ready);
  });
  call->has_row = true;
  for (const auto& on_row : std::exchange(call->on_row, {})) on_row();
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
  if (auto* answer = std::get_if<ChatAnswer>(&outcome.result)) {
    OnAnswer(call, outcome, std::move(*answer));
  } else {
    OnInterruption(call, outcome, std::get<ChatInterruption>(outcome.result));
  }
}

void CallBroker::OnAnswer(Pending* call, const ChatOutcome& outcome, ChatAnswer answer) {
  PutAnswer write;
  write.key = call->spec.key;
  write.send_n = call->send_n;
  write.http_status = 200;
  write.request_bytes = outcome.request_bytes;
  write.response_bytes = outcome.response_bytes;
  write.text = Part::Of(std::move(answer.text));
  write.tool_calls = answer.tool_calls;
  write.finish_reason = answer.finish_reason;
  write.response_model = answer.response_model;
  write.provider_request_id = answer.provider_request_id;
  write.input_tokens = answer.usage.input;
  write.cached_tokens = answer.usage.cached_input;
  write.output_tokens = answer.usage.output;
  write.reasoning_tokens = answer.usage.reasoning;
  write.tokens_are_estimate = answer.usage.is_estimate;
  write.cost = Budget::Cost(answer.usage, call->spec.choice);
  write.now_ms = clock_->NowMs();

  auto stored = std::make_shared<StoredAnswer>();
  stored->text = write.text;
  stored->tool_calls = write.tool_calls;
  stored->finish_reason = write.finish_reason;
  stored->response_model = write.response_model;
  stored->input_tokens = write.input_tokens;
  stored->cached_tokens = write.cached_tokens;
  stored->output_tokens = write.output_tokens;
  stored->reasoning_tokens = write.reasoning_tokens;
  stored->cost = write.cost;

  const PicoUsd cost = write.cost.value_or(PicoUsd{});
  budget_->Settle(call->reserved, cost);
  call->has_reservation = false;
  ++progress_->calls_new;
  progress_->spent += cost;
  const Hash key = call->spec.key;
  const Answer shared = stored;
  uncommitted_.emplace(key, shared);
  store_->Write(std::move(write), [this, key, alive = alive_](const Status& committed) {
    if (!*alive) return;
    uncommitted_.erase(key);
    if (!committed.ok()) StopSending(committed.error());
  });
  Leave(call);
  Finish(key, shared);
}

void CallBroker::OnInterruption(Pending* call, const ChatOutcome& outcome,
                                const ChatInterruption& trouble) {
  if (trouble.maybe_billed) {
    // The bill is unknown: the worst case stays booked, and a further try reserves anew.
    ++progress_->unknown;
    progress_->possible += call->reserved;
    budget_->Settle(call->reserved, call->reserved);
    call->has_reservation = false;
  }
  const bool may_retry = trouble.retryable && !stopped_ && call->tries < options_.max_tries &&
                         trouble.retry_after_ms <= options_.retry_after_ceiling_ms &&
                         (call->has_reservation || budget_->Reserve(call->reserved));
  EndSend write;
  write.key = call->spec.key;
  write.send_n = call->send_n;
  write.outcome = trouble.outcome;
  write.maybe_billed = trouble.maybe_billed;
  write.http_status = trouble.http_status;
  write.request_bytes = outcome.request_bytes;
  write.response_bytes = outcome.response_bytes;
  write.error = trouble.message;
  write.interrupts_call = !may_retry;
  write.now_ms = clock_->NowMs();
  store_->Write(std::move(write));
  const Hash key = call->spec.key;
  if (may_retry) {
    call->has_reservation = true;
    ++progress_->retries;
    const int64_t backoff = options_.retry_base_ms << std::min(call->tries - 1, 10);
    call->timer =
        loop_->After(std::max(backoff, trouble.retry_after_ms), [this, key, alive = alive_] {
          if (!*alive) return;
          const auto found = pending_.find(key);
          if (found == pending_.end()) return;
          Pending* again = found->second.get();
          again->timer = 0;
          if (!stopped_) return Send(again);
          Leave(again);
          Finish(key, *stopped_);
        });
    return;
  }
  if (call->has_reservation) {
    budget_->Settle(call->reserved, PicoUsd{});
    call->has_reservation = false;
  }
  Leave(call);
  std::string text = trouble.message;
  if (call->tries > 1) text += " (after " + std::to_string(call->tries) + " tries)";
  Finish(key, Fail(trouble.code, text));
}

// Frees the place at the endpoint; what waits for a place or for money may go.
void CallBroker::Leave(Pending* call) {
  if (call->has_reservation) {
    budget_->Settle(call->reserved, PicoUsd{});
    call->has_reservation = false;
  }
  if (!call->launched) return;
  call->launched = false;
  --endpoints_[call->spec.choice.endpoint].in_flight;
  --in_flight_;
}

void CallBroker::Finish(Hash key, Result<Answer> result) {
  auto node = pending_.extract(key);
  if (node.empty()) return;
  --progress_->calls_waiting;
  const std::string endpoint = node.mapped()->spec.choice.endpoint;
  for (const Done& done : node.mapped()->waiters) done(result);
  RetryBudgetWaiters();
  Admit(endpoint);
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
    loop_->CancelTimer(call->timer);
    Leave(call.get());
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
