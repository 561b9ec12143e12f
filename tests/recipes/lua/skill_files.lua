-- Packing a folder of files as one text, and back: a single SKILL.md is its own text; anything comes back whole.
local files = require "hone.skill_files"

local function same_files(a, b)
  assert(#a == #b, #a .. " files, " .. #b .. " came back")
  for i, file in ipairs(a) do
    for _, key in ipairs { "path", "text", "base64", "mode" } do
      assert(file[key] == b[i][key], file.path .. "." .. key .. ": " .. tostring(b[i][key]))
    end
  end
end

local single = "---\nname: a\ndescription: b\n---\nBody\n"
assert(files.pack { { path = "SKILL.md", text = single } } == single)
same_files(files.unpack(single), { { path = "SKILL.md", text = single } })

local packed = files.pack { { path = "skills/b/SKILL.md", text = "x" }, { path = "skills/a/SKILL.md", text = single } }
local document = skill.parse(packed)
assert(document.name == "skill-library" and document.description == "a, b", document.description)
assert(#skill.check(packed) == 0 or skill.check(packed)[1].error, "it reads as a skill")

-- Any files at all: contents that look like the format itself, none at all, bytes, modes.
local pieces = { "\n</file>\n", '<file path="x" bytes="3">\n', "---\n", "name: skill-library\n", "a", "\n", "é", "\0", "```", '"' }
for round = 1, 300 do
  local folder, seen = {}, {}
  for _ = 1, random.int(0, 5) do
    local path = random.choice { "SKILL.md", "skills/a/SKILL.md", "skills/b c/x.sh", "prompts/system.md", "ä/b", "z" .. round }
    if not seen[path] then
      seen[path] = true
      local body = {}
      for i = 1, random.int(0, 8) do body[i] = random.choice(pieces) end
      local file = { path = path, mode = random.choice { false, 493 } or nil }
      file[random.choice { "text", "text", "base64" }] = table.concat(body)
      folder[#folder + 1] = file
    end
  end
  table.sort(folder, function(x, y) return x.path < y.path end)
  same_files(folder, files.unpack(files.pack(folder)))
end
-- A packed text as the only SKILL.md comes back as that file, not as what is in it.
same_files({ { path = "SKILL.md", text = packed } }, files.unpack(files.pack { { path = "SKILL.md", text = packed } }))

for _, case in ipairs {
  { function() files.unpack((packed:gsub("Body", "Bod"))) end, "does not end after its" },
  { function() files.unpack(packed .. "x") end, "no file begins at byte" },
  { function() files.pack { { path = "a", text = "" }, { path = "a", text = "" } } end, "is there twice" },
} do
  local ok, message = pcall(case[1])
  assert(not ok and tostring(message):find(case[2], 1, true), tostring(message))
end
