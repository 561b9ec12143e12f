#!/usr/bin/env python3
"""Recipes of the house in one ablation, with the offline reader: what they share is bought once, a variant costs
its own differing calls only, and what replay chose follows from the rows by SQL alone."""

import json
import pathlib
import sys
from fractions import Fraction

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from project import ProjectTest, main  # noqa: E402

STUDY = "experiments/ablation.lua"
EXPERIMENT = """\
return experiment {
  name = "ablation",
  data = data.documents { path = "../notes", context_words = 900, min_words = 300, tasks_per_context = 3, max_contexts = 3 },
  models = { default = "offline/reader:attention=350" },
  seeds = { 1 },
  base = { recipe = "ctx2skill", iterations = 2, tasks = 3 },
  arms = {
    { "No skill", recipe = "no_skill" },
    { "Ctx2Skill" },
    { "Terse", recipe = "ctx2skill_terse", words = 60 },
    { "Last", select = "last" },
    { "Second", select = "fixed", fixed_iteration = 2 },
    { "Hard only", probe_sets = "hard" },
    { "Easy only", probe_sets = "easy" },
    { "Sum, unsmoothed", combine = "sum", smoothing = "none" },
    { "Code", preset = "published_code" },
    { "Code, merged", preset = "published_code", split_proposer_generator = false },
    { "Afterimage", recipe = "afterimage", iterations = 2, probes_per_context = 3 },
    { "Prompting", recipe = "prompting" },
    { "Prompting, matched", recipe = "prompting", preset = "matched", best_of = 2, rounds = 2, tasks = 3 },
    { "AutoSkill4Doc", recipe = "autoskill4doc" },
  },
  evaluate = { with = "rubrics", judge = "offline/reader" },
  table = { baseline = "No skill" },
}
"""

# For each replay selection of a recipe: the smoothed product per version, from probes and replays alone.
PRODUCTS = """
WITH runs_by_replay AS (
  SELECT DISTINCT ru.unit_id, s.candidate AS chosen FROM selections s JOIN run_units ru USING (unit_id)
  JOIN runs USING (run_id) JOIN arms a USING (arm_id) WHERE a.name = :arm AND s.rule = 'replay'),
versions AS (
  SELECT unit_id, row_number() OVER (PARTITION BY unit_id ORDER BY step) AS candidate, text_id
  FROM skills JOIN runs_by_replay USING (unit_id) WHERE side = 'reasoner')
SELECT v.unit_id, chosen, v.candidate,
  1 + sum(r.valid AND r.solved AND p.probe_set = 'hard'), 1 + sum(r.valid AND p.probe_set = 'hard'),
  1 + sum(r.valid AND r.solved AND p.probe_set = 'easy'), 1 + sum(r.valid AND p.probe_set = 'easy')
FROM versions v JOIN runs_by_replay USING (unit_id)
JOIN skills k ON k.unit_id = v.unit_id AND k.text_id = v.text_id AND k.side = 'reasoner'
JOIN replays r ON r.skill_id = k.skill_id JOIN probes p USING (probe_id)
GROUP BY 1, 2, 3 ORDER BY 1, 3
"""


