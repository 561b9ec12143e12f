-- replay.select: every probe answered under every candidate skill, scored exactly, earliest best wins.
local host, shared = ...

local function check_probes(probes)
  host.args("replay.select: probes", probes, { hard = "list?", easy = "list?" })
  for _, set in ipairs { "hard", "easy" } do
    for i, probe in ipairs(probes[set] or {}) do
      if type(probe) ~= "table" then
        host.fail("replay.select: probes." .. set .. "[" .. i .. "] must be a table, got " .. type(probe))
      end
    end
  end
end

local function check_candidates(candidates)
  if #candidates == 0 then host.fail("replay.select: candidates is empty") end
  for i, candidate in ipairs(candidates) do
    host.args("replay.select: candidates[" .. i .. "]", candidate,
      { text = "string", id = "string?", step = "any?", name = "string?" })
  end
end

-- Candidates with equal text are answered once: first index of each text, and where each one points.
local function distinct(candidates)
  local first, order, same = {}, {}, {}
  for i, candidate in ipairs(candidates) do
    if first[candidate.text] == nil then
      first[candidate.text] = i
      order[#order + 1] = i
    end
    same[i] = first[candidate.text]
  end
  return order, same
end

local function row_id(value, name)
  if type(value) == "string" and string.find(value, name .. ":", 1, true) == 1 then return value end
  return nil
end

local function replay_one(job, a)
  local text, call = a.answer(job.probe, job.candidate)
  local verdict = text ~= nil and a.judge(job.probe, text, job.candidate) or nil
  local graded = type(verdict) == "table" and verdict.graded == true
  local attempt = host.record("attempts", {
    purpose = "replay", skill = row_id(job.candidate.id, "skills"),
    task = row_id(job.probe.id, "tasks") or row_id(job.probe.task_id, "tasks"), answer = text,
    step = math.type(job.candidate.step) == "integer" and job.candidate.step or nil,
    verdict = type(verdict) == "table" and verdict or nil,
    call = text ~= nil and type(call) == "string" and call or nil,
  })
  local solved = graded and verdict.solved == true
  host.record("replays", {
    probe = row_id(job.probe.id, "probes"), candidate = row_id(job.candidate.id, "skills"),
    attempt = attempt, index = job.index, set = job.set, correct = solved, valid = graded,
  })
  return { graded = graded, solved = solved }
end

local function add(counts, outcome)
  if not outcome.graded then return end
  counts.valid = counts.valid + 1
  if outcome.solved then counts.correct = counts.correct + 1 end
end

local replay = {}

function replay.select(a)
  host.args("replay.select", a, {
    candidates = "list", probes = "table", answer = "function", judge = "function",
    smoothing = "string?", empty = "string?", combine = "string?", weights = "table?", limit = "integer?",
  })
  if (a.weights ~= nil) ~= (a.combine == "weighted") then
    host.fail('replay.select: weights goes with combine = "weighted"')
  end
  local weights = a.weights or { hard = 1, easy = 1 }
  host.args("replay.select: weights", weights, { hard = "number", easy = "number" })
  check_candidates(a.candidates)
  check_probes(a.probes)
  local order, same = distinct(a.candidates)
  local jobs = {}
  for _, index in ipairs(order) do
    for _, set in ipairs { "hard", "easy" } do
      for _, probe in ipairs(a.probes[set] or {}) do
        jobs[#jobs + 1] = { index = index, candidate = a.candidates[index], set = set, probe = probe }
      end
    end
  end
  local outcomes = host.map(jobs, function(job) return replay_one(job, a) end, { limit = a.limit })
  local tallies = {}
  for _, index in ipairs(order) do
    tallies[index] = { hard = { correct = 0, valid = 0 }, easy = { correct = 0, valid = 0 } }
  end
  for i, job in ipairs(jobs) do add(tallies[job.index][job.set], outcomes[i]) end
  local counts = {}
  for i in ipairs(a.candidates) do counts[i] = tallies[same[i]] end
  local index, scores = host.rank(counts, a.smoothing or "", a.empty or "", a.combine or "",
    weights.hard, weights.easy)
  local report = {}
  for i, tally in ipairs(counts) do
    report[i] = {
      hard = { correct = tally.hard.correct, valid = tally.hard.valid },
      easy = { correct = tally.easy.correct, valid = tally.easy.valid },
      score = scores[i],
    }
  end
  host.record("selections", { rule = "replay", index = index,
                              skill = row_id(a.candidates[index].id, "skills"), scores = report })
  return { index = index, scores = report }
end

host.capability("replay", replay)
