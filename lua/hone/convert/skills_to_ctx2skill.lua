-- Skills and task sets by context -> Ctx2Skill's skills folder, which its infer.py reads.
return converter {
  name = "skills_to_ctx2skill",
  doc = "skills and task sets by context -> Ctx2Skill's skills folder",
  writes = "folder",
  params = {},
  reader = function(p) return { kind = "files", path = p.path, include = { "*.md", "*.jsonl" } } end,
  row = function(file)
    local parts = text.split(file.path, "/")
    if #parts == 3 and parts[2] == "challenger" then
      return { { path = "challenger/" .. parts[1] .. "/" .. parts[3], text = file.text } }
    end
    if #parts ~= 2 then return nil end
    return { { path = "reasoner/" .. file.path, text = file.text } }
  end,
}
