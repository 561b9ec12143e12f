-- SearchQA's split by ids -> whole items.
--
-- The raw file, with the ids of SkillOpt's data/searchqa_id_split, in one of two forms:
-- 1. The MRQA 2019 shared task's SearchQA (github.com/mrqa/MRQA-Shared-Task-2019, out-of-the-box JSON Lines): a row
--    has `context` with [DOC] before each passage and `qas` with qid, question and answers; the header row has none.
--    Join its train and dev files: zcat train/SearchQA.jsonl.gz dev/SearchQA.jsonl.gz > searchqa.jsonl
-- 2. The same data as rows of key, question, context and answers, as data set hubs give it. Parquet is not read:
--    python3 -c "import pandas, sys; pandas.read_parquet(sys.argv[1]).to_json(sys.argv[2], orient='records',
--    lines=True)" in.parquet searchqa.jsonl
-- Then: hone convert ids_to_searchqa searchqa.jsonl data/searchqa_split ids=data/searchqa_id_split
local id_splits = require "hone.id_splits"

local function item_of(id, question, context, answers)
  return { id = id, item = { id = id, question = question, context = context, answers = answers } }
end

return id_splits.converter {
  name = "ids_to_searchqa",
  doc = "SearchQA's raw rows -> SkillOpt's split of them, by its lists of ids",
  items = function(row)
    if type(row.qas) ~= "table" then
      local id = id_splits.id_of(row)
      return id and { item_of(id, row.question, row.context, row.answers) } or {}
    end
    local out = {}
    for _, one in ipairs(row.qas) do
      local id = id_splits.id_of(one)
      if id then out[#out + 1] = item_of(id, one.question, row.context, one.answers) end
    end
    return out
  end,
}
