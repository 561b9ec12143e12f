#!/usr/bin/env python3
"""Arms in a matrix of models and slices: names, items, baselines, skills of another model, replicates, A/A
arms; rows that only choose again ask nothing; what --arm means."""

import json
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from project import ProjectTest, main  # noqa: E402

# Documents with a field of the user's own, and tasks that a search may choose on.
MAPPER = """\
return mapper {
  name = "halves",
  params = { path = param.list {} },
  reader = function(p)
    return { kind = "documents", path = p.path, context_words = 400, min_words = 100, tasks_per_context = 4 }
  end,
  unit = function(row)
    return {
      id = row.id, cluster = row.cluster, category = row.source, context = { text = row.text },
      separation = "delimiter", tasks = row.tasks, metadata = { licence = row.id:match("^%a+") },
    }
  end,
}
"""

STUDY = """\
return experiment {
  name = "matrix",
  data = data.file { "halves.lua", path = "../notes" },
  models = { judge = "offline/reader" },
  replicates = 1,
  base = { recipe = "small", iterations = 1 },
  matrix = {
    models = { { "Wide", default = "offline/reader:attention=4000" }, { "Narrow", default = "offline/reader" } },
    slices = { { "All" }, { "Apache", licence = "Apache" } },
  },
  arms = {
    { "None", recipe = "no_skill" },
    { "Small" },
    { "Wide's skills", skills_from = { arm = "Small", model = "Wide", slice = "All" }, only = { model = "Narrow" } },
    { "Again", independent = true, baseline = "Small" },
  },
  evaluate = { with = "rubrics", judge = "offline/reader" },
  table = { baseline = "None" },
}
"""


