-- SpreadsheetBench's split by ids -> whole items.
--
-- The raw file is dataset.json of the verified subset of 400 tasks (github.com/RUCKBReasoning/SpreadsheetBench,
-- spreadsheetbench_verified_400.tar.gz): id, instruction, instruction_type, answer_position, answer_sheet,
-- spreadsheet_path. The workbooks stay where the archive was unpacked; data.data_root names that folder. Then:
--   hone convert ids_to_spreadsheetbench dataset.json data/spreadsheetbench_split ids=data/spreadsheetbench_id_split
local id_splits = require "hone.id_splits"

return id_splits.converter {
  name = "ids_to_spreadsheetbench",
  doc = "SpreadsheetBench's dataset.json -> SkillOpt's split of it, by its lists of ids",
}
