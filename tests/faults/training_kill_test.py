#!/usr/bin/env python3
"""Kills in the middle of a training: the same skill, step history and table, no finished call repeated.

Step history, cached evaluations and the stages of an epoch's end all lie behind a kill here: the training
is long, and every moment of it is hit.
"""

import pathlib
import subprocess
import sys

import study
from killing import KillingTest

ROOT = pathlib.Path(__file__).resolve().parents[2]

TRAINING = """\
return experiment {
  name = "training",
  data = data.benchmark { name = "searchqa", split_mode = "ratio", split_ratio = "3:2:5", data_path = "../items.json",
                          limit = 24 },
  models = { default = "offline/reader:attention=500" },
  seeds = { 1 },
  base = { recipe = "skillopt", num_epochs = 4, batch_size = 8, minibatch_size = 3, slow_update_samples = 6,
           use_skill_aware_reflection = true },
  arms = { { "Initial skill", returns = "initial" }, { "Trained" }, { "Last", returns = "last" } },
  evaluate = { with = "benchmark" },
  table = { baseline = "Initial skill" },
}
"""


class TrainingKillTest(KillingTest):
    experiment = "training"
    n_kills = 20

    def setUp(self):
        super().setUp()
        self.project.write("experiments/training.lua", TRAINING)
        command = [sys.executable, ROOT / "experiments/skillopt/make_searchqa.py", self.project.folder / "items.json"]
        subprocess.run([*command, "--items", "60"], check=True, capture_output=True)

    def test_twenty_kills(self):
        self.kill_over_http("models.default=openai/reader@mock")
        steps = "SELECT count(*) FROM steps WHERE name = ?"
        last = max(self.project.folder.glob("killed*/hone.db"))
        kinds = dict(self.project.rows("SELECT name, count(*) FROM steps GROUP BY name", db=last))
        self.assertGreater(self.project.one(steps, "step", db=last), 0, kinds)
        study.note(f"steps of a training that was killed: {kinds}")


if __name__ == "__main__":
    study.main()
