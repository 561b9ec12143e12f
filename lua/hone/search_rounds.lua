-- Search queries in a model's text, and answers of a search service as text.
local search_rounds = {}

-- Texts of a JSON value: a list, or an object that holds one under a usual name, or a text.
local function from_json(value)
  if type(value) == "string" then return { value } end
  if type(value) ~= "table" then return {} end
  if #value == 0 then return from_json(value.queries or value.search_queries or value.query) end
  local out = {}
  for i, one in ipairs(value) do out[i] = tostring(one) end
  return out
end

-- The queries between <search_queries> tags, at most `most`; nil when there are no tags. Written as JSON, as bullets
-- or as a text; a single text is split at commas and semicolons, also where it came from JSON.
function search_rounds.queries(reply, most)
  local body = re.match(reply, "(?is)<search_queries>(.*?)</search_queries>")
  if not body then return nil end
  body = text.trim(body)
  local decoded = json.decode(body)
  local found
  if type(decoded) == "table" or type(decoded) == "string" then
    found = from_json(decoded)
  else
    found = {}
    for _, line in ipairs(text.lines(body)) do found[#found + 1] = (line:gsub("^%s*[-*]%s+", "")) end
  end
  if #found == 1 then found = re.split(found[1], "[,;]") end
  local out = {}
  for _, query in ipairs(found) do
    query = text.trim(query)
    if query ~= "" and #out < most then out[#out + 1] = query end
  end
  return out
end

local function result_text(i, one)
  if type(one) ~= "table" then return i .. ". " .. tostring(one) end
  local lines = { i .. ". " .. tostring(one.title or one.name or one.url or "result") }
  if one.url then lines[#lines + 1] = tostring(one.url) end
  lines[#lines + 1] = tostring(one.content or one.snippet or one.text or one.body or "")
  return table.concat(lines, "\n")
end

-- What a service answered, for a prompt.
function search_rounds.results(body)
  if type(body) ~= "table" then return tostring(body) end
  local list = #body > 0 and body or body.results or body.data or body.items
  if type(list) ~= "table" then return json.encode(body) end
  local out = {}
  for i, one in ipairs(list) do out[i] = result_text(i, one) end
  return #out > 0 and table.concat(out, "\n\n") or "no results"
end

return search_rounds
