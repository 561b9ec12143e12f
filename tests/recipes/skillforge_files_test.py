#!/usr/bin/env python3
"""What goes in and out of SkillForge: folders of tasks, its configuration, its run folder, and the held-out evaluation."""

import json
import sys

from files_test import LAY_OUT, READ_CONFIG
from recipe_test import RecipeTest, main
from skillforge_loop_test import QUIET
from skillforge_roles import Models, stream, task, world

MAP_DATA, DATA_ROW, DATA_END = 5, 6, 7


def folder(name, category="csv", difficulty="easy", **config):
    def asset(kind):
        return {"$asset": f"{name}-{kind}", "kind": "tests" if kind == "tests" else "folder", "name": kind}
    return {"id": name, "format": config.pop("format", "task.toml"), "instruction": f"\nDo {name}.\n", "environment": asset("environment"),
            "tests": asset("tests"), "solution": asset("solution"),
            "config": {"metadata": {"category": category, "difficulty": difficulty}, **config}}


class DataTest(RecipeTest):
    def map(self, rows, **settings):
        params = {"path": "tasks", **settings}
        described = self.peer.ask(4, {"program": "hone.data.task_folders"})
        params = {**{p["name"]: p.get("default") for p in described["params"]}, **params}
        reader = self.peer.ask(MAP_DATA, {"program": "hone.data.task_folders", "params": params})
        self.assertEqual(reader["reader"], "task_folders")
        for row in rows:
            self.assertEqual(self.peer.ask(DATA_ROW, {"row": row})["units"], [])
        return self.peer.ask(DATA_END, {})["units"]

    def test_all_tasks_are_one_unit(self):
        rows = [folder(f"{category}-{n}", category) for category in ("csv", "git") for n in range(4)]
        (unit,) = self.map(rows)
        self.assertEqual([t["id"] for t in unit["tasks"]], [row["id"] for row in rows])
        self.assertEqual(unit["tasks"][0]["task"], "Do csv-0.")
        self.assertIn("- csv: 4", unit["context"]["text"])
        for share, each in ((0.25, 1), (0.5, 2), (0.05, 1), (0.9, 3), (0, 0)):
            (unit,) = self.map(rows, held_out=share)
            for category in ("csv", "git"):
                out = [t for t in unit["tasks"] if t["category"] == category and t["split"] == "report"]
                self.assertEqual(len(out), each, share)
        self.assertEqual(self.map(rows, held_out=0.5), self.map(rows, held_out=0.5))
        self.assertNotEqual(self.map(rows, held_out=0.5), self.map(rows, held_out=0.5, split_seed=7))
        (unit,) = self.map(rows, held_out_tasks=["git-2"])
        self.assertEqual([t["id"] for t in unit["tasks"] if t["split"] == "report"], ["git-2"])
        with self.assertRaisesRegex(RuntimeError, "there is no task 'git-9' \\(did you mean 'git-"):
            self.map(rows, held_out_tasks=["git-9"])

    def test_filters(self):
        rows = [folder("a", "csv", "easy"), folder("b", "git", "hard"), folder("c", "csv", "hard"), folder("d", "csv", "hard")]
        def ids(**settings):
            return [t["id"] for unit in self.map(rows, **settings) for t in unit["tasks"]]
        self.assertEqual(ids(category="csv", difficulty="hard"), ["c", "d"])
        self.assertEqual(ids(category="csv", limit=2), ["a", "c"])
        self.assertEqual(ids(category="none"), [])

    def test_limits_of_both_layouts(self):
        def metadata(**config):
            return self.map([folder("a", **config)])[0]["tasks"][0]["metadata"]
        plain = metadata()
        self.assertEqual(plain["limits"], {"cpus": 1, "memory_mb": 2048, "disk_mb": 10240, "network": False})
        self.assertEqual([plain[k] for k in ("agent_timeout_s", "verifier_timeout_s", "build_timeout_s", "tests_dir")],
                         [900, 900, 600, "/tests"])
        classic = metadata(environment={"memory": "4G", "memory_mb": 512, "storage_mb": 100, "cpus": 2, "allow_internet": True},
                           agent={"timeout_sec": 60.0}, verifier={"timeout_sec": 30.5, "env": {"A": "1", "KEY": "${KEY}"}})
        self.assertEqual(classic["limits"], {"cpus": 2, "memory_mb": 4096, "disk_mb": 100, "network": True})
        self.assertEqual((classic["agent_timeout_s"], classic["verifier_timeout_s"], classic["verifier_env"]), (60, 30.5, {"A": "1"}))
        native = metadata(format="task.md", sandbox={"memory_mb": 300, "network_mode": "allowlist", "workdir": "/srv"}, agent={"user": "keeper"})
        self.assertEqual((native["limits"]["memory_mb"], native["limits"]["network"], native["workdir"], native["user"], native["tests_dir"]),
                         (300, False, "/srv", "keeper", "/verifier"))


