-- container: checked calls over the effects "container.*" (wire/effects.h). A handle holds a name and the names
-- of its effects; everything that happens happens in the engine, by what it has on record for this path.
local host, shared = ...

-- An asset of the data, as a reader named it.
function shared.check_asset(what, asset)
  if type(asset) ~= "table" or type(asset["$asset"]) ~= "string" then
    host.fail(what .. " must be an asset of the data, such as unit.metadata.environment, got "
      .. (type(asset) == "table" and "a table of another kind" or type(asset)))
  end
end

local FILE = { path = "string", text = "string?", base64 = "string?", link = "string?", mode = "integer?" }

function shared.check_files(what, files)
  for i, file in ipairs(files) do
    local where = what .. "[" .. i .. "]"
    host.args(where, file, FILE)
    local contents = (file.text and 1 or 0) + (file.base64 and 1 or 0) + (file.link and 1 or 0)
    if contents ~= 1 then host.fail(where .. " ('" .. file.path .. "'): give one of text, base64 and link") end
  end
end

local function check_texts(what, list)
  if #list == 0 then host.fail(what .. " is empty") end
  for i, text in ipairs(list) do
    if type(text) ~= "string" then
      host.fail(what .. "[" .. i .. "] must be a string, got " .. type(text))
    end
  end
end

local function check_env(what, env)
  for name, value in pairs(env or {}) do
    if type(name) ~= "string" or not name:find("^[%a_][%w_]*$") then
      host.fail(what .. ": '" .. tostring(name) .. "' is no name of a variable")
    end
    if type(value) ~= "string" then
      host.fail(what .. "." .. name .. " must be a string, got " .. type(value))
    end
  end
end

local function check_range(what, value, least, most)
  if value ~= nil and not (value >= least and value <= most) then
    host.fail(what .. " must be from " .. least .. " to " .. most .. ", got " .. tostring(value))
  end
end

local MOST_SECONDS = 86400
local MOST_BYTES = 16 << 20

local function check_seconds(what, value)
  check_range(what, value, 0.001, MOST_SECONDS)
end

-- The arguments of the effect: those given, and what they are about.
local function with(names, a)
  local out = {}
  for name, value in pairs(a or {}) do out[name] = value end
  for name, value in pairs(names) do out[name] = value end
  return out
end

local PROGRAM = { env = "table?", workdir = "string?", user = "string?" }
local EXEC = with(PROGRAM, { argv = "list?", shell = "string?", stdin = "string?", timeout_s = "number?",
                             max_output_bytes = "integer?" })
local VERIFY = with(PROGRAM, { tests = "table", argv = "list?", tests_dir = "string?", timeout_s = "number?",
                               order = "string?", zero_on_exit = "boolean?" })
local TERMINAL = with(PROGRAM, { argv = "list?", rows = "integer?", columns = "integer?" })
local PROCESS = with(PROGRAM, { argv = "list" })

local function check_program(what, a)
  if a.argv then check_texts(what .. ": argv", a.argv) end
  check_env(what .. ": env", a.env)
end

