-- Rows of CL-bench as contexts and tasks: what the mapper cl_bench and the converters have in common.
--
-- The rows of a context (metadata.context_id) become one item, wherever they stand in the file. What a recipe
-- gets of it is the system message and the first user message with the task cut out of it. Later turns belong
-- to other tasks: their user messages are tasks, and the assistant's are standard answers. No recipe sees them;
-- the evaluation sends each row's conversation as it is.
--
-- The task is cut out (separation)
--   delimiter  at <|task|> or <|TASK|> in the user message;
--   prefix     where the first user messages of several rows begin, or end, with the same text; or because all
--              tasks of the context are later turns;
--   none       not at all: the context still holds a task. It is exposed, and no headline counts its tasks.
local cl_bench = {}

local DELIMITERS = { "<|task|>", "<|TASK|>" }
local ROLES = { system = true, developer = true, user = true, assistant = true }
local LEAST_SHARE = 0.5  -- of the shorter message that a common part must cover to be the context
local LEAST_TASK = 12    -- bytes: a shorter task is not looked for in the context

local function rubric_text(rubric)
  if type(rubric) == "string" then return rubric end
  return type(rubric) == "table" and rubric.rubric_criteria or nil
end

-- Why a row cannot be used; nil when it can.
local function problem(row, p)
  if type(row.messages) ~= "table" or #row.messages == 0 then return "no messages" end
  for i, message in ipairs(row.messages) do
    if type(message) ~= "table" or type(message.content) ~= "string" then
      return "messages[" .. i .. "] has no text as content"
    end
    if not ROLES[message.role] then return "messages[" .. i .. "] has the role '" .. tostring(message.role) .. "'" end
  end
  if p.contexts_only then return nil end
  if row.messages[#row.messages].role ~= "user" then return "the last message is not the user's" end
  if type(row.rubrics) ~= "table" or #row.rubrics == 0 then return "no rubrics" end
  for i, rubric in ipairs(row.rubrics) do
    local content = rubric_text(rubric)
    if type(content) ~= "string" or text.trim(content) == "" then return "rubrics[" .. i .. "] is no text" end
  end
  return nil
end

-- The text before and after the last delimiter; nil without one.
local function split_at_delimiter(content)
  for _, delimiter in ipairs(DELIMITERS) do
    local pieces = text.split(content, delimiter)
    if #pieces > 1 then
      local last = table.remove(pieces)
      return table.concat(pieces, delimiter), last
    end
  end
  return nil
end

local function first_user(messages)
  for i, message in ipairs(messages) do
    if message.role == "user" then return i end
  end
  return nil
end

-- Rows whose task stands in the first user message, which is then the last message.
local function asks_at_once(row) return first_user(row.messages) == #row.messages end

local function common_prefix(a, b)
  local low, high = 0, math.min(#a, #b)
  while low < high do
    local middle = (low + high + 1) // 2
    if a:sub(1, middle) == b:sub(1, middle) then low = middle else high = middle - 1 end
  end
  return low
end

local function common_suffix(a, b)
  local low, high = 0, math.min(#a, #b)
  while low < high do
    local middle = (low + high + 1) // 2
    if a:sub(-middle) == b:sub(-middle) then low = middle else high = middle - 1 end
  end
  return low
end

-- What all of `contents` begin with, up to a line end; nil when that is too little or leaves nothing of one.
local function shared_beginning(contents)
  local length, shortest = #contents[1], #contents[1]
  for _, content in ipairs(contents) do
    length = math.min(length, common_prefix(contents[1], content))
    shortest = math.min(shortest, #content)
  end
  local part = contents[1]:sub(1, length):match("^(.*\n)")
  if not part or #part < LEAST_SHARE * shortest then return nil end
  for _, content in ipairs(contents) do
    if text.trim(content:sub(#part + 1)) == "" then return nil end
  end
  return part
end

local function shared_end(contents)
  local length, shortest = #contents[1], #contents[1]
  for _, content in ipairs(contents) do
    length = math.min(length, common_suffix(contents[1], content))
    shortest = math.min(shortest, #content)
  end
  local part = length > 0 and contents[1]:sub(-length):match("\n(.*)$") or nil
  if not part or #part < LEAST_SHARE * shortest then return nil end
  for _, content in ipairs(contents) do
    if text.trim(content:sub(1, #content - #part)) == "" then return nil end
  end
  return part
end

-- A delimiter's sides: the context is the one that all rows agree on, else the first.
local function side_of_context(befores, afters)
  if #befores > 1 then
    local same_after, same_before = true, true
    for i = 2, #befores do
      same_after = same_after and afters[i] == afters[1]
      same_before = same_before and befores[i] == befores[1]
    end
    if same_after and not same_before then return afters[1] end
  end
  return befores[1]
end

-- The context's part of the first user message, and how it was told apart.
local function cut(rows)
  local befores, afters, contents = {}, {}, {}
  for _, row in ipairs(rows) do
    local at = first_user(row.messages)
    local content = at and row.messages[at].content
    if content then
      local before, after = split_at_delimiter(content)
      if before then
        befores[#befores + 1], afters[#afters + 1] = before, after
      elseif asks_at_once(row) then
        contents[#contents + 1] = content
      end
    end
  end
  if #befores > 0 then return side_of_context(befores, afters), "delimiter" end
  if #contents > 1 then
    local part = shared_beginning(contents) or shared_end(contents)
    if part then return part, "prefix" end
  end
  local at = first_user(rows[1].messages)
  local whole = at and rows[1].messages[at].content or ""
  return whole, #contents == 0 and "prefix" or "none"
end

-- The task of a row: its last user message without delimiter and without the context's own text.
local function task_of(row, context)
  local content = row.messages[#row.messages].content
  local before, after = split_at_delimiter(content)
  if before then
    return text.trim(after == context and before or after)
  end
  if context ~= "" and #content > #context then
    if content:sub(1, #context) == context then return text.trim(content:sub(#context + 1)) end
    if content:sub(-#context) == context then return text.trim(content:sub(1, #content - #context)) end
  end
  return text.trim(content)
end

-- The messages of a row with the context's text as a part of its own, so that it is stored and sent once.
local function conversation(row, context)
  local out = {}
  for i, message in ipairs(row.messages) do
    local content = message.content
    local parts = { content }
    if #context >= 1024 and #content > #context and content:sub(1, #context) == context then
      parts = { context, content:sub(#context + 1) }
    end
    out[i] = { role = message.role, content = parts }
  end
  return out
end

-- The system messages and the context's text: what a recipe gets.
local function context_messages(row, context)
  local out = {}
  for _, message in ipairs(row.messages) do
    if message.role == "user" or message.role == "assistant" then break end
    out[#out + 1] = { role = message.role, content = message.content }
  end
  if text.trim(context) ~= "" then out[#out + 1] = { role = "user", content = context } end
  return out
end

local function holds_a_task(messages, tasks)
  for _, message in ipairs(messages) do
    for _, task in ipairs(tasks) do
      if #task.task >= LEAST_TASK and message.content:find(task.task, 1, true) then return true end
    end
  end
  return false
end

-- Task ids that differ: the data's own, else a number.
local function task_id(row, seen, place)
  local id = row.metadata.task_id
  if type(id) ~= "string" or id == "" then id = "task-" .. place end
  if seen[id] then return nil end
  seen[id] = true
  return id
end

local function shortest_first(entries)
  local order = {}
  for i, entry in ipairs(entries) do order[i] = { row = entry.row, where = entry.where, place = i } end
  table.sort(order, function(a, b)
    if #a.row.messages ~= #b.row.messages then return #a.row.messages < #b.row.messages end
    return a.place < b.place
  end)
  return order
end

local function hints_of(rows)
  local hints = {}
  for _, row in ipairs(rows) do
    for _, rubric in ipairs(row.rubrics or {}) do hints[#hints + 1] = rubric_text(rubric) end
  end
  return hints
end

-- The item of a context (its rows as the reader "jsonl" groups them), or nil; then rows that cannot be used.
-- `p` has the parameters of the mapper.
function cl_bench.unit(group, p)
  local bad, usable, seen = {}, {}, {}
  for i, entry in ipairs(group.rows) do
    local why = problem(entry.row, p)
    if not why and not p.contexts_only then
      entry.id = task_id(entry.row, seen, i)
      if not entry.id then why = "the task " .. entry.row.metadata.task_id .. " is there twice" end
    end
    if why then
      bad[#bad + 1] = { where = entry.where, why = why }
    else
      usable[#usable + 1] = entry
    end
  end
  if #usable == 0 then return nil, bad end

  local rows = {}
  for i, entry in ipairs(shortest_first(usable)) do rows[i] = entry.row end
  local context, separation
  if p.contexts_only then
    local at = first_user(rows[1].messages)
    context, separation = at and rows[1].messages[at].content or "", "delimiter"
  else
    context, separation = cut(rows)
  end
  local messages = context_messages(rows[1], context)
  if #messages == 0 then
    bad[#bad + 1] = { where = usable[1].where, why = "its context is empty" }
    return nil, bad
  end

  local tasks = {}
  for _, entry in ipairs(p.contexts_only and {} or usable) do
    if p.tasks_per_context == 0 or #tasks < p.tasks_per_context then
      local rubrics = {}
      for i, rubric in ipairs(entry.row.rubrics) do rubrics[i] = rubric_text(rubric) end
      tasks[#tasks + 1] = {
        id = entry.id, split = p.split, task = task_of(entry.row, context), rubrics = rubrics,
        messages = conversation(entry.row, context),
      }
    end
  end
  if holds_a_task(messages, tasks) then separation = "none" end
  if separation == "none" and p.exposed == "leave_out" then return nil, bad end
  local metadata = rows[1].metadata
  return {
    id = group.group, cluster = group.group,
    category = type(metadata.context_category) == "string" and metadata.context_category or nil,
    context = { messages = messages, delimiter = DELIMITERS[1] },
    separation = separation,
    tasks = tasks,
    hints = p.source_rubrics and hints_of(rows) or nil,
    metadata = {
      context_category = metadata.context_category, sub_category = metadata.sub_category,
    },
  }, bad
end

return cl_bench