class FilesTest(RecipeTest):
    def rows_of(self, unit):
        def renamed(table):
            return [dict(row) for row in unit.table(table).values()]
        return {"unit": {"id": "tasks", "params": {"max_cycles": 3, "batch_size": 1}}, "result": unit.result,
                **{table: renamed(table) for table in ("steps", "attempts", "artifacts", "skills", "metrics")}}

    def test_the_run_folder(self):
        models = Models(world(("a", "b")))
        unit = self.play("skillforge", models, stream("a", "b"), **QUIET)
        laid = self.peer.ask(LAY_OUT, {"program": "recipes.skillforge", "layout": "skillforge", "rows": [self.rows_of(unit)]})
        files = {file["path"]: file["text"] for file in laid["files"]}
        rows = [json.loads(line) for line in files["tasks/results.jsonl"].splitlines()]
        self.assertEqual([(r["task_id"], r.get("cycle"), r["passed"], r["final"]) for r in rows],
                         [("a", 1, False, False), ("a", 2, True, False), ("a", None, True, True), ("b", 1, True, False), ("b", None, True, True)])
        self.assertEqual(rows[1]["skills_loaded"], ["house-csv"])
        self.assertTrue(rows[0]["detail"].startswith("assertion [csv/easy] reward=0.500\nTask: Write a in the house format to /out.\n"))
        self.assertNotIn("SECRET", files["tasks/results.jsonl"])
        metrics = json.loads(files["tasks/results.metrics.json"])
        self.assertEqual([metrics[k] for k in ("total", "passed", "solved_within_k", "first_attempt", "grind_needed", "grind_resolved")],
                         [2, 2, 1, 1, 1, 1])
        self.assertEqual(metrics["by_category"], {"csv": {"total": 2, "passed": 2, "solved_within_k": 1}})
        self.assertEqual(metrics["workspace"]["skills_final"], 5)
        self.assertIn("tasks/workspace/skills/house-csv/SKILL.md", files)
        self.assertIn("# Failed task: a", files["tasks/workspace/evolution/observations/a-cycle-1.md"])
        self.assertIn("- Added: house-csv", files["tasks/workspace/evolution/traces/evo_001_output.md"])
        self.assertIn("tasks/workspace/evolution/traces/task_a_cycle_2.md", files)

    def test_the_configuration(self):
        got = self.peer.ask(READ_CONFIG, {"program": "recipes.skillforge", "values": {
            "batch_size": 5, "max_cycles": 15, "holdout_ratio": 0.2, "evolve_prompts": False, "evolve_skills": True, "evolve_memory": False,
            "evolver_model": "us.anthropic.claude-sonnet-4-20250514-v1:0", "evolver_max_tokens": 64000, "egl_threshold": 0.05,
            "egl_window": 3, "trajectory_only": False, "extra": {"region": "us-west-2", "max_skills": 4, "protect_skill": True}}, "given": {}})
        self.assertEqual(got["params"], {
            "batch_size": 5, "max_cycles": 15, "gate": "holdout", "holdout_ratio": 0.2, "evolve_prompts": False, "evolve_skills": True,
            "evolve_memory": False, "evolver_max_tokens": 64000, "egl_threshold": 0.05, "egl_window": 3, "max_skills": 4})
        self.assertEqual(got["experiment"]["models"], {"evolver": "bedrock/us.anthropic.claude-sonnet-4-20250514-v1:0"})
        self.assertEqual(got["unknown"], ["extra.protect_skill (did you mean 'protect_skills'?)"])
        self.assertEqual(len(got["notes"]), 4)

    def evaluate(self, skill, names=("a", "b"), **settings):
        models = Models(world(names))
        items = [{k: v for k, v in task(name).items() if k != "split"} for name in names]
        unit = self.peer.run("hone.evaluate.first_attempt", models,
                             {"context": {"id": "tasks", "text": "two tasks"}, "items": items, "skill": skill},
                             {"native_profile": "strands", "retry_max": 0, **settings}, prompts_of=[])
        self.assertIsNone(unit.error, unit.error)
        unit.models = models
        return [(row["verdict"]["graded"], row["verdict"]["solved"], row["purpose"]) for row in unit.table("attempts").values()], unit

    def test_held_out_tasks_are_tried_once(self):
        evolved = self.play("skillforge", Models(world(("z",))), stream("z"), **QUIET).result["skill"]
        got, unit = self.evaluate(evolved)
        self.assertEqual(got, [(True, True, "report")] * 2)
        self.assertEqual([row["cluster"] for row in unit.table("tasks").values()], ["a", "b"])
        self.assertEqual({row["event"] for row in unit.table("skill_uses").values() if row["name"] == "house-csv"}, {"offer", "load"})
        got, unit = self.evaluate("")
        self.assertEqual(got, [(True, False, "report")] * 2)
        self.assertEqual(list(unit.table("skill_uses")), [])
        self.assertEqual([row["action"] for row in unit.table("steps").values()], ["none", "none"])
        # One SKILL.md is a library too; a library brings its own way of giving skills out.
        got, _ = self.evaluate("---\nname: house-csv\ndescription: d\n---\nHOUSE\n")
        self.assertEqual([solved for _, solved, _ in got], [True, True])
        limited = self.play("skillforge", Models(world(("z",))), stream("z"), **QUIET, skill_select_limit=1).result["skill"]
        _, unit = self.evaluate(limited)
        offered = [row["name"] for row in unit.table("skill_uses").values() if row["event"] == "offer"]
        self.assertEqual(offered, ["house-csv", "house-csv"])


if __name__ == "__main__":
    main(sys.argv)
