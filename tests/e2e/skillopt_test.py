#!/usr/bin/env python3
"""SkillOpt, whole and offline: a training whose curve, edits, gates and final scores come from the database; the
report split is read by nobody before it ends; its configuration files run as they are; its output tree goes out and
comes back."""

import json
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from project import ProjectTest, main  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parents[2]
CONFIGS = ROOT / "tests/recipes/skillopt_configs"

TRAINING = """\
return experiment {
  name = "training",
  data = data.benchmark { name = "searchqa", split_mode = "ratio", split_ratio = "3:2:5", data_path = "../items.json" },
  models = { default = "offline/reader:attention=500" },
  seeds = { 1 },
  base = { recipe = "skillopt", num_epochs = 4, batch_size = 20, slow_update_samples = 6 },
  arms = { { "Trained" }, { "Last", returns = "last" }, { "Initial", returns = "initial" } },
  evaluate = { with = "benchmark" },
  table = { baseline = "Initial" },
}
"""

USES = ("SELECT DISTINCT lower(hex(key)), uses.call_id, uses.role, units.kind FROM uses JOIN units USING (unit_id) "
        "JOIN calls USING (call_id)")


class SkillOptTest(ProjectTest):
    def setUp(self):
        super().setUp()
        self.items = self.project.folder / "items.json"
        command = [sys.executable, ROOT / "experiments/skillopt/make_searchqa.py", self.items, "--items", "120"]
        subprocess.run(command, check=True, capture_output=True)
        self.project.write("experiments/training.lua", TRAINING)

    def run_training(self, *more):
        answer = self.project.hone("run", "experiments/training.lua", *more)
        self.assertExit(answer, 0)
        return answer

    def test_a_training_and_its_figures(self):
        self.run_training()
        scores = dict(self.project.rows(
            "SELECT arm, avg(solved) FROM report_attempts GROUP BY arm"))
        self.assertEqual(set(scores), {"Trained", "Last", "Initial"})
        # 60 items; over eight replicates the gain was 0.33 to 0.42
        self.assertGreater(scores["Trained"], scores["Initial"] + 0.15)
        curve = self.project.json("sql", "@learning_curve", "experiment=training")
        self.assertGreater(len(curve["rows"] if isinstance(curve, dict) else curve), 8)
        for query in ("@edit_outcomes", "@gate_decisions", "@stages"):
            self.assertExit(self.project.hone("sql", query, "experiment=training"), 0)
        gates = self.project.rows("SELECT accepted, rule FROM gates WHERE rule = 'strict:hard'")
        self.assertEqual({accepted for accepted, _ in gates}, {0, 1})  # some won, some lost
        answer = self.project.hone("plot", "curve", "training", "-o", "curve.svg")
        self.assertExit(answer, 0)
        self.assertIn("<svg", (self.project.folder / "curve.svg").read_text()[:200])

    def test_nobody_reads_the_report_split_before_the_training_ends(self):
        self.run_training("--arm", "Trained")
        uses = self.project.rows(USES)
        of_run = [call for _, call, _, kind in uses if kind == "run"]
        of_evaluation = [call for _, call, _, kind in uses if kind == "evaluate"]
        self.assertGreater(len(of_run), 200)
        self.assertEqual(len(of_evaluation), 60)
        # ids grow in the order in which calls are written down, and none leaves before that
        self.assertLess(max(of_run), min(of_evaluation))
        names = "SELECT DISTINCT tasks.name FROM attempts JOIN tasks USING (task_id) WHERE purpose = ?"
        reported = {name for (name,) in self.project.rows(
            "SELECT DISTINCT tasks.name FROM attempts JOIN tasks USING (task_id) WHERE purpose = 'report'")}
        trained = {name for (name,) in self.project.rows(names, "loop")}
        self.assertEqual((len(trained), trained & reported), (60, set()))
        questions = {item["id"]: item["question"] for item in json.loads(self.items.read_text())}
        secret = [question for item, question in questions.items() if item not in trained]
        self.assertEqual(len(secret), 60)
        seen = 0
        for key, _, role, kind in uses:
            if kind != "run" or role != "optimizer":
                continue
            text = self.project.hone("show", "call", key, "--full").stdout
            seen += any(questions[item] in text for item in trained)
            for question in secret:
                self.assertNotIn(question, text)
        self.assertGreater(seen, 5)  # the test would see a question that is shown

    def test_it_does_not_depend_on_the_order_of_answers(self):
        self.run_training("--arm", "Trained")
        answer = self.project.hone("check", "experiments/training.lua", "--arm", "Trained", "--shuffle", "2")
        self.assertExit(answer, 0)
        self.assertIn("0 differences", answer.stdout + answer.stderr)

    def test_configuration_files_run_as_they_are(self):
        for name in ("default.yaml", "searchqa.yaml"):
            self.project.write("configs/" + name, (CONFIGS / name).read_text())
        answer = self.project.hone(
            "run", "recipes/skillopt", "--config", "configs/searchqa.yaml", "train.num_epochs=1", "batch_size=30",
            "train.train_size=0", "env.split_mode=ratio", "env.split_dir=", "env.split_ratio=3:2:5",
            "env.data_path=items.json", "models.default=offline/reader", "models.optimizer=offline/reader",
            "models.target=offline/reader:attention=500")
        self.assertExit(answer, 0)
        self.assertEqual(self.project.one("SELECT count(*) FROM steps WHERE name = 'step'"), 2)
        answer = self.project.hone("run", "recipes/skillopt", "--config", "configs/searchqa.yaml", "train.num_epoch=1")
        self.assertExit(answer, 2)
        self.assertIn("train.num_epochs", answer.stderr)

    def test_the_output_tree_and_the_plan_by_stage(self):
        plan = self.project.hone("plan", "experiments/training.lua")
        self.assertExit(plan, 0)
        for stage in ("rollout", "evaluate", "analyst", "merge", "slow_update", "meta_skill"):
            self.assertRegex(plan.stdout, rf"Trained +{stage} +[1-9]")
        self.run_training("--arm", "Trained")
        self.assertExit(self.project.hone("export", "training", "--layout", "skillopt", "tree"), 0)
        history = json.loads(next((self.project.folder / "tree").rglob("history.json")).read_text())
        self.assertEqual([record["step"] for record in history], list(range(1, len(history) + 1)))
        self.assertEqual(len(history), 8)
        folder = next((self.project.folder / "tree").rglob("history.json")).parent
        back = self.project.folder / "back.db"
        self.assertExit(self.project.hone("import", "skillopt", folder, HONE_DB=str(back)), 0)
        steps = ("SELECT step, action, json_extract(record_json, '$.candidate_hash') FROM steps WHERE name = 'step' "
                 "ORDER BY 1")
        self.assertEqual(self.project.rows(steps, db=back), self.project.rows(steps))
        edits = "SELECT step, action, status FROM edits ORDER BY step, n"
        self.assertEqual(len(self.project.rows(edits, db=back)), len(self.project.rows(edits)))


if __name__ == "__main__":
    main(sys.argv)
