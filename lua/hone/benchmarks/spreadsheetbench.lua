-- SpreadsheetBench (Ma et al., "SpreadsheetBench: towards challenging real world spreadsheet manipulation", 2024) in
-- SkillOpt's form: { id, instruction, instruction_type, answer_position, answer_sheet?, spreadsheet_path (a folder of
-- workbooks below data_root) }. The model writes Python; it runs in a container that holds the inputs and nothing
-- else, with no network. The right workbooks are read in another container.
--
-- mode "multi": a program, its errors fed back, up to max_turns; "single": one program; "react": the tools bash
-- (Python only) and write_file. Hard: every test case holds the right values in the answer position; soft: the share
-- of cases that do. gold_feedback = true does what the original does in training: it tells the model which of its
-- cells are wrong, taken from the right workbook; then training and selection scores do not compare.
local sheet_sessions = require "hone.sheet_sessions"
local sheets = require "hone.sheets"

-- Pairs of a folder: *_input.xlsx with *_answer.xlsx, *_init.xlsx with *_golden.xlsx, else initial.xlsx with
-- golden.xlsx. The number of a case is what stands before the first underscore.
local function cases_of(files)
  local by_name, out = {}, {}
  for _, file in ipairs(files) do by_name[file.name] = file end
  for _, ends in ipairs { { "_input.xlsx", "_answer.xlsx" }, { "_init.xlsx", "_golden.xlsx" } } do
    for _, file in ipairs(files) do
      if text.ends_with(file.name, ends[1]) then
        local right = by_name[file.name:sub(1, #file.name - #ends[1]) .. ends[2]]
        if right then out[#out + 1] = { number = file.name:match("^[^_]*"), input = file, answer = right } end
      end
    end
    if #out > 0 then return out end
  end
  if by_name["initial.xlsx"] and by_name["golden.xlsx"] then
    out[1] = { number = "1", input = by_name["initial.xlsx"], answer = by_name["golden.xlsx"] }
  end
  return out
end

local function position_of(row)
  local position, sheet = tostring(row.answer_position or ""), row.answer_sheet
  if type(sheet) == "string" and sheet ~= "" and position ~= "" and not position:find("!", 1, true) then
    return "'" .. sheet .. "'!" .. position
  end
  return position
end

local function item(row)
  if type(row.instruction) ~= "string" or text.trim(row.instruction) == "" then return nil, "no instruction" end
  local inputs, right = {}, {}
  for i, case in ipairs(cases_of(row.workbooks or {})) do
    inputs[i] = { number = case.number, asset = case.input }
    right[i] = { number = case.number, asset = case.answer }
  end
  if #inputs == 0 then return nil, "no pair of input and right workbook in " .. tostring(row.spreadsheet_path) end
  return {
    id = tostring(row.id), question = row.instruction, answer = right, inputs = inputs,
    task_type = row.instruction_type, position = position_of(row),
  }
end

local function rollout(one, skill_text, p, run)
  local c <close>, err = container.open {
    image = p.image, limits = { memory_mb = p.memory_mb, pids = 64, time_s = p.exec_timeout }, workdir = "/sheet",
  }
  if not c then return nil, err end
  return sheet_sessions.run(c, one, skill_text, p, run)
end

-- The cells of the right workbooks, read once a unit, where no generated code ever runs.
local function right_cells(one, p)
  return memo("right workbooks " .. one.id, function()
    local c <close>, err = container.open { image = p.image, workdir = "/" }
    if not c then return { problem = err } end
    local out = {}
    for i, case in ipairs(one.answer) do
      local place = "/answers/" .. i
      local _
      _, err = c:put { to = place, asset = case.asset }
      if err then return { problem = err } end
      out[i], err = sheets.cells(c, place .. "/" .. case.asset.name)
      if not out[i] then return { problem = err } end
    end
    return { cells = out }
  end)
end

local function cells_text(wrong)
  local out = {}
  for i, cell in ipairs(wrong) do
    local value = cell.prediction == nil and "empty" or json.encode(cell.prediction)
    out[i] = cell.sheet .. "!" .. cell.cell .. " = " .. value
  end
  return table.concat(out, ", ")
end

local function score_of(one, trace, p)
  local right = right_cells(one, p)
  if right.problem then return nil, right.problem end
  local passed, lines, reason = 0, {}, nil
  for i = 1, trace.first_only and 1 or #one.answer do
    local case = one.answer[i]
    local output, why = trace.outputs[i], trace.problems[i]
    local report = output and score.cell_ranges(output, right.cells[i], one.position)
    if report and report.same then
      passed = passed + 1
      lines[i] = "Case " .. case.number .. ": right."
    else
      why = why or report.problem
        or report.right .. " of " .. report.cells .. " cells right; wrong: " .. cells_text(report.wrong)
      lines[i] = "Case " .. case.number .. ": " .. why
      reason = reason or ((output and not report.problem) and "wrong cells: " or "no result: ") .. why
    end
  end
  return {
    hard = passed == #lines and 1 or 0, soft = passed / #lines, fail_reason = reason,
    predicted_answer = trace.code or "", report = table.concat(lines, "\n"),
  }
end

return {
  name = "spreadsheetbench",
  doc = "Programs that change workbooks, run in containers; all cases right, share of cases right.",
  uses = { "llm", "container" },
  params = {
    mode = param.choice { "multi", "single", "react", doc = "with errors fed back, one program, or tools" },
    max_turns = param.int { 30, min = 1, max = 200, doc = "turns of one rollout (multi, react)" },
    exec_timeout = param.int { 600, min = 1, doc = "seconds that all programs of an item may run together" },
    program_timeout = param.int { 120, min = 1, doc = "seconds of one run of a program" },
    gold_feedback = param.bool { false, doc = "in training, tell the model which cells are wrong (as the original)" },
    image = param.string { "hone/base:bookworm", doc = "container with Python and openpyxl" },
    memory_mb = param.int { 2048, min = 128, doc = "of the container" },
    max_completion_tokens = param.int { 16384, min = 1, doc = "of one answer of the target" },
  },
  most_calls = function(p) return p.mode == "single" and 1 or p.max_turns end,
  load = {
    fields = { "id", "instruction", "answer_position", "spreadsheet_path" },
    params = { data_root = param.string { "", doc = "folder that spreadsheet_path starts at; empty: the data's" } },
    files = function(p)
      return { { field = "spreadsheet_path", as = "workbooks", roots = { p.data_root }, take = "files" } }
    end,
    item = item,
  },
  initial_skill = [[
# Changing workbooks with openpyxl

- Load INPUT_PATH, change only what the instruction asks for, save to OUTPUT_PATH; keep every other sheet and cell.
- Find columns by their header text, not by a fixed letter, and the last row by looking for data: max_row counts
  rows that only carry a format.
- Write values, not formulas: nobody computes a formula before the cells are compared.
- Write numbers as numbers and dates as dates; leave a cell empty by None.
- The same program runs on other workbooks of the same shape: take nothing from the preview as a constant.
- Read the answer position: it says which cells are looked at.
]],
  prompts = {
    analyst_error = "The target writes Python that runs on several workbooks of one shape. The verification turn says "
      .. "what the program left in wrong cells, never what belongs there. Look for ways of reading an instruction and "
      .. "of using openpyxl that hold for many workbooks.",
  },
  rollout = rollout,
  score = score_of,
}
