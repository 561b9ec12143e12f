#include "store/experiment_writer.h"

#include "store/unit_tables.h"

namespace hone {

Status ExperimentWriter::Apply(const PutExperiment& operation) {
  for (const Part& source : operation.sources) {
    const Result<int64_t> put = ids_->PutText(source);
    if (!put.ok()) return put.error();
  }
  return db_->Run(
      "INSERT INTO experiments (hash, name, file, config_json, sources_json, data_json, "
      "prices_json, status, subset, hone_version, started_at_ms) "
      "VALUES (?, ?, ?, ?, ?, ?, ?, 'running', ?, ?, ?) "
      "ON CONFLICT (hash) DO UPDATE SET name = excluded.name, file = excluded.file, "
      "config_json = excluded.config_json, sources_json = excluded.sources_json, "
      "data_json = excluded.data_json, prices_json = excluded.prices_json, status = 'running', "
      "subset = excluded.subset, hone_version = excluded.hone_version, "
      "started_at_ms = excluded.started_at_ms, ended_at_ms = NULL",
      operation.hash, operation.name, operation.file, operation.config_json, operation.sources_json,
      operation.data_json, operation.prices_json, operation.subset, operation.hone_version,
      operation.now_ms);
}

Status ExperimentWriter::Apply(const EndExperiment& operation) {
  HONE_ASSIGN(const int64_t id, ids_->Experiment(operation.hash));
  return db_->Run("UPDATE experiments SET status = ?2, ended_at_ms = ?3 WHERE experiment_id = ?1",
                  id, operation.status, operation.now_ms);
}

Status ExperimentWriter::Apply(const PutArm& operation) {
  HONE_ASSIGN(const int64_t id, ids_->Experiment(operation.experiment));
  return db_->Run(
      "INSERT INTO arms (experiment_id, position, name, recipe, baseline, config_json, "
      "labels_json, origin) VALUES (?, ?, ?, ?, ?, ?, ?, ?) "
      "ON CONFLICT (experiment_id, name) DO UPDATE SET position = excluded.position, "
      "recipe = excluded.recipe, baseline = excluded.baseline, config_json = excluded.config_json, "
      "labels_json = excluded.labels_json, origin = excluded.origin",
      id, operation.position, operation.name, operation.recipe, operation.baseline,
      operation.config_json, operation.labels_json, operation.origin);
}

Status ExperimentWriter::Apply(const PutRun& operation) {
  HONE_ASSIGN(const int64_t experiment, ids_->Experiment(operation.run.experiment));
  HONE_ASSIGN(const auto arm,
              db_->FindInt("SELECT arm_id FROM arms WHERE experiment_id = ? AND name = ?",
                           experiment, operation.run.arm));
  if (!arm) {
    return Fail(ErrorCode::kNotFound, "no arm '" + operation.run.arm + "' in experiment " +
                                          operation.run.experiment.Short());
  }
  std::optional<int64_t> started;
  std::optional<int64_t> ended;
  if (operation.status == "running") started = operation.now_ms;
  if (operation.status == "complete" || operation.status == "incomplete") {
    ended = operation.now_ms;
  }
  return db_->Run(
      "INSERT INTO runs (arm_id, replicate, program_hash, status, started_at_ms, ended_at_ms) "
      "VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (arm_id, replicate) DO UPDATE SET "
      "program_hash = excluded.program_hash, status = excluded.status, "
      "started_at_ms = coalesce(excluded.started_at_ms, started_at_ms), "
      "ended_at_ms = excluded.ended_at_ms",
      *arm, operation.run.replicate, operation.program_hash, operation.status, started, ended);
}

Result<std::optional<int64_t>> ExperimentWriter::MaybeUnit(const std::optional<Hash>& unit_key) {
  if (!unit_key) return std::optional<int64_t>();
  HONE_ASSIGN(const int64_t id, ids_->Unit(*unit_key));
  return std::optional<int64_t>(id);
}

Status ExperimentWriter::Apply(const PutRunUnit& operation) {
  HONE_ASSIGN(const int64_t run, ids_->Run(operation.run));
  HONE_ASSIGN(const auto unit, MaybeUnit(operation.unit_key));
  HONE_ASSIGN(const auto evaluate_unit, MaybeUnit(operation.evaluate_unit_key));
  HONE_ASSIGN(const auto select_unit, MaybeUnit(operation.select_unit_key));
  return db_->Run(
      "INSERT INTO run_units (run_id, position, name, cluster, category, separation, "
      "report_tasks, unit_id, evaluate_unit_id, select_unit_id, skill_hash, shard) "
      "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
      "ON CONFLICT (run_id, position) DO UPDATE SET name = excluded.name, "
      "cluster = excluded.cluster, category = excluded.category, "
      "separation = excluded.separation, report_tasks = excluded.report_tasks, "
      "unit_id = coalesce(excluded.unit_id, unit_id), "
      "evaluate_unit_id = coalesce(excluded.evaluate_unit_id, evaluate_unit_id), "
      "select_unit_id = coalesce(excluded.select_unit_id, select_unit_id), "
      "skill_hash = coalesce(excluded.skill_hash, skill_hash), shard = excluded.shard",
      run, operation.position, operation.name, operation.cluster, operation.category,
      operation.separation, operation.report_tasks, unit, evaluate_unit, select_unit,
      operation.skill_hash, operation.shard);
}

Status ExperimentWriter::Apply(const StartUnit& operation) {
  HONE_TRY(db_->Run(
      "INSERT INTO units (unit_key, kind, item_hash, name, replicate, status, started_at_ms) "
      "VALUES (?, ?, ?, ?, ?, 'running', ?) ON CONFLICT (unit_key) DO UPDATE SET "
      "status = 'running', error_code = '', error_message = '', "
      "started_at_ms = excluded.started_at_ms, ended_at_ms = NULL",
      operation.unit_key, operation.kind, operation.item_hash, operation.name, operation.replicate,
      operation.now_ms));
  return Ok{};
}

Status ExperimentWriter::Apply(const EndUnit& operation) {
  HONE_ASSIGN(const int64_t unit, ids_->Unit(operation.unit_key));
  std::string result;
  if (!operation.result.is_null()) {
    HONE_ASSIGN(result, ids_->PutTextsOf(operation.result));
  }
  return db_->Run(
      "UPDATE units SET status = ?2, error_code = ?3, error_message = ?4, result_json = ?5, "
      "ended_at_ms = ?6 WHERE unit_id = ?1",
      unit, operation.status, operation.error_code, operation.error_message, result,
      operation.now_ms);
}

Status ExperimentWriter::Apply(const ForgetUnit& operation) {
  HONE_TRY(Apply(ForgetFrom{operation.unit_key, "", 0}));
  // With what diverged.
  HONE_ASSIGN(const int64_t unit, ids_->Unit(operation.unit_key));
  return db_->Run("DELETE FROM journal WHERE unit_id = ?", unit);
}

Status ExperimentWriter::Apply(const ForgetFrom& operation) {
  HONE_ASSIGN(const int64_t unit, ids_->Unit(operation.unit_key));
  for (const std::string_view table : kRecordedTables) {
    HONE_TRY(db_->Run("DELETE FROM " + std::string(table) + " WHERE unit_id = ?", unit));
  }
  const std::string below = operation.path.empty() ? "" : operation.path + ".";
  for (const EffectTable& table : kEffectTables) {
    const std::string place = " WHERE unit_id = ?1 AND (path = ?2 AND " + std::string(table.place) +
                              " >= ?3 OR path <> ?2 AND substr(path, 1, length(?4)) = ?4)";
    std::string sql = "DELETE FROM " + std::string(table.name) + place;
    if (table.name == "journal") {
      HONE_TRY(db_->Run("UPDATE journal SET result_json = ''" + place, unit, operation.path,
                        operation.ordinal, below));
      sql += " AND diverged_json = ''";
    }
    HONE_TRY(db_->Run(sql, unit, operation.path, operation.ordinal, below));
  }
  return Ok{};
}

Status ExperimentWriter::Apply(const PutOverlap& operation) {
  HONE_ASSIGN(const int64_t run, ids_->Run(operation.run));
  return db_->Run(
      "INSERT INTO overlaps (run_id, position, task_name, found_in) VALUES (?, ?, ?, ?) "
      "ON CONFLICT (run_id, position, task_name) DO UPDATE SET found_in = excluded.found_in",
      run, operation.position, operation.task_name, operation.found_in);
}

Status ExperimentWriter::Apply(const PutDecision& operation) {
  HONE_ASSIGN(const int64_t experiment, ids_->Experiment(operation.experiment));
  return db_->Run(
      "INSERT INTO search_decisions (experiment_id, rung, arm, action, reason, evidence_json) "
      "VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (experiment_id, rung, arm) DO UPDATE SET "
      "action = excluded.action, reason = excluded.reason, evidence_json = excluded.evidence_json",
      experiment, operation.rung, operation.arm, operation.action, operation.reason,
      operation.evidence_json);
}

Status ExperimentWriter::Apply(const ForgetDecisions& operation) {
  return db_->Run(
      "DELETE FROM search_decisions WHERE experiment_id = "
      "(SELECT experiment_id FROM experiments WHERE hash = ?)",
      operation.experiment);
}

Status ExperimentWriter::Apply(const PutLabel& operation) {
  return db_->Run(
      "INSERT INTO labels (answer_key, rubric, rubric_hash, labeller, status, note) "
      "VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (answer_key, rubric, labeller) DO UPDATE SET "
      "rubric_hash = excluded.rubric_hash, status = excluded.status, note = excluded.note",
      operation.answer_key, operation.rubric, operation.rubric_hash, operation.labeller,
      operation.status, operation.note);
}

}  // namespace hone
