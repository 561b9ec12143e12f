#!/usr/bin/env python3
"""A skill is trained on a benchmark, offline: what the optimizer saw, what the database says afterwards."""

import json
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "support"))
from project import ProjectTest, main  # noqa: E402

TRAINING = """\
return experiment {
  name = "training",
  data = data.benchmark { name = "searchqa", split_mode = "ratio", split_ratio = "3:2:5", data_path = "../items.json" },
  models = { default = "offline/reader:attention=500" },
  seeds = { 1 },
  base = { recipe = "skillopt", num_epochs = 4, batch_size = 20 },
  arms = {
    { "No skill", recipe = "no_skill" },
    { "Initial skill", returns = "initial" },
    { "Best" },
    { "Last", returns = "last" },
  },
  evaluate = { with = "benchmark" },
  table = { baseline = "Initial skill" },
}
"""


class Training(ProjectTest):
    def setUp(self):
        super().setUp()
        self.project.write("experiments/training.lua", TRAINING)
        items = self.project.folder / "items.json"
        subprocess.run([sys.executable, ROOT / "experiments/skillopt/make_searchqa.py", items, "--items", "200"],
                       check=True, capture_output=True)
        self.items = json.loads(items.read_text())
        done = self.project.hone("run", "experiments/training.lua")
        self.assertExit(done, 0)

    def requests(self, kind):
        """Texts of all requests that units of this kind made."""
        query = ("SELECT DISTINCT c.call_id, c.request_json, c.created_at_ms FROM calls c JOIN uses USING (call_id) "
                 f"JOIN units u USING (unit_id) WHERE u.kind = '{kind}'")
        texts = {row["hash"]: row["text"] for row in self.project.json(
            "sql", "SELECT lower(hex(hash)) AS hash, hone_text(text_id) AS text FROM texts", "--rows", "1000000")}
        found = []
        for _, request, created in self.project.rows(query):
            parts = [part for message in json.loads(request)["messages"] for part in message["content"]]
            found.append((created, "".join(texts[p["$text"]] if isinstance(p, dict) else p for p in parts)))
        return found

    def test_the_report_split_is_read_at_the_end_and_by_the_evaluation_alone(self):
        splits = dict(self.project.rows("SELECT name, origin FROM tasks"))
        self.assertEqual(set(splits.values()), {"train", "select", "report"})
        of = {split: [i["question"] for i in self.items if splits.get(str(i["id"])) == split] for split in splits.values()}
        self.assertEqual({split: len(found) for split, found in of.items()}, {"train": 60, "select": 40, "report": 100})
        trained, evaluated = self.requests("run"), self.requests("evaluate")
        together = "\n".join(text for _, text in trained)
        # The check can fail: what a training must read is found by the same search.
        self.assertTrue(all(question in together for question in of["train"]))
        self.assertTrue(all(question in together for question in of["select"]))
        self.assertEqual([q for q in of["report"] if q in together], [])
        at_the_end = "\n".join(text for _, text in evaluated)
        self.assertTrue(all(question in at_the_end for question in of["report"]))
        # Rows that came to the same skill share its evaluation, which begins when the first of them has ended.
        for evaluation, ended, started in self.project.rows(
                "SELECT v.unit_id, min(u.ended_at_ms), v.started_at_ms FROM run_units ru "
                "JOIN units u ON u.unit_id = ru.unit_id JOIN units v ON v.unit_id = ru.evaluate_unit_id "
                "GROUP BY v.unit_id"):
            self.assertLessEqual(ended, started, evaluation)
        # Nor does the optimizer see the right answers of select items: it is shown trajectories of train items only.
        shown = "\n".join(text for _, text in trained if "<trajectories " in text)
        self.assertTrue(any(question in shown for question in of["train"]))
        self.assertEqual([q for q in of["select"] if q in shown], [])

    def test_the_course_of_the_training_is_in_the_database(self):
        table = self.project.json("table", "training")
        text = json.dumps(table)
        self.assertIn("score", text)
        for query in ("learning_curve", "gate_decisions", "edit_outcomes"):
            rows = self.project.json("sql", f"@{query}", "experiment=training")
            self.assertGreater(len(rows), 0, query)
        gates = self.project.rows("SELECT accepted, count(*) FROM gates GROUP BY accepted")
        self.assertEqual({bool(accepted) for accepted, _ in gates}, {True, False})
        curve = self.project.folder / "curve.svg"
        self.assertExit(self.project.hone("plot", "curve", "training", "-o", curve), 0)
        self.assertRegex(curve.read_text(), re.compile("<svg.*(polyline|path)", re.S))
        # The best skill is the one that scored highest on the select split, and it is the one that was evaluated.
        best = self.project.one(
            "SELECT count(*) FROM skill_versions WHERE experiment = 'training' AND arm = 'Best' AND evaluated")
        self.assertGreater(best, 0)
        solved = dict(self.project.rows(
            "SELECT arm, avg(solved) FROM report_attempts WHERE experiment = 'training' GROUP BY arm"))
        self.assertGreater(solved["Best"], solved["Initial skill"])

    def test_a_training_does_not_depend_on_the_order_of_answers(self):
        shuffled = self.project.hone("check", "experiments/training.lua", "--shuffle", "2")
        self.assertExit(shuffled, 0)
        self.assertIn("0 differences", shuffled.stdout + shuffled.stderr)


if __name__ == "__main__":
    main(sys.argv)
