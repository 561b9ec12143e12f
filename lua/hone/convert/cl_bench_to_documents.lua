-- Rows with messages (CL-bench, Ctx2Skill's contexts) -> Afterimage documents {id, text, metadata, rubrics}, by
-- the rules of Afterimage's own converter. Rows are taken one by one, as there: of CL-bench itself, which has
-- a row for each task, only the first of each context is taken unless `all_rows` says otherwise.
local function rendered(messages)
  local out = {}
  for i, message in ipairs(messages) do
    local content = type(message) == "table" and message.content or nil
    if type(content) == "string" and text.trim(content) ~= "" then
      local role = type(message.role) == "string" and message.role or "unknown"
      out[#out + 1] = "## Message " .. i .. ": " .. role .. "\n\n" .. text.trim(content)
    end
  end
  return table.concat(out, "\n\n---\n\n")
end

local function given(value) return type(value) == "string" and value ~= "" and value or nil end

local seen, number = {}, 0

return converter {
  name = "cl_bench_to_documents",
  doc = "rows with messages -> documents of Afterimage, one a context",
  writes = "file",
  params = {
    all_rows = param.bool { false, doc = "also further rows of a context" },
    skip_bad_rows = param.bool { false, doc = "leave out rows that cannot be used, and say which" },
  },
  reader = function(p) return { kind = "jsonl", path = p.path, places = true } end,
  row = function(entry, p)
    local row = entry.row
    if type(row.messages) ~= "table" then return nil, { { where = entry.where, why = "no messages" } } end
    local metadata = type(row.metadata) == "table" and row.metadata or {}
    local id = given(metadata.context_id) or given(metadata.task_id) or "row-" .. (number + 1)
    if seen[id] and not p.all_rows then return nil end
    seen[id] = true
    number = number + 1
    local rubrics = json.array(type(row.rubrics) == "table" and row.rubrics or {})
    -- In the order of the original's keys.
    return { { text = '{"id": ' .. json.encode(id) .. ', "text": ' .. json.encode(rendered(row.messages))
      .. ', "metadata": ' .. json.encode(json.object(metadata)) .. ', "rubrics": ' .. json.encode(rubrics) .. "}\n" } }
  end,
}
