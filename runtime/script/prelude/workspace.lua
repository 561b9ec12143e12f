-- workspace: folders under git (lua/meta/effects.lua). Everything is checked here; a failure raises, because what
-- went wrong is the recipe's mistake or the disk's.
local host, _ = ...

local methods = {}
local opened = {}  -- handle -> id
local META = {
  __index = function(_, name)
    if methods[name] then return methods[name] end
    local names = {}
    for known in pairs(methods) do names[#names + 1] = known end
    host.fail("a workspace has no '" .. tostring(name) .. "'" .. host.hint(tostring(name), names))
  end,
  __newindex = function() host.fail("a workspace is read-only; write files by :write(path, content)") end,
  __tostring = function(self) return "workspace " .. opened[self] end,
  __metatable = false,
}

local function ask(verb, args)
  local value, err = host.effect("workspace." .. verb, args)
  if value == nil then host.fail("workspace: " .. err.message, err.code) end
  return value
end

-- The id behind a handle: methods are called with a colon.
local function id_of(self, verb)
  if type(self) ~= "table" or not opened[self] then
    host.fail("workspace:" .. verb .. ": call it with a colon, as in w:" .. verb .. "(...)")
  end
  return opened[self]
end

local function text_arg(what, value, name)
  if type(value) ~= "string" then
    host.fail("workspace:" .. what .. ": " .. name .. " must be a string, got " .. type(value))
  end
  return value
end

local FILE = { path = "string", text = "string?", base64 = "string?", link = "string?", mode = "integer?" }

local function checked_files(what, files)
  for i, file in ipairs(files) do host.args(what .. "[" .. i .. "]", file, FILE) end
  return json.array(table.move(files, 1, #files, 1, {}))
end

function methods.read(self, path)
  local file = ask("read", { workspace = id_of(self, "read"), path = text_arg("read", path, "path") }).file
  if file == nil then return nil end
  return file.text or file.base64 or file.link
end

function methods.list(self, prefix)
  return ask("list", { workspace = id_of(self, "list"), prefix = prefix or "" }).paths
end

function methods.files(self, prefix)
  return ask("files", { workspace = id_of(self, "files"), prefix = prefix or "" }).files
end

function methods.write(self, path, content)
  ask("write", { workspace = id_of(self, "write"), path = text_arg("write", path, "path"),
                 content = text_arg("write", content, "content") })
end

function methods.remove(self, path)
  ask("remove", { workspace = id_of(self, "remove"), path = text_arg("remove", path, "path") })
end

function methods.replace(self, files, prefix)
  if type(files) ~= "table" then host.fail("workspace:replace: files must be a list, got " .. type(files)) end
  return ask("replace", { workspace = id_of(self, "replace"), prefix = prefix or "",
                          files = checked_files("workspace:replace: files", files) })
end

function methods.commit(self, a)
  host.args("workspace:commit", a, { message = "string", tag = "string?" })
  return ask("commit", { workspace = id_of(self, "commit"), message = a.message, tag = a.tag or "" })
end

function methods.diff(self, from, to)
  return ask("diff", { workspace = id_of(self, "diff"), from = text_arg("diff", from, "from"), to = to or "" }).diff
end

function methods.rollback(self, ref, message)
  return ask("rollback", { workspace = id_of(self, "rollback"), ref = text_arg("rollback", ref, "ref"),
                           message = message or "rollback to " .. ref }).hash
end

function methods.log(self)
  return ask("log", { workspace = id_of(self, "log") }).commits
end

local workspace = {}

function workspace.open(a)
  host.args("workspace.open", a, { seed = "string?", files = "list?" })
  local value = ask("open", { seed = a.seed or "",
                              files = checked_files("workspace.open: files", a.files or {}) })
  local handle = setmetatable({ id = value.workspace, hash = value.hash }, META)
  opened[handle] = value.workspace
  return handle
end

host.capability("workspace", workspace)
