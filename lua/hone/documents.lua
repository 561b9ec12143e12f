-- Tools over an item's documents for a model that calls functions: glob, read, grep. The documents lie in a
-- container of their own and nothing else does; it is opened by the first call that needs it. What a call asks for
-- is checked here against the item's own list, so that a path can name nothing but a document.
local documents = {}

local MOST_NAMES, MOST_LINES, MOST_CHARACTERS, MOST_HITS = 50, 80, 4000, 20

local function tool(name, description, properties, required)
  return { type = "function", ["function"] = {
    name = name, description = description,
    parameters = { type = "object", properties = properties, required = json.array(required) },
  } }
end

documents.TOOLS = {
  tool("glob", "Names of documents that match a pattern; * and ? as in a shell, ** over folders. At most 50.",
    { pattern = { type = "string" } }, { "pattern" }),
  tool("read", "Lines of a document, at most 4000 characters of them.",
    { path = { type = "string" }, start = { type = "integer", description = "first line, from 1" },
      limit = { type = "integer", description = "how many lines, 80 unless given" } }, { "path" }),
  tool("grep", "Lines of a document that hold a text, whatever the case, as \"number: line\". At most 20.",
    { pattern = { type = "string" }, path = { type = "string" } }, { "pattern", "path" }),
}

local function matcher(glob)
  local out, at = {}, 1
  while at <= #glob do
    local two, one = glob:sub(at, at + 1), glob:sub(at, at)
    if two == "**" then
      out[#out + 1] = ".*"
      at = at + 1
    else
      out[#out + 1] = one == "*" and "[^/]*" or one == "?" and "[^/]" or re.escape(one)
    end
    at = at + 1
  end
  return "^(?s:" .. table.concat(out) .. ")$"
end

local function clipped(s)
  if (utf8.len(s) or #s) <= MOST_CHARACTERS then return s end
  return s:sub(1, utf8.offset(s, MOST_CHARACTERS + 1) - 1) .. "\n[more is left out]"
end

local function whole(value, fallback)
  local n = math.tointeger(tonumber(value))
  return n and n >= 1 and n or fallback
end

-- `files` are { { name, asset } }, `image` is what the container is made of. The object's `call(name, arguments)`
-- gives what the model is told, or nil and the error of a container that cannot be had.
function documents.open(files, image)
  local places, names, box = {}, {}, nil
  for i, file in ipairs(files) do
    places[file.name] = "/documents/" .. i .. "/" .. (file.asset.name or file.name:match("[^/]+$"))
    names[i] = file.name
  end

  local function opened()
    if box then return box end
    local c, err = container.open { image = image }
    if not c then return nil, err end
    for i, file in ipairs(files) do
      local _
      _, err = c:put { to = "/documents/" .. i, asset = file.asset }
      if err then return nil, err end
    end
    box = c
    return box
  end

  local function run(argv)
    local c, err = opened()
    if not c then return nil, err end
    local result
    result, err = c:exec { argv = argv, timeout_s = 60, max_output_bytes = 1 << 20 }
    if not result then return nil, err end
    return result.timed_out and "the document took too long to read" or result.stdout
  end

  -- A document by its name, or by the end of it; nil and what to tell the model.
  local function place_of(path)
    local name = tostring(path or ""):gsub("^%./", "")
    if places[name] then return places[name] end
    for _, one in ipairs(names) do
      if one:match("[^/]+$") == name then return places[one] end
    end
    return nil, "there is no document '" .. text.clip(name, { bytes = 200 }) .. "'; glob \"**\" lists them"
  end

  local calls = {}

  function calls.glob(a)
    local found = {}
    local pattern = matcher(tostring(a.pattern or "**"))
    for _, name in ipairs(names) do
      if #found < MOST_NAMES and (re.find(name, pattern) or re.find(name:match("[^/]+$"), pattern)) then
        found[#found + 1] = name
      end
    end
    return #found > 0 and table.concat(found, "\n") or "no document matches"
  end

  function calls.read(a)
    local place, why = place_of(a.path)
    if not place then return why end
    local first = whole(a.start, 1)
    local out, err = run { "sed", "-n", first .. "," .. first + whole(a.limit, MOST_LINES) - 1 .. "p", place }
    if not out then return nil, err end
    return out == "" and "there are no such lines" or clipped(out)
  end

  function calls.grep(a)
    local place, why = place_of(a.path)
    if not place then return why end
    local pattern = tostring(a.pattern or "")
    if pattern == "" or pattern:find("[\n%z]") then return "the pattern must be one line of text" end
    local out, err = run { "grep", "-n", "-i", "-F", "-m", tostring(MOST_HITS), "-e", pattern, "--", place }
    if not out then return nil, err end
    local lines = {}
    for _, line in ipairs(text.lines(out)) do
      if line ~= "" then lines[#lines + 1] = (line:gsub("^(%d+):", "%1: ")) end
    end
    return #lines > 0 and clipped(table.concat(lines, "\n")) or "nothing found"
  end

  local object = {}
  function object.call(name, arguments)
    local fn = calls[name]
    if not fn then return "there is no tool '" .. tostring(name) .. "'; there are glob, grep and read" end
    if type(arguments) ~= "table" then return "the arguments are no JSON object" end
    return fn(arguments)
  end
  function object.close()
    if box then box:close() end
  end
  return object
end

return documents
