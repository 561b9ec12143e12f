-- ALFWorld (Shridhar et al., "ALFWorld: aligning text and embodied environments for interactive learning", ICLR
-- 2021) in SkillOpt's form: { id, gamefile, task_type }. The environment is a program in a container that answers
-- lines of JSON, whatever engine is behind it:
--
--   ours   {"reset": "<gamefile>", "seed": 42}      its  {"observation": "...", "admissible": ["look", ...]}
--   ours   {"step": "take apple 1 from table 1"}    its  {"observation": "...", "admissible": [...], "won": false,
--                                                         "done": false}
--   ours   {"close": true}                          it ends, with or without an answer
--   a game that cannot be played                    its  {"error": "why"}: infrastructure, never a lost game
--
-- `engine` is the command. It is in the image, or `engine_file` is put at /engine: of experiments/skillopt,
-- alfworld_bridge.py speaks for the real engine and alfworld_toy.py is a small house of ours. Games are in the image,
-- or data_root names their folder here: a game's own folder is then put at /games, where its path continues.
--
-- The last two observations and actions are shown, and the admissible actions without "help". The model answers
-- <think>...</think><action>...</action>; what it does is the text of that tag, else the last 30 characters, in
-- small letters; an empty answer is "look". Hard = soft = won.
local answers = require "hone.answers"

local GAMES = "/games/"

local TYPES = {
  { "pick_and_place", "pick_and_place" }, { "look_at_obj", "look_at_obj_in_light" },
  { "pick_clean", "pick_clean_then_place" }, { "pick_heat", "pick_heat_then_place" },
  { "pick_cool", "pick_cool_then_place" }, { "pick_two", "pick_two_obj" },
}

local function type_of(gamefile)
  for _, one in ipairs(TYPES) do
    if gamefile:find(one[1], 1, true) then return one[2] end
  end
  return "other"
end

local function item(row)
  if type(row.gamefile) ~= "string" or row.gamefile == "" then return nil, "no gamefile" end
  return {
    id = tostring(row.id or row.gamefile), question = "Play " .. row.gamefile, gamefile = row.gamefile,
    answer = "won", task_type = type(row.task_type) == "string" and row.task_type or type_of(row.gamefile),
    game = row.game, engine_file = row.engine_file,
  }
end

-- What is done with a reply: the action, and whether the reply had the form that was asked for.
local function projection(reply)
  local low = reply:lower()
  local action = re.match(low, "(?s)<action>(.*?)</action>")
  local is_formed = action ~= nil and re.find(low, "(?s)<think>.*</think>") ~= nil
    and re.find(reply, "\\p{Han}") == nil
  if not action then
    local length = utf8.len(low)
    action = length and length > 30 and low:sub(utf8.offset(low, -30)) or low
  end
  action = text.trim(action)
  return action ~= "" and action or "look", is_formed
end

local SYSTEM = "You act in a house that is described in text. Each turn you see what happened and which actions are "
  .. "possible; choose one of them, word for word. Reply with <think>why</think><action>the action</action>."

