-- Afterimage documents: JSONL with one document a row, {id, text, metadata, rubrics}. What Afterimage's loader
-- drops in silence (invalid JSON, rows without text) is a bad row here; ids are always kept.
local function first_text(...)
  for _, value in ipairs { ... } do
    if type(value) == "string" and value ~= "" then return value end
  end
  return nil
end

local function as_text(value)
  if math.type(value) == "integer" and value ~= 0 then return tostring(value) end
  return type(value) == "string" and value or ""
end

-- Row fields and metadata, as the loader joins them; metadata comes first.
local function metadata_of(row, content_key)
  local out = {}
  for key, value in pairs(row) do
    if key ~= content_key and key ~= "id" and key ~= "metadata" then out[key] = value end
  end
  for key, value in pairs(type(row.metadata) == "table" and row.metadata or {}) do out[key] = value end
  return out
end

local function texts(list)
  local out = {}
  for _, entry in ipairs(type(list) == "table" and list or {}) do
    local content = type(entry) == "table" and entry.rubric_criteria or entry
    if type(content) == "string" and text.trim(content) ~= "" then out[#out + 1] = content end
  end
  return out
end

return mapper {
  name = "afterimage",
  doc = "Documents of Afterimage: one context a row, with the rubrics of its source as hints on request.",

  shape = { "text" },
  params = {
    path = param.list { doc = "documents.jsonl, also .gz, relative to the experiment file" },
    content_key = param.string { "text", doc = "the field that holds the document" },
    source_rubrics = param.bool { false, doc = "show the rubrics of a row to recipes as hints" },
    skip_bad_rows = param.bool { false, doc = "leave out rows that cannot be used, and say which" },
  },

  reader = function(p) return { kind = "jsonl", path = p.path, places = true } end,

  unit = function(entry, p)
    local row, content = entry.row, entry.row[p.content_key]
    if type(content) ~= "string" or text.trim(content) == "" then
      return nil, { { where = entry.where, why = "no text under '" .. p.content_key .. "'" } }
    end
    local metadata = metadata_of(row, p.content_key)
    local id = first_text(as_text(row.id), as_text(metadata.context_id), entry.where)
    local rubrics = p.source_rubrics and texts(metadata.rubrics) or {}
    return {
      id = id, cluster = id, category = first_text(metadata.context_category),
      context = { text = text.trim(content) },
      separation = "delimiter",
      hints = #rubrics > 0 and rubrics or nil,
      metadata = metadata,
    }
  end,
}
