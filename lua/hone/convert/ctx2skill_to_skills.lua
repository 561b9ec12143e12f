-- Ctx2Skill's skills folder (reasoner/<id>/..., challenger/<id>/SKILL.md) -> a folder for each context:
-- <id>/SKILL.md, skill-iter-N.md, hard_set.jsonl, easy_set.jsonl, challenger/SKILL.md.
local KEPT = { ["SKILL.md"] = true, ["hard_set.jsonl"] = true, ["easy_set.jsonl"] = true }

return converter {
  name = "ctx2skill_to_skills",
  doc = "Ctx2Skill's skills folder -> skills and task sets by context",
  writes = "folder",
  params = {},
  reader = function(p) return { kind = "files", path = p.path, include = { "*.md", "*.jsonl" } } end,
  row = function(file)
    local parts = text.split(file.path, "/")
    local name, id, side = parts[#parts], parts[#parts - 1], parts[#parts - 2]
    if not id then return nil end
    if side == "challenger" then
      return name == "SKILL.md" and { { path = id .. "/challenger/SKILL.md", text = file.text } } or nil
    end
    if not KEPT[name] and not name:find("^skill%-iter%-%d+%.md$") then return nil end
    return { { path = id .. "/" .. name, text = file.text } }
  end,
}
