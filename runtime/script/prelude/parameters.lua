-- param: what a program declares about its parameters, checked where it is written.
local host, shared = ...

-- What a constructor made; compared by identity, so that nothing else passes for it.
local params_made = {}

local PARAM_TYPES = {
  int = { words = "a whole number", ok = function(v) return math.type(v) == "integer" end },
  number = { words = "a number", ok = function(v) return type(v) == "number" end },
  bool = { words = "true or false", ok = function(v) return type(v) == "boolean" end },
  string = { words = "a string", ok = function(v) return type(v) == "string" end },
}

local function numeric_param(kind, a)
  local what = "param." .. kind
  host.args(what, a, { "any?", min = "number?", max = "number?", doc = "string?" })
  local default = a[1]
  if default ~= nil then
    if not PARAM_TYPES[kind].ok(default) then
      host.fail(what .. ": the default must be " .. PARAM_TYPES[kind].words .. ", got " .. tostring(default))
    end
    if a.min and default < a.min then host.fail(what .. ": the default is below min") end
    if a.max and default > a.max then host.fail(what .. ": the default is above max") end
  end
  if a.min and a.max and a.min > a.max then host.fail(what .. ": min is above max") end
  return { type = kind, default = default, min = a.min, max = a.max, doc = a.doc }
end

local function plain_param(kind, a)
  local what = "param." .. kind
  host.args(what, a, { "any?", doc = "string?" })
  if a[1] ~= nil and not PARAM_TYPES[kind].ok(a[1]) then
    host.fail(what .. ": the default must be " .. PARAM_TYPES[kind].words .. ", got " .. tostring(a[1]))
  end
  return { type = kind, default = a[1], doc = a.doc }
end

local function workspace_param(a)
  local param = plain_param("string", a)
  param.type = "workspace"
  return param
end

local function choice_param(a)
  host.args("param.choice", a, { "any?", doc = "string?" })
  if #a == 0 then host.fail("param.choice: list at least one choice; the first is the default") end
  local seen = {}
  for i, choice in ipairs(a) do
    if type(choice) ~= "string" then
      host.fail("param.choice: choice " .. i .. " must be a string, got " .. type(choice))
    end
    if seen[choice] then host.fail("param.choice: '" .. choice .. "' is listed twice") end
    seen[choice] = true
  end
  return { type = "choice", default = a[1], choices = table.move(a, 1, #a, 1, {}), doc = a.doc }
end

local function list_param(a)
  host.args("param.list", a, { "any?", doc = "string?" })
  if a[1] ~= nil and type(a[1]) ~= "table" then
    host.fail("param.list: the default must be a list, got " .. type(a[1]))
  end
  local default = a[1] and json.array(table.move(a[1], 1, #a[1], 1, {}))
  return { type = "list", default = default, doc = a.doc }
end

local function made_param(make)
  return function(a)
    local value = make(a)
    if value.default == nil and value.type ~= "any" then value.required = true end
    params_made[value] = true
    return value
  end
end

-- A value that nothing is known about yet, and that may be missing: it is checked where its owner is known.
local function any_param(a)
  host.args("param.any", a, { "any?", doc = "string?" })
  return { type = "any", default = a[1], doc = a.doc }
end

host.define("param", {
  int = made_param(function(a) return numeric_param("int", a) end),
  number = made_param(function(a) return numeric_param("number", a) end),
  bool = made_param(function(a) return plain_param("bool", a) end),
  string = made_param(function(a) return plain_param("string", a) end),
  choice = made_param(choice_param),
  list = made_param(list_param),
  any = made_param(any_param),
  workspace = made_param(workspace_param),
})

-- Parameters of a program, each made by one of the above.
function shared.checked_params(what, params)
  for name, value in pairs(params or {}) do
    if type(name) ~= "string" then host.fail(what .. ": params takes named fields only") end
    if type(value) ~= "table" or not params_made[value] then
      host.fail(what .. ": params." .. name .. " must be made by param.int, param.number, param.bool, "
        .. "param.string, param.choice, param.list, param.any or param.workspace")
    end
  end
  return params or {}
end
