-- OfficeQA's split by ids -> whole items.
--
-- The raw file is officeqa.csv of the benchmark's repository (github.com/databricks/officeqa): uid, question, answer,
-- source_docs, source_files, difficulty. The documents are its folder of parsed texts; data.data_dirs names it. Then:
--   hone convert ids_to_officeqa officeqa.csv data/officeqa_split ids=data/officeqa_id_split
-- Pages that a parser cut out for an item may be added to its row under `pages` (hone/office_pages.lua says in which
-- form); without them the model finds its pages with the tools.
local id_splits = require "hone.id_splits"

-- Lists stand in CSV as JSON, or with a line or a comma between their entries.
local function list(value)
  if type(value) ~= "string" then return value end
  local decoded = json.decode(value)
  if type(decoded) == "table" then return decoded end
  local out = json.array {}
  for _, one in ipairs(re.split(value, "[\\n,]")) do
    if text.trim(one) ~= "" then out[#out + 1] = text.trim(one) end
  end
  return out
end

return id_splits.converter {
  name = "ids_to_officeqa",
  doc = "OfficeQA's table -> SkillOpt's split of it, by its lists of ids",
  items = function(row)
    local item = {}
    for key, value in pairs(row) do item[key] = value end
    item.source_files, item.source_docs = list(row.source_files), list(row.source_docs)
    return { { id = id_splits.id_of(row), item = item } }
  end,
}