class AblationTest(ProjectTest):
    def calls(self, arm):
        return {key for (key,) in self.project.rows(
            "SELECT DISTINCT hex(key) FROM run_calls JOIN calls USING (call_id) WHERE arm = ?", arm)}

    def test_one_table(self):
        p = self.project
        p.write(STUDY, EXPERIMENT)
        answer = p.hone("run", STUDY)
        self.assertExit(answer, 0)
        arms = [name for (name,) in p.rows("SELECT name FROM arms ORDER BY position")]
        self.assertEqual(p.rows("SELECT DISTINCT status FROM runs"), [("complete",)])
        calls = {arm: self.calls(arm) for arm in arms}

        # Rows that differ in selection alone: no call but of evaluating another version.
        sent = p.one("SELECT count(DISTINCT call_id) FROM calls WHERE status = 'answered'")
        self.assertEqual(sent, len(set().union(*calls.values())))
        loop = {key for (key,) in p.rows(
            "SELECT DISTINCT hex(key) FROM uses JOIN calls USING (call_id) JOIN units u USING (unit_id) "
            "WHERE u.kind = 'run'")}
        for arm in ("Last", "Second", "Hard only", "Easy only", "Sum, unsmoothed"):
            self.assertLessEqual(calls[arm] & loop, calls["Ctx2Skill"], arm)

        # The variant pays for its second drafts and for what follows from them, and for nothing else: each
        # call that is its own is one which no other arm could have answered.
        own = calls["Terse"] - calls["Ctx2Skill"]
        shared = calls["Terse"] & calls["Ctx2Skill"]
        self.assertGreater(len(own), 0)
        self.assertGreater(len(shared), 20)
        self.assertEqual(
            {step for (step,) in p.rows(
                "SELECT DISTINCT step FROM uses JOIN calls USING (call_id) JOIN units USING (unit_id) JOIN run_units ru "
                "USING (unit_id) JOIN runs USING (run_id) JOIN arms a USING (arm_id) WHERE a.name = 'Terse' "
                "AND path = '' AND uses.ordinal <= 2")}, {"challenge", "propose"},
            "the first round is Ctx2Skill's until a skill is written")
        paid = p.one("SELECT count(*) FROM (SELECT call_id FROM run_calls GROUP BY call_id "
                     "HAVING count(DISTINCT arm) = 1 AND max(arm) = 'Terse')")
        self.assertEqual(paid, len(own - set().union(*(calls[arm] for arm in arms if arm != "Terse"))))
        self.assertLess(paid, len(calls["Terse"]))
        print(f"terse: {len(calls['Terse'])} calls alone, {paid} of them its own", file=sys.stderr)
        for (text,) in p.rows("SELECT words FROM skills JOIN run_units ru USING (unit_id) JOIN runs USING (run_id) "
                              "JOIN arms a USING (arm_id) WHERE a.name = 'Terse'"):
            self.assertLessEqual(text, 80, "60 words, and the frontmatter")

        # The draft that both have in common was bought once, the second one is the variant's own.
        drafts = dict(p.rows(
            "SELECT a.name, count(DISTINCT call_id) FROM uses JOIN units USING (unit_id) JOIN run_units ru USING (unit_id) "
            "JOIN runs USING (run_id) JOIN arms a USING (arm_id) WHERE role = 'generator' AND step = 'generate' "
            "GROUP BY 1"))
        self.assertGreater(drafts["Terse"], drafts["Ctx2Skill"])

        # Presets are named where the arm is, and lie under its other settings.
        config = {name: json.loads(text) for name, text in p.rows("SELECT name, config_json FROM arms")}
        self.assertEqual(config["Code"]["preset"], "published_code")
        self.assertEqual(config["Code"]["params"]["skill_store"], "append")
        self.assertEqual(config["Prompting, matched"]["params"]["best_of"], 2)
        self.assertEqual(config["Prompting, matched"]["params"]["passes"], 4)
        self.assertNotIn("preset", config["Ctx2Skill"])

        # What replay chose is the first largest product, exactly.
        for arm in ("Ctx2Skill", "Terse", "Code", "Afterimage"):
            products, chosen = {}, {}
            for unit, index, candidate, hard, n_hard, easy, n_easy in p.rows(PRODUCTS.replace(":arm", "?"), arm):
                products.setdefault(unit, []).append((Fraction(hard * easy, n_hard * n_easy), -candidate))
                chosen[unit] = index
            self.assertEqual({unit: -max(found)[1] for unit, found in products.items()}, chosen, arm)
            self.assertGreaterEqual(len(chosen), 1, arm)

        # The same again costs nothing.
        before = p.calls()
        again = p.hone("run", STUDY)
        self.assertExit(again, 0)
        self.assertEqual(p.calls(), before)

    def test_presets_and_their_errors(self):
        p = self.project
        p.write(STUDY, EXPERIMENT)
        for setting, says in (
            ("preset=published_cod", "preset: recipe 'ctx2skill' has no preset 'published_cod'; did you mean 'published_code'?"),
            ("preset=3", "preset: expected one of paper, published_code"),
        ):
            answer = p.hone("plan", STUDY, setting, "--arm", "Ctx2Skill")
            self.assertExit(answer, 2)
            self.assertIn(says, answer.stderr)
        checked = p.hone("check", STUDY)
        self.assertExit(checked, 0)
        self.assertIn("Code: recipe ctx2skill, preset published_code", checked.stdout)
        self.assertIn("skill_store = \"append\"", checked.stdout)
        alone = p.hone("check", pathlib.Path(__file__).resolve().parents[2] / "recipes" / "ctx2skill" / "init.lua")
        self.assertExit(alone, 0)
        self.assertIn("preset published_code: ", alone.stdout)
        p.write("recipes/odd.lua", 'return extend "ctx2skill" { name = "odd", presets = { x = { tasks = 0 } } }\n')
        odd = p.hone("check", "recipes/odd.lua")
        self.assertExit(odd, 2)
        self.assertIn("presets.x.tasks: 0 is below the minimum 1", odd.stderr)
        p.write("recipes/odd.lua", 'return extend "ctx2skill" { name = "odd", presets = { x = { task = 1 } } }\n')
        odd = p.hone("check", "recipes/odd.lua")
        self.assertExit(odd, 2)
        self.assertIn("presets.x.task: unknown parameter; did you mean 'tasks'?", odd.stderr)


if __name__ == "__main__":
    main(sys.argv)
