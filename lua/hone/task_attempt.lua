-- One attempt at a task in a container of its own: skills put in, the solver at work, the task's own tests as the
-- judge. Infrastructure failures are told apart from the solver's, and they alone are tried again.
--
-- task: {id, category, text, metadata (hone/data/task_folders)}.
-- options: {library, solver = agent|oracle|nop|exec, profile, max_turns, max_tokens, terminal, use_skills, task_skill
-- (files or nil), select_limit, select_rule, score_mode, retries, retry_set, order = after|published}.
local agent = require "hone.agent"
local cut = require "hone.agent.cut"
local failure_class = require "hone.failure_class"
local feedback = require "hone.feedback"
local harbor_result = require "hone.harbor_result"
local installed_skills = require "hone.agent.installed_skills"
local skill_files = require "hone.skill_files"
local skill_selection = require "hone.skill_selection"
local test_outcomes = require "hone.test_outcomes"

local task_attempt = {}

-- Where skills go, below the solver's home directory.
task_attempt.places = installed_skills.fewer_places

local TRANSCRIPT_BYTES = 16000
local SYSTEM = "You work in a container on one task. Look around first, do what the task says, and check the result "
  .. "before you finish."

-- An error of the world that ends the attempt: raised nowhere, handed up as `nil, failure`.
local function failure(err) return { class = agent.error_class(err), message = err.message } end

local function open(task, options)
  local data = task.metadata
  local limits = { cpus = data.limits.cpus + 0.0, memory_mb = data.limits.memory_mb, disk_mb = data.limits.disk_mb,
                   network = data.limits.network, time_s = data.agent_timeout_s + 0.0 }
  return container.open {
    dockerfile = data.environment, build_network = data.limits.network, build_timeout_s = data.build_timeout_s + 0.0,
    limits = limits, env = data.env, workdir = data.workdir, user = data.user,
    published_tests = options.order == "published" and data.tests or nil,
  }
end

local function home_of(box)
  local result, err = box:exec { argv = { "sh", "-c", 'printf %s "$HOME"' }, timeout_s = 30 }
  if not result then return nil, err end
  local home = result.stdout
  return home:sub(1, 1) == "/" and #home > 1 and not home:find("%s") and home or "/root"
end

