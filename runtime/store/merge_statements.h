// The statements of a merge, in their order: main is the target, other the source. Each is one SQL
// statement; maps from the source's local ids to the target's are temporary tables.
#pragma once

#include <array>
#include <string_view>

namespace hone {

inline constexpr std::array kMergeStatements = {
    // Texts, by content.
    std::string_view(R"sql(
CREATE TEMP TABLE new_texts AS
SELECT o.hash FROM other.texts o LEFT JOIN main.texts m ON m.hash = o.hash WHERE m.hash IS NULL)sql"),
    std::string_view(R"sql(
INSERT INTO main.texts (hash, size_bytes, codec, data)
SELECT hash, size_bytes, codec, data FROM other.texts WHERE hash IN (SELECT hash FROM new_texts))sql"),
    std::string_view(R"sql(
CREATE TEMP TABLE map_texts (src INTEGER PRIMARY KEY, dst INTEGER NOT NULL))sql"),
    std::string_view(R"sql(
INSERT INTO map_texts SELECT o.text_id, m.text_id FROM other.texts o JOIN main.texts m ON m.hash = o.hash)sql"),

    // Experiments, arms, runs. The later start tells what was asked for last.
    std::string_view(R"sql(
INSERT INTO main.experiments (hash, name, file, config_json, sources_json, data_json, prices_json, status,
                              subset, hone_version, started_at_ms, ended_at_ms)
SELECT hash, name, file, config_json, sources_json, data_json, prices_json, status, subset, hone_version,
       started_at_ms, ended_at_ms
FROM other.experiments WHERE true ORDER BY experiment_id
ON CONFLICT (hash) DO UPDATE SET started_at_ms = max(started_at_ms, excluded.started_at_ms),
  ended_at_ms = CASE WHEN ended_at_ms IS NULL OR excluded.ended_at_ms IS NULL THEN NULL
                     ELSE max(ended_at_ms, excluded.ended_at_ms) END)sql"),
    std::string_view(R"sql(
CREATE TEMP TABLE map_experiments (src INTEGER PRIMARY KEY, dst INTEGER NOT NULL))sql"),
    std::string_view(R"sql(
INSERT INTO map_experiments
SELECT o.experiment_id, m.experiment_id FROM other.experiments o JOIN main.experiments m ON m.hash = o.hash)sql"),
    std::string_view(R"sql(
INSERT INTO main.arms (experiment_id, position, name, recipe, baseline, config_json, labels_json, origin)
SELECT e.dst, o.position, o.name, o.recipe, o.baseline, o.config_json, o.labels_json, o.origin
FROM other.arms o JOIN map_experiments e ON e.src = o.experiment_id WHERE true ORDER BY o.arm_id
ON CONFLICT (experiment_id, name) DO NOTHING)sql"),
    std::string_view(R"sql(
CREATE TEMP TABLE map_runs (src INTEGER PRIMARY KEY, dst INTEGER NOT NULL))sql"),
    std::string_view(R"sql(
INSERT INTO main.runs (arm_id, replicate, program_hash, status, started_at_ms, ended_at_ms)
SELECT ma.arm_id, r.replicate, r.program_hash, r.status, r.started_at_ms, r.ended_at_ms
FROM other.runs r JOIN other.arms a ON a.arm_id = r.arm_id
JOIN map_experiments e ON e.src = a.experiment_id
JOIN main.arms ma ON ma.experiment_id = e.dst AND ma.name = a.name WHERE true ORDER BY r.run_id
ON CONFLICT (arm_id, replicate) DO UPDATE SET
  started_at_ms = min(coalesce(started_at_ms, excluded.started_at_ms),
                      coalesce(excluded.started_at_ms, started_at_ms)),
  ended_at_ms = max(coalesce(ended_at_ms, excluded.ended_at_ms),
                    coalesce(excluded.ended_at_ms, ended_at_ms)))sql"),
    std::string_view(R"sql(
INSERT INTO map_runs
SELECT r.run_id, mr.run_id FROM other.runs r JOIN other.arms a ON a.arm_id = r.arm_id
JOIN map_experiments e ON e.src = a.experiment_id
JOIN main.arms ma ON ma.experiment_id = e.dst AND ma.name = a.name
JOIN main.runs mr ON mr.arm_id = ma.arm_id AND mr.replicate = r.replicate)sql"),

    // Calls. An answer is stored once, for ever.
    std::string_view(R"sql(
CREATE TEMP TABLE new_calls AS
SELECT o.call_id AS src FROM other.calls o LEFT JOIN main.calls m ON m.key = o.key
WHERE m.key IS NULL OR (m.status <> 'answered' AND o.status = 'answered'))sql"),
    std::string_view(R"sql(
INSERT INTO main.calls (key, request_hash, model, replicate, item, draw, epoch, request_json, seed, status,
  reserved_pico_usd, answer_text_id, answer_tool_calls, finish_reason, response_model, provider_request_id,
  input_tokens, cached_tokens, cache_write_tokens, output_tokens, reasoning_tokens, tokens_source,
  cost_pico_usd, price_json, created_at_ms, answered_at_ms)
SELECT o.key, o.request_hash, o.model, o.replicate, o.item, o.draw, o.epoch, o.request_json, o.seed, o.status,
  o.reserved_pico_usd, t.dst, o.answer_tool_calls, o.finish_reason, o.response_model, o.provider_request_id,
  o.input_tokens, o.cached_tokens, o.cache_write_tokens, o.output_tokens, o.reasoning_tokens, o.tokens_source,
  o.cost_pico_usd, o.price_json, o.created_at_ms, o.answered_at_ms
FROM other.calls o LEFT JOIN map_texts t ON t.src = o.answer_text_id
WHERE o.call_id IN (SELECT src FROM new_calls) ORDER BY o.call_id
ON CONFLICT (key) DO UPDATE SET status = excluded.status, answer_text_id = excluded.answer_text_id,
  answer_tool_calls = excluded.answer_tool_calls, finish_reason = excluded.finish_reason,
  response_model = excluded.response_model, provider_request_id = excluded.provider_request_id,
  input_tokens = excluded.input_tokens, cached_tokens = excluded.cached_tokens,
  cache_write_tokens = excluded.cache_write_tokens, output_tokens = excluded.output_tokens,
  reasoning_tokens = excluded.reasoning_tokens, tokens_source = excluded.tokens_source,
  cost_pico_usd = excluded.cost_pico_usd, price_json = excluded.price_json,
  answered_at_ms = excluded.answered_at_ms)sql"),
    std::string_view(R"sql(
CREATE TEMP TABLE map_calls (src INTEGER PRIMARY KEY, dst INTEGER NOT NULL))sql"),
    std::string_view(R"sql(
INSERT INTO map_calls SELECT o.call_id, m.call_id FROM other.calls o JOIN main.calls m ON m.key = o.key)sql"),
    // What is in flight over there is unknown here until that file is merged again.
    std::string_view(R"sql(
INSERT INTO main.sends (call_id, file_uid, n, address, started_at_ms, ended_at_ms, outcome, maybe_billed,
                        http_status, request_bytes, response_bytes, error)
SELECT c.dst, s.file_uid, s.n, s.address, s.started_at_ms, s.ended_at_ms,
       iif(s.outcome = 'in_flight', 'unknown', s.outcome), iif(s.outcome = 'in_flight', 1, s.maybe_billed),
       s.http_status, s.request_bytes, s.response_bytes, s.error
FROM other.sends s JOIN map_calls c ON c.src = s.call_id WHERE true
ON CONFLICT (call_id, file_uid, n) DO UPDATE SET ended_at_ms = excluded.ended_at_ms,
  outcome = excluded.outcome, maybe_billed = excluded.maybe_billed, http_status = excluded.http_status,
  request_bytes = excluded.request_bytes, response_bytes = excluded.response_bytes, error = excluded.error
WHERE file_uid = (SELECT value FROM other.meta WHERE key = 'file_uid'))sql"),

    // Units: the finished one of two; a replaced one goes with all its rows.
    std::string_view(R"sql(
CREATE TEMP TABLE taken (src INTEGER PRIMARY KEY, key BLOB NOT NULL))sql"),
    std::string_view(R"sql(
INSERT INTO taken SELECT o.unit_id, o.unit_key FROM other.units o
LEFT JOIN main.units m ON m.unit_key = o.unit_key
WHERE m.unit_key IS NULL OR (m.status <> 'finished' AND o.status = 'finished'))sql"),
    std::string_view(R"sql(
CREATE TEMP TABLE replaced AS
SELECT m.unit_id FROM main.units m JOIN taken t ON t.key = m.unit_key)sql"),
    std::string_view("DELETE FROM main.skill_uses WHERE unit_id IN (SELECT unit_id FROM replaced)"),
    std::string_view("DELETE FROM main.steps WHERE unit_id IN (SELECT unit_id FROM replaced)"),
    std::string_view("DELETE FROM main.commits WHERE unit_id IN (SELECT unit_id FROM replaced)"),
    std::string_view("DELETE FROM main.replays WHERE unit_id IN (SELECT unit_id FROM replaced)"),
    std::string_view("DELETE FROM main.probes WHERE unit_id IN (SELECT unit_id FROM replaced)"),
    std::string_view("DELETE FROM main.selections WHERE unit_id IN (SELECT unit_id FROM replaced)"),
    std::string_view("DELETE FROM main.gates WHERE unit_id IN (SELECT unit_id FROM replaced)"),
    std::string_view("DELETE FROM main.edits WHERE unit_id IN (SELECT unit_id FROM replaced)"),
    std::string_view("DELETE FROM main.attempts WHERE unit_id IN (SELECT unit_id FROM replaced)"),
    std::string_view("DELETE FROM main.skills WHERE unit_id IN (SELECT unit_id FROM replaced)"),
    std::string_view("DELETE FROM main.tasks WHERE unit_id IN (SELECT unit_id FROM replaced)"),
    std::string_view("DELETE FROM main.execs WHERE unit_id IN (SELECT unit_id FROM replaced)"),
    std::string_view("DELETE FROM main.metrics WHERE unit_id IN (SELECT unit_id FROM replaced)"),
    std::string_view("DELETE FROM main.artifacts WHERE unit_id IN (SELECT unit_id FROM replaced)"),
    std::string_view("DELETE FROM main.journal WHERE unit_id IN (SELECT unit_id FROM replaced)"),
    std::string_view("DELETE FROM main.uses WHERE unit_id IN (SELECT unit_id FROM replaced)"),
    std::string_view(R"sql(
INSERT INTO main.units (unit_key, kind, item_hash, name, replicate, status, error_code, error_message,
                        result_json, started_at_ms, ended_at_ms)
SELECT unit_key, kind, item_hash, name, replicate, iif(status = 'running', 'stopped', status), error_code,
       error_message, result_json, started_at_ms, ended_at_ms
FROM other.units WHERE unit_id IN (SELECT src FROM taken) ORDER BY unit_id
ON CONFLICT (unit_key) DO UPDATE SET status = excluded.status, error_code = excluded.error_code,
  error_message = excluded.error_message, result_json = excluded.result_json,
  started_at_ms = excluded.started_at_ms, ended_at_ms = excluded.ended_at_ms)sql"),
    std::string_view(R"sql(
CREATE TEMP TABLE map_units (src INTEGER PRIMARY KEY, dst INTEGER NOT NULL, taken INTEGER NOT NULL))sql"),
    std::string_view(R"sql(
INSERT INTO map_units SELECT o.unit_id, m.unit_id, o.unit_id IN (SELECT src FROM taken)
FROM other.units o JOIN main.units m ON m.unit_key = o.unit_key)sql"),
    std::string_view(R"sql(
INSERT INTO main.uses (unit_id, path, ordinal, call_id, role, step, fallback_for)
SELECT u.dst, o.path, o.ordinal, c.dst, o.role, o.step, o.fallback_for
FROM other.uses o JOIN map_units u ON u.src = o.unit_id AND u.taken JOIN map_calls c ON c.src = o.call_id)sql"),
    std::string_view(R"sql(
INSERT INTO main.journal (unit_id, path, ordinal, kind, command_hash, result_json, diverged_json)
SELECT u.dst, o.path, o.ordinal, o.kind, o.command_hash, o.result_json, o.diverged_json
FROM other.journal o JOIN map_units u ON u.src = o.unit_id AND u.taken)sql"),

    // Typed rows of the units that were taken.
    std::string_view(R"sql(
INSERT INTO main.tasks (unit_id, path, n, step, name, origin, text, span_text, words, n_rubrics, cluster)
SELECT u.dst, o.path, o.n, o.step, o.name, o.origin, o.text, o.span_text, o.words, o.n_rubrics, o.cluster
FROM other.tasks o JOIN map_units u ON u.src = o.unit_id AND u.taken ORDER BY o.task_id)sql"),
    std::string_view(R"sql(
CREATE TEMP TABLE map_tasks (src INTEGER PRIMARY KEY, dst INTEGER NOT NULL))sql"),
    std::string_view(R"sql(
INSERT INTO map_tasks SELECT o.task_id, m.task_id
FROM other.tasks o JOIN map_units u ON u.src = o.unit_id AND u.taken
JOIN main.tasks m ON m.unit_id = u.dst AND m.path = o.path AND m.n = o.n)sql"),
    std::string_view(R"sql(
INSERT INTO main.rubrics (task_id, n, text)
SELECT t.dst, o.n, o.text FROM other.rubrics o JOIN map_tasks t ON t.src = o.task_id)sql"),
    std::string_view(R"sql(
INSERT INTO main.skills (unit_id, path, n, step, side, name, description, text_id, words)
SELECT u.dst, o.path, o.n, o.step, o.side, o.name, o.description, t.dst, o.words
FROM other.skills o JOIN map_units u ON u.src = o.unit_id AND u.taken
JOIN map_texts t ON t.src = o.text_id ORDER BY o.skill_id)sql"),
    std::string_view(R"sql(
CREATE TEMP TABLE map_skills (src INTEGER PRIMARY KEY, dst INTEGER NOT NULL))sql"),
    std::string_view(R"sql(
INSERT INTO map_skills SELECT o.skill_id, m.skill_id
FROM other.skills o JOIN map_units u ON u.src = o.unit_id AND u.taken
JOIN main.skills m ON m.unit_id = u.dst AND m.path = o.path AND m.n = o.n)sql"),
    std::string_view(R"sql(
INSERT INTO main.attempts (unit_id, path, n, step, task_id, skill_id, purpose, answer_text_id, call_id,
                           judge_call_id, graded, ungraded_reason, solved, n_pass, n_rubrics, answer_words,
                           score, failure_class, infrastructure, unsafe)
SELECT u.dst, o.path, o.n, o.step, t.dst, s.dst, o.purpose, x.dst, c.dst, j.dst, o.graded, o.ungraded_reason,
       o.solved, o.n_pass, o.n_rubrics, o.answer_words, o.score, o.failure_class, o.infrastructure, o.unsafe
FROM other.attempts o JOIN map_units u ON u.src = o.unit_id AND u.taken
LEFT JOIN map_tasks t ON t.src = o.task_id LEFT JOIN map_skills s ON s.src = o.skill_id
LEFT JOIN map_texts x ON x.src = o.answer_text_id LEFT JOIN map_calls c ON c.src = o.call_id
LEFT JOIN map_calls j ON j.src = o.judge_call_id ORDER BY o.attempt_id)sql"),
    std::string_view(R"sql(
CREATE TEMP TABLE map_attempts (src INTEGER PRIMARY KEY, dst INTEGER NOT NULL))sql"),
    std::string_view(R"sql(
INSERT INTO map_attempts SELECT o.attempt_id, m.attempt_id
FROM other.attempts o JOIN map_units u ON u.src = o.unit_id AND u.taken
JOIN main.attempts m ON m.unit_id = u.dst AND m.path = o.path AND m.n = o.n)sql"),
    std::string_view(R"sql(
INSERT INTO main.verdicts (attempt_id, n, status, reason)
SELECT a.dst, o.n, o.status, o.reason FROM other.verdicts o JOIN map_attempts a ON a.src = o.attempt_id)sql"),
    std::string_view(R"sql(
INSERT INTO main.edits (unit_id, path, n, step, before_skill_id, after_skill_id, action, proposal_json, call_id,
                        status)
SELECT u.dst, o.path, o.n, o.step, b.dst, a.dst, o.action, o.proposal_json, c.dst, o.status
FROM other.edits o JOIN map_units u ON u.src = o.unit_id AND u.taken
LEFT JOIN map_skills b ON b.src = o.before_skill_id LEFT JOIN map_skills a ON a.src = o.after_skill_id
LEFT JOIN map_calls c ON c.src = o.call_id ORDER BY o.edit_id)sql"),
    std::string_view(R"sql(
INSERT INTO main.gates (unit_id, path, n, step, skill_id, accepted, rule, scores_json)
SELECT u.dst, o.path, o.n, o.step, s.dst, o.accepted, o.rule, o.scores_json
FROM other.gates o JOIN map_units u ON u.src = o.unit_id AND u.taken
LEFT JOIN map_skills s ON s.src = o.skill_id ORDER BY o.gate_id)sql"),
    std::string_view(R"sql(
INSERT INTO main.probes (unit_id, path, n, step, probe_set, task_id)
SELECT u.dst, o.path, o.n, o.step, o.probe_set, t.dst
FROM other.probes o JOIN map_units u ON u.src = o.unit_id AND u.taken
JOIN map_tasks t ON t.src = o.task_id ORDER BY o.probe_id)sql"),
    std::string_view(R"sql(
INSERT INTO main.replays (unit_id, path, n, candidate, skill_id, probe_id, attempt_id, valid, solved)
SELECT u.dst, o.path, o.n, o.candidate, s.dst, mp.probe_id, a.dst, o.valid, o.solved
FROM other.replays o JOIN map_units u ON u.src = o.unit_id AND u.taken
LEFT JOIN map_skills s ON s.src = o.skill_id LEFT JOIN map_attempts a ON a.src = o.attempt_id
LEFT JOIN other.probes op ON op.probe_id = o.probe_id
LEFT JOIN main.probes mp ON mp.unit_id = u.dst AND mp.path = op.path AND mp.n = op.n ORDER BY o.replay_id)sql"),
    std::string_view(R"sql(
INSERT INTO main.selections (unit_id, path, n, rule, candidate, skill_id, scores_json)
SELECT u.dst, o.path, o.n, o.rule, o.candidate, s.dst, o.scores_json
FROM other.selections o JOIN map_units u ON u.src = o.unit_id AND u.taken
LEFT JOIN map_skills s ON s.src = o.skill_id ORDER BY o.selection_id)sql"),
    std::string_view(R"sql(
INSERT INTO main.execs (unit_id, path, n, command_json, exit_code, timed_out, truncated, stdout_text_id,
                        stderr_text_id, container, kind, image_digest, backend, killed_by, duration_ms)
SELECT u.dst, o.path, o.n, o.command_json, o.exit_code, o.timed_out, o.truncated, x.dst, y.dst, o.container,
       o.kind, o.image_digest, o.backend, o.killed_by, o.duration_ms
FROM other.execs o JOIN map_units u ON u.src = o.unit_id AND u.taken
LEFT JOIN map_texts x ON x.src = o.stdout_text_id LEFT JOIN map_texts y ON y.src = o.stderr_text_id
ORDER BY o.exec_id)sql"),
    std::string_view(R"sql(
INSERT INTO main.metrics (unit_id, path, n, step, name, value)
SELECT u.dst, o.path, o.n, o.step, o.name, o.value
FROM other.metrics o JOIN map_units u ON u.src = o.unit_id AND u.taken ORDER BY o.metric_id)sql"),
    std::string_view(R"sql(
INSERT INTO main.artifacts (unit_id, path, n, name, text_id)
SELECT u.dst, o.path, o.n, o.name, t.dst
FROM other.artifacts o JOIN map_units u ON u.src = o.unit_id AND u.taken
JOIN map_texts t ON t.src = o.text_id ORDER BY o.artifact_id)sql"),
    std::string_view(R"sql(
INSERT INTO main.steps (unit_id, path, n, step, epoch, name, action, skill_id, record_json)
SELECT u.dst, o.path, o.n, o.step, o.epoch, o.name, o.action, s.dst, o.record_json
FROM other.steps o JOIN map_units u ON u.src = o.unit_id AND u.taken
LEFT JOIN map_skills s ON s.src = o.skill_id ORDER BY o.step_id)sql"),
    std::string_view(R"sql(
INSERT INTO main.commits (unit_id, path, n, workspace, hash, message, tag, files_added, files_changed,
                          files_removed, diff_text_id)
SELECT u.dst, o.path, o.n, o.workspace, o.hash, o.message, o.tag, o.files_added, o.files_changed, o.files_removed,
       t.dst
FROM other.commits o JOIN map_units u ON u.src = o.unit_id AND u.taken
LEFT JOIN map_texts t ON t.src = o.diff_text_id ORDER BY o.commit_id)sql"),
    std::string_view(R"sql(
INSERT INTO main.skill_uses (unit_id, path, n, step, attempt_id, event, name, found, injected)
SELECT u.dst, o.path, o.n, o.step, a.dst, o.event, o.name, o.found, o.injected
FROM other.skill_uses o JOIN map_units u ON u.src = o.unit_id AND u.taken
LEFT JOIN map_attempts a ON a.src = o.attempt_id ORDER BY o.skill_use_id)sql"),

    // The cells, and what is said about them.
    std::string_view(R"sql(
INSERT INTO main.run_units (run_id, position, name, cluster, category, separation, report_tasks, unit_id,
                            evaluate_unit_id, select_unit_id, skill_hash, shard)
SELECT r.dst, o.position, o.name, o.cluster, o.category, o.separation, o.report_tasks, u.dst, v.dst, w.dst,
       o.skill_hash, o.shard
FROM other.run_units o JOIN map_runs r ON r.src = o.run_id
LEFT JOIN map_units u ON u.src = o.unit_id LEFT JOIN map_units v ON v.src = o.evaluate_unit_id
LEFT JOIN map_units w ON w.src = o.select_unit_id WHERE true
ON CONFLICT (run_id, position) DO UPDATE SET unit_id = coalesce(unit_id, excluded.unit_id),
  evaluate_unit_id = coalesce(evaluate_unit_id, excluded.evaluate_unit_id),
  select_unit_id = coalesce(select_unit_id, excluded.select_unit_id),
  skill_hash = coalesce(skill_hash, excluded.skill_hash),
  shard = iif(shard = '', excluded.shard, shard))sql"),
    std::string_view(R"sql(
INSERT INTO main.overlaps (run_id, position, task_name, found_in)
SELECT r.dst, o.position, o.task_name, o.found_in FROM other.overlaps o JOIN map_runs r ON r.src = o.run_id
WHERE true ON CONFLICT (run_id, position, task_name) DO NOTHING)sql"),
    std::string_view(R"sql(
INSERT INTO main.search_decisions (experiment_id, rung, arm, action, reason, evidence_json)
SELECT e.dst, o.rung, o.arm, o.action, o.reason, o.evidence_json
FROM other.search_decisions o JOIN map_experiments e ON e.src = o.experiment_id
WHERE true ON CONFLICT (experiment_id, rung, arm) DO NOTHING)sql"),
    std::string_view(R"sql(
INSERT INTO main.labels (answer_key, rubric, rubric_hash, labeller, status, note)
SELECT answer_key, rubric, rubric_hash, labeller, status, note FROM other.labels
WHERE true ON CONFLICT (answer_key, rubric, labeller) DO NOTHING)sql"),

    // A run is complete when every cell of it is; an experiment when every run is.
    std::string_view(R"sql(
UPDATE main.runs SET status = CASE WHEN EXISTS (
    SELECT 1 FROM main.run_units ru LEFT JOIN main.units u ON u.unit_id = ru.unit_id
    LEFT JOIN main.units v ON v.unit_id = ru.evaluate_unit_id
    WHERE ru.run_id = runs.run_id
      AND (coalesce(u.status, v.status, '') <> 'finished' OR coalesce(v.status, 'finished') <> 'finished'
           OR (ru.report_tasks > 0 AND ru.evaluate_unit_id IS NULL
               AND EXISTS (SELECT 1 FROM main.arms a JOIN main.experiments e USING (experiment_id)
                           WHERE a.arm_id = runs.arm_id AND e.config_json ->> '$.evaluate.with' IS NOT NULL))))
  THEN 'incomplete' ELSE 'complete' END
WHERE run_id IN (SELECT dst FROM map_runs))sql"),
    std::string_view(R"sql(
UPDATE main.experiments SET status = iif(EXISTS (
    SELECT 1 FROM main.arms a JOIN main.runs r USING (arm_id)
    WHERE a.experiment_id = experiments.experiment_id AND r.status <> 'complete'), 'incomplete', 'complete')
WHERE experiment_id IN (SELECT dst FROM map_experiments))sql"),
    std::string_view(R"sql(
INSERT INTO main.merges (file_uid, merged_at_ms) SELECT file_uid, merged_at_ms FROM other.merges
WHERE true ON CONFLICT (file_uid) DO NOTHING)sql"),
};

}  // namespace hone
