-- Version 2: arms with labels, selection splits, searches, human verdicts, shards, fallbacks.

-- What an arm is in the experiment's matrix: {"model": "...", "slice": "...", "arm": "..."}; sweeps add
-- {"params": {...}}.
ALTER TABLE arms ADD COLUMN labels_json TEXT NOT NULL DEFAULT '{}';
-- How the arm was asked for: 'declared', 'sweep' (a candidate of a search), 'rejudge'.
ALTER TABLE arms ADD COLUMN origin TEXT NOT NULL DEFAULT 'declared';

-- The unit that evaluated the cell on its selection split, for searches: attempts.purpose = 'select'.
ALTER TABLE run_units ADD COLUMN select_unit_id INTEGER REFERENCES units;
-- Which part of a sharded run the cell was executed in ('' when it was not sharded), 'k/n'.
ALTER TABLE run_units ADD COLUMN shard TEXT NOT NULL DEFAULT '';

-- Prompt tokens written to a provider's cache, part of input_tokens.
ALTER TABLE calls ADD COLUMN cache_write_tokens INTEGER;
-- The price row that cost_pico_usd was computed with, {"input": .., "output": .., "source": ..}.
ALTER TABLE calls ADD COLUMN price_json TEXT NOT NULL DEFAULT '';

-- The model that was asked for, when a declared fallback answered instead.
ALTER TABLE uses ADD COLUMN fallback_for TEXT NOT NULL DEFAULT '';

-- Decisions of a search, in order. `rung` counts its barriers from 1.
CREATE TABLE search_decisions (
  experiment_id INTEGER NOT NULL REFERENCES experiments,
  rung          INTEGER NOT NULL,
  arm           TEXT NOT NULL,
  action        TEXT NOT NULL CHECK (action IN ('keep', 'drop', 'prune', 'win')),
  reason        TEXT NOT NULL,              -- in words
  evidence_json TEXT NOT NULL DEFAULT '{}', -- what it was decided on: score, n, test, level
  PRIMARY KEY (experiment_id, rung, arm)
) STRICT, WITHOUT ROWID;

-- Verdicts of people (and of judges elsewhere) on an answer, by the call that gave the answer.
CREATE TABLE labels (
  answer_key  BLOB NOT NULL,                -- calls.key of the answer
  rubric      INTEGER NOT NULL,             -- from 1; 0: the answer as a whole
  rubric_hash BLOB NOT NULL,                -- SHA-256 of the rubric's text
  labeller    TEXT NOT NULL,
  status      TEXT NOT NULL CHECK (status IN ('yes', 'no')),
  note        TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (answer_key, rubric, labeller)
) STRICT, WITHOUT ROWID;

-- Files that were merged into this one.
CREATE TABLE merges (
  file_uid     TEXT PRIMARY KEY,
  merged_at_ms INTEGER NOT NULL
) STRICT;

-- Counted when the row is written, for queries over hundreds of thousands of them; null in rows of
-- version 1.
ALTER TABLE tasks ADD COLUMN words INTEGER;
ALTER TABLE tasks ADD COLUMN n_rubrics INTEGER;
ALTER TABLE attempts ADD COLUMN answer_words INTEGER;

-- What table queries over rates need is in attempts, and of these in one index.
CREATE INDEX attempts_for_tables
  ON attempts (unit_id, purpose, step, graded, solved, n_pass, n_rubrics, answer_words);
CREATE INDEX tasks_for_tables ON tasks (unit_id, origin, step, words, n_rubrics);
CREATE INDEX attempts_by_task ON attempts (task_id);
CREATE INDEX run_units_by_evaluate ON run_units (evaluate_unit_id);

-- The views below are the stable interface of table queries.

