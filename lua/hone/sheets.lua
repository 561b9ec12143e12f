-- Workbooks in a container: what they show, what is in their cells, and programs that change them. The Python
-- scripts run there, with openpyxl, by `python3 -I -` from standard input, so that nothing in a working folder is
-- imported. What they print is data and is treated as such.
local sheets = {}

-- Per sheet: its size, the first 5 rows of 20 columns as "A1=value", how many rows follow. Values to 40 characters.
local PREVIEW = [[
import sys
import openpyxl
from openpyxl.utils import get_column_letter
book = openpyxl.load_workbook(sys.argv[1], data_only=True)
for sheet in book.worksheets:
    print(f"Sheet {sheet.title!r}: {sheet.max_row} rows, {sheet.max_column} columns ({sheet.dimensions})")
    for row in range(1, min(sheet.max_row, 5) + 1):
        cells = []
        for column in range(1, min(sheet.max_column, 20) + 1):
            value = sheet.cell(row, column).value
            if value is not None:
                cells.append(f"{get_column_letter(column)}{row}={str(value)[:40]}")
        print("  " + " | ".join(cells))
    if sheet.max_row > 5:
        print(f"  ... {sheet.max_row - 5} more rows")
]]

-- All cells that hold something, as score.cell_ranges takes them; formulas by their cached values.
local DUMP = [[
import datetime
import json
import sys
import openpyxl
def plain(value):
    if isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, float):
        return value if value == value and abs(value) != float("inf") else str(value)
    if isinstance(value, datetime.time):
        return {"time": str(value)}
    if isinstance(value, datetime.date):
        if not isinstance(value, datetime.datetime):
            value = datetime.datetime(value.year, value.month, value.day)
        since = value.replace(tzinfo=None) - datetime.datetime(1899, 12, 30)
        return {"datetime": since.days + since.seconds / 86400}
    return str(value)
book = openpyxl.load_workbook(sys.argv[1], data_only=True)
out = []
for sheet in book.worksheets:
    cells = {}
    for row in sheet.iter_rows():
        for cell in row:
            if cell.value is not None:
                cells[cell.coordinate] = plain(cell.value)
    out.append({"name": sheet.title, "cells": cells})
print(json.dumps({"sheets": out}))
]]

-- Runs a program with INPUT_PATH and OUTPUT_PATH defined; its own assignments to them are dropped.
local RUNNER = [[
import re
import sys
program, source, target = sys.argv[1:4]
with open(program, encoding="utf-8") as file:
    code = file.read()
code = re.sub(r"(?m)^[ \t]*(INPUT_PATH|OUTPUT_PATH)[ \t]*=(?!=).*$", "", code)
sys.argv = [program]
exec(compile(code, program, "exec"), {"__name__": "__main__", "INPUT_PATH": source, "OUTPUT_PATH": target})
]]

local MOST_DUMP = 16 << 20

-- A script of ours on files in the container: its output; nil and why when the script failed (`err` then has no
-- `infrastructure`), or the error of the container.
local function run(c, script, arguments, timeout_s)
  local argv = { "python3", "-I", "-" }
  table.move(arguments, 1, #arguments, #argv + 1, argv)
  local result, err = c:exec { argv = argv, stdin = script, timeout_s = timeout_s, max_output_bytes = MOST_DUMP,
                               workdir = "/" }
  if not result then return nil, err end
  if result.timed_out then return nil, { code = "timeout", message = "the workbook took too long to read" } end
  if result.truncated then return nil, { code = "too_large", message = "the workbook is too large" } end
  if result.code ~= 0 then
    local last = text.trim(result.stderr):match("[^\n]*$")
    return nil, { code = "unreadable", message = last ~= "" and last or "the workbook cannot be read" }
  end
  return result.stdout
end

function sheets.preview(c, path) return run(c, PREVIEW, { path }, 60) end

function sheets.cells(c, path) return run(c, DUMP, { path }, 120) end

-- A program on one input: { ok, problem? }; nil and the error of the container. A program that fails, hangs or writes
-- nothing is a result.
function sheets.execute(c, program, source, target, timeout_s)
  local _, err = c:exec { argv = { "rm", "-rf", "--", target }, workdir = "/" }
  if err then return nil, err end
  local result
  result, err = c:exec { argv = { "python3", "-I", "-", program, source, target }, stdin = RUNNER, workdir = "/sheet",
                         timeout_s = timeout_s, max_output_bytes = 1 << 16 }
  if not result then return nil, err end
  if result.timed_out then return { problem = "the program ran for more than " .. timeout_s .. " s and was ended" } end
  if result.killed_by == "memory" then return { problem = "the program used too much memory and was ended" } end
  if result.code ~= 0 then
    local said = text.trim(result.stderr ~= "" and result.stderr or result.stdout)
    return { problem = said ~= "" and said or "the program ended with status " .. result.code }
  end
  local there
  there, err = c:exec { argv = { "test", "-f", target }, workdir = "/" }
  if not there then return nil, err end
  if there.code ~= 0 then return { problem = "the program ended well but wrote nothing to OUTPUT_PATH" } end
  return { ok = true, output = result.stdout }
end

return sheets
