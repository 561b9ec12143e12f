#include "store/forget_experiments.h"

#include <array>

#include "store/database_lock.h"
#include "store/migrations.h"
#include "store/unit_tables.h"

namespace hone {
namespace {

constexpr std::array kForgetRows = {
    std::string_view(
        "CREATE TEMP TABLE gone_runs AS SELECT run_id FROM runs JOIN arms USING (arm_id) "
        "WHERE experiment_id IN (SELECT experiment_id FROM gone_experiments)"),
    std::string_view("DELETE FROM overlaps WHERE run_id IN (SELECT run_id FROM gone_runs)"),
    std::string_view("DELETE FROM run_units WHERE run_id IN (SELECT run_id FROM gone_runs)"),
    std::string_view("DELETE FROM runs WHERE run_id IN (SELECT run_id FROM gone_runs)"),
    std::string_view("DELETE FROM search_decisions WHERE experiment_id IN "
                     "(SELECT experiment_id FROM gone_experiments)"),
    std::string_view("DELETE FROM arms WHERE experiment_id IN "
                     "(SELECT experiment_id FROM gone_experiments)"),
    std::string_view("DELETE FROM experiments WHERE experiment_id IN "
                     "(SELECT experiment_id FROM gone_experiments)"),
    std::string_view(
        "CREATE TEMP TABLE gone_units AS SELECT unit_id FROM units WHERE unit_id NOT IN ("
        "SELECT unit_id FROM run_units WHERE unit_id IS NOT NULL UNION "
        "SELECT evaluate_unit_id FROM run_units WHERE evaluate_unit_id IS NOT NULL UNION "
        "SELECT select_unit_id FROM run_units WHERE select_unit_id IS NOT NULL)"),
};

constexpr std::array kForgetAnswers = {
    // A call of unknown outcome has no use: it belongs to its item's units.
    std::string_view(
        "CREATE TEMP TABLE gone_calls AS SELECT call_id FROM calls WHERE call_id NOT IN "
        "(SELECT call_id FROM uses) AND NOT (status <> 'answered' AND item IN "
        "(SELECT item_hash FROM units)) AND call_id NOT IN (SELECT call_id FROM edits "
        "WHERE call_id IS NOT NULL UNION SELECT call_id FROM attempts WHERE call_id IS "
        "NOT NULL UNION SELECT judge_call_id FROM attempts WHERE judge_call_id IS NOT NULL)"),
    std::string_view("DELETE FROM labels WHERE answer_key IN "
                     "(SELECT key FROM calls WHERE call_id IN (SELECT call_id FROM gone_calls))"),
    std::string_view("DELETE FROM sends WHERE call_id IN (SELECT call_id FROM gone_calls)"),
    std::string_view("DELETE FROM calls WHERE call_id IN (SELECT call_id FROM gone_calls)"),
    // Texts are named by id, by hash, and by hash inside JSON.
    std::string_view("CREATE TEMP TABLE kept_texts (hash TEXT PRIMARY KEY)"),
    std::string_view("INSERT OR IGNORE INTO kept_texts SELECT upper(j.value) FROM calls, "
                     "json_tree(calls.request_json) j WHERE j.key = '$text'"),
    std::string_view(
        "INSERT OR IGNORE INTO kept_texts SELECT upper(j.value) FROM units, "
        "json_tree(units.result_json) j WHERE units.result_json <> '' AND j.key = '$text'"),
    std::string_view("INSERT OR IGNORE INTO kept_texts SELECT upper(j.value) FROM journal, "
                     "json_tree(journal.result_json) j WHERE journal.result_json <> '' AND "
                     "j.key = '$text'"),
    std::string_view("INSERT OR IGNORE INTO kept_texts SELECT upper(j.value) FROM journal, "
                     "json_tree(journal.diverged_json) j WHERE journal.diverged_json <> '' AND "
                     "j.key = '$text'"),
    std::string_view("INSERT OR IGNORE INTO kept_texts SELECT upper(j.value) FROM experiments, "
                     "json_each(experiments.sources_json) j"),
    std::string_view("INSERT OR IGNORE INTO kept_texts SELECT hex(skill_hash) FROM run_units "
                     "WHERE skill_hash IS NOT NULL"),
    std::string_view("INSERT OR IGNORE INTO kept_texts SELECT upper(value) FROM meta "
                     "WHERE key LIKE 'data:%'"),
    std::string_view(
        "DELETE FROM texts WHERE hex(hash) NOT IN (SELECT hash FROM kept_texts) AND "
        "text_id NOT IN (SELECT answer_text_id FROM calls WHERE answer_text_id IS NOT NULL "
        "UNION SELECT answer_text_id FROM attempts WHERE answer_text_id IS NOT NULL "
        "UNION SELECT text_id FROM skills UNION SELECT text_id FROM artifacts "
        "UNION SELECT diff_text_id FROM commits WHERE diff_text_id IS NOT NULL "
        "UNION SELECT stdout_text_id FROM execs WHERE stdout_text_id IS NOT NULL "
        "UNION SELECT stderr_text_id FROM execs WHERE stderr_text_id IS NOT NULL)"),
};

Status EmptyOf(Connection* db, std::string_view table) {
  return db->Execute("DELETE FROM " + std::string(table) +
                     " WHERE unit_id IN (SELECT unit_id FROM gone_units)");
}

Result<int64_t> Count(Connection* db, const std::string& table) {
  HONE_ASSIGN(const auto count, db->FindInt("SELECT count(*) FROM temp." + table));
  return count.value_or(0);
}

}  // namespace

Result<ForgetCounts> ForgetExperiments(Connection* db, const std::vector<Hash>& experiments,
                                       bool answers_too) {
  ForgetCounts counts;
  HONE_TRY(db->Execute("CREATE TEMP TABLE gone_experiments (experiment_id INTEGER PRIMARY KEY)"));
  for (const Hash& hash : experiments) {
    HONE_TRY(
        db->Run("INSERT INTO gone_experiments "
                "SELECT experiment_id FROM experiments WHERE hash = ?",
                hash));
  }
  HONE_ASSIGN(counts.experiments, Count(db, "gone_experiments"));
  for (const std::string_view sql : kForgetRows) HONE_TRY(db->Execute(std::string(sql)));
  HONE_ASSIGN(counts.units, Count(db, "gone_units"));
  for (const std::string_view table : kRecordedTables) HONE_TRY(EmptyOf(db, table));
  for (const EffectTable& table : kEffectTables) HONE_TRY(EmptyOf(db, table.name));
  HONE_TRY(EmptyOf(db, "units"));
  if (!answers_too) return counts;
  for (const std::string_view sql : kForgetAnswers) HONE_TRY(db->Execute(std::string(sql)));
  HONE_ASSIGN(counts.calls, Count(db, "gone_calls"));
  return counts;
}

Result<ForgetCounts> ForgetInFile(const std::string& path, const std::vector<Hash>& experiments,
                                  bool answers_too) {
  HONE_TRY(CheckResultsFile(path));
  HONE_ASSIGN(const DatabaseLock lock, DatabaseLock::Take(path));
  HONE_ASSIGN(auto db, Connection::Open(path, Connection::Mode::kReadWrite));
  HONE_TRY(Migrate(db.get()));
  HONE_TRY(db->Execute("PRAGMA busy_timeout = 60000; PRAGMA synchronous = FULL; BEGIN IMMEDIATE"));
  Result<ForgetCounts> counts = ForgetExperiments(db.get(), experiments, answers_too);
  if (!counts.ok()) {
    (void)db->Execute("ROLLBACK");
    return counts.error();
  }
  HONE_TRY(db->Execute("COMMIT"));
  HONE_TRY(db->Execute("VACUUM"));
  return counts;
}

}  // namespace hone
