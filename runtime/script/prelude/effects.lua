-- llm, judge, record, parallel, memo, tree_reduce, progress: thin, checked calls over the host.
local host, shared = ...

local ROLES = { system = true, user = true, assistant = true, tool = true }
local MAX_TRIES = 20

local function wire_messages(messages)
  local out = {}
  for i, message in ipairs(messages) do
    local where = "llm.chat: messages[" .. i .. "]"
    host.args(where, message, { role = "string", content = "string|list", tool_calls = "list?",
                                tool_call_id = "string?", name = "string?" })
    if not ROLES[message.role] then
      host.fail(where .. ".role: unknown role '" .. message.role .. "'"
        .. host.hint(message.role, { "assistant", "system", "tool", "user" }))
    end
    local content = message.content
    if type(content) == "string" then content = { content } end
    for k, part in ipairs(content) do
      local place = where .. ".content[" .. k .. "]"
      if type(part) == "table" then
        host.args(place, part, { image = "string|table", media_type = "string" })
        if type(part.image) == "table" then shared.check_asset(place .. ".image", part.image) end
      elseif type(part) ~= "string" then
        host.fail(place .. " must be a text or { image, media_type }, got " .. type(part))
      end
    end
    out[i] = { role = message.role, content = json.array(table.move(content, 1, #content, 1, {})),
               tool_calls = message.tool_calls, tool_call_id = message.tool_call_id, name = message.name }
  end
  if #out == 0 then host.fail("llm.chat: messages is empty") end
  return out
end

local function rendered(what, prompt, vars)
  local prompts = shared.prompts
  local found = prompts[prompt]
  if found == nil then
    local names = {}
    for name in pairs(prompts) do names[#names + 1] = name end
    host.fail(what .. ": there is no prompt '" .. prompt .. "'" .. host.hint(prompt, names), "not_found")
  end
  return host.render(found.file, found.text, vars or {})
end

-- The label of try `n` under a draw the caller named: a new try is a new draw.
local function draw_of(label, n)
  if label == nil or n == 1 then return label end
  return label .. "#" .. n
end

-- What is wrong with an answer; nil when it can be used. Fills in json and value.
local function objection(answer, a)
  if a.format then
    local value, why = host.extract(answer.text, a.format.schema)
    if value == nil then return why end
    answer.json = value
  end
  if a.accept then
    local value, why = a.accept(answer)
    if value == nil or value == false then return tostring(why or "not accepted") end
    answer.value = value
  end
  return nil
end

local llm = {}

function llm.chat(a)
  host.args("llm.chat", a, {
    role = "string", messages = "list?", prompt = "string?", vars = "table?", tools = "list?",
    format = "table?", accept = "function?", tries = "integer?", sampling = "table?", draw = "string?",
  })
  if (a.messages == nil) == (a.prompt == nil) then
    host.fail("llm.chat: give either messages or prompt (with vars)")
  end
  if a.vars and not a.prompt then host.fail("llm.chat: vars goes with prompt") end
  if a.format then
    host.args("llm.chat: format", a.format, { name = "string", schema = "table?" })
  end
  local tries = a.tries or 3
  if tries < 1 or tries > MAX_TRIES then host.fail("llm.chat: tries must be from 1 to " .. MAX_TRIES) end
  local messages = wire_messages(a.messages or rendered("llm.chat", a.prompt, a.vars))
  local reason, answer, err
  for n = 1, tries do
    answer, err = host.effect("llm.chat", {
      role = a.role, messages = messages, tools = a.tools, format = a.format, sampling = a.sampling,
      draw = draw_of(a.draw, n),
    })
    if answer == nil then return nil, err end
    reason = objection(answer, a)
    if reason == nil then return answer end
  end
  return nil, { code = "bad_response", answer = answer,
                message = "no usable answer in " .. tries .. " tries: " .. reason }
end

-- A prompt as the messages it makes, for a conversation that goes on from it.
function llm.messages(a)
  host.args("llm.messages", a, { prompt = "string", vars = "table?" })
  return rendered("llm.messages", a.prompt, a.vars)
end

function llm.embed(a)
  host.args("llm.embed", a, { role = "string", texts = "list", dimensions = "integer?", draw = "string?" })
  for i, text in ipairs(a.texts) do
    if type(text) ~= "string" then
      host.fail("llm.embed: texts[" .. i .. "] must be a string, got " .. type(text))
    end
  end
  return host.effect("llm.embed", { role = a.role, texts = json.array(table.move(a.texts, 1, #a.texts, 1, {})),
                                    dimensions = a.dimensions, draw = a.draw })
end

host.capability("llm", llm)

local judge = {}

function judge.rubrics(a)
  host.args("judge.rubrics", a, {
    rubrics = "list", answer = "string", task = "string?", context = "string|table?", sees = "list?",
    role = "string?", attempt = "string?", tries = "integer?", draw = "string?",
  })
  if #a.rubrics == 0 then host.fail("judge.rubrics: rubrics is empty") end
  for i, rubric in ipairs(a.rubrics) do
    if type(rubric) ~= "string" then
      host.fail("judge.rubrics: rubrics[" .. i .. "] must be a string, got " .. type(rubric))
    end
  end
  local sees = a.sees or {}
  for i, name in ipairs(sees) do
    if name ~= "task" and name ~= "context" then
      host.fail("judge.rubrics: sees[" .. i .. "]: unknown '" .. tostring(name) .. "'"
        .. host.hint(tostring(name), { "context", "task" }))
    end
    if a[name] == nil then host.fail("judge.rubrics: sees names '" .. name .. "', which is not given") end
  end
  local verdict, err = host.effect("judge.rubrics", {
    role = a.role or "judge", rubrics = a.rubrics, answer = a.answer, task = a.task,
    context = shared.text_of(a.context, "judge.rubrics: context"), sees = json.array(sees),
    attempt = a.attempt, tries = a.tries or 3, draw = a.draw,
  })
  if verdict and a.attempt then host.judged(a.attempt, verdict) end
  return verdict, err
end

host.capability("judge", judge)

local record = {}
for verb, name in pairs {
  task = "tasks", attempt = "attempts", skill = "skills", edit = "edits", gate = "gates",
  probe = "probes", selection = "selections", metric = "metrics", step = "steps",
  skill_use = "skill_uses", artifact = "artifacts",
} do
  record[verb] = function(fields) return host.record(name, fields) end
end
host.define("record", record)

host.define("parallel", { map = host.map })
host.define("memo", host.memo)

function shared.tree_reduce(list, width, fn)
  if type(list) ~= "table" then host.fail("tree_reduce: list must be a list, got " .. type(list)) end
  if math.type(width) ~= "integer" or width < 2 then
    host.fail("tree_reduce: width must be a whole number of at least 2")
  end
  if type(fn) ~= "function" then host.fail("tree_reduce: fn must be a function, got " .. type(fn)) end
  local level = list
  while #level > 1 do
    local groups = {}
    for i = 1, #level, width do
      groups[#groups + 1] = table.move(level, i, math.min(i + width - 1, #level), 1, {})
    end
    level = host.map(groups, function(group)
      if #group == 1 then return group[1] end
      return fn(group)
    end)
  end
  return level[1]
end
host.define("tree_reduce", shared.tree_reduce)

host.define("progress", function(a)
  host.args("progress", a, { step = "integer", score = "number" })
  host.progress(a)
  host.record("metrics", { name = "progress", value = a.score, step = a.step })
end)
