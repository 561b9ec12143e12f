-- SearchQA (Dunn et al., "SearchQA: a new Q&A dataset augmented with context from a search engine", 2017) in
-- SkillOpt's form: { id, question, context ("[DOC]"-separated passages), answers = { ... } }. One turn; exact match
-- and token F1 after SQuAD's normal form, the best over the right answers.
local answers = require "hone.answers"

local MARK = "[DOC]"

-- The first whole passages of at most `most` characters; a mark belongs to the passage after it. When not even the
-- first one fits it is cut. An empty first passage loses its mark, so the one after it does too.
local function clipped(context, most)
  if utf8.len(context) == nil or utf8.len(context) <= most then return context end
  local kept, size = {}, 0
  for i, passage in ipairs(text.split(context, MARK)) do
    local whole = (i == 1 or #kept == 0) and passage or MARK .. passage
    local length = utf8.len(whole)
    if size + length > most then break end
    if whole ~= "" then kept[#kept + 1] = whole end
    size = size + length
  end
  if #kept > 0 then return table.concat(kept) end
  return context:sub(1, utf8.offset(context, most + 1) - 1) .. "\n[the rest of the context is left out]"
end

local function item(row, p)
  if type(row.question) ~= "string" or text.trim(row.question) == "" then return nil, "no question" end
  local right = {}
  for _, one in ipairs(type(row.answers) == "table" and row.answers or { row.answers }) do
    if type(one) == "string" then right[#right + 1] = one end
  end
  if #right == 0 then return nil, "no answers" end
  return {
    id = tostring(row.id), question = row.question, answer = right, task_type = row.task_type,
    cluster = row.cluster, context = clipped(tostring(row.context or ""), p.context_characters),
  }
end

local SYSTEM = "You answer questions from passages that a search found. Most passages do not matter; the answer is "
  .. "usually a short name or phrase that stands in one of them. " .. answers.INSTRUCTION

local function rollout(one, skill_text, p, run)
  local system = answers.system(SYSTEM, skill_text)
  local user = { "<context>\n", one.context, "\n</context>\n\n<task>\n", one.question, "\n</task>" }
  local conversation, reply = {}, nil
  for turn = 1, p.max_turns do
    local asked = user
    if turn > 1 then
      asked = { table.concat(user), "\n\nYour answer so far was:\n", reply.text,
                "\n\nCheck it against the passages and give the final answer again." }
    end
    local err
    reply, err = answers.ask({ { role = "system", content = system }, { role = "user", content = asked } }, p, run)
    if not reply then return nil, err end
    conversation[#conversation + 1] = { role = "assistant", content = reply.text }
  end
  return {
    response = reply.text, conversation = conversation, n_turns = p.max_turns, call = reply.call,
    target_system_prompt = system, target_user_prompt = table.concat(user),
  }
end

local function score_of(one, trace)
  local predicted = answers.last_pair(trace.response)
  local verdict = {
    hard = score.exact_match(predicted, one.answer), soft = score.token_f1(predicted, one.answer),
    predicted_answer = predicted,
  }
  if verdict.hard == 0 then
    verdict.fail_reason = predicted == "" and "no answer"
      or (verdict.soft > 0 and "part of the answer: " or "another answer: ") .. text.clip(predicted, { bytes = 200 })
  end
  verdict.report = answers.report(one.question, predicted, table.concat(one.answer, " | "), verdict)
  return verdict
end

return {
  name = "searchqa",
  doc = "Questions over search results; exact match, token F1.",
  uses = { "llm" },
  params = {
    max_turns = param.int { 1, min = 1, max = 20, doc = "turns; later ones review the answer" },
    max_completion_tokens = param.int { 16384, min = 1, doc = "of one answer of the target" },
  },
  most_calls = function(p) return p.max_turns end,
  load = {
    fields = { "id", "question", "context", "answers" },
    params = { context_characters = param.int { 6000, min = 1, doc = "of the passages that are shown" } },
    item = item,
  },
  initial_skill = [[
# Answering from search results

- Read the question for what kind of thing is asked: a person, a place, a title, a number, a word.
- Look for the passage that shares the rarest words with the question, and answer from it.
- Give the shortest phrase that answers, without a sentence around it.
]],
  prompts = {
    analyst_error = "The target sees passages of a search, cut at a fixed length, and one question. It is scored by "
      .. "exact match after small letters, without punctuation and articles; soft scores count shared words. Look for "
      .. "rules about where answers stand and what form they take, never for the answers of single questions.",
  },
  rollout = rollout,
  score = score_of,
}
