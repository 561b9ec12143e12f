-- The results database, version 1. Every table has a natural key: re-execution upserts by it, merge
-- joins by it. Integer ids are local to a file. Money is integer pico-dollars, times are UTC
-- milliseconds. Documented column by column in results/README.md.

CREATE TABLE meta (
  key   TEXT PRIMARY KEY,           -- 'file_uid', 'created_by'
  value TEXT NOT NULL
) STRICT;

CREATE TABLE texts (
  text_id    INTEGER PRIMARY KEY,
  hash       BLOB NOT NULL UNIQUE,  -- SHA-256 of the bytes
  size_bytes INTEGER NOT NULL,
  codec      TEXT NOT NULL CHECK (codec IN ('raw', 'zstd')),
  data       BLOB NOT NULL
) STRICT;

CREATE TABLE experiments (
  experiment_id INTEGER PRIMARY KEY,
  hash          BLOB NOT NULL UNIQUE,  -- of the canonical values, the programs and the data
  name          TEXT NOT NULL,
  file          TEXT NOT NULL,         -- as given on the command line
  config_json   TEXT NOT NULL,         -- canonical, after overrides
  sources_json  TEXT NOT NULL,         -- {module: text hash}: recipes, library, prompts, mapper
  data_json     TEXT NOT NULL,         -- {mapper, hash, units, report_tasks}
  prices_json   TEXT NOT NULL,         -- the price rows in force
  status        TEXT NOT NULL CHECK (status IN
                  ('running', 'complete', 'incomplete', 'budget', 'interrupted', 'failed')),
  subset        TEXT NOT NULL DEFAULT '',  -- '3 of 500 contexts' when --limit/--only/--arm was used
  hone_version  TEXT NOT NULL,
  started_at_ms INTEGER NOT NULL,      -- last start
  ended_at_ms   INTEGER
) STRICT;

CREATE TABLE arms (
  arm_id        INTEGER PRIMARY KEY,
  experiment_id INTEGER NOT NULL REFERENCES experiments,
  position      INTEGER NOT NULL,
  name          TEXT NOT NULL,
  recipe        TEXT NOT NULL,
  baseline      TEXT NOT NULL DEFAULT '',  -- name of the arm it is compared with
  config_json   TEXT NOT NULL,             -- resolved parameters, models, prompts
  UNIQUE (experiment_id, name)
) STRICT;

CREATE TABLE runs (
  run_id        INTEGER PRIMARY KEY,
  arm_id        INTEGER NOT NULL REFERENCES arms,
  replicate     TEXT NOT NULL,             -- the entry of `seeds`
  program_hash  BLOB NOT NULL,
  status        TEXT NOT NULL CHECK (status IN ('planned', 'running', 'complete', 'incomplete')),
  started_at_ms INTEGER,
  ended_at_ms   INTEGER,
  UNIQUE (arm_id, replicate)
) STRICT;

-- One execution of a program on an item, shared by every run that asks for the same thing.
CREATE TABLE units (
  unit_id       INTEGER PRIMARY KEY,
  unit_key      BLOB NOT NULL UNIQUE,      -- program, parameters, models, item, replicate, semantics
  kind          TEXT NOT NULL CHECK (kind IN ('run', 'evaluate')),
  item_hash     BLOB NOT NULL,
  name          TEXT NOT NULL,             -- the item's id
  replicate     TEXT NOT NULL,
  status        TEXT NOT NULL CHECK (status IN
                  ('running', 'finished', 'suspended', 'failed', 'diverged', 'stopped')),
  error_code    TEXT NOT NULL DEFAULT '',
  error_message TEXT NOT NULL DEFAULT '',
  result_json   TEXT NOT NULL DEFAULT '',  -- what run() returned; large texts as {"$text": hash}
  started_at_ms INTEGER NOT NULL,
  ended_at_ms   INTEGER
) STRICT;

