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
