// CallRows: what the ledger is told about a call: its intent, its answer, the end of a try. Pure.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include "engine/budget.h"
#include "primitives/call_key.h"
#include "store/store.h"

namespace hone {

// One call as the broker gets it: a chat or an embedding.
struct CallSpec {
  std::shared_ptr<const ChatRequest> request;  // exactly one of the two is set
  std::shared_ptr<const EmbedRequest> embed;
  Hash request_hash, key;
  CallAddress address;
  ModelChoice choice;
  Budget::Payer payer;
  // Runs once the call has its row (its intent was given to the store, or it was answered
  // before): from then on other rows may name it.
  std::function<void()> on_row;
  bool may_buy = true;  // false: a miss is an error that names the call
  // False once nobody waits any more (the unit was suspended): it is not sent then. None: always.
  std::function<bool()> is_wanted{};
};

PutIntent IntentRow(const CallSpec& call, PicoUsd reserved, int send_n, int64_t now_ms);

// The answer with its cost, if the model has a price, and the price row behind it.
PutAnswer AnswerRow(const CallSpec& call, const ChatOutcome& outcome, ChatAnswer answer, int send_n,
                    int64_t now_ms);
// What re-execution would read back.
StoredAnswer AnswerOf(const PutAnswer& row);

// A try that brought no answer. The call counts as interrupted until the next try says otherwise.
EndSend FailedSendRow(const CallSpec& call, const ChatOutcome& outcome,
                      const ChatInterruption& trouble, int send_n, int64_t now_ms);

}  // namespace hone