-- One row per unit of a cell: what the run executed, its evaluation, its selection split.
CREATE VIEW arm_units AS
SELECT e.name AS experiment, e.experiment_id, a.name AS arm, a.arm_id, a.position AS arm_position,
       r.replicate, r.run_id, ru.position AS item_position, ru.name AS item,
       CASE k.part WHEN 1 THEN 'run' WHEN 2 THEN 'evaluate' ELSE 'select' END AS part,
       CASE k.part WHEN 1 THEN ru.unit_id WHEN 2 THEN ru.evaluate_unit_id
                   ELSE ru.select_unit_id END AS unit_id
FROM experiments e
JOIN arms a ON a.experiment_id = e.experiment_id
JOIN runs r ON r.arm_id = a.arm_id
JOIN run_units ru ON ru.run_id = r.run_id
JOIN (SELECT 1 AS part UNION ALL SELECT 2 UNION ALL SELECT 3) k
WHERE CASE k.part WHEN 1 THEN ru.unit_id WHEN 2 THEN ru.evaluate_unit_id
                  ELSE ru.select_unit_id END IS NOT NULL;

-- One row per (run, call): what each run consumed, for prices alone, shared and paid.
DROP VIEW run_calls;
CREATE VIEW run_calls AS
SELECT DISTINCT au.experiment_id, au.arm_id, au.arm_position, au.arm, au.run_id, au.replicate,
       us.call_id
FROM arm_units au
JOIN uses us ON us.unit_id = au.unit_id;

-- One row per answered call of an arm, once, however many of its runs consumed it.
CREATE VIEW arm_calls AS
SELECT u.experiment_id, u.arm_id, u.arm_position, u.arm, u.call_id, c.model, c.response_model,
       c.input_tokens, c.cached_tokens, c.output_tokens, c.tokens_source, c.cost_pico_usd
FROM (SELECT au.experiment_id, au.arm_id, au.arm_position, au.arm, us.call_id
      FROM arm_units au JOIN uses us ON us.unit_id = au.unit_id
      GROUP BY us.call_id, au.arm_id) u
JOIN calls c ON c.call_id = u.call_id AND c.status = 'answered';

-- One row per cell of a table: an item of a run, with how far it came.
CREATE VIEW cells AS
SELECT e.name AS experiment, e.experiment_id, a.name AS arm, a.arm_id, a.position AS arm_position,
       r.replicate, r.run_id, ru.position AS item_position, ru.name AS item, ru.cluster,
       ru.category, ru.separation, ru.report_tasks, coalesce(u.status, 'not started') AS status,
       v.status AS evaluation_status, s.status AS select_status, ru.unit_id, ru.evaluate_unit_id,
       ru.select_unit_id, lower(hex(ru.skill_hash)) AS skill, ru.shard
FROM experiments e
JOIN arms a ON a.experiment_id = e.experiment_id
JOIN runs r ON r.arm_id = a.arm_id
JOIN run_units ru ON ru.run_id = r.run_id
LEFT JOIN units u ON u.unit_id = ru.unit_id
LEFT JOIN units v ON v.unit_id = ru.evaluate_unit_id
LEFT JOIN units s ON s.unit_id = ru.select_unit_id;

-- One row per report attempt of every run whose evaluation finished.
DROP VIEW report_attempts;
CREATE VIEW report_attempts AS
SELECT e.name AS experiment, e.experiment_id, a.name AS arm, a.arm_id, a.position AS arm_position,
       r.replicate, r.run_id, ru.position AS item_position, ru.name AS item, ru.cluster,
       ru.category, ru.separation, t.name AS task, at.attempt_id, at.graded, at.solved, at.n_pass,
       at.n_rubrics, at.ungraded_reason, o.found_in AS overlap, at.task_id, at.answer_text_id,
       at.call_id, at.judge_call_id
