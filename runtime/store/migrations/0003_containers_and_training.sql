-- Version 3: containers, workspaces, training loops: scores, steps, clusters of tasks, what a skill was used for.

-- The document a task comes from, where the tasks of one item are not one cluster; '': the item's own.
ALTER TABLE tasks ADD COLUMN cluster TEXT NOT NULL DEFAULT '';

-- A score beside solved or not, 0 to 1: token F1, ANLS, share of test cases, reward; null: none was given.
ALTER TABLE attempts ADD COLUMN score REAL;
-- Why an attempt failed, in one word of the recipe's ('assertion', 'agent_timeout', ...); '' when it did not.
ALTER TABLE attempts ADD COLUMN failure_class TEXT NOT NULL DEFAULT '';
-- 1: the world failed (image, network, verifier's installation), not the solver: reported apart, never graded.
ALTER TABLE attempts ADD COLUMN infrastructure INTEGER NOT NULL DEFAULT 0;
-- 1: the numbers cannot be believed as they are: the solver could reach the tests.
ALTER TABLE attempts ADD COLUMN unsafe INTEGER NOT NULL DEFAULT 0;

-- How one edit of a step ended: an edit.apply status, or what ranking and gate did with it.
ALTER TABLE edits ADD COLUMN status TEXT NOT NULL DEFAULT '';

-- Commands in containers. `container` names the opening: path#ordinal of container.open.
ALTER TABLE execs ADD COLUMN container TEXT NOT NULL DEFAULT '';
ALTER TABLE execs ADD COLUMN kind TEXT NOT NULL DEFAULT 'exec';  -- open, exec, put, get, verify, terminal, process
ALTER TABLE execs ADD COLUMN image_digest TEXT NOT NULL DEFAULT '';
ALTER TABLE execs ADD COLUMN backend TEXT NOT NULL DEFAULT '';
ALTER TABLE execs ADD COLUMN killed_by TEXT NOT NULL DEFAULT '';  -- time, memory, output, disk; '' when it ended by itself
ALTER TABLE execs ADD COLUMN duration_ms INTEGER;                 -- of the execution on record; no part of any result

-- A journaled effect whose repetition gave another result than its record: both, as JSON; '' when none did.
ALTER TABLE journal ADD COLUMN diverged_json TEXT NOT NULL DEFAULT '';

-- One step of a training or evolution loop, as the recipe tells it: anything that has no table of its own.
CREATE TABLE steps (
  step_id     INTEGER PRIMARY KEY,
  unit_id     INTEGER NOT NULL REFERENCES units,
  path        TEXT NOT NULL,
  n           INTEGER NOT NULL,
  step        INTEGER,
  epoch       INTEGER,
  name        TEXT NOT NULL,                 -- 'train', 'slow_update', 'meta_skill', 'evolve', ...
  action      TEXT NOT NULL DEFAULT '',      -- 'accept', 'reject', 'skip_no_patches', ...
  skill_id    INTEGER REFERENCES skills,
  record_json TEXT NOT NULL DEFAULT '{}',
  UNIQUE (unit_id, path, n)
) STRICT;

-- Commits of a workspace: every mutation is one.
CREATE TABLE commits (
  commit_id    INTEGER PRIMARY KEY,
  unit_id      INTEGER NOT NULL REFERENCES units,
  path         TEXT NOT NULL,
  n            INTEGER NOT NULL,
  workspace    TEXT NOT NULL,                -- path#ordinal of workspace.open
  hash         TEXT NOT NULL,                -- git's, 40 hex digits
  message      TEXT NOT NULL,
  tag          TEXT NOT NULL DEFAULT '',
  files_added  INTEGER NOT NULL DEFAULT 0,
  files_changed INTEGER NOT NULL DEFAULT 0,
  files_removed INTEGER NOT NULL DEFAULT 0,
  diff_text_id INTEGER REFERENCES texts,
  UNIQUE (unit_id, path, n)
) STRICT;

-- Every time a solver listed, loaded or followed a reference of a skill.
CREATE TABLE skill_uses (
  skill_use_id INTEGER PRIMARY KEY,
  unit_id      INTEGER NOT NULL REFERENCES units,
  path         TEXT NOT NULL,
  n            INTEGER NOT NULL,
  step         INTEGER,
  attempt_id   INTEGER REFERENCES attempts,
  event        TEXT NOT NULL CHECK (event IN ('offer', 'list', 'load', 'reference')),
  name         TEXT NOT NULL,
  found        INTEGER NOT NULL DEFAULT 1,
  injected     INTEGER NOT NULL DEFAULT 0,   -- 1: put there by the recipe, not by the task's own image
  UNIQUE (unit_id, path, n)
) STRICT;
CREATE INDEX skill_uses_by_attempt ON skill_uses (attempt_id);

-- The views of attempts, with what is new: scores, failures of the world, numbers not to be believed. The
-- cluster is the task's own where it has one.
DROP INDEX attempts_for_tables;
CREATE INDEX attempts_for_tables
  ON attempts (unit_id, purpose, step, graded, solved, n_pass, n_rubrics, answer_words, score, infrastructure,
               unsafe);

DROP VIEW headline_attempts;
DROP VIEW report_attempts;
CREATE VIEW report_attempts AS
SELECT e.name AS experiment, e.experiment_id, a.name AS arm, a.arm_id, a.position AS arm_position,
       r.replicate, r.run_id, ru.position AS item_position, ru.name AS item,
       iif(t.cluster = '', ru.cluster, t.cluster) AS cluster, ru.category, ru.separation,
       t.name AS task, at.attempt_id, at.graded, at.solved, at.n_pass, at.n_rubrics,
       at.ungraded_reason, o.found_in AS overlap, at.task_id, at.answer_text_id, at.call_id,
       at.judge_call_id, at.score, at.failure_class, at.infrastructure, at.unsafe
FROM experiments e
JOIN arms a ON a.experiment_id = e.experiment_id
JOIN runs r ON r.arm_id = a.arm_id
JOIN run_units ru ON ru.run_id = r.run_id
JOIN units u ON u.unit_id = ru.evaluate_unit_id AND u.status = 'finished'
JOIN attempts at ON at.unit_id = u.unit_id AND at.purpose = 'report'
JOIN tasks t ON t.task_id = at.task_id
LEFT JOIN overlaps o ON o.run_id = r.run_id AND o.position = ru.position AND o.task_name = t.name;

CREATE VIEW headline_attempts AS
SELECT ra.* FROM report_attempts ra
WHERE ra.separation <> 'none'
  AND (ra.experiment_id, ra.replicate, ra.item, ra.task) NOT IN
      (SELECT experiment_id, replicate, item, task FROM touched_tasks);

DROP VIEW select_attempts;
CREATE VIEW select_attempts AS
SELECT e.name AS experiment, e.experiment_id, a.name AS arm, a.arm_id, a.position AS arm_position,
       r.replicate, r.run_id, ru.position AS item_position, ru.name AS item,
       iif(t.cluster = '', ru.cluster, t.cluster) AS cluster, ru.category, ru.separation,
       t.name AS task, at.attempt_id, at.graded, at.solved, at.n_pass, at.n_rubrics,
       at.ungraded_reason, at.task_id, at.answer_text_id, at.call_id, at.judge_call_id, at.score,
       at.failure_class, at.infrastructure, at.unsafe
FROM experiments e
JOIN arms a ON a.experiment_id = e.experiment_id
JOIN runs r ON r.arm_id = a.arm_id
JOIN run_units ru ON ru.run_id = r.run_id
JOIN units u ON u.unit_id = ru.select_unit_id AND u.status = 'finished'
JOIN attempts at ON at.unit_id = u.unit_id AND at.purpose = 'select'
JOIN tasks t ON t.task_id = at.task_id;

DROP VIEW loop_attempts;
CREATE VIEW loop_attempts AS
SELECT e.name AS experiment, e.experiment_id, a.name AS arm, a.arm_id, a.position AS arm_position,
       r.replicate, r.run_id, ru.position AS item_position, ru.name AS item, ru.category, at.step,
       at.attempt_id, at.task_id, at.skill_id, at.graded, at.solved, at.n_pass, at.n_rubrics,
       at.ungraded_reason, at.answer_text_id, at.call_id, at.judge_call_id, at.score,
       at.failure_class, at.infrastructure, at.unsafe
FROM experiments e
JOIN arms a ON a.experiment_id = e.experiment_id
JOIN runs r ON r.arm_id = a.arm_id
JOIN run_units ru ON ru.run_id = r.run_id
JOIN attempts at ON at.unit_id = ru.unit_id AND at.purpose = 'loop';

-- One row per step of a training or evolution loop, with the run it belongs to.
CREATE VIEW loop_steps AS
SELECT e.name AS experiment, e.experiment_id, a.name AS arm, a.arm_id, a.position AS arm_position,
       r.replicate, r.run_id, ru.position AS item_position, ru.name AS item, s.step_id, s.path, s.n,
       s.step, s.epoch, s.name, s.action, s.skill_id, s.record_json
FROM experiments e
JOIN arms a ON a.experiment_id = e.experiment_id
JOIN runs r ON r.arm_id = a.arm_id
JOIN run_units ru ON ru.run_id = r.run_id
JOIN steps s ON s.unit_id = ru.unit_id;
