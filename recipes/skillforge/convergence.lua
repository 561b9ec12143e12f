-- When evolution has come to its end, and when it has gone astray.
--
-- EGL (evolution gain): new skills per 1000 attempts, one entry for each cycle that evolved. Converged when the last
-- `egl_window` entries are all below `egl_threshold`; at the published 0.05 that is fewer than one new skill in
-- 20,000 attempts, which in practice says: no new skill in the window.
--
-- Stagnation: an evolution helped when one of the tasks that it learned from was solved at its next attempt or got a
-- higher score. After `stagnation` evolutions in a row that did not, the workspace goes back to where it was before
-- the first of them.
local convergence = {}

function convergence.note(s, new_skills)
  local egl = s.attempts > 0 and new_skills / s.attempts * 1000 or 0.0
  s.attempts = 0
  s.egl[#s.egl + 1] = egl
  record.metric { name = "egl", value = egl, step = #s.egl }
  if s.converged or #s.egl < s.p.egl_window then return end
  for i = #s.egl - s.p.egl_window + 1, #s.egl do
    if s.egl[i] >= s.p.egl_threshold then return end
  end
  s.converged = true
  record.step { name = "convergence", action = s.p.on_convergence, record = { egl = json.array(s.egl) } }
end

local function helped(evolution, results)
  for _, result in ipairs(results) do
    local before = evolution.scores[result.task.id]
    if before and not result.infrastructure and (result.passed or result.score > before) then return true end
  end
  return false
end

-- What became of the evolutions that had not been tried out yet.
function convergence.judge(s, results)
  for _, evolution in ipairs(s.untried) do
    s.idle = helped(evolution, results) and 0 or s.idle + 1
    if s.p.stagnation > 0 and s.idle >= s.p.stagnation then
      local ref = "pre-evo-" .. evolution.number - s.idle + 1
      s.workspace:rollback(ref, "rollback to " .. ref .. ": " .. s.idle .. " evolutions without effect")
      record.gate { accepted = false, rule = "stagnation", step = evolution.number, skill = s.library_row,
                    scores = { idle = s.idle, back_to = ref } }
      s.idle = 0
      s.step.keep(s)
    end
  end
  s.untried = {}
end

-- An evolution that the next attempts will judge.
function convergence.expect(s, failures)
  local scores = {}
  for _, result in ipairs(failures) do scores[result.task.id] = result.score end
  table.insert(s.untried, { number = s.evolution, scores = scores })
end

return convergence