class MatrixTest(ProjectTest):
    def setUp(self):
        super().setUp()
        self.project.write("experiments/halves.lua", MAPPER)
        self.study = self.project.write("experiments/matrix.lua", STUDY)

    def check_fails(self, before, after, message):
        self.project.write("experiments/matrix.lua", STUDY.replace(before, after, 1))
        answer = self.project.hone("check", self.study)
        self.assertExit(answer, 2)
        self.assertIn(message, answer.stderr)
        self.assertNotIn("Traceback", answer.stderr)

    def test_every_place_has_its_arms_models_and_items(self):
        p = self.project
        self.assertExit(p.hone("run", self.study), 0)
        arms = p.rows("SELECT name, baseline, labels_json, config_json FROM arms ORDER BY position")
        names = [row[0] for row in arms]
        self.assertEqual(len(names), 14)
        self.assertEqual(names[:3], ["Wide, All: None", "Wide, All: Small", "Wide, All: Again"])
        by_name = {row[0]: row for row in arms}
        place = by_name["Narrow, Apache: Small"]
        self.assertEqual(place[1], "Narrow, Apache: None")
        self.assertEqual(json.loads(place[2]), {"model": "Narrow", "slice": "Apache", "arm": "Small"})
        self.assertEqual(json.loads(place[3])["models"]["default"], "offline/reader")
        self.assertEqual(by_name["Wide, All: Again"][1], "Wide, All: Small")
        items = dict(p.rows("SELECT a.name, group_concat(ru.name) FROM arms a JOIN runs USING (arm_id) "
                            "JOIN run_units ru USING (run_id) GROUP BY a.name"))
        self.assertTrue(all(one.startswith("Apache") for one in items["Wide, Apache: None"].split(",")))
        self.assertGreater(len(items["Wide, All: None"]), len(items["Wide, Apache: None"]))

    def test_a_slice_shares_every_call_with_the_whole(self):
        p = self.project
        self.assertExit(p.hone("run", self.study, "--arm", "*, All: *"), 0)
        whole = p.one("SELECT count(*) FROM calls")
        self.assertEqual(p.one("SELECT count(*) FROM runs WHERE status = 'complete'"), 7)
        self.assertExit(p.hone("run", self.study, "--arm", "*, Apache: Small", "--arm", "*, Apache: None"), 0)
        self.assertEqual(p.one("SELECT count(*) FROM calls"), whole)

    def test_the_skills_of_another_models_run_are_its_own(self):
        p = self.project
        alone = p.hone("run", self.study, "--arm", "Narrow, All: Wide's skills")
        self.assertExit(alone, 0)
        self.assertEqual(p.rows("SELECT DISTINCT a.name FROM arms a JOIN runs USING (arm_id)"),
                         [("Narrow, All: Wide's skills",)])
        models = dict(p.rows(
            "SELECT u.kind, group_concat(DISTINCT c.model) FROM calls c JOIN uses USING (call_id) "
            "JOIN units u USING (unit_id) WHERE uses.role IN ('reasoner', 'challenger') GROUP BY u.kind"))
        self.assertEqual(models, {"run": "offline/reader:attention=4000", "evaluate": "offline/reader"})
        last = p.one("SELECT max(call_id) FROM calls")
        # The arm that made the skills adds its evaluation only: its runs are there.
        self.assertExit(p.hone("run", self.study, "--arm", "Wide, All: Small"), 0)
        kinds = p.rows("SELECT DISTINCT u.kind FROM uses JOIN units u USING (unit_id) WHERE call_id > ?", last)
        self.assertEqual(kinds, [("evaluate",)])
        skills = p.rows("SELECT a.name, ru.name, hex(skill_hash) FROM arms a JOIN runs USING (arm_id) "
                        "JOIN run_units ru USING (run_id)")
        by_arm = {}
        for arm, item, skill in skills:
            by_arm.setdefault(arm, {})[item] = skill
        self.assertEqual(by_arm["Wide, All: Small"], by_arm["Narrow, All: Wide's skills"])

    def test_an_aa_arm_draws_for_itself(self):
        p = self.project
        self.assertExit(p.hone("run", self.study, "--arm", "Narrow, All: Small", "--arm", "Narrow, All: Again"), 0)
        shared = p.one("SELECT count(*) FROM (SELECT call_id FROM run_calls GROUP BY call_id "
                       "HAVING count(DISTINCT arm) > 1)")
        self.assertEqual(shared, 0)
        counts = p.rows("SELECT arm, count(*) FROM run_calls GROUP BY arm")
        self.assertGreater(min(n for _, n in counts), 0)

    def test_replicates_are_seeds(self):
        p = self.project
        self.assertExit(p.hone("run", self.study, "replicates=2", "--arm", "Wide, All: None"), 0)
        self.assertEqual(p.rows("SELECT replicate FROM runs ORDER BY 1"), [("1",), ("2",)])

    def test_prompts_are_variants(self):
        p = self.project
        p.write("experiments/mine.md", (p.folder / "recipes/prompts/small/challenger.md").read_text()
                .replace("You set questions", "You ask hard questions"))
        p.write("experiments/matrix.lua", STUDY.replace(
            '{ "Small" },', '{ "Small" }, { "My prompt", prompts = { challenger = "mine.md" } },'))
        answer = p.hone("run", self.study, "--arm", "Narrow, All: Small", "--arm", "Narrow, All: My prompt")
        self.assertExit(answer, 0)
        asked = dict(p.rows("SELECT arm, group_concat(DISTINCT hex(request_hash)) FROM run_calls JOIN calls USING (call_id) "
                            "JOIN uses USING (call_id) WHERE role = 'challenger' GROUP BY arm"))
        self.assertEqual(len(set(asked.values())), 2)

    def test_errors_name_field_and_cure(self):
        cases = [
            ("licence =", "license =", "matrix.slices 'Apache'.license: no item has this field; did you mean 'licence'?"),
            ('licence = "Apache"', 'licence = "Apach"', "no item has 'Apach'; did you mean 'Apache'?"),
            ("slices = {", "slice = {", "matrix: unknown field 'slice'; did you mean 'slices'?"),
            ('{ "All" }', "{ }", "matrix.slices[1]: a slice's first entry is its name"),
            ('model = "Wide", slice', 'model = "Wild", slice', "refers to the arm 'Wild, All: Small', which is not there"),
            ('only = { model = "Narrow" }', 'only = { model = "Narow" }',
             "only.model: the matrix has no 'Narow'; did you mean 'Narrow'?"),
            ('baseline = "Small"', 'baseline = "Smal"', "'Smal', which is not there; did you mean 'Small'?"),
            ("replicates = 1", "replicates = 0", "replicates: expected a whole number from 1"),
        ]
        for before, after, message in cases:
            with self.subTest(after):
                self.check_fails(before, after, message)
        self.project.write("experiments/matrix.lua", STUDY)
        answer = self.project.hone("run", self.study, "--arm", "Narow*")
        self.assertExit(answer, 2)
        self.assertIn("--arm Narow*: no such arm", answer.stderr)


if __name__ == "__main__":
    main(sys.argv)
