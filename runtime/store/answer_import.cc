#include "store/answer_import.h"

#include "base/json.h"
#include "store/text_lookup.h"

namespace hone {
namespace {

// Every hash named by {"$text": hash} inside a request.
void CollectTextRefs(const Json& value, std::vector<Hash>* hashes) {
  for (const Json& item : value.items()) CollectTextRefs(item, hashes);
  for (const auto& [key, member] : value.members()) {
    if (key != "$text") {
      CollectTextRefs(member, hashes);
    } else if (auto hash = Hash::FromHex(member.AsString()); hash.ok()) {
      hashes->push_back(*hash);
    }
  }
}

}  // namespace

Result<bool> AnswerImport::Copy(const Hash& key, RowIds* ids) {
  for (const auto& source : sources_) {
    HONE_ASSIGN(const bool copied, CopyFrom(source.get(), key, ids));
    if (copied) return true;
  }
  return false;
}

Status AnswerImport::CopyTexts(Connection* source, const std::string& request_json, RowIds* ids) {
  HONE_ASSIGN(const Json request, Json::Parse(request_json));
  std::vector<Hash> hashes;
  CollectTextRefs(request, &hashes);
  for (const Hash& hash : hashes) {
    HONE_ASSIGN(const auto text, FindText(source, &decoder_, hash, /*verify=*/true));
    if (!text) continue;
    HONE_ASSIGN(const int64_t text_id, ids->PutText(*text));
    (void)text_id;
  }
  return Ok{};
}

Result<bool> AnswerImport::CopyFrom(Connection* source, const Hash& key, RowIds* ids) {
  HONE_ASSIGN(
      Statement call,
      source->Prepare(
          "SELECT c.call_id, c.request_hash, c.model, c.replicate, c.item, c.draw, c.epoch, "
          "c.request_json, c.seed, c.reserved_pico_usd, t.hash, c.answer_tool_calls, "
          "c.finish_reason, c.response_model, c.provider_request_id, c.input_tokens, "
          "c.cached_tokens, c.output_tokens, c.reasoning_tokens, c.tokens_source, "
          "c.cost_pico_usd, c.created_at_ms, c.answered_at_ms, c.cache_write_tokens, c.price_json "
          "FROM calls c JOIN texts t ON t.text_id = c.answer_text_id "
          "WHERE c.key = ? AND c.status = 'answered'"));
  call.Bind(1, key);
  HONE_ASSIGN(const bool found, call.Step());
  if (!found) return false;
  HONE_TRY(CopyTexts(source, call.String(7), ids));
  HONE_ASSIGN(const auto answer, FindText(source, &decoder_, call.HashAt(10), /*verify=*/true));
  if (!answer) return false;
  HONE_ASSIGN(const int64_t text_id, ids->PutText(*answer));
  std::optional<std::string> tool_calls;
  if (!call.IsNull(11)) tool_calls = call.String(11);
  HONE_TRY(target_->Run(
      "INSERT INTO calls (key, request_hash, model, replicate, item, draw, epoch, request_json, "
      "seed, status, reserved_pico_usd, answer_text_id, answer_tool_calls, finish_reason, "
      "response_model, provider_request_id, input_tokens, cached_tokens, output_tokens, "
      "reasoning_tokens, tokens_source, cost_pico_usd, created_at_ms, answered_at_ms, "
      "cache_write_tokens, price_json) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'answered', ?, ?, ?, ?, "
      "?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
      "ON CONFLICT (key) DO UPDATE SET status = 'answered', "
      "answer_text_id = excluded.answer_text_id, answer_tool_calls = excluded.answer_tool_calls, "
      "finish_reason = excluded.finish_reason, response_model = excluded.response_model, "
      "provider_request_id = excluded.provider_request_id, input_tokens = excluded.input_tokens, "
      "cached_tokens = excluded.cached_tokens, output_tokens = excluded.output_tokens, "
      "reasoning_tokens = excluded.reasoning_tokens, tokens_source = excluded.tokens_source, "
      "cost_pico_usd = excluded.cost_pico_usd, answered_at_ms = excluded.answered_at_ms, "
      "cache_write_tokens = excluded.cache_write_tokens, price_json = excluded.price_json "
      "WHERE status <> 'answered'",
      key, call.HashAt(1), call.String(2), call.String(3), call.HashAt(4), call.String(5),
      call.String(6), call.String(7), call.MaybeInt(8), call.Int(9), text_id, tool_calls,
      call.String(12), call.String(13), call.String(14), call.MaybeInt(15), call.MaybeInt(16),
      call.MaybeInt(17), call.MaybeInt(18), call.String(19), call.MaybeInt(20), call.Int(21),
      call.MaybeInt(22), call.MaybeInt(23), call.String(24)));
  HONE_ASSIGN(const int64_t call_id, ids->Call(key));
  HONE_ASSIGN(Statement send,
              source->Prepare("SELECT file_uid, n, address, started_at_ms, ended_at_ms, outcome, "
                              "maybe_billed, http_status, request_bytes, response_bytes, error "
                              "FROM sends WHERE call_id = ?"));
  send.Bind(1, call.Int(0));
  while (true) {
    HONE_ASSIGN(const bool row, send.Step());
    if (!row) break;
    HONE_TRY(target_->Run(
        "INSERT OR REPLACE INTO sends (call_id, file_uid, n, address, started_at_ms, ended_at_ms, "
        "outcome, maybe_billed, http_status, request_bytes, response_bytes, error) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        call_id, send.String(0), send.Int(1), send.String(2), send.Int(3), send.MaybeInt(4),
        send.String(5), send.Int(6), send.MaybeInt(7), send.MaybeInt(8), send.MaybeInt(9),
        send.String(10)));
  }
  return true;
}

}  // namespace hone
