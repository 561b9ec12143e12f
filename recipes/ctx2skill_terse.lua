-- Ctx2Skill whose skills are kept short: of several drafts of a skill the shortest is taken, and cut where it
-- is still too long. One step of Ctx2Skill is changed and none is copied; the first draft is Ctx2Skill's
-- own, so what both have in common is bought once.
--
-- Why: everything in a skill is read before the context is. Does a bound on its length cost or help?
return extend "ctx2skill" {
  name = "ctx2skill_terse",
  doc = "Ctx2Skill with skills of a bounded length.",
  params = {
    drafts = param.int { 2, min = 1, max = 10, doc = "drafts of a skill, of which the shortest is taken" },
    words = param.int { 150, min = 20, doc = "words of a skill at most" },
  },

  steps = {
    -- base is the step of Ctx2Skill: the text and the key of its call, or nil and an error.
    generate = function(base, s, side, diagnosis)
      local best, call = base(s, side, diagnosis)
      for _ = 2, best and s.p.drafts or 1 do
        local draft, its_call = base(s, side, diagnosis)
        if draft and text.words(draft) < text.words(best) then best, call = draft, its_call end
      end
      return best and skill.clip(best, { words = s.p.words }), call
    end,
  },

  bound = function(p, unit, base)
    local more = (p.drafts - 1) * p.iterations * (p.challenger_evolves and 2 or 1)
    local most = base(p, unit)
    return { loop = most.loop + more, replay = most.replay, retries = most.retries + 2 * more }
  end,
}
