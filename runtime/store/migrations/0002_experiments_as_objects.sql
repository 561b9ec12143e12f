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

-- What table queries over rates need is in attempts; joins over a run's attempts start here.
CREATE INDEX attempts_by_task ON attempts (task_id);
CREATE INDEX run_units_by_evaluate ON run_units (evaluate_unit_id);

-- One row per attempt of a search at a selection task.
CREATE VIEW select_attempts AS
SELECT e.name AS experiment, e.experiment_id, a.name AS arm, a.arm_id, a.position AS arm_position,
       r.replicate, r.run_id, ru.position AS item_position, ru.name AS item, ru.cluster,
       ru.category, ru.separation, t.name AS task, at.attempt_id, at.graded, at.solved, at.n_pass,
       at.n_rubrics, at.ungraded_reason
FROM runs r
JOIN arms a ON a.arm_id = r.arm_id
JOIN experiments e ON e.experiment_id = a.experiment_id
JOIN run_units ru ON ru.run_id = r.run_id
JOIN units u ON u.unit_id = ru.select_unit_id AND u.status = 'finished'
JOIN attempts at ON at.unit_id = u.unit_id AND at.purpose = 'select'
JOIN tasks t ON t.task_id = at.task_id;
