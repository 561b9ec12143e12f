-- Afterimage documents -> contexts without tasks.
return converter {
  name = "documents_to_contexts",
  doc = "documents of Afterimage -> contexts, one a line",
  writes = "file",
  params = { skip_bad_rows = param.bool { false, doc = "leave out rows that cannot be used, and say which" } },
  reader = function(p) return { kind = "jsonl", path = p.path, places = true } end,
  row = function(entry)
    local row = entry.row
    if type(row.text) ~= "string" or text.trim(row.text) == "" then
      return nil, { { where = entry.where, why = "no text" } }
    end
    local id = type(row.id) == "string" and row.id ~= "" and row.id or entry.where
    return { { text = json.encode {
      id = id, context = { text = text.trim(row.text) }, separation = "delimiter", tasks = json.array {},
      metadata = json.object(type(row.metadata) == "table" and row.metadata or {}),
    } .. "\n" } }
  end,
}
