-- The shapes of what a model wrote, which may be anything: a value is used only where it has the shape that is meant.
local shapes = {}

-- A JSON object; an empty table counts.
function shapes.is_object(value)
  return type(value) == "table" and not json.is_null(value) and #value == 0
end

-- The members of a JSON array, nulls among them; nothing for any other value.
function shapes.list(value)
  if type(value) ~= "table" or json.is_null(value) then return {} end
  return table.move(value, 1, #value, 1, {})
end

-- Whether a value is a JSON array, also an empty one.
function shapes.is_list(value)
  return type(value) == "table" and not json.is_null(value) and (#value > 0 or next(value) == nil)
end

-- A text with something in it.
function shapes.says(value) return type(value) == "string" and value:find("%S") ~= nil end

-- A whole number, or `otherwise`.
function shapes.whole(value, otherwise)
  return type(value) == "number" and math.tointeger(value) or otherwise
end

return shapes