FROM experiments e
JOIN arms a ON a.experiment_id = e.experiment_id
JOIN runs r ON r.arm_id = a.arm_id
JOIN run_units ru ON ru.run_id = r.run_id
JOIN units u ON u.unit_id = ru.evaluate_unit_id AND u.status = 'finished'
JOIN attempts at ON at.unit_id = u.unit_id AND at.purpose = 'report'
JOIN tasks t ON t.task_id = at.task_id
LEFT JOIN overlaps o ON o.run_id = r.run_id AND o.position = ru.position AND o.task_name = t.name;

-- Report tasks that occur in a self-play task or a skill of any arm, under that replicate: they are
-- out of every arm's headline.
CREATE VIEW touched_tasks AS
SELECT DISTINCT a.experiment_id, r.replicate, ru.name AS item, o.task_name AS task
FROM overlaps o
JOIN runs r ON r.run_id = o.run_id
JOIN arms a ON a.arm_id = r.arm_id
JOIN run_units ru ON ru.run_id = o.run_id AND ru.position = o.position;

-- The report attempts that a table's rows count: neither touched nor exposed.
CREATE VIEW headline_attempts AS
SELECT ra.* FROM report_attempts ra
WHERE ra.separation <> 'none'
  AND (ra.experiment_id, ra.replicate, ra.item, ra.task) NOT IN
      (SELECT experiment_id, replicate, item, task FROM touched_tasks);

-- One row per attempt of a search at a selection task.
DROP VIEW IF EXISTS select_attempts;
CREATE VIEW select_attempts AS
SELECT e.name AS experiment, e.experiment_id, a.name AS arm, a.arm_id, a.position AS arm_position,
       r.replicate, r.run_id, ru.position AS item_position, ru.name AS item, ru.cluster,
       ru.category, ru.separation, t.name AS task, at.attempt_id, at.graded, at.solved, at.n_pass,
       at.n_rubrics, at.ungraded_reason, at.task_id, at.answer_text_id, at.call_id,
       at.judge_call_id
FROM experiments e
JOIN arms a ON a.experiment_id = e.experiment_id
JOIN runs r ON r.arm_id = a.arm_id
JOIN run_units ru ON ru.run_id = r.run_id
JOIN units u ON u.unit_id = ru.select_unit_id AND u.status = 'finished'
JOIN attempts at ON at.unit_id = u.unit_id AND at.purpose = 'select'
JOIN tasks t ON t.task_id = at.task_id;

-- One row per attempt of a recipe's own loop (self-play, training), with the run it belongs to.
CREATE VIEW loop_attempts AS
SELECT e.name AS experiment, e.experiment_id, a.name AS arm, a.arm_id, a.position AS arm_position,
       r.replicate, r.run_id, ru.position AS item_position, ru.name AS item, ru.category, at.step,
       at.attempt_id, at.task_id, at.skill_id, at.graded, at.solved, at.n_pass, at.n_rubrics,
       at.ungraded_reason, at.answer_text_id, at.call_id, at.judge_call_id
FROM experiments e
JOIN arms a ON a.experiment_id = e.experiment_id
JOIN runs r ON r.arm_id = a.arm_id
JOIN run_units ru ON ru.run_id = r.run_id
JOIN attempts at ON at.unit_id = ru.unit_id AND at.purpose = 'loop';

-- One row per version of a skill in a run; `evaluated`: it is the one that met the report tasks.
CREATE VIEW skill_versions AS
SELECT e.name AS experiment, e.experiment_id, a.name AS arm, a.arm_id, a.position AS arm_position,
       r.replicate, r.run_id, ru.position AS item_position, ru.name AS item, s.skill_id, s.step,
       s.side, s.name, s.description, s.words, lower(hex(x.hash)) AS hash, s.text_id,
       x.hash = ru.skill_hash AS evaluated
FROM experiments e
JOIN arms a ON a.experiment_id = e.experiment_id
JOIN runs r ON r.arm_id = a.arm_id
JOIN run_units ru ON ru.run_id = r.run_id
JOIN skills s ON s.unit_id = ru.unit_id
JOIN texts x ON x.text_id = s.text_id;