-- One turn's prompt; the skill stands before every user message.
local function prompt_of(skill_text, task, history, step, observation, admissible)
  local out = {}
  local body = text.trim(skill_text or "")
  if body ~= "" then out[1] = "<skill name=\"target\">\n" .. body .. "\n</skill>" end
  out[#out + 1] = "<task>\n" .. task .. "\n</task>"
  local lines = {}
  for i = math.max(1, #history - 1), #history do
    lines[#lines + 1] = "[" .. history[i].step .. "] saw: " .. history[i].observation
    lines[#lines + 1] = "[" .. history[i].step .. "] did: " .. history[i].action
  end
  if #lines > 0 then out[#out + 1] = "<history>\n" .. table.concat(lines, "\n") .. "\n</history>" end
  out[#out + 1] = "<observation step=\"" .. step .. "\">\n" .. observation .. "\n</observation>"
  local possible = {}
  for _, one in ipairs(admissible or {}) do
    if one ~= "help" then possible[#possible + 1] = one end
  end
  out[#out + 1] = "<actions>\n" .. table.concat(possible, "\n") .. "\n</actions>"
  return table.concat(out, "\n\n")
end

local function broken(message) return nil, { code = "environment", message = message, infrastructure = true } end

-- A line to the engine and its answer.
local function ask(engine, line, p)
  local reply, err = engine:ask { line = json.encode(line), timeout_s = p.step_timeout }
  if not reply then return nil, err end
  if reply.timed_out then return broken("the environment did not answer in " .. p.step_timeout .. " s") end
  local said = json.decode(reply.line or "")
  if type(said) ~= "table" then return broken "the environment ended or gave no JSON" end
  if said.error then return broken("the environment: " .. tostring(said.error)) end
  return said
end

local function play(engine, one, skill_text, p, run)
  local gamefile = one.game and GAMES .. one.gamefile or one.gamefile
  local state, err = ask(engine, { reset = gamefile, seed = run.seed or 42 }, p)
  if not state then return nil, err end
  local task = state.observation
  local history, conversation, call = {}, {}, nil
  for step = 1, p.max_steps do
    local user = prompt_of(skill_text, task, history, step, state.observation, state.admissible)
    local reply
    reply, err = answers.ask({ { role = "system", content = SYSTEM }, { role = "user", content = user } }, p, run)
    if not reply then return nil, err end
    local action = projection(reply.text)
    call = reply.call
    local before = state.observation
    state, err = ask(engine, { step = action }, p)
    if not state then return nil, err end
    history[#history + 1] = { step = step, observation = before, action = action }
    conversation[#conversation + 1] = {
      step = step, action = action, env_feedback = state.observation,
      reasoning = re.match(reply.text, "(?is)<think>(.*?)</think>"),
    }
    if state.won or state.done then break end
  end
  return {
    response = history[#history].action, conversation = conversation, n_turns = #history, call = call,
    won = state.won == true, ended = state.done == true, target_system_prompt = SYSTEM,
    target_user_prompt = prompt_of(skill_text, task, {}, 1, task, {}),
  }
end

local function rollout(one, skill_text, p, run)
  local c <close>, err = container.open { image = p.image, limits = { memory_mb = p.memory_mb } }
  if not c then return nil, err end
  local folder = one.gamefile:match("^(.*)/[^/]*$") or ""
  for place, asset in pairs { ["/engine"] = one.engine_file, [GAMES .. folder] = one.game } do
    local _
    _, err = c:put { to = place, asset = asset }
    if err then return nil, err end
  end
  local engine
  engine, err = c:process { argv = p.engine }
  if not engine then return nil, err end
  local trace
  trace, err = play(engine, one, skill_text, p, run)
  engine:ask { line = json.encode { close = true }, timeout_s = 5 }
  return trace, err
end

local function score_of(_, trace, p)
  local hard = trace.won and 1 or 0
  local reason
  if not trace.won then
    reason = trace.ended and "Episode ended without success" or "Timeout after " .. p.max_steps .. " steps"
  end
  return { hard = hard, soft = hard, fail_reason = reason, predicted_answer = trace.response }
end

return {
  name = "alfworld",
  doc = "Household tasks in a text environment; won or not.",
  uses = { "llm", "container" },
  params = {
    max_steps = param.int { 50, min = 1, max = 1000, doc = "actions of an episode" },
    engine = param.list { { "alfworld-bridge" }, doc = "command of the environment in the container" },
    step_timeout = param.int { 60, min = 1, doc = "seconds that the environment may take for an answer" },
    image = param.string { "hone/base:bookworm", doc = "container that has the engine" },
    memory_mb = param.int { 2048, min = 128, doc = "of the container" },
    max_completion_tokens = param.int { 16384, min = 1, doc = "of one answer of the target" },
  },
  most_calls = function(p) return p.max_steps end,
  load = {
    fields = { "gamefile" },
    params = {
      data_root = param.string { "", doc = "folder that gamefile starts at; empty: the games are in the image" },
      engine_file = param.string { "", doc = "program that is put at /engine; empty: the image has one" },
    },
    files = function(p)
      local out = {}
      if p.data_root ~= "" then
        out[1] = { field = "gamefile", as = "game", roots = { p.data_root }, take = "parent" }
      end
      if p.engine_file ~= "" then out[#out + 1] = { file = p.engine_file, as = "engine_file" } end
      return out
    end,
    item = item,
  },
  initial_skill = [[
# Household tasks

- The first observation names the goal: which object, what must happen to it, where it belongs.
- Search places one by one and remember which are done; open what is closed, and look inside.
- Take the object as soon as you see it; you carry one thing at a time.
- Clean at a sink, heat with a microwave, cool with a fridge, look at things under a lamp that is switched on.
- Only then go to the target place and put the object down there.
- Repeat no action that changed nothing.
]],
  rollout = rollout,
  score = score_of,
}