-- The cells of a run: which unit stands for which item. unit_id is null until it has started.
CREATE TABLE run_units (
  run_id           INTEGER NOT NULL REFERENCES runs,
  position         INTEGER NOT NULL,       -- order of the data
  name             TEXT NOT NULL,
  cluster          TEXT NOT NULL,
  category         TEXT NOT NULL DEFAULT '',
  separation       TEXT NOT NULL DEFAULT '',
  report_tasks     INTEGER NOT NULL,       -- how many report tasks the item has
  unit_id          INTEGER REFERENCES units,
  evaluate_unit_id INTEGER REFERENCES units,
  skill_hash       BLOB,                   -- the text of the skill that was evaluated
  PRIMARY KEY (run_id, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE calls (
  call_id            INTEGER PRIMARY KEY,
  key                BLOB NOT NULL UNIQUE,   -- LEDGER: canonical request, model, replicate, item, draw, epoch
  request_hash       BLOB NOT NULL,
  model              TEXT NOT NULL,
  replicate          TEXT NOT NULL,
  item               BLOB NOT NULL,
  draw               TEXT NOT NULL,
  epoch              TEXT NOT NULL,
  request_json       TEXT NOT NULL,          -- messages with parts as {"$text": hash}
  seed               INTEGER,                -- derived, sent when the provider takes one
  status             TEXT NOT NULL CHECK (status IN ('intent', 'answered', 'interrupted')),
  reserved_pico_usd  INTEGER NOT NULL,
  answer_text_id     INTEGER REFERENCES texts,
  answer_tool_calls  TEXT,
  finish_reason      TEXT,
  response_model     TEXT,
  provider_request_id TEXT,
  input_tokens       INTEGER,                -- includes cached
  cached_tokens      INTEGER,
  output_tokens      INTEGER,                -- includes reasoning
  reasoning_tokens   INTEGER,
  tokens_source      TEXT CHECK (tokens_source IN ('provider', 'estimate')),
  cost_pico_usd      INTEGER,                -- null: the model has no price
  created_at_ms      INTEGER NOT NULL,
  answered_at_ms     INTEGER
) STRICT;

CREATE TABLE sends (
  call_id        INTEGER NOT NULL REFERENCES calls,
  file_uid       TEXT NOT NULL,
  n              INTEGER NOT NULL,           -- counts the tries of this call in this file
  address        TEXT NOT NULL,
  started_at_ms  INTEGER NOT NULL,
  ended_at_ms    INTEGER,
  outcome        TEXT NOT NULL CHECK (outcome IN
                   ('in_flight', 'answered', 'rate_limited', 'server_error', 'client_error',
                    'network', 'timeout', 'bad_response', 'cancelled', 'credentials', 'unknown')),
  maybe_billed   INTEGER NOT NULL DEFAULT 0, -- bytes left and no complete answer came back
  http_status    INTEGER,
  request_bytes  INTEGER,
  response_bytes INTEGER,
  error          TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (call_id, file_uid, n)
) STRICT, WITHOUT ROWID;

CREATE TABLE uses (
  unit_id INTEGER NOT NULL REFERENCES units,
  path    TEXT NOT NULL,
  ordinal INTEGER NOT NULL,                  -- n-th call along the path, from 1
  call_id INTEGER NOT NULL REFERENCES calls,
  role    TEXT NOT NULL,
  step    TEXT NOT NULL,
  PRIMARY KEY (unit_id, path, ordinal)
) STRICT, WITHOUT ROWID;
CREATE INDEX uses_by_call ON uses (call_id);

CREATE TABLE journal (
  unit_id      INTEGER NOT NULL REFERENCES units,
  path         TEXT NOT NULL,
  ordinal      INTEGER NOT NULL,
  kind         TEXT NOT NULL,
  command_hash BLOB NOT NULL,
  result_json  TEXT NOT NULL,
  PRIMARY KEY (unit_id, path, ordinal)
) STRICT, WITHOUT ROWID;

-- Typed rows. (unit_id, path, n) is the natural key of each; `step` is the recipe's turn.
CREATE TABLE tasks (
  task_id   INTEGER PRIMARY KEY,
  unit_id   INTEGER NOT NULL REFERENCES units,
  path      TEXT NOT NULL,
  n         INTEGER NOT NULL,
  step      INTEGER,
  name      TEXT NOT NULL,                   -- the data's id of a report task, else path#n
  origin    TEXT NOT NULL,                   -- 'self_play', 'train', 'select', 'report'
  text      TEXT NOT NULL,
  span_text TEXT NOT NULL DEFAULT '',        -- where in the context it comes from, when known
  UNIQUE (unit_id, path, n)
) STRICT;

CREATE TABLE rubrics (
  task_id INTEGER NOT NULL REFERENCES tasks ON DELETE CASCADE,
  n       INTEGER NOT NULL,
  text    TEXT NOT NULL,
  PRIMARY KEY (task_id, n)
) STRICT, WITHOUT ROWID;

CREATE TABLE skills (
  skill_id    INTEGER PRIMARY KEY,
  unit_id     INTEGER NOT NULL REFERENCES units,
  path        TEXT NOT NULL,
  n           INTEGER NOT NULL,
  step        INTEGER,
  side        TEXT NOT NULL,                 -- whose skill: 'reasoner', 'challenger', ...
  name        TEXT NOT NULL,
  description TEXT NOT NULL,
  text_id     INTEGER NOT NULL REFERENCES texts,
  words       INTEGER NOT NULL,
  UNIQUE (unit_id, path, n)
) STRICT;

CREATE TABLE attempts (
  attempt_id      INTEGER PRIMARY KEY,
  unit_id         INTEGER NOT NULL REFERENCES units,
  path            TEXT NOT NULL,
  n               INTEGER NOT NULL,
  step            INTEGER,
  task_id         INTEGER REFERENCES tasks,
  skill_id        INTEGER REFERENCES skills,
  purpose         TEXT NOT NULL,             -- 'loop', 'replay', 'report'
  answer_text_id  INTEGER REFERENCES texts,
  call_id         INTEGER REFERENCES calls,  -- the call that answered
  judge_call_id   INTEGER REFERENCES calls,  -- the call whose judgement stands
  graded          INTEGER NOT NULL,          -- 0: no usable judgement
  ungraded_reason TEXT NOT NULL DEFAULT '',
  solved          INTEGER NOT NULL,          -- every rubric passes
  n_pass          INTEGER NOT NULL,
  n_rubrics       INTEGER NOT NULL,
  UNIQUE (unit_id, path, n)
) STRICT;

CREATE TABLE verdicts (
  attempt_id INTEGER NOT NULL REFERENCES attempts ON DELETE CASCADE,
  n          INTEGER NOT NULL,
  status     TEXT NOT NULL CHECK (status IN ('yes', 'no')),
  reason     TEXT NOT NULL,
  PRIMARY KEY (attempt_id, n)
) STRICT, WITHOUT ROWID;

CREATE TABLE edits (
  edit_id        INTEGER PRIMARY KEY,
  unit_id        INTEGER NOT NULL REFERENCES units,
  path           TEXT NOT NULL,
  n              INTEGER NOT NULL,
  step           INTEGER,
  before_skill_id INTEGER REFERENCES skills,
  after_skill_id  INTEGER REFERENCES skills,
  action         TEXT NOT NULL,              -- 'add', 'merge', 'replace', ...
  proposal_json  TEXT NOT NULL,              -- the diagnosis it came from
  call_id        INTEGER REFERENCES calls,
  UNIQUE (unit_id, path, n)
) STRICT;

CREATE TABLE gates (
  gate_id  INTEGER PRIMARY KEY,
  unit_id  INTEGER NOT NULL REFERENCES units,
  path     TEXT NOT NULL,
  n        INTEGER NOT NULL,
  step     INTEGER,
  skill_id INTEGER REFERENCES skills,
  accepted INTEGER NOT NULL,
  rule     TEXT NOT NULL,
  scores_json TEXT NOT NULL DEFAULT '',
  UNIQUE (unit_id, path, n)
) STRICT;

CREATE TABLE probes (
  probe_id INTEGER PRIMARY KEY,
  unit_id  INTEGER NOT NULL REFERENCES units,
  path     TEXT NOT NULL,
  n        INTEGER NOT NULL,
  step     INTEGER,
  probe_set TEXT NOT NULL CHECK (probe_set IN ('hard', 'easy')),
  task_id  INTEGER NOT NULL REFERENCES tasks,
  UNIQUE (unit_id, path, n)
) STRICT;

CREATE TABLE replays (
  replay_id  INTEGER PRIMARY KEY,
  unit_id    INTEGER NOT NULL REFERENCES units,
  path       TEXT NOT NULL,
  n          INTEGER NOT NULL,
  candidate  INTEGER NOT NULL,               -- index in the list of candidates, from 1
  skill_id   INTEGER REFERENCES skills,
  probe_id   INTEGER REFERENCES probes,
  attempt_id INTEGER REFERENCES attempts,
  valid      INTEGER NOT NULL,
  solved     INTEGER NOT NULL,
  UNIQUE (unit_id, path, n)
) STRICT;

CREATE TABLE selections (
  selection_id INTEGER PRIMARY KEY,
  unit_id      INTEGER NOT NULL REFERENCES units,
  path         TEXT NOT NULL,
  n            INTEGER NOT NULL,
  rule         TEXT NOT NULL,                -- 'replay', 'last', 'fixed'
  candidate    INTEGER,                      -- the chosen index, from 1
  skill_id     INTEGER REFERENCES skills,
  scores_json  TEXT NOT NULL DEFAULT '',     -- per candidate, exact rationals
  UNIQUE (unit_id, path, n)
) STRICT;

CREATE TABLE execs (
  exec_id   INTEGER PRIMARY KEY,
  unit_id   INTEGER NOT NULL REFERENCES units,
  path      TEXT NOT NULL,
  n         INTEGER NOT NULL,
  command_json TEXT NOT NULL,
  exit_code INTEGER,
  timed_out INTEGER NOT NULL,
  truncated INTEGER NOT NULL,
  stdout_text_id INTEGER REFERENCES texts,
  stderr_text_id INTEGER REFERENCES texts,
  UNIQUE (unit_id, path, n)
) STRICT;

CREATE TABLE metrics (
  metric_id INTEGER PRIMARY KEY,
  unit_id   INTEGER NOT NULL REFERENCES units,
  path      TEXT NOT NULL,
  n         INTEGER NOT NULL,
  step      INTEGER,
  name      TEXT NOT NULL,
  value     REAL NOT NULL,
  UNIQUE (unit_id, path, n)
) STRICT;

CREATE TABLE artifacts (
  artifact_id INTEGER PRIMARY KEY,
  unit_id     INTEGER NOT NULL REFERENCES units,
  path        TEXT NOT NULL,
  n           INTEGER NOT NULL,
  name        TEXT NOT NULL,
  text_id     INTEGER NOT NULL REFERENCES texts,
  UNIQUE (unit_id, path, n)
) STRICT;

-- Report tasks whose span or rubric text occurs in a self-play task or in the evaluated skill.
CREATE TABLE overlaps (
  run_id    INTEGER NOT NULL REFERENCES runs,
  position  INTEGER NOT NULL,
  task_name TEXT NOT NULL,
  found_in  TEXT NOT NULL CHECK (found_in IN ('task', 'skill', 'both')),
  PRIMARY KEY (run_id, position, task_name)
) STRICT, WITHOUT ROWID;

-- The stable interface for table queries: one row per report attempt of every run.
CREATE VIEW report_attempts AS
SELECT e.name AS experiment, e.experiment_id, a.name AS arm, a.arm_id, a.position AS arm_position,
       r.replicate, r.run_id, ru.position AS item_position, ru.name AS item, ru.cluster,
       ru.category, ru.separation, t.name AS task, at.attempt_id, at.graded, at.solved, at.n_pass,
       at.n_rubrics, at.ungraded_reason, o.found_in AS overlap
FROM runs r
JOIN arms a ON a.arm_id = r.arm_id
JOIN experiments e ON e.experiment_id = a.experiment_id
JOIN run_units ru ON ru.run_id = r.run_id
JOIN units u ON u.unit_id = ru.evaluate_unit_id AND u.status = 'finished'
JOIN attempts at ON at.unit_id = u.unit_id AND at.purpose = 'report'
JOIN tasks t ON t.task_id = at.task_id
LEFT JOIN overlaps o ON o.run_id = r.run_id AND o.position = ru.position AND o.task_name = t.name;

-- One row per (run, call): what each run consumed, for prices alone, shared and paid.
CREATE VIEW run_calls AS
SELECT DISTINCT a.experiment_id, a.arm_id, a.position AS arm_position, a.name AS arm, r.run_id,
       r.replicate, us.call_id
FROM runs r
JOIN arms a ON a.arm_id = r.arm_id
JOIN run_units ru ON ru.run_id = r.run_id
JOIN uses us ON us.unit_id IN (ru.unit_id, ru.evaluate_unit_id);