-- Skills that an image brings along have no place in an attempt without them; they are removed, and a row says
-- what was there. nil, err when the container failed.
local function cleared(box, home, task)
  local shelf, err = installed_skills.find(box, home, installed_skills.places, {})
  if not shelf then return nil, err end
  local names, argv = json.array {}, { "rm", "-rf", "--" }
  for i, one in ipairs(shelf.list) do names[i], argv[#argv + 1] = one.name, one.folder end
  record.step { name = "skills_in_image", action = #names == 0 and "none" or "removed",
                record = { task = task.id, skills = names } }
  if #names == 0 then return true end
  local result
  result, err = box:exec { argv = argv, user = "root", timeout_s = 30 }
  if not result then return nil, err end
  shelf, err = installed_skills.find(box, home, installed_skills.places, {})
  if not shelf then return nil, err end
  if #shelf.list > 0 then
    return nil, { code = "refused", infrastructure = true, message = "the image's skills could not be removed" }
  end
  return true
end

-- Puts the chosen skills, then the task's own one, into each place. Gives the set of their names.
local function injected(box, home, task, options)
  local files, names = {}, {}
  local chosen = skill_selection.choose(options.library.skills, task, options.select_limit, options.select_rule)
  for _, one in ipairs(chosen) do
    table.move(one.files, 1, #one.files, #files + 1, files)
    names[one.name] = true
  end
  for _, file in ipairs(options.task_skill or {}) do
    files[#files + 1] = file
    names[file.path:match("^[^/]+")] = true
  end
  for _, place in ipairs(task_attempt.places) do
    local to = home .. "/" .. place
    local ok, err = true, nil
    if options.use_skills and task.metadata.skills then ok, err = box:put { to = to, asset = task.metadata.skills } end
    if not ok then return nil, err end
    if #files > 0 then ok, err = box:put { to = to, files = files } end
    if not ok then return nil, err end
  end
  return names
end

local function system_text(library)
  local lines = { text.trim(library.system or SYSTEM) }
  if #library.lessons > 0 then
    lines[2] = "\nLessons from earlier tasks:\n- " .. table.concat(library.lessons, "\n- ")
  end
  return table.concat(lines, "\n")
end

local function nothing() return { answer = "", messages = {}, events = {}, turns = 0, timed_out = false } end

local solvers = {}

function solvers.nop() return nothing() end

function solvers.oracle(box, task)
  local out, data = nothing(), task.metadata
  if not data.solution then return nil, { code = "not_found", message = "the task has no solution" } end
  local ok, err = box:put { to = data.solution_dir, asset = data.solution }
  if not ok then return nil, err end
  local result
  result, err = box:exec { argv = { "bash", data.solution_dir .. "/solve.sh" }, timeout_s = data.agent_timeout_s + 0.0 }
  if not result then return nil, err end
  out.answer = result.stdout .. result.stderr
  out.timed_out = result.timed_out
  return out
end

function solvers.agent(box, task, options)
  local home, err = home_of(box)
  if not home then return nil, err end
  local ok, names = true, nil
  if not options.use_skills then ok, err = cleared(box, home, task) end
  if ok then names, err = injected(box, home, task, options) end
  if not names then return nil, err end
  return agent.solve {
    profile = options.profile, container = box, home = home, task = task, injected = names,
    system = system_text(options.library), max_turns = options.max_turns, max_tokens = options.max_tokens,
    terminal = options.terminal,
  }
end

local function ended(task, solve, verdict, options)
  local tests = test_outcomes.of(verdict)
  local score, reward = feedback.score(verdict, tests, options.score_mode)
  local loaded = {}
  for _, event in ipairs(solve.events) do
    if event.event == "load" and event.found then loaded[event.name] = true end
  end
  local names = json.array {}
  for name in pairs(loaded) do names[#names + 1] = name end
  return {
    task = task, passed = verdict.passed, score = score, reward = reward, class = failure_class.of(verdict, solve),
    infrastructure = false, unsafe = verdict.unsafe == true, tests = tests, output = verdict.stdout or "",
    answer = solve.answer, transcript = agent.transcript(solve.messages, TRANSCRIPT_BYTES), events = solve.events,
    turns = solve.turns, timed_out = solve.timed_out, skills_loaded = names,
  }
end

local function broken(task, failed, solve)
  solve = solve or nothing()
  return {
    task = task, passed = false, score = 0.0, reward = 0.0, class = failed.class, message = failed.message,
    infrastructure = true, unsafe = false, tests = test_outcomes.of { stdout = "" }, output = "", answer = solve.answer,
    transcript = "", events = solve.events, turns = solve.turns, timed_out = solve.timed_out,
    skills_loaded = json.array {},
  }
end

local function in_container(task, options)
  local box <close>, err = open(task, options)
  if not box then return broken(task, failure(err)) end
  local solve
  solve, err = solvers[options.solver](box, task, options)
  if not solve then return broken(task, failure(err)) end
  if solve.error then return broken(task, solve.error, solve) end
  local data = task.metadata
  local verdict
  verdict, err = box:verify {
    tests = data.tests, tests_dir = data.tests_dir, env = data.verifier_env, order = options.order,
    timeout_s = data.verifier_timeout_s + 0.0,
  }
  if not verdict then return broken(task, failure(err), solve) end
  return ended(task, solve, verdict, options)
end

-- A harness of the user's solves and verifies; it is asked as a model and answers with its result.json.
local function by_harness(task, options)
  local packed = {}
  for _, one in ipairs(options.library.skills) do table.move(one.files, 1, #one.files, #packed + 1, packed) end
  local answer, err = llm.chat {
    role = "solver",
    messages = {
      { role = "system", content = system_text(options.library) },
      { role = "user", content = cut.tagged("library", "", #packed > 0 and skill_files.pack(packed) or "") .. "\n\n"
        .. cut.tagged("task", ' id="' .. task.id .. '" category="' .. task.category .. '"', task.text) },
    },
  }
  if not answer then return broken(task, { class = "harbor_runtime_error", message = err.message }) end
  local verdict, why = harbor_result.read(answer.text)
  if not verdict then
    return broken(task, { class = "harbor_runtime_error", message = "the harness gave no result.json: " .. why })
  end
  local solve = nothing()
  solve.answer = answer.text
  return ended(task, solve, verdict, options)
end

-- Every try, in order; the last one counts. All but the last ended by a class that is tried again.
function task_attempt.tries(task, options)
  local tries = {}
  repeat
    local result = (options.solver == "exec" and by_harness or in_container)(task, options)
    tries[#tries + 1] = result
  until result.passed or #tries > options.retries or not failure_class.is_retried(result.class, options.retry_set)
  return tries
end

-- What record.attempt calls a verdict: one test suite, passed or not; nobody graded what the world broke.
local function verdict_of(result)
  local graded = not result.infrastructure
  local solved = graded and result.passed
  return { graded = graded, solved = solved, n_pass = solved and 1 or 0, n_rubrics = 1, status = json.array {},
           reasons = json.array {},
           why = not graded and result.class .. ": " .. (result.message or "") or nil }
end

-- Rows of an attempt with its tries. fields: {purpose, task (row), skill?, step?}
function task_attempt.record(tries, fields)
  for _, result in ipairs(tries) do
    local attempt = record.attempt {
      purpose = fields.purpose, task = fields.task, skill = fields.skill, step = fields.step, answer = result.answer,
      verdict = verdict_of(result), score = result.score, infrastructure = result.infrastructure,
      failure_class = result.class == "none" and "" or result.class, unsafe = result.unsafe,
    }
    for _, event in ipairs(result.events) do
      record.skill_use { event = event.event, name = event.name, found = event.found, injected = event.injected,
                         attempt = attempt, step = fields.step }
    end
  end
  return tries[#tries]
end

return task_attempt
