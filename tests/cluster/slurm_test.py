#!/usr/bin/env python3
"""An experiment as an array job on a real Slurm of two nodes, one of which dies in the middle."""

import os
import pathlib
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve()
sys.path.insert(0, str(HERE.parents[1] / "support"))
from project import EXPERIMENT, ProjectTest, main  # noqa: E402

STUDY = "experiments/study.lua"
SLURM = HERE.parents[1] / "support" / "slurm_local.sh"
SHARDS = 16

WIDE = EXPERIMENT.replace("seeds = { 1 }", "seeds = { 1, 2, 3, 4 }").replace(
    "context_words = 400", "context_words = 200"
).replace('{ "Small" },', '{ "Small", iterations = 9, tasks = 9 },\n    { "Three rounds", iterations = 3 },')


class Slurm(ProjectTest):
    def setUp(self):
        super().setUp()
        self.project.write(STUDY, WIDE)
        started = subprocess.run([SLURM, "start"], capture_output=True, text=True, timeout=60)
        self.assertEqual(started.returncode, 0, started.stderr)
        self.cluster = started.stdout.strip()
        self.addCleanup(subprocess.run, [SLURM, "stop", self.cluster], capture_output=True)
        lines = subprocess.run([SLURM, "env", self.cluster], capture_output=True, text=True).stdout
        shown = subprocess.run(["bash", "-c", f"{lines}\nenv -0"], capture_output=True, text=True).stdout
        names = ("SLURM", "PATH")
        self.variables = dict(
            one.split("=", 1) for one in shown.split("\0") if one.startswith(names) and "=" in one
        )
        self.variables["PATH"] += ":/usr/sbin"

    def slurm(self, *command):
        return subprocess.run(command, capture_output=True, text=True, env=self.project.environment(**self.variables))

    def launch(self, *more, shards=SHARDS):
        return ("--db", "merged.db", "run", STUDY, "--launcher", "slurm", "--shards", shards, *more)

    def logs(self):
        return "\n".join(p.read_text() for p in (self.project.folder / "merged.db.shards").glob("*.log"))

    def test_a_node_dies_and_the_table_is_that_of_one_process(self):
        whole = self.project.hone("run", STUDY)
        self.assertExit(whole, 0)
        run = self.project.start(*self.launch(), **self.variables)
        # Somebody is at work on node1, with calls on record: now it dies.
        deadline = time.monotonic() + 120
        victims = []
        while time.monotonic() < deadline and not victims:
            lines = self.slurm("squeue", "-h", "-r", "-t", "R", "-w", "node1", "-o", "%K").stdout.split()
            victims = [k for k in lines if (self.project.folder / f"merged.db.shards/shard-{k}.db").exists()]
        self.assertTrue(victims, "no task was seen on node1")
        subprocess.run([SLURM, "kill-node", self.cluster, "node1"], check=True, capture_output=True)
        self.slurm("scontrol", "update", "nodename=node1", "state=down", "reason=test")
        out, errors = run.communicate(timeout=300)
        self.assertEqual(run.returncode, 0, errors + self.logs())
        self.assertEqual(out, whole.stdout)
        self.assertIn("of 16 shards done", errors)
        merged = self.project.folder / "merged.db"
        self.assertEqual(self.project.calls(merged), self.project.calls())
        # Nothing that was answered was sent again.
        self.assertEqual(
            self.project.one(
                "SELECT count(*) FROM (SELECT call_id FROM sends WHERE outcome = 'answered' "
                "GROUP BY call_id HAVING count(*) > 1)", db=merged), 0)
        print(f"node1 died under {len(victims)} tasks: the merged table is that of one process, "
              f"{len(self.project.calls())} calls", file=sys.stderr)

        # The same command again finds everything done.
        again = self.project.hone(*self.launch(), timeout=300, **self.variables)
        self.assertExit(again, 0)
        self.assertEqual(again.stdout, whole.stdout)
        self.assertEqual(self.project.calls(merged), self.project.calls())

    def test_a_budget_is_divided_and_what_is_left_goes_to_those_who_ran_out(self):
        server = self.project.start("serve-model", "offline/reader")
        self.addCleanup(server.communicate)
        self.addCleanup(server.terminate)
        url = server.stdout.readline().split()[-1]
        self.project.write(
            "config.toml",
            f'[endpoints.local]\nbase_url = "{url}"\n'
            '[prices."openai/reader@local"]\ninput = 1.0\noutput = 1.0\nmax_output_tokens = 400\n')
        self.project.edit(STUDY, 'default = "offline/reader"', 'default = "openai/reader@local"')
        self.project.edit(STUDY, 'judge = "offline/reader"', 'judge = "openai/reader@local"')
        config = {"HONE_CONFIG": str(self.project.folder / "config.toml")}
        whole = self.project.hone("run", STUDY, **config)
        self.assertExit(whole, 0)
        spent = self.project.one("SELECT sum(cost_pico_usd) FROM calls") / 1e12
        self.assertGreater(spent, 0)
        budget = f"budget.usd={spent * 1.25:.6f}"
        answer = self.project.hone(*self.launch(budget, shards=4), timeout=300, **self.variables, **config)
        self.assertIn(answer.returncode, (0, 4), answer.stderr + self.logs())
        merged = self.project.folder / "merged.db"
        self.assertLessEqual(
            self.project.one("SELECT sum(cost_pico_usd) FROM calls", db=merged) / 1e12, spent * 1.25)
        if answer.returncode == 0:
            self.assertEqual(answer.stdout, whole.stdout)

    def test_without_slurm_it_says_so(self):
        answer = self.project.hone(*self.launch(), PATH="/nonexistent")
        self.assertExit(answer, 2)
        self.assertIn("sbatch", answer.stderr)


if __name__ == "__main__":
    main(sys.argv)
