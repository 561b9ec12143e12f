-- Converters that turn a published split into one that can be read: a folder of ids (train/, val/, test/: lists of
-- ids, or rows that hold one) and a raw file that anybody can get become a folder of whole items, in the order of the
-- ids. An id that the raw file lacks is an error that names it.
local id_splits = {}

local FOLDERS = { train = "train", select = "val", report = "test" }
local ID_FIELDS = { "id", "uid", "questionId", "qid", "key" }

-- The id of a row of a manifest, or of a raw row that keeps its id under a usual name.
function id_splits.id_of(row)
  if type(row) ~= "table" then return row ~= nil and tostring(row) or nil end
  for _, field in ipairs(ID_FIELDS) do
    if row[field] ~= nil and not json.is_null(row[field]) then return tostring(row[field]) end
  end
  return nil
end

-- options: name, doc; items(row): the items of a raw row as { id, item } pairs, default the row itself under its id.
function id_splits.converter(options)
  local items_of = options.items or function(row) return { { id = id_splits.id_of(row), item = row } } end
  local wanted, order, found = {}, {}, {}
  return converter {
    name = options.name, doc = options.doc, writes = "folder",
    params = {
      ids = param.string { doc = "folder of the split: train/, val/ and test/ with lists of ids" },
      skip_bad_rows = param.bool { false, doc = "leave out ids and rows that cannot be used, and say which" },
    },
    reader = function(p) return { kind = "items", path = p.path, manifest = p.ids } end,
    row = function(entry)
      if not entry.manifest then
        for _, one in ipairs(items_of(entry.row)) do
          if one.id and wanted[one.id] then found[one.id] = one.item end
        end
        return nil
      end
      local id = id_splits.id_of(entry.row)
      if not id then return nil, { { where = entry.where, why = "no id" } } end
      if wanted[id] then return nil, { { where = entry.where, why = "the id '" .. id .. "' stands there twice" } } end
      wanted[id] = true
      order[#order + 1] = { id = id, split = entry.split, where = entry.where }
      return nil
    end,
    finish = function()
      local out, bad = {}, {}
      for _, one in ipairs(order) do
        if found[one.id] then
          out[#out + 1] = { path = FOLDERS[one.split] .. "/items.jsonl", text = json.encode(found[one.id]) .. "\n" }
        else
          bad[#bad + 1] = { where = one.where, why = "the raw file has no item '" .. one.id .. "'" }
        end
      end
      return out, bad
    end,
  }
end

return id_splits
