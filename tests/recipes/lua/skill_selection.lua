-- Libraries of files, and which skills of them a task gets.
local library, selection = require "hone.skill_library", require "hone.skill_selection"

local function document(name, description, category)
  return "---\nname: " .. name .. "\ndescription: " .. description .. "\n" .. (category and "category: " .. category .. "\n" or "")
    .. "---\n\n# One\n\nBody.\n"
end

local files = {
  { path = "library.json", text = '{"skill_select_limit": 2}' },
  { path = "memory/a.jsonl", text = '{"content": "first"}\nno JSON\n{"insight": "second"}\n' },
  { path = "prompts/system.md", text = "SYSTEM" },
  { path = "skills/_drafts/x.md", text = "draft" },
  { path = "skills/csv-files/SKILL.md", text = document("csv", "Reading comma separated tables.", "data: csv") },
  { path = "skills/csv-files/references/r.md", text = "reference" },
  { path = "skills/empty/notes.md", text = "no skill" },
  { path = "skills/git-work/SKILL.md", text = document("git", "Committing with trailers, and tables.") },
  { path = "task_skills/t1/SKILL.md", text = document("t1", "For t1.") },
}
local got = library.of_files(files)
assert(got.system == "SYSTEM" and #got.skills == 2 and #got.skills[1].files == 2 and got.skills[1].name == "csv-files")
assert(got.skills[1].category == "data: csv" and got.skills[2].category == "" and got.settings.skill_select_limit == 2)
assert(table.concat(got.lessons, " ") == "first second" and #got.task_skills.t1 == 1)

-- There and back: what is for single tasks and what is a draft stays behind.
local again = library.of_packed(library.packed(files, { use_skills = true }))
assert(#again.skills == 2 and again.system == "SYSTEM" and next(again.task_skills) == nil and again.settings.use_skills == true)
assert(#library.of_packed(nil).skills == 0)
local lone = library.of_packed(document("Lone Skill", "d"))
assert(#lone.skills == 1 and lone.skills[1].name == "lone-skill" and lone.skills[1].files[1].path == "lone-skill/SKILL.md")

-- The published rule: keywords longer than 3 as substrings, 5 for a category, at least 2, ties by name.
local function task(text, category) return { id = "t", category = category or "", text = text } end
local function score(i, ...) return selection.keyword_score(got.skills[i], task(...)) end
assert(score(1, "Sort the tables in these FILES") == 1, score(1, "Sort the tables in these FILES"))
assert(score(1, "READING comma-separated") == 3, "reading, comma, separated; 'tables.' keeps its full stop")
assert(score(1, "nothing", "CSV") == 5 and score(2, "nothing", "CSV") == 0)
assert(score(1, "nothing", "...") == 5, "a category of marks alone overlaps with every other, as published")
local function names(list)
  local out = {}
  for i, one in ipairs(list) do out[i] = one.name end
  return table.concat(out, " ")
end
assert(names(selection.choose(got.skills, task "x", 0, "keyword")) == "csv-files git-work")
assert(names(selection.choose(got.skills, task "x", 1, "keyword")) == "")
assert(names(selection.choose(got.skills, task "git: work, committing", 1, "keyword")) == "git-work")
assert(names(selection.choose(got.skills, task "comma separated, committing with trailers,", 5, "keyword")) == "git-work csv-files")
