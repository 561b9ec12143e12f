-- Contexts with tasks -> CL-bench rows. A task that has a conversation of its own keeps it; any other is put
-- behind its context and a delimiter.
local DELIMITER = "<|task|>"

local function whole(content)
  return type(content) == "table" and table.concat(content) or content
end

local function plain(messages)
  local out = json.array {}
  for i, message in ipairs(messages) do out[i] = { role = message.role, content = whole(message.content) } end
  return out
end

local function asked(context, task)
  local messages = context.messages and plain(context.messages)
    or json.array { { role = "user", content = context.text } }
  local last = messages[#messages]
  if last and last.role == "user" then
    last.content = last.content .. DELIMITER .. task
  else
    messages[#messages + 1] = { role = "user", content = DELIMITER .. task }
  end
  return messages
end

return converter {
  name = "contexts_to_cl_bench",
  doc = "contexts with their tasks -> rows in CL-bench's form",
  writes = "file",
  params = { skip_bad_rows = param.bool { false, doc = "leave out rows that cannot be used, and say which" } },
  reader = function(p) return { kind = "jsonl", path = p.path, places = true } end,
  row = function(entry)
    local unit, lines = entry.row, {}
    if type(unit.id) ~= "string" or type(unit.context) ~= "table" then
      return nil, { { where = entry.where, why = "no context with an id" } }
    end
    local metadata = type(unit.metadata) == "table" and unit.metadata or {}
    for _, task in ipairs(unit.tasks or {}) do
      lines[#lines + 1] = { text = json.encode {
        messages = task.messages and plain(task.messages) or asked(unit.context, task.task),
        rubrics = json.array(task.rubrics),
        metadata = {
          task_id = task.id, context_id = unit.id,
          context_category = metadata.context_category or unit.category or "",
          sub_category = metadata.sub_category or "",
        },
      } .. "\n" }
    end
    return lines
  end,
}
