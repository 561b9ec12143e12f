#include "engine/call_rows.h"

#include <utility>

#include "primitives/llm_embed.h"

namespace hone {

PutIntent IntentRow(const CallSpec& call, PicoUsd reserved, int send_n, int64_t now_ms) {
  PutIntent row;
  row.key = call.key;
  row.request_hash = call.request_hash;
  row.model = call.address.model;
  row.replicate = call.address.replicate;
  row.item = call.address.item;
  row.draw = call.address.draw;
  row.epoch = call.address.epoch;
  if (const EmbedRequest* embed = call.embed.get()) {
    row.request = LedgerRequest(*embed);
    row.parts = LedgerParts(*embed);
    row.address = call.choice.embedder->Address();
  } else {
    row.request = LedgerRequest(*call.request);
    row.parts = LedgerParts(*call.request);
    row.seed = call.request->seed;
    row.address = call.choice.model->Address();
  }
  row.reserved = reserved;
  row.send_n = send_n;
  row.now_ms = now_ms;
  return row;
}

PutAnswer AnswerRow(const CallSpec& call, const ChatOutcome& outcome, ChatAnswer answer, int send_n,
                    int64_t now_ms) {
  PutAnswer row;
  row.key = call.key;
  row.send_n = send_n;
  row.http_status = 200;
  row.request_bytes = outcome.request_bytes;
  row.response_bytes = outcome.response_bytes;
  row.text = Part::Of(std::move(answer.text));
  row.tool_calls = std::move(answer.tool_calls);
  row.finish_reason = std::move(answer.finish_reason);
  row.response_model = std::move(answer.response_model);
  row.provider_request_id = std::move(answer.provider_request_id);
  row.input_tokens = answer.usage.input;
  row.cached_tokens = answer.usage.cached_input;
  row.cache_write_tokens = answer.usage.cache_write;
  row.output_tokens = answer.usage.output;
  row.reasoning_tokens = answer.usage.reasoning;
  row.tokens_are_estimate = answer.usage.is_estimate;
  row.cost = Budget::Cost(answer.usage, call.choice);
  if (call.choice.prices) row.price_json = PriceJson(*call.choice.prices).Dump();
  row.now_ms = now_ms;
  return row;
}

StoredAnswer AnswerOf(const PutAnswer& row) {
  StoredAnswer stored;
  stored.text = row.text;
  stored.tool_calls = row.tool_calls;
  stored.finish_reason = row.finish_reason;
  stored.response_model = row.response_model;
  stored.input_tokens = row.input_tokens;
  stored.cached_tokens = row.cached_tokens;
  stored.output_tokens = row.output_tokens;
  stored.reasoning_tokens = row.reasoning_tokens;
  stored.cost = row.cost;
  return stored;
}

EndSend FailedSendRow(const CallSpec& call, const ChatOutcome& outcome,
                      const ChatInterruption& trouble, int send_n, int64_t now_ms) {
  EndSend row;
  row.key = call.key;
  row.send_n = send_n;
  row.outcome = trouble.outcome;
  row.maybe_billed = trouble.maybe_billed;
  row.http_status = trouble.http_status;
  row.request_bytes = outcome.request_bytes;
  row.response_bytes = outcome.response_bytes;
  row.error = trouble.message;
  row.interrupts_call = true;
  row.now_ms = now_ms;
  return row;
}

}  // namespace hone
