-- What successes teach: a task that was solved at its first attempt leaves a draft under a key for its kind of work;
-- drafts of enough tasks become a skill. Unlike the released program's, drafts keep the body of every task that
-- supports them, see what the solver did, and are joined when they are promoted.
local cut = require "hone.agent.cut"
local folders = require "hone.folders"
local writing = require "skillforge.writing"

local drafts = {}

local FOLDER = "skills/_drafts/"
local TOKENS, MERGE_TOKENS, LINES, MERGE_LINES = 1024, 2048, 30, 100
local MARK = "<!-- draft of %s -->\n"

-- A key as a name of a file and a folder.
function drafts.key(given, task_id)
  local key = text.trim(type(given) == "string" and given or ""):lower():gsub("[\"']", ""):gsub("[^a-z0-9_-]", "-")
  key = key:gsub("^[-_]+", ""):gsub("-+$", ""):sub(1, 60)
  return key ~= "" and key or folders.of(task_id):lower()
end

local function meta_of(s, key)
  local meta = json.decode(s.workspace:read(FOLDER .. key .. ".meta.json") or "")
  return type(meta) == "table" and type(meta.supporting_tasks) == "table" and meta or nil
end

-- One draft of a task that was solved at once.
local function draft(s, result)
  local task = result.task
  local content, answer = writing.ask {
    prompt = "success_draft", format = "success_draft", max_tokens = TOKENS, lines = LINES + 8,
    about = { name = skill.slug(task.category) .. "-practice", category = task.category,
              description = "What worked on tasks of the kind " .. task.category .. "." },
    vars = { id = task.id, category = task.category, task = task.text, transcript = result.transcript },
  }
  if not content then return false end
  local key = drafts.key(answer.support_key, task.id)
  local meta = meta_of(s, key)
    or { support_key = key, supporting_tasks = json.array {}, category = task.category }
  for _, id in ipairs(meta.supporting_tasks) do
    if id == task.id then return false end
  end
  table.insert(meta.supporting_tasks, task.id)
  local bodies = s.workspace:read(FOLDER .. key .. ".md") or ""
  s.workspace:write(FOLDER .. key .. ".md", bodies .. MARK:format(folders.of(task.id)) .. content)
  s.workspace:write(FOLDER .. key .. ".meta.json", json.encode(meta) .. "\n")
  return true
end

-- The bodies of a draft file, oldest first.
local function bodies_of(content)
  local out = {}
  for _, piece in ipairs(re.split("\n" .. content, "\n<!-- draft of [^\n]* -->\n")) do
    if text.trim(piece) ~= "" then out[#out + 1] = text.trim(piece) .. "\n" end
  end
  return out
end

-- One body is a skill as it is; several are joined by the model, and the newest stands in where that gives nothing.
local function joined(key, meta, bodies)
  if #bodies == 1 then return bodies[1] end
  local shown = {}
  for i, body in ipairs(bodies) do shown[i] = cut.tagged("skill", ' name="draft-' .. i .. '"', body) end
  return writing.ask {
    prompt = "merge_drafts", format = "distilled_skill", max_tokens = MERGE_TOKENS, lines = MERGE_LINES,
    about = { name = key, category = meta.category, description = "What worked on tasks of the kind " .. key .. "." },
    vars = { key = key, drafts = table.concat(shown, "\n") },
  } or bodies[#bodies]
end

local function promote(s)
  local promoted = {}
  for _, path in ipairs(s.workspace:list(FOLDER)) do
    local key = path:match("^skills/_drafts/(.+)%.meta%.json$")
    local meta = key and meta_of(s, key)
    local target = key and "skills/" .. key .. "/SKILL.md"
    if meta and #meta.supporting_tasks >= s.p.promotion_threshold and not s.workspace:read(target) then
      local bodies = bodies_of(s.workspace:read(FOLDER .. key .. ".md") or "")
      if #bodies > 0 then
        s.workspace:write(target, joined(key, meta, bodies))
        s.workspace:remove(FOLDER .. key .. ".md")
        s.workspace:remove(path)
        promoted[#promoted + 1] = key
        record.step { name = "promotion", action = "promoted",
                      record = { skill = key, supporting_tasks = meta.supporting_tasks } }
      end
    end
  end
  return promoted
end

-- After a batch: drafts of what was solved at once, then promotions; each a commit.
function drafts.distil(s, batch)
  if s.p.success_mode == "off" then return end
  local wrote = false
  for _, entry in ipairs(batch) do
    if entry.solved and entry.cycles == 1 then wrote = draft(s, entry.result) or wrote end
  end
  if wrote then s.workspace:commit { message = "drafts of batch " .. s.batch } end
  if s.p.success_mode ~= "gated_promotion" then return end
  local promoted = promote(s)
  if #promoted > 0 then s.workspace:commit { message = "promoted: " .. table.concat(promoted, ", ") } end
end

return drafts
