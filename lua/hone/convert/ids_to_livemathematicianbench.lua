-- LiveMathematicianBench's split by ids -> whole items.
--
-- The raw files are qa_*_final.json of the benchmark's repository, one a month, each a JSON array. Join them:
--   jq -s add qa_*_final.json > livemathematicianbench.json
-- Then: hone convert ids_to_livemathematicianbench livemathematicianbench.json data/livemathematicianbench_split
-- ids=data/livemathematicianbench_id_split. An item without an id of its own has the id "month:no".
local id_splits = require "hone.id_splits"

return id_splits.converter {
  name = "ids_to_livemathematicianbench",
  doc = "LiveMathematicianBench's monthly files -> SkillOpt's split of them, by its lists of ids",
  items = function(row)
    local id = id_splits.id_of(row)
    if not id and row.month and row.no then id = row.month .. ":" .. row.no end
    return { { id = id, item = row } }
  end,
}
