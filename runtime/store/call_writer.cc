#include "store/call_writer.h"

namespace hone {

Result<int64_t> CallWriter::CallId(const Hash& key) {
  HONE_ASSIGN(const auto found, ids_->FindCall(key));
  if (found) return *found;
  HONE_ASSIGN(const bool imported, import_->Copy(key, ids_));
  (void)imported;
  return ids_->Call(key);
}

Status CallWriter::Apply(const PutIntent& operation) {
  HONE_ASSIGN(const auto found, ids_->FindCall(operation.key));
  int64_t call_id = 0;
  if (found) {
    call_id = *found;
    // An answer is stored once, for ever: an intent that comes late does not undo it.
    HONE_TRY(
        db_->Run("UPDATE calls SET status = 'intent', reserved_pico_usd = ?2 "
                 "WHERE call_id = ?1 AND status <> 'answered'",
                 call_id, operation.reserved.value));
  } else {
    for (const Part& part : operation.parts) {
      HONE_ASSIGN(const int64_t text_id, ids_->PutText(part));
      (void)text_id;
    }
    HONE_TRY(db_->Run(
        "INSERT INTO calls (key, request_hash, model, replicate, item, draw, epoch, request_json, "
        "seed, status, reserved_pico_usd, created_at_ms) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'intent', ?, ?)",
        operation.key, operation.request_hash, operation.model, operation.replicate, operation.item,
        operation.draw, operation.epoch, operation.request.Dump(), operation.seed,
        operation.reserved.value, operation.now_ms));
    call_id = db_->last_insert_id();
    ids_->RememberCall(operation.key, call_id);
  }
  return db_->Run(
      "INSERT INTO sends (call_id, file_uid, n, address, started_at_ms, outcome) "
      "VALUES (?, ?, ?, ?, ?, 'in_flight') "
      "ON CONFLICT (call_id, file_uid, n) DO UPDATE SET address = excluded.address, "
      "started_at_ms = excluded.started_at_ms, outcome = 'in_flight'",
      call_id, file_uid_, operation.send_n, operation.address, operation.now_ms);
}

Status CallWriter::Apply(const EndSend& operation) {
  HONE_ASSIGN(const int64_t call_id, ids_->Call(operation.key));
  std::optional<int64_t> http_status;  // null where no status line came
  if (operation.http_status != 0) http_status = operation.http_status;
  HONE_TRY(db_->Run(
      "UPDATE sends SET outcome = ?4, maybe_billed = ?5, http_status = ?6, request_bytes = ?7, "
      "response_bytes = ?8, error = ?9, ended_at_ms = ?10 "
      "WHERE call_id = ?1 AND file_uid = ?2 AND n = ?3",
      call_id, file_uid_, operation.send_n, operation.outcome, operation.maybe_billed, http_status,
      operation.request_bytes, operation.response_bytes, operation.error, operation.now_ms));
  if (!operation.interrupts_call) return Ok{};
  return db_->Run("UPDATE calls SET status = 'interrupted' WHERE call_id = ? AND status = 'intent'",
                  call_id);
}

Status CallWriter::Apply(const PutAnswer& operation) {
  HONE_ASSIGN(const int64_t call_id, ids_->Call(operation.key));
  HONE_TRY(
      db_->Run("UPDATE sends SET outcome = 'answered', maybe_billed = 0, http_status = ?4, "
               "request_bytes = ?5, response_bytes = ?6, ended_at_ms = ?7 "
               "WHERE call_id = ?1 AND file_uid = ?2 AND n = ?3",
               call_id, file_uid_, operation.send_n, operation.http_status, operation.request_bytes,
               operation.response_bytes, operation.now_ms));
  HONE_ASSIGN(const int64_t text_id,
              ids_->PutText(operation.text.text == nullptr ? Part::Of("") : operation.text));
  std::optional<std::string> tool_calls;
  if (!operation.tool_calls.is_null()) tool_calls = operation.tool_calls.Dump();
  std::optional<int64_t> cost;
  if (operation.cost) cost = operation.cost->value;
  return db_->Run(
      "UPDATE calls SET status = 'answered', answer_text_id = ?2, answer_tool_calls = ?3, "
      "finish_reason = ?4, response_model = ?5, provider_request_id = ?6, input_tokens = ?7, "
      "cached_tokens = ?8, output_tokens = ?9, reasoning_tokens = ?10, tokens_source = ?11, "
      "cost_pico_usd = ?12, answered_at_ms = ?13, cache_write_tokens = ?14, price_json = ?15 "
      "WHERE call_id = ?1 AND status <> 'answered'",
      call_id, text_id, tool_calls, operation.finish_reason, operation.response_model,
      operation.provider_request_id, operation.input_tokens, operation.cached_tokens,
      operation.output_tokens, operation.reasoning_tokens,
      operation.tokens_are_estimate ? "estimate" : "provider", cost, operation.now_ms,
      operation.cache_write_tokens, operation.price_json);
}

Status CallWriter::Apply(const PutUse& operation) {
  HONE_ASSIGN(const int64_t unit_id, ids_->Unit(operation.unit_key));
  HONE_ASSIGN(const int64_t call_id, CallId(operation.key));
  return db_->Run(
      "INSERT INTO uses (unit_id, path, ordinal, call_id, role, step, fallback_for) "
      "VALUES (?, ?, ?, ?, ?, ?, ?) "
      "ON CONFLICT (unit_id, path, ordinal) DO UPDATE SET call_id = excluded.call_id, "
      "role = excluded.role, step = excluded.step, fallback_for = excluded.fallback_for",
      unit_id, operation.path, operation.ordinal, call_id, operation.role, operation.step,
      operation.fallback_for);
}

Status CallWriter::Apply(const PutJournal& operation) {
  HONE_ASSIGN(const int64_t unit_id, ids_->Unit(operation.unit_key));
  HONE_ASSIGN(const Json given, Json::Parse(operation.result_json));
  HONE_ASSIGN(const std::string result, ids_->PutTextsOf(given));
  std::string diverged;
  if (!operation.diverged_json.empty()) {
    HONE_ASSIGN(const Json both, Json::Parse(operation.diverged_json));
    HONE_ASSIGN(diverged, ids_->PutTextsOf(both));
  }
  return db_->Run(
      "INSERT INTO journal (unit_id, path, ordinal, kind, command_hash, result_json, "
      "diverged_json) VALUES (?, ?, ?, ?, ?, ?, ?) "
      "ON CONFLICT (unit_id, path, ordinal) DO UPDATE SET kind = excluded.kind, "
      "command_hash = excluded.command_hash, result_json = excluded.result_json, "
      "diverged_json = iif(excluded.diverged_json = '', diverged_json, excluded.diverged_json)",
      unit_id, operation.path, operation.ordinal, operation.kind, operation.command_hash, result,
      diverged);
}

}  // namespace hone
