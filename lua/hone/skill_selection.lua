-- Which skills of a library a task gets. Limit 0: all of them, by name. "keyword" is SkillForge's rule: a point for
-- every keyword of name and description that is longer than 3 characters and occurs anywhere in the task's text, 5
-- for an overlapping category, at least 2 points; equal ones by name. "semantic" (which SkillForge describes and
-- never built) takes the nearest by embedding of name, description and first section.
local skill_selection = {}

local SHORTEST, LEAST_SCORE, CATEGORY_BONUS = 4, 2, 5

local function keywords(one)
  local words = re.split(one.name, "[-_\\s]+")
  for _, word in ipairs(re.split(one.description:lower(), "\\s+")) do words[#words + 1] = word end
  return words
end

local function normal(category) return text.trim((category:lower():gsub("[^%w]+", " "))) end

local function overlap(a, b)
  if a == "" or b == "" then return false end
  a, b = normal(a), normal(b)
  return a:find(b, 1, true) ~= nil or b:find(a, 1, true) ~= nil
end

function skill_selection.keyword_score(one, task)
  local score, lower = 0, task.text:lower()
  for _, word in ipairs(keywords(one)) do
    if #word >= SHORTEST and lower:find(word, 1, true) then score = score + 1 end
  end
  return score + (overlap(one.category, task.category) and CATEGORY_BONUS or 0)
end

local function best(skills, scores, limit, least)
  local order = {}
  for i in ipairs(skills) do order[i] = i end
  table.sort(order, function(a, b) return scores[a] > scores[b] end)
  local chosen = {}
  for i = 1, math.min(limit, #order) do
    if scores[order[i]] >= least then chosen[#chosen + 1] = skills[order[i]] end
  end
  return chosen
end

-- Up to the second heading.
local function essence(one)
  local ok, document = pcall(skill.parse, one.text)
  local body = ok and document.body or one.text
  local second = select(2, ("\n" .. body):find("\n#[^\n]*\n.-\n#"))
  if second then body = body:sub(1, second - 2) end
  return one.name .. "\n" .. one.description .. "\n" .. text.clip(body, { bytes = 2000 })
end

local function cosine(a, b)
  local dot, aa, bb = 0.0, 0.0, 0.0
  for i, x in ipairs(a) do dot, aa, bb = dot + x * b[i], aa + x * x, bb + b[i] * b[i] end
  return aa > 0 and bb > 0 and dot / math.sqrt(aa * bb) or 0.0
end

local function semantic(skills, task, limit)
  local texts = { task.text }
  for i, one in ipairs(skills) do texts[i + 1] = essence(one) end
  local answer, err = llm.embed { role = "retriever", texts = texts }
  if not answer then error("the skills of task '" .. task.id .. "' could not be compared: " .. err.message) end
  local scores = {}
  for i in ipairs(skills) do scores[i] = cosine(answer.vectors[1], answer.vectors[i + 1]) end
  return best(skills, scores, limit, -1)
end

-- task: {id, category, text}; rule: "keyword" or "semantic".
function skill_selection.choose(skills, task, limit, rule)
  if limit <= 0 or #skills == 0 then return skills end
  if rule == "semantic" then return semantic(skills, task, limit) end
  local scores = {}
  for i, one in ipairs(skills) do scores[i] = skill_selection.keyword_score(one, task) end
  return best(skills, scores, limit, LEAST_SCORE)
end

return skill_selection
