#!/usr/bin/env python3
"""The plan: what it says against what the run then does."""

import pathlib
import re
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from project import EXPERIMENT, ProjectTest, main  # noqa: E402

STUDY = "experiments/study.lua"

# Makes the same calls whatever is answered: two questions a part of the context, one retelling.
STATIC = """\
return recipe {
  name = "static", uses = { "llm" },
  params = { questions = param.int { 2, min = 1, doc = "questions" } },
  run = function(context, p)
    local asked = {}
    for i = 1, p.questions do asked[i] = i end
    parallel.map(asked, function(i)
      llm.chat { role = "reasoner", messages = context:messages { task = "Question " .. i, skill = "" } }
    end)
    local told = llm.chat { role = "writer", messages = { { role = "user", content = "Tell it again: " .. context.id } } }
    return { skill = "---\\nname: s\\ndescription: d\\n---\\n" .. told.text:sub(1, 40) }
  end,
}
"""

STATIC_STUDY = EXPERIMENT.replace("seeds = { 1 }", "seeds = { 1, 2, 3 }").replace(
    'base = { recipe = "small" }', 'base = { recipe = "static" }').replace(
    '{ "Small" }', '{ "Two" },\n    { "Three", questions = 3 }').replace(
    "context_words = 400", "context_words = 200")

SELF_PLAY = EXPERIMENT.replace("seeds = { 1 }", "seeds = { 1, 2 }").replace(
    'base = { recipe = "small" }', 'base = { recipe = "ctx2skill" }').replace(
    '{ "Small" }', '{ "Ctx2Skill" },\n    { "Last", select = "last" }')


class Plan(ProjectTest):
    def plan(self, *more, **variables):
        return self.project.json("plan", STUDY, *more, **variables)

    def calls_of(self, arm):
        return self.project.one(
            "SELECT count(DISTINCT call_id) FROM run_calls JOIN calls USING (call_id) "
            "WHERE arm = ? AND status = 'answered'", arm)

    def new_calls(self, answer):
        return int(re.search(r"(\d+) new calls", answer.stderr).group(1))

    def test_a_static_recipe_is_planned_to_the_call(self):
        self.project.write("recipes/static.lua", STATIC)
        self.project.write(STUDY, STATIC_STUDY)
        before = self.plan("--sample", "4")
        self.assertFalse(self.project.db.exists(), "a plan made a database")
        self.assertGreater(before["items"], before["rehearsed_items"], "the sample is the whole data")
        run = self.project.hone("run", STUDY)
        self.assertExit(run, 0)
        self.assertEqual(before["now"]["calls"], self.new_calls(run))
        self.assertEqual(before["total"]["calls"], self.new_calls(run))
        self.assertEqual(before["now"]["calls_standard_error"], 0)
        for arm in before["arms"]:
            self.assertEqual(arm["alone"]["calls"], self.calls_of(arm["arm"]), arm["arm"])
            by_role = sum(role["calls"] for role in arm["roles"])
            self.assertAlmostEqual(by_role, arm["alone"]["calls"])
            self.assertAlmostEqual(sum(stage["calls"] for stage in arm["stages"]), arm["alone"]["calls"])
        after = self.plan()
        self.assertEqual(after["now"]["calls"], 0)
        self.assertEqual([arm["finished"] for arm in after["arms"]], [arm["cells"] for arm in after["arms"]])
        self.assertEqual(after["total"]["calls"], before["total"]["calls"])
        # One more arm: only what it adds.
        self.project.edit(STUDY, '{ "Three", questions = 3 }', '{ "Three", questions = 3 }, { "Four", questions = 4 }')
        more = self.plan("--sample", "4")
        run = self.project.hone("run", STUDY)
        self.assertExit(run, 0)
        self.assertEqual(more["now"]["calls"], self.new_calls(run))

    def test_self_play_stays_below_its_bound_and_near_its_estimate(self):
        self.project.write(STUDY, SELF_PLAY)
        plan = self.plan()
        run = self.project.hone("run", STUDY)
        self.assertExit(run, 0)
        made = self.new_calls(run)
        estimate = plan["now"]["calls"]
        print(f"self-play: planned {estimate:.0f} +- {2 * plan['now']['calls_standard_error']:.0f} calls, made {made}: "
              f"error {100 * (estimate - made) / made:+.1f} %", file=sys.stderr)
        self.assertLess(abs(estimate - made) / made, 0.25)
        for arm in plan["arms"]:
            recipe = self.project.one(
                "SELECT count(*) FROM arms a JOIN runs r USING (arm_id) JOIN run_units ru USING (run_id) "
                "JOIN uses u ON u.unit_id = ru.unit_id WHERE a.name = ?", arm["arm"])
            self.assertLessEqual(recipe, arm["recipe_calls_at_most"])
            self.assertLess(abs(arm["alone"]["calls"] - self.calls_of(arm["arm"])) / self.calls_of(arm["arm"]), 0.25)
            # By stage: the names are those that `uses` has.
            recorded = {row[0] for row in self.project.rows(
                "SELECT DISTINCT u.step FROM arms a JOIN runs r USING (arm_id) JOIN run_units ru USING (run_id) "
                "JOIN uses u ON u.unit_id = ru.unit_id WHERE a.name = ?", arm["arm"])}
            self.assertEqual({stage["step"] for stage in arm["stages"] if stage["part"] == "recipe"}, recorded)

    def test_prices_keys_and_aliases(self):
        self.project.write("recipes/static.lua", STATIC)
        self.project.write(STUDY, STATIC_STUDY.replace('models = { default = "offline/reader" }',
                                                       'models = { default = "openai/gpt-4.1" }')
                           .replace('judge = "offline/reader"', 'judge = "openai/gpt-4.1-2025-04-14"'))
        plan = self.plan()  # no key is needed
        self.assertGreater(plan["total"]["usd"], 0)
        self.assertEqual(plan["aliases"], ["openai/gpt-4.1"])
        total = sum(role["usd"] for arm in plan["arms"] for role in arm["roles"])
        self.assertAlmostEqual(total, plan["sum_of_rows_alone"]["usd"], places=6)
        text = self.project.hone("plan", STUDY, "--roles").stdout
        self.assertIn("bytes / 4", text)  # the estimator is named
        self.assertIn("stand-in, not a language model", text)
        self.project.edit(STUDY, "openai/gpt-4.1\"", "openai/no-such-model\"")
        plan = self.plan()
        self.assertIsNone(plan["total"]["usd"])
        self.assertIn("openai/no-such-model", plan["unpriced"])
        bounds = self.project.json("plan", STUDY, "--sample", "0")
        self.assertEqual(bounds["rehearsed_items"], 0)


if __name__ == "__main__":
    main(sys.argv)