-- A live thing of a recipe: methods that are called with a colon, plain fields, and how it is closed.
local function handle_of(kind, name, methods, close)
  local handle = {}
  local fields = {}
  for key, value in pairs(methods) do
    fields[key] = type(value) ~= "function" and value or function(self, ...)
      if self ~= handle then
        host.fail(kind .. "." .. key .. ": call it with a colon, as in c:" .. key .. "(...)")
      end
      return value(...)
    end
  end
  return setmetatable(handle, {
    __index = function(_, key)
      if fields[key] ~= nil then return fields[key] end
      local known = {}
      for field in pairs(fields) do known[#known + 1] = field end
      host.fail("a " .. kind .. " has no '" .. tostring(key) .. "'" .. host.hint(tostring(key), known))
    end,
    __newindex = function() host.fail("a " .. kind .. " is read-only") end,
    __tostring = function() return kind .. " " .. name end,
    __close = close,
    __metatable = false,
  })
end

local function terminal_of(effect, name)
  local methods = {}
  function methods.send(a)
    host.args("terminal:send", a, { keys = "string?", wait_s = "number?", timeout_s = "number?",
                                    max_output_bytes = "integer?" })
    check_seconds("terminal:send: timeout_s", a.timeout_s)
    check_range("terminal:send: wait_s", a.wait_s, 0, MOST_SECONDS)
    check_range("terminal:send: max_output_bytes", a.max_output_bytes, 1, MOST_BYTES)
    return effect("container.send", with({ terminal = name }, a))
  end
  function methods.screen()
    return effect("container.screen", { terminal = name })
  end
  return handle_of("terminal", name, methods)
end

local function process_of(effect, name)
  local methods = {}
  function methods.ask(a)
    host.args("process:ask", a, { line = "string?", timeout_s = "number?", max_bytes = "integer?" })
    if a.line and a.line:find("\n", 1, true) then
      host.fail("process:ask: line holds a line break: it would be two lines")
    end
    check_seconds("process:ask: timeout_s", a.timeout_s)
    check_range("process:ask: max_bytes", a.max_bytes, 1, MOST_BYTES)
    return effect("container.ask", with({ process = name }, a))
  end
  return handle_of("process", name, methods)
end

local function container_of(opened)
  local name = opened.container
  local ended  -- how, once it has
  local methods = { image_digest = opened.image_digest, workdir = opened.workdir }

  local function effect(kind, a)
    if ended then host.fail(kind .. ": the container " .. name .. " was " .. ended) end
    a.container = name
    return host.effect(kind, a)
  end

  function methods.exec(a)
    host.args("container:exec", a, EXEC)
    if (a.argv == nil) == (a.shell == nil) then host.fail("container:exec: give either argv or shell") end
    check_program("container:exec", a)
    check_seconds("container:exec: timeout_s", a.timeout_s)
    check_range("container:exec: max_output_bytes", a.max_output_bytes, 1, MOST_BYTES)
    return effect("container.exec", with({}, a))
  end

  function methods.put(a)
    host.args("container:put", a, { to = "string", files = "list?", asset = "table?" })
    if (a.files == nil) == (a.asset == nil) then host.fail("container:put: give either files or asset") end
    if a.asset then shared.check_asset("container:put: asset", a.asset) end
    shared.check_files("container:put: files", a.files or {})
    return effect("container.put", { to = a.to, asset = a.asset, files = a.files and json.array(a.files) })
  end

  function methods.get(a)
    host.args("container:get", a, { path = "string", max_bytes = "integer?" })
    check_range("container:get: max_bytes", a.max_bytes, 1, 4 * MOST_BYTES)
    return effect("container.get", with({}, a))
  end

  function methods.snapshot()
    local made, err = effect("container.snapshot", {})
    if made == nil then return nil, err end
    return made.image
  end

  function methods.verify(a)
    host.args("container:verify", a, VERIFY)
    shared.check_asset("container:verify: tests", a.tests)
    check_program("container:verify", a)
    check_seconds("container:verify: timeout_s", a.timeout_s)
    local order = a.order or "after"
    if order ~= "after" and order ~= "published" then
      host.fail("container:verify: order: unknown '" .. order .. "'" .. host.hint(order, { "after", "published" }))
    end
    local verdict, err = effect("container.verify", with({}, a))
    ended = "ended by verify"
    return verdict, err
  end

  function methods.terminal(a)
    a = a or {}
    host.args("container:terminal", a, TERMINAL)
    check_program("container:terminal", a)
    check_range("container:terminal: rows", a.rows, 1, 500)
    check_range("container:terminal: columns", a.columns, 1, 500)
    local made, err = effect("container.terminal", with({}, a))
    if made == nil then return nil, err end
    return terminal_of(effect, made.terminal)
  end

  function methods.process(a)
    host.args("container:process", a, PROCESS)
    check_program("container:process", a)
    local made, err = effect("container.process", with({}, a))
    if made == nil then return nil, err end
    return process_of(effect, made.process)
  end

  function methods.time_left()
    local left = effect("container.time_left", {})
    return left and left.seconds
  end

  -- Nothing is waited for, so that it may happen anywhere, also while an error unwinds.
  local function close()
    if ended then return end
    ended = "closed"
    host.tell("container.close", { container = name })
  end
  methods.close = close

  return handle_of("container", name, methods, close)
end

local OPEN = { image = "string?", dockerfile = "table?", build_network = "boolean?", build_timeout_s = "number?",
               limits = "table?", env = "table?", workdir = "string?", user = "string?",
               published_tests = "table?" }
local LIMITS = { memory_mb = "integer?", cpus = "number?", pids = "integer?", disk_mb = "integer?",
                 network = "boolean?", time_s = "number?" }

local container = {}

function container.open(a)
  host.args("container.open", a, OPEN)
  if (a.image == nil) == (a.dockerfile == nil) then
    host.fail("container.open: give either image or dockerfile")
  end
  if a.dockerfile then shared.check_asset("container.open: dockerfile", a.dockerfile) end
  if a.published_tests then shared.check_asset("container.open: published_tests", a.published_tests) end
  check_env("container.open: env", a.env)
  check_seconds("container.open: build_timeout_s", a.build_timeout_s)
  local limits = a.limits or {}
  host.args("container.open: limits", limits, LIMITS)
  check_range("container.open: limits.memory_mb", limits.memory_mb, 4, 1 << 20)
  check_range("container.open: limits.disk_mb", limits.disk_mb, 1, 1 << 24)
  check_range("container.open: limits.cpus", limits.cpus, 0.01, 1024)
  check_range("container.open: limits.pids", limits.pids, 1, 1 << 20)
  check_seconds("container.open: limits.time_s", limits.time_s)
  local opened, err = host.effect("container.open", with({}, a))
  if opened == nil then return nil, err end
  return container_of(opened)
end

host.capability("container", container)
