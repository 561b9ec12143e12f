-- OfficeQA in SkillOpt's form: questions about long office documents. An item has uid or id, question, ground_truth
-- or answer, category or difficulty, source_files (names of documents), source_docs (URLs with a page) and, where a
-- converter put them in, `pages`: the parsed pages that hold the answer (hone/office_pages.lua).
--
-- search_mode "offline": the model calls glob, read and grep over the item's own documents and nothing else
-- (hone/documents.lua), which makes it a setting with an oracle: the right files are given. With use_local_tools =
-- false it answers at once. "custom_search": the model asks the search service of the user's configuration in
-- rounds. Exact match and token F1 over figures; the first answer tag counts, none is wrong.
local answers = require "hone.answers"
local documents = require "hone.documents"
local office_pages = require "hone.office_pages"
local search_rounds = require "hone.search_rounds"

local MOST_CANDIDATES = 20

local function list_of(value)
  if type(value) == "table" then return value end
  if type(value) ~= "string" or value == "" then return {} end
  local decoded = json.decode(value)
  return type(decoded) == "table" and decoded or { value }
end

local function item(row)
  local question, right = row.question, row.ground_truth or row.answer
  if type(question) ~= "string" or text.trim(question) == "" then return nil, "no question" end
  if right == nil or json.is_null(right) then return nil, "no ground_truth" end
  local files = {}
  for _, file in ipairs(row.documents or {}) do files[#files + 1] = { name = file.name, asset = file } end
  local sources = list_of(row.source_files)
  return {
    id = tostring(row.uid or row.id), question = question, answer = tostring(right),
    task_type = row.category or row.difficulty, cluster = sources[1] and tostring(sources[1]) or nil,
    files = files, pages = row.pages, sources = list_of(row.source_docs),
  }
end

local SYSTEM = "You answer questions about office documents: reports with long tables, notes and footnotes. Figures "
  .. "must be exact: mind units, fiscal years, and revised figures. " .. answers.INSTRUCTION

local TOOLS_HINT = " Use the tools to find the place and read it before you answer."
local SEARCH_HINT = " While you lack facts, reply with queries for a search, a JSON list between <search_queries> and "
  .. "</search_queries>; the results come back to you."

local function user_message(one)
  local out = { "<task>\n" .. one.question .. "\n</task>" }
  local pages = office_pages.text(one.pages)
  if pages ~= "" then out[#out + 1] = "<context>\n" .. pages .. "\n</context>" end
  local names = {}
  for i, file in ipairs(one.files) do
    if i <= MOST_CANDIDATES then names[i] = "- " .. file.name end
  end
  if #names > 0 then out[#out + 1] = "Documents:\n" .. table.concat(names, "\n") end
  local sources = {}
  for i, source in ipairs(one.sources) do sources[i] = "- " .. tostring(source) end
  if #sources > 0 then out[#out + 1] = "Where the question comes from:\n" .. table.concat(sources, "\n") end
  return table.concat(out, "\n\n")
end

-- A conversation that is under way: what is sent, and what is kept of it.
local function talk(one, skill_text, instructions)
  local system, user = answers.system(instructions, skill_text), user_message(one)
  local out = { messages = { { role = "system", content = system }, { role = "user", content = user } },
                trace = { target_system_prompt = system, target_user_prompt = user, conversation = {}, n_turns = 0 } }
  function out.say(message) out.messages[#out.messages + 1] = message end
  function out.note(turn) table.insert(out.trace.conversation, turn) end
  function out.ask(p, run, tools)
    local reply, err = answers.ask(out.messages, p, run, tools)
    if not reply then return nil, err end
    local trace = out.trace
    trace.response, trace.call, trace.n_turns = reply.text, reply.call, trace.n_turns + 1
    if reply.text ~= "" then out.note { role = "assistant", content = reply.text } end
    return reply
  end
  function out.failed(why)
    out.trace.failure = why
    return out.trace
  end
  return out
end

-- One turn's tool calls, answered; nil and the error when the documents cannot be had.
local function answer_calls(t, reply, box)
  t.say { role = "assistant", content = reply.text, tool_calls = reply.tool_calls }
  for _, call in ipairs(reply.tool_calls) do
    local name, arguments = call["function"].name, call["function"].arguments
    local told, err = box.call(name, json.decode(arguments or ""))
    if not told then return nil, err end
    t.note { type = "tool_call", cmd = name .. " " .. (arguments or ""), obs = told }
    t.say { role = "tool", content = told, tool_call_id = call.id }
  end
  return true
end

local function with_tools(one, skill_text, p, run)
  local t = talk(one, skill_text, SYSTEM .. TOOLS_HINT)
  local box = documents.open(one.files, p.image)
  for _ = 1, p.max_tool_turns do
    local reply, err = t.ask(p, run, documents.TOOLS)
    if not reply then return nil, err end
    if #(reply.tool_calls or {}) > 0 then
      local ok
      ok, err = answer_calls(t, reply, box)
      if not ok then return nil, err end
    else
      box.close()
      if answers.first_pair(reply.text) then return t.trace end
      return t.failed "neither a tool request nor an answer"
    end
  end
  box.close()
  return t.failed("no answer in " .. p.max_tool_turns .. " turns")
end

local function with_search(one, skill_text, p, run)
  local t = talk(one, skill_text, SYSTEM .. SEARCH_HINT)
  for round = 1, p.max_tool_turns do
    local reply, err = t.ask(p, run)
    if not reply then return nil, err end
    local queries = round < p.max_tool_turns and search_rounds.queries(reply.text, p.max_queries_per_turn)
    if not queries or #queries == 0 then
      return answers.first_pair(reply.text) and t.trace or t.failed "neither queries nor an answer"
    end
    local results = {}
    for i, query in ipairs(queries) do
      local found
      found, err = search.query { service = p.search_service, query = query, max_results = p.search_max_num_results,
                                  provider = p.search_provider, timeout_s = p.search_timeout_seconds }
      if not found then return nil, err end
      results[i] = "Results for \"" .. query .. "\":\n" .. search_rounds.results(found.body)
      t.note { type = "tool_call", cmd = "search " .. query, obs = search_rounds.results(found.body) }
    end
    t.say { role = "assistant", content = reply.text }
    t.say { role = "user", content = table.concat(results, "\n\n") }
  end
end

local function at_once(one, skill_text, p, run)
  local t = talk(one, skill_text, SYSTEM)
  local reply, err = t.ask(p, run)
  if not reply then return nil, err end
  return answers.first_pair(reply.text) and t.trace or t.failed "no answer"
end

local function rollout(one, skill_text, p, run)
  if p.search_mode == "custom_search" then return with_search(one, skill_text, p, run) end
  return (p.use_local_tools and with_tools or at_once)(one, skill_text, p, run)
end

local function score_of(one, trace)
  local predicted = not trace.failure and answers.first_pair(trace.response)
  local verdict = { hard = 0, soft = 0, predicted_answer = predicted or "" }
  if predicted then
    verdict.hard = score.exact_match(predicted, one.answer, "figures")
    verdict.soft = score.token_f1(predicted, one.answer, "figures")
  end
  if verdict.hard == 0 then
    verdict.fail_reason = trace.failure or "another answer: " .. text.clip(predicted, { bytes = 200 })
  end
  verdict.report = answers.report(one.question, verdict.predicted_answer, one.answer, verdict)
  return verdict
end

return {
  name = "officeqa",
  doc = "Questions over office documents with tools or a search; exact match, token F1 over figures.",
  uses = { "llm", "container", "search" },
  params = {
    search_mode = param.choice { "offline", "custom_search", doc = "tools over the item's documents, or a search" },
    use_local_tools = param.bool { true, doc = "offline: with tools; else one answer from what the prompt shows" },
    max_tool_turns = param.int { 24, min = 1, max = 200, doc = "turns of one rollout" },
    max_queries_per_turn = param.int { 4, min = 1, max = 20, doc = "queries of one round of custom_search" },
    search_service = param.string { "officeqa", doc = "which [search.NAME] of the user's configuration" },
    search_provider = param.string { "duckduckgo", doc = "what the service should search with" },
    search_max_num_results = param.int { 4, min = 1, max = 100, doc = "results of a query" },
    search_timeout_seconds = param.int { 20, min = 1, max = 600, doc = "of a query" },
    image = param.string { "hone/base:bookworm", doc = "container that holds the documents: sed and grep" },
    max_completion_tokens = param.int { 16384, min = 1, doc = "of one answer of the target" },
  },
  most_calls = function(p) return p.search_mode == "offline" and not p.use_local_tools and 1 or p.max_tool_turns end,
  load = {
    fields = { "question" },
    params = { data_dirs = param.list { {}, doc = "folders in which the files of source_files lie" } },
    files = function(p)
      return { { field = "source_files", as = "documents", roots = p.data_dirs, take = "list" } }
    end,
    item = item,
  },
  initial_skill = [[
# Finding figures in office documents

- List the documents first, then search for the rarest word of the question; read the lines around each hit.
- A table's unit stands in its title or below it ("in millions"); its years may be fiscal years.
- When a later document revises a figure, the question decides which one is meant.
- Compute sums, differences and percentages step by step and check them once.
- Answer with the figure in the unit that was asked for, without a sentence around it.
]],
  rollout = rollout,
  score = score_of,
}
