-- The step history: what the steps of this epoch tried and what became of it, for analysts, for the choice of a
-- learning rate and for rewrites. Rejected edits are in it, so that they are not proposed again.
local formats = require "skillopt.formats"
local shapes = require "skillopt.shapes"

local history = {}

-- Failed results by what stands before the first colon of their reason, in order of first appearance.
local function reasons(failed)
  local found, order = {}, {}
  for _, result in ipairs(failed) do
    local reason = (result.fail_reason or ""):match("^[^:]*")
    if not reason:find("%S") then reason = "unknown" end
    if not found[reason] then
      found[reason] = { pattern = reason, count = 0, task_ids = {} }
      order[#order + 1] = found[reason]
    end
    found[reason].count = found[reason].count + 1
    table.insert(found[reason].task_ids, result.id)
  end
  return order
end

-- What analysts said about failures: { "type: description", count } each.
local function described(patches)
  local out = {}
  for _, patch in ipairs(patches) do
    for _, entry in ipairs(patch.side == "failure" and patch.summary or {}) do
      if shapes.is_object(entry) and type(entry.failure_type) == "string" then
        local description = type(entry.description) == "string" and ": " .. entry.description or ""
        out[#out + 1] = { pattern = entry.failure_type .. description, count = shapes.whole(entry.count, 1) }
      end
    end
  end
  return out
end

-- Positional: the i-th reason takes the i-th description, whatever it is about. Otherwise descriptions stand for
-- themselves, behind the reasons.
local function patterns(failed, patches, labels)
  local out, said = reasons(failed), described(patches)
  if labels == "positional" then
    for i, entry in ipairs(out) do entry.pattern = said[i] and said[i].pattern or entry.pattern end
    return out
  end
  return table.move(said, 1, #said, #out + 1, out)
end

local function short(items, p)
  local out = {}
  for i, item in ipairs(items) do
    out[i] = {}
    for _, key in ipairs(shapes.is_object(item) and formats.mode(p).short or {}) do out[i][key] = item[key] end
  end
  return out
end

-- The entry of a step that measured a candidate. `outcome`: {action, failed, n, patches, selected, before, after}.
function history.entry(s, outcome)
  local entry = {
    step = s.t, action = outcome.action, n_total = outcome.n, n_fail = #outcome.failed,
    failure_patterns = patterns(outcome.failed, outcome.patches, s.p.failure_labels),
  }
  if outcome.action == "reject" then
    entry.score_before, entry.score_after = outcome.before, outcome.after
    entry.rejected_edits = short(outcome.selected, s.p)
  end
  return entry
end

local function item_line(item)
  local parts = {}
  for key, value in pairs(item) do
    parts[#parts + 1] = key .. "=" .. (type(value) == "string" and value or json.encode(value))
  end
  return "  - " .. table.concat(parts, " ")
end

local function score_text(score) return score and ("%.4f"):format(score) or "not measured" end

-- As prompts show it; "" before the first entry.
function history.text(entries)
  if #entries == 0 then return "" end
  local lines = { "<history>", "Steps of this epoch so far. What was rejected did not help: do not propose it again." }
  for _, entry in ipairs(entries) do
    lines[#lines + 1] = ("Step %d: %s, %d of %d failed"):format(entry.step, entry.action:upper(), entry.n_fail,
      entry.n_total)
    for _, pattern in ipairs(entry.failure_patterns) do
      local ids = pattern.task_ids and " (" .. table.concat(pattern.task_ids, ", ") .. ")" or ""
      lines[#lines + 1] = "- " .. pattern.count .. " x " .. pattern.pattern .. ids
    end
    if entry.rejected_edits then
      lines[#lines + 1] = ("Rejected, score %s -> %s:"):format(score_text(entry.score_before),
        score_text(entry.score_after))
      for _, item in ipairs(entry.rejected_edits) do lines[#lines + 1] = item_line(item) end
    end
  end
  lines[#lines + 1] = "</history>"
  return table.concat(lines, "\n")
end

return history
