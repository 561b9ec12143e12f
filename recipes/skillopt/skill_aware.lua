-- Skill-aware reflection: analysts tell a defect of the skill from a rule that was there and not followed. The first
-- is mended by an edit, the second by a note in the skill's appendix, which never passes the gate.
local ask = require "skillopt.ask"
local formats = require "skillopt.formats"
local params = require "skillopt.params"
local regions = require "skillopt.regions"
local shapes = require "skillopt.shapes"
local versions = require "skillopt.versions"

local skill_aware = {}

local HEADING = "## Execution Notes Appendix"

local INSTRUCTIONS = {
  failure = [[
Before you write anything, decide for each failure which of two it is. SKILL_DEFECT: the skill says nothing about it,
or says it wrongly; mend it by an edit. EXECUTION_LAPSE: the skill has the right rule and it was not followed; write
no edit, but a short note that reminds of the rule. In doubt it is a lapse. Notes are a list of texts,
`appendix_notes`, beside `patch`.]],
  success = [[
Mark what you find as DISCOVERY (something the skill does not say yet) or OPTIMIZATION (a better way of what it says).
Notes are a list of texts, `appendix_notes`, beside `patch`; it may stay empty.]],
}

function skill_aware.instructions(side) return INSTRUCTIONS[side] end

-- The notes of an answer: a list of texts, one text, or objects with a note. Where only failures may leave notes,
-- those of successes are dropped; the released code only leaves them as they came.
function skill_aware.cleaned(given, side, p)
  if side == "success" and p.skill_aware_appendix_source == "failure_only" and p.success_notes == "dropped" then
    return {}
  end
  local out = {}
  for _, note in ipairs(shapes.is_list(given) and given or { given }) do
    if shapes.is_object(note) then note = note.note or note.content end
    if shapes.says(note) then out[#out + 1] = text.trim(note) end
  end
  return out
end

-- What makes two notes the same: white space folded, marks at the end left out, case ignored.
function skill_aware.key(note)
  return (note:gsub("%s+", " "):gsub("^ ", ""):gsub("[ .;:,_-]+$", ""):lower())
end

-- The notes of a text's appendix, in their order.
function skill_aware.notes_of(content)
  local notes = {}
  for line in (regions.body(content, regions.appendix) or ""):gmatch("[^\n]+") do
    local note = line:match("^%s*[-*]%s+(.*)$")
    if note then notes[#notes + 1] = note end
  end
  return notes
end

-- Both lists as one; of equal notes the first spelling stays.
function skill_aware.merged(notes, more)
  local seen, out = {}, {}
  for _, list in ipairs { notes, more } do
    for _, note in ipairs(list) do
      local key = skill_aware.key(note)
      if key ~= "" and not seen[key] then
        seen[key] = true
        out[#out + 1] = note
      end
    end
  end
  return out
end

local function body_of(notes)
  local lines = { HEADING }
  for i, note in ipairs(notes) do lines[i + 1] = "- " .. note:gsub("%s+", " ") end
  return table.concat(lines, "\n")
end

-- The text with these notes as its appendix.
function skill_aware.with_notes(s, content, notes)
  return versions.changed(s, content, function(rest) return regions.put(rest, regions.appendix, body_of(notes)) end)
end

-- Fewer notes that say the same, or the notes as they are.
function skill_aware.consolidated(s, notes)
  local answer = ask.optimizer(s, "appendix_consolidate", {
    prompt = "appendix_consolidate", format = formats.consolidation, max_tokens = params.max_tokens.consolidate,
    vars = { notes = body_of(notes) },
  })
  local fewer = answer and skill_aware.cleaned(answer.json.appendix_notes, "failure", s.p) or {}
  return #fewer > 0 and #fewer < #notes and fewer or notes
end

-- Puts the notes of a step's patches into the current skill, whatever the gate said. Gives the counts of the record.
function skill_aware.after_step(s, patches)
  local more = {}
  for _, patch in ipairs(patches) do table.move(patch.notes, 1, #patch.notes, #more + 1, more) end
  local before = skill_aware.notes_of(s.current.text)
  local after = skill_aware.merged(before, more)
  local counts = {
    n_execution_lapse_notes = #more, n_appendix_notes_added = #after - #before, n_appendix_notes_total = #after,
  }
  local threshold = s.p.skill_aware_consolidate_threshold
  if #after > #before and threshold > 0 and #after > threshold then
    after = s.step.appendix_consolidate(s, after)
    counts.n_appendix_notes_consolidated, counts.n_appendix_notes_total = #after, #after
  end
  if #more > 0 then
    record.step { name = "appendix_notes", step = s.t, epoch = s.epoch,
                  record = { step_notes = json.array(more), appendix_after = json.array(after) } }
  end
  if #after > #before or counts.n_appendix_notes_consolidated then
    local content = skill_aware.with_notes(s, s.current.text, after)
    s.current = versions.save(s, content, s.current.origin, s.current.score)
  end
  return counts
end

return skill_aware
