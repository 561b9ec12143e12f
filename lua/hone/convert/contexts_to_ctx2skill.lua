-- Contexts -> the deduplicated file that Ctx2Skill's loop reads: one row a context, which ends with the user
-- message that holds the context without a task.
local function whole(content)
  return type(content) == "table" and table.concat(content) or content
end

return converter {
  name = "contexts_to_ctx2skill",
  doc = "contexts -> rows for Ctx2Skill's own loop",
  writes = "file",
  params = { skip_bad_rows = param.bool { false, doc = "leave out rows that cannot be used, and say which" } },
  reader = function(p) return { kind = "jsonl", path = p.path, places = true } end,
  row = function(entry)
    local unit = entry.row
    if type(unit.id) ~= "string" or type(unit.context) ~= "table" then
      return nil, { { where = entry.where, why = "no context with an id" } }
    end
    local messages = json.array {}
    for i, message in ipairs(unit.context.messages or { { role = "user", content = unit.context.text } }) do
      messages[i] = { role = message.role, content = whole(message.content) }
    end
    local metadata = { context_id = unit.id }
    for key, value in pairs(type(unit.metadata) == "table" and unit.metadata or {}) do
      if type(value) == "string" then metadata[key] = value end
    end
    return { { text = json.encode { messages = messages, metadata = metadata } .. "\n" } }
  end,
}
