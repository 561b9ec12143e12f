-- SkillForge's rules by themselves: what may be changed, what is an answer, keys of drafts, what is too long.
local answers, permissions = require "skillforge.direct_answers", require "skillforge.permissions"
local distillation, drafts = require "skillforge.distillation", require "skillforge.drafts"

-- == answers ==
local function secrets(output, known, more)
  local result = { output = output, task = { text = "Sum the amounts." }, transcript = "the total is 4417" }
  return answers.secrets({ result }, known or "", more)
end
local function refused(content, output, known, more)
  return answers.find(content, secrets(output, known, more)) ~= nil
end
for _, case in ipairs {
  { "Write 8317 at the end.", "expected 8317, got 12", true },
  { "Write 83170 at the end.", "expected 8317, got 12", false },
  { "Write 8317.5 at the end.", "expected 8317, got 12", true },
  { "The first line is BLUE MOON.", "AssertionError: 'x' != 'BLUE MOON'", true },
  { "The first line is blue.", "AssertionError: 'x' != 'BLUE MOON'", false },
  { "Sum the amounts carefully.", "expected: Sum the amounts", false },
  { "It is 4417.", "expected 4417", false },
  { "Say 'a very long literal text'.", "printed 'a very long literal text' here", true },
  { "Write 12.", "expected 12, got 13", false },
  { "Write north by north-west", "Expected: north by north-west", true },
  { "Every account counts.", "assert 'count' == 'x'", false },
  { "---\nname: x\n---", "assert 'name' in {}", false },
} do
  assert(refused(case[1], case[2]) == case[3], case[1] .. " / " .. case[2])
end
assert(not refused("Write 8317.", "expected 8317", "a skill that said 8317 before"))
local two = { { output = "expected 8317", task = { text = "" }, transcript = "" },
              { output = "", task = { text = "" }, transcript = "the manual says 8317" } }
assert(#answers.secrets(two, "", false) == 0, "what one solver saw is known")
assert(refused("It is 4417.", "expected 4417", "", true), "a solver that could read the tests has no excuse")

-- == permissions ==
local function document(description) return "---\nname: x\ndescription: " .. description .. "\n---\n\nBody.\n" end
local before = {
  { path = "manifest.yaml", text = "m" }, { path = "prompts/system.md", text = "p" },
  { path = "skills/a/SKILL.md", text = document "a" }, { path = "skills/a/run.sh", text = "sh" },
  { path = "skills/_drafts/d.md", text = "d" },
}
local function enforce(change, p)
  local after = {}
  for _, file in ipairs(before) do after[#after + 1] = change[file.path] == nil and file or nil end
  for path, file in pairs(change) do
    if file then after[#after + 1] = { path = path, text = file.text, link = file.link } end
  end
  local rules = { evolve_skills = true, max_skills = 5 }
  for key, value in pairs(p or {}) do rules[key] = value end
  local kept, reverted = permissions.enforce(before, after, rules)
  local texts, why = {}, {}
  for _, file in ipairs(kept) do texts[file.path] = file.text or file.link end
  for _, one in ipairs(reverted) do why[one.path] = one.why end
  return texts, why
end
local texts, why = enforce {}
assert(next(why) == nil and texts["manifest.yaml"] == "m")
texts, why = enforce { ["manifest.yaml"] = false, ["skills/_drafts/d.md"] = { text = "mine" } }
assert(texts["manifest.yaml"] == "m" and texts["skills/_drafts/d.md"] == "d" and why["manifest.yaml"])
texts, why = enforce { ["skills/b/SKILL.md"] = { text = document "b" }, ["skills/b/x"] = { text = "x" } }
assert(texts["skills/b/SKILL.md"] and texts["skills/b/x"] and next(why) == nil)
texts = enforce({ ["skills/b/SKILL.md"] = { text = document "b" } }, { evolve_skills = false })
assert(texts["skills/b/SKILL.md"] == nil)
texts, why = enforce({ ["skills/a/run.sh"] = { text = "evil" }, ["skills/c/SKILL.md"] = { text = document "c" } },
  { protect_skills = true })
assert(texts["skills/a/run.sh"] == "sh" and texts["skills/c/SKILL.md"] and why["skills/a/run.sh"] == "a protected skill")
texts, why = enforce({ ["skills/b/SKILL.md"] = { text = document "b" }, ["skills/c/SKILL.md"] = { text = document "c" },
                       ["skills/c/more"] = { text = "more" } }, { max_skills = 1 })
assert(texts["skills/b/SKILL.md"] and not texts["skills/c/SKILL.md"] and not texts["skills/c/more"])
assert(why["skills/c/more"] == "beyond the budget of 1 new skills")
texts, why = enforce({ ["prompts/system.md"] = false, ["tools/t.py"] = { text = "t" }, ["memory/m.jsonl"] = { text = "{}" } },
  { evolve_prompts = true, evolve_tools = true, evolve_memory = true })
assert(texts["prompts/system.md"] == "p" and texts["tools/t.py"] == "t" and texts["memory/m.jsonl"] == "{}")
assert(why["prompts/system.md"] == "the system prompt was removed")
for _, path in ipairs { "skills/x", "skills/x/SKILL.md" } do
  _, why = enforce { [path] = { link = "/etc/passwd" } }
  assert(why[path] == "a link")
end

-- Changes count by content, whatever the names say.
local changes = permissions.skill_changes(before, { { path = "skills/a/SKILL.md", text = document "a" },
  { path = "skills/a/run.sh", text = "other" }, { path = "skills/n/SKILL.md", text = document "n" } })
assert(#changes.added == 1 and changes.added[1] == "n" and changes.changed[1] == "a" and #changes.removed == 0)

-- == drafts and length ==
for given, key in pairs { ["House Work!"] = "house-work", ['"csv_files"'] = "csv_files", ["--x--"] = "x", ["../../up"] = "up" } do
  assert(drafts.key(given, "task") == key, given .. " gives " .. drafts.key(given, "task"))
end
assert(drafts.key("!!!", "Task 1") == drafts.key(nil, "Task 1") and drafts.key(nil, "t") == "t")
assert(distillation.is_bloated(("x\n"):rep(201)) and distillation.is_bloated(("x"):rep(6001)))
assert(not distillation.is_bloated(("x\n"):rep(199)))
assert(distillation.next_version("Version: 3") == 4 and distillation.next_version("none") == 1)
