#include "store/ledger_reader.h"

#include "base/text.h"
#include "store/migrations.h"
#include "store/row_reader.h"
#include "store/text_lookup.h"
#include "store/text_refs.h"

namespace hone {

Result<std::unique_ptr<LedgerReader>> LedgerReader::Open(const std::string& path) {
  HONE_ASSIGN(auto connection, OpenForReading(path));
  HONE_ASSIGN(RowTables tables, RowTables::Load(connection.get()));
  HONE_ASSIGN(std::string uid, ReadFileUid(connection.get()));
  return std::unique_ptr<LedgerReader>(
      new LedgerReader(std::move(connection), std::move(tables), std::move(uid)));
}

Result<std::optional<StoredAnswer>> LedgerReader::FindAnswer(const Hash& key) {
  HONE_ASSIGN(Statement row,
              db_->Prepare("SELECT t.hash, t.codec, t.data, t.size_bytes, c.answer_tool_calls, "
                           "c.finish_reason, c.response_model, c.input_tokens, c.cached_tokens, "
                           "c.output_tokens, c.reasoning_tokens, c.cost_pico_usd "
                           "FROM calls c JOIN texts t ON t.text_id = c.answer_text_id "
                           "WHERE c.key = ? AND c.status = 'answered'"));
  row.Bind(1, key);
  HONE_ASSIGN(const bool found, row.Step());
  if (!found) return std::optional<StoredAnswer>();
  StoredAnswer answer;
  auto text = decoder_.Decode(row.Text(1), row.Bytes(2), row.Int(3));
  if (!text.ok()) {
    return Fail(ErrorCode::kCorrupt, db_->path() + ": the answer to call " + key.Short() +
                                         " is damaged: its text does not decode");
  }
  answer.text.hash = row.HashAt(0);
  answer.text.text = std::make_shared<const std::string>(std::move(text).value());
  if (!row.IsNull(4)) {
    HONE_ASSIGN(answer.tool_calls, Json::Parse(row.Text(4)));
  }
  answer.finish_reason = row.String(5);
  answer.response_model = row.String(6);
  answer.input_tokens = row.Int(7);
  answer.cached_tokens = row.Int(8);
  answer.output_tokens = row.Int(9);
  answer.reasoning_tokens = row.Int(10);
  if (!row.IsNull(11)) answer.cost = PicoUsd{row.Int(11)};
  return std::optional<StoredAnswer>(std::move(answer));
}

Result<int> LedgerReader::CountSends(const Hash& key) {
  HONE_ASSIGN(const auto count,
              db_->FindInt("SELECT max(s.n) FROM calls c JOIN sends s ON s.call_id = c.call_id "
                           "WHERE c.key = ? AND s.file_uid = ?",
                           key, file_uid_));
  return static_cast<int>(count.value_or(0));
}

Result<std::optional<StoredUnit>> LedgerReader::FindUnit(const Hash& unit_key) {
  HONE_ASSIGN(Statement row,
              db_->Prepare("SELECT status, error_code, error_message, result_json FROM units "
                           "WHERE unit_key = ?"));
  row.Bind(1, unit_key);
  HONE_ASSIGN(const bool found, row.Step());
  if (!found) return std::optional<StoredUnit>();
  StoredUnit unit;
  unit.status = row.String(0);
  unit.error_code = row.String(1);
  unit.error_message = row.String(2);
  if (!row.Text(3).empty()) {
    HONE_ASSIGN(const Json result, Json::Parse(row.Text(3)));
    HONE_ASSIGN(unit.result, ResolveTexts(result));
  }
  return std::optional<StoredUnit>(std::move(unit));
}

Result<UseMap> LedgerReader::UsesOf(const Hash& unit_key) {
  HONE_ASSIGN(Statement row,
              db_->Prepare("SELECT us.path, us.ordinal, c.key FROM units u "
                           "JOIN uses us ON us.unit_id = u.unit_id "
                           "JOIN calls c ON c.call_id = us.call_id WHERE u.unit_key = ?"));
  row.Bind(1, unit_key);
  UseMap uses;
  while (true) {
    HONE_ASSIGN(const bool more, row.Step());
    if (!more) return uses;
    uses.emplace(std::make_pair(row.String(0), row.Int(1)), row.HashAt(2));
  }
}

Result<JournalMap> LedgerReader::JournalOf(const Hash& unit_key) {
  // Without a result: what ForgetFrom left of an effect that diverged.
  HONE_ASSIGN(
      Statement row,
      db_->Prepare("SELECT path, ordinal, j.kind, command_hash, j.result_json FROM journal j "
                   "JOIN units USING (unit_id) WHERE unit_key = ? AND j.result_json <> ''"));
  row.Bind(1, unit_key);
  JournalMap journal;
  while (true) {
    HONE_ASSIGN(const bool more, row.Step());
    if (!more) return journal;
    HONE_ASSIGN(const Json result, Json::Parse(row.Text(4)));
    HONE_ASSIGN(const Json whole, ResolveTexts(result));
    journal.emplace(std::make_pair(row.String(0), row.Int(1)),
                    JournalEntry{row.String(2), row.HashAt(3), whole.Dump()});
  }
}

Result<std::optional<Predecessor>> LedgerReader::FindPredecessor(const std::string& experiment_name,
                                                                 const std::string& arm,
                                                                 const std::string& replicate,
                                                                 const std::string& item,
                                                                 const Hash& unit_key) {
  Predecessor predecessor;
  {
    HONE_ASSIGN(Statement row,
                db_->Prepare(
                    "SELECT u.unit_key, e.status = 'complete' FROM experiments e "
                    "JOIN arms a ON a.experiment_id = e.experiment_id AND a.name = ?2 "
                    "JOIN runs r ON r.arm_id = a.arm_id AND r.replicate = ?3 "
                    "JOIN run_units ru ON ru.run_id = r.run_id AND ru.name = ?4 "
                    "JOIN units u ON u.unit_id = ru.unit_id AND u.kind = 'run' "
                    "WHERE e.name = ?1 AND u.status <> 'diverged' AND u.unit_key <> ?5 "
                    "ORDER BY e.started_at_ms DESC, u.started_at_ms DESC, u.unit_id DESC LIMIT 1"));
    row.Bind(1, experiment_name);
    row.Bind(2, arm);
    row.Bind(3, replicate);
    row.Bind(4, item);
    row.Bind(5, unit_key);
    HONE_ASSIGN(const bool found, row.Step());
    if (!found || row.Int(1) != 0) return std::optional<Predecessor>();
    predecessor.unit_key = row.HashAt(0);
  }
  HONE_ASSIGN(predecessor.uses, UsesOf(predecessor.unit_key));
  return std::optional<Predecessor>(std::move(predecessor));
}

Result<std::optional<Json>> LedgerReader::RequestOf(const Hash& key) {
  HONE_ASSIGN(Statement row,
              db_->Prepare("SELECT request_json, model, replicate, draw, epoch FROM calls "
                           "WHERE key = ?"));
  row.Bind(1, key);
  HONE_ASSIGN(const bool found, row.Step());
  if (!found) return std::optional<Json>();
  HONE_ASSIGN(const Json request, Json::Parse(row.Text(0)));
  HONE_ASSIGN(Json resolved, ResolveTexts(request));
  Json address = Json::MakeObject({{"model", Json(row.String(1))}});
  address.Set("replicate", Json(row.String(2)));
  address.Set("draw", Json(row.String(3)));
  address.Set("epoch", Json(row.String(4)));
  resolved.Set("address", std::move(address));
  return std::optional<Json>(std::move(resolved));
}

Result<std::vector<Json>> LedgerReader::RowsOf(const Hash& unit_key, const std::string& table) {
  const RowTable* known = tables_.Find(table);
  if (known == nullptr) {
    return Invalid("no table '" + OneLine(table, 60) + "' of rows" +
                   NameHint(table, tables_.Names()));
  }
  return ReadRows(db_.get(), &decoder_, tables_, *known, unit_key);
}

Result<LedgerSummary> LedgerReader::Summary(const std::string& experiment_name) {
  // A call that was sent and never answered has no use yet: it belongs by its item.
  HONE_ASSIGN(
      Statement row,
      db_->Prepare(
          "WITH cells AS (SELECT ru.unit_id, ru.evaluate_unit_id, ru.select_unit_id FROM "
          "experiments e "
          "  JOIN arms a ON a.experiment_id = e.experiment_id JOIN runs r ON r.arm_id = a.arm_id "
          "  JOIN run_units ru ON ru.run_id = r.run_id WHERE e.name = ?), "
          "used AS (SELECT unit_id FROM cells UNION SELECT evaluate_unit_id FROM cells UNION "
          "  SELECT select_unit_id FROM cells), "
          "mine AS (SELECT call_id FROM uses WHERE unit_id IN used UNION "
          "  SELECT call_id FROM calls WHERE status <> 'answered' AND item IN "
          "    (SELECT item_hash FROM units WHERE unit_id IN used)), "
          "graded AS (SELECT c.status = 'answered' AS answered, c.cost_pico_usd AS cost, "
          "  c.reserved_pico_usd AS reserved, (SELECT count(*) FROM sends s "
          "    WHERE s.call_id = c.call_id AND s.maybe_billed = 1) AS unknown "
          "  FROM mine JOIN calls c ON c.call_id = mine.call_id) "
          // Each such send may be on the bill, also when the call was answered by a later one.
          "SELECT coalesce(sum(answered), 0), coalesce(sum(NOT answered AND unknown > 0), 0), "
          "coalesce(sum(CASE WHEN answered THEN cost END), 0), "
          "coalesce(sum(unknown * reserved), 0) FROM graded"));
  row.Bind(1, experiment_name);
  HONE_ASSIGN(const bool found, row.Step());
  LedgerSummary summary;
  if (!found) return summary;
  summary.answered = row.Int(0);
  summary.unknown = row.Int(1);
  summary.spent = PicoUsd{row.Int(2)};
  summary.possible = PicoUsd{row.Int(3)};
  return summary;
}

Result<std::optional<Part>> LedgerReader::TextOf(const Hash& hash) {
  return FindText(db_.get(), &decoder_, hash);
}

Result<Json> LedgerReader::ResolveTexts(const Json& value) {
  return ResolveTextRefs(value, [this](const Hash& hash) -> Result<Part> {
    HONE_ASSIGN(const auto text, TextOf(hash));
    if (text) return *text;
    return Fail(ErrorCode::kCorrupt, db_->path() + ": text " + hash.Short() + " is missing");
  });
}

}  // namespace hone
