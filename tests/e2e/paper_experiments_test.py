#!/usr/bin/env python3
"""The experiments of a paper's tables: each loads with real models and with one word offline, a plan needs no key, and
what they share stands in one file."""

import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from project import ProjectTest, main  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parents[2]
FOLDER = ROOT / "experiments" / "ctx2skill"
# file: arms with the paper's models, arms offline
FILES = {"table1": (12, 8), "table2": (9, 6), "table3": (26, 26), "dynamics": (6, 4), "afterimage_compare": (10, 20)}


class PaperExperimentsTest(ProjectTest):
    def setUp(self):
        super().setUp()
        self.bench = self.project.folder / "CL-bench.jsonl"
        subprocess.run([sys.executable, str(FOLDER / "make_stand_in.py"), str(self.bench), "--contexts", "8"], check=True)

    def test_each_file_is_there(self):
        self.assertEqual(set(FILES) | {"paper"}, {path.stem for path in FOLDER.glob("*.lua")})

    def test_each_loads_with_the_paper_s_models_and_offline(self):
        for name, (arms, offline) in FILES.items():
            checked = self.project.hone("check", FOLDER / f"{name}.lua", f"data.path={self.bench}")
            self.assertExit(checked, 0)
            self.assertIn(f": {arms} arms, 1 seeds, 8 items", checked.stdout)
            self.assertNotIn("offline", checked.stdout.splitlines()[0])
            # The texts of this machine are for those who have them; the test brings its own.
            checked = self.project.hone("check", FOLDER / f"{name}.lua", "models=offline", "data=texts",
                                        f"data.path={self.project.folder / 'notes'}", "data.include=*.txt")
            self.assertExit(checked, 0)
            self.assertIn(f"_offline: {offline} arms, 3 seeds,", checked.stdout)

    def test_a_word_about_the_data_keeps_the_data(self):
        checked = self.project.hone("check", FOLDER / "table3.lua", "models=offline", f"data.path={self.bench}")
        self.assertExit(checked, 0)
        self.assertIn("ctx2skill_table3_offline: 26 arms, 3 seeds, 8 items", checked.stdout)

    def test_errors_of_sets_and_of_shared_files(self):
        p = self.project
        wrong = p.hone("check", FOLDER / "table1.lua", "models=ofline")
        self.assertExit(wrong, 2)
        self.assertIn("models: no set 'ofline'; did you mean 'offline'?", wrong.stderr)
        p.write("experiments/shared.lua", "return { model = 'offline/reader' }\n")
        p.edit("experiments/study.lua", "return experiment {", 'local shared = require "experiment.shard"\nreturn experiment {')
        missing = p.hone("check", "experiments/study.lua")
        self.assertExit(missing, 2)
        self.assertIn("there is no module 'experiment.shard'; did you mean 'experiment.shared'?", missing.stderr)
        p.edit("experiments/study.lua", "experiment.shard", "experiment.shared")
        p.edit("experiments/study.lua", '{ default = "offline/reader" }', "{ default = shared.model }")
        self.assertExit(p.hone("check", "experiments/study.lua"), 0)
        # A recipe does not reach the values of an experiment.
        p.edit("recipes/small.lua", "local steps = {}", 'local shared = require "experiment.shared"\nlocal steps = {}')
        hidden = p.hone("check", "experiments/study.lua")
        self.assertExit(hidden, 2)
        self.assertIn("out of reach", hidden.stderr)

    def test_a_plan_of_a_published_table_needs_no_key(self):
        plan = self.project.json("plan", FOLDER / "table3.lua", f"data.path={self.bench}", "--arm", "GPT-4.1: Ctx2Skill",
                                 "--arm", "GPT-5.1: Ctx2Skill", "--arm", "GPT-4.1: w/o Laplace*", "--sample", "2")
        arms = {arm["arm"]: arm for arm in plan["arms"]}
        self.assertEqual(plan["rehearsal_failures"], [])
        default = arms["GPT-4.1: Ctx2Skill"]
        self.assertEqual(default["bound_of_a_unit"], {"loop": 75, "replay": 100, "retries": 200})
        self.assertGreater(default["alone"]["usd"], 0)
        # Another way to choose among versions asks nothing; another model asks everything, its judge too.
        self.assertEqual(arms["GPT-4.1: w/o Laplace Smoothing"]["added"]["calls"], 0)
        other = arms["GPT-5.1: Ctx2Skill"]
        self.assertAlmostEqual(other["added"]["calls"], other["alone"]["calls"], delta=0.05 * other["alone"]["calls"])

    def test_an_arm_without_a_baseline_and_an_evaluator_without_attempts(self):
        p = self.project
        p.edit("experiments/study.lua", '{ "Small" }', '{ "Small" }, { "Alone", recipe = "small", style = "terse", baseline = "" }')
        table = p.json("run", "experiments/study.lua", "--limit", "2")
        rows = {row["arm"]: row for row in table["rows"]}
        self.assertIsNone(rows["Alone"]["difference"])
        self.assertIsNotNone(rows["Small"]["difference"])
        p.edit("experiments/study.lua", 'with = "rubrics"', 'with = "quality"')
        table = p.json("run", "experiments/study.lua", "--limit", "2")
        self.assertEqual(table["missing"], [])
        rows = {row["arm"]: row for row in table["rows"]}
        means = {metric["name"]: metric for metric in rows["Small"]["metrics"]}
        self.assertEqual(set(means), {"quality." + name for name in (
            "conciseness", "faithfulness", "clarity", "effectiveness", "reusability", "average")})
        for name, metric in means.items():
            recorded = [value for (value,) in p.rows(
                "SELECT m.value FROM metrics m JOIN run_units ru ON ru.evaluate_unit_id = m.unit_id JOIN runs USING (run_id) "
                "JOIN arms a USING (arm_id) JOIN experiments e USING (experiment_id) "
                "WHERE a.name = 'Small' AND m.name = ? AND e.config_json ->> '$.evaluate.with' = 'quality'", name)]
            self.assertEqual(metric["n"], len(recorded))
            self.assertAlmostEqual(metric["mean"], sum(recorded) / len(recorded))
        self.assertEqual([metric["n"] for metric in rows["No skill"]["metrics"]], [0] * 6)


if __name__ == "__main__":
    main(sys.argv)
