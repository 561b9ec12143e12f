-- Afterimage's output folder -> skills, versions and probes by context, without what only Afterimage reads. Skill
-- files are taken as they are: their header names the context, whatever the folder is called.
local KEPT = { ["SKILL.md"] = true, ["probes.jsonl"] = true }

return converter {
  name = "afterimage_to_skills",
  doc = "Afterimage's output folder -> skills and probes by context",
  writes = "folder",
  params = {},
  reader = function(p) return { kind = "files", path = p.path, include = { "*.md", "*.jsonl" } } end,
  row = function(file)
    local parts = text.split(file.path, "/")
    local name, folder = parts[#parts], parts[#parts - 1]
    if not folder then return nil end
    if not KEPT[name] and not name:find("skill%-iter%-%d+%.md$") then return nil end
    return { { path = folder .. "/" .. name, text = file.text } }
  end,
}
