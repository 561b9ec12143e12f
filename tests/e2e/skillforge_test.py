#!/usr/bin/env python3
"""SkillForge on real tasks in real containers, with the offline model as solver and evolver: the tasks' own solutions pass
and nothing else does; failures teach skills that make later attempts pass; git, tags and database agree; the run folder."""

import json
import pathlib
import shutil
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from project import ProjectTest, main  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parents[2]
BASE = ROOT / ".deps/images/base.tar"
EXPERIMENTS = ROOT / "experiments/skillforge"


@unittest.skipUnless(BASE.is_file() and shutil.which("bwrap"), "no bubblewrap, or no base image (./dev images)")
class SkillForge(ProjectTest):
    def setUp(self):
        super().setUp()
        self.hone("image", "add", "hone/base:bookworm", BASE)

    def hone(self, *arguments):
        done = self.project.hone(*arguments, timeout=1500, HONE_IMAGES=str(self.project.folder / "images"))
        self.assertExit(done, 0)
        return done.stdout

    def named(self, query, experiment):
        return json.loads(self.hone("sql", "--json", "@" + query, f"experiment={experiment}"))

    def test_controls(self):
        self.hone("run", EXPERIMENTS / "controls.lua")
        rows = {row["arm"]: row for row in self.named("solved_within_k", "skillforge_controls")}
        self.assertEqual([(rows[arm]["tasks"], rows[arm]["solved"], rows[arm]["infrastructure"]) for arm in ("Oracle", "Nobody")],
                         [(24, 24, 0), (24, 0, 0)])

    def test_grinding(self):
        tools = ("native_profile=strands", "evaluate.native_profile=strands")
        self.hone("run", EXPERIMENTS / "grinding.lua", "seeds=1", *tools)
        grind = [row for row in self.named("solved_within_k", "skillforge_grinding") if row["arm"] == "SkillForge"]
        self.assertEqual([row["infrastructure"] for row in grind], [0] * len(grind))
        self.assertGreater(grind[-1]["solved"], grind[0]["solved"], "some fail first and pass after evolution")
        # They passed because of a skill that was written: it was injected and loaded.
        because = self.project.one(
            "SELECT count(*) FROM attempts t JOIN attempts before ON before.task_id = t.task_id AND before.step < t.step "
            "WHERE t.purpose = 'loop' AND t.solved AND NOT before.solved AND t.attempt_id IN (SELECT attempt_id FROM skill_uses "
            "WHERE event = 'load' AND injected AND found AND name LIKE '%-conventions')")
        self.assertGreater(because, 0)
        used = {(row["arm"], row["purpose"]): row for row in self.named("skill_use", "skillforge_grinding")}
        self.assertGreater(used["SkillForge", "report"]["loaded"], 0)
        # First attempts on held-out tasks, with an interval.
        table = {row["arm"]: row for row in json.loads(self.hone("table", "skillforge_grinding", "--json"))["rows"]}
        self.assertGreater(table["SkillForge"]["solved_all"]["value"], table["Seed library"]["solved_all"]["value"])
        self.git_agrees()
        self.laid_out()

    def git_agrees(self):
        for folder in self.project.db.with_name("hone.db.work").glob("*/*"):
            def git(*arguments, folder=folder):
                return subprocess.run(["git", "-c", "safe.directory=*", "-C", str(folder), *arguments], check=True,
                                      capture_output=True, text=True).stdout
            tags = dict(line.split() for line in git("for-each-ref", "refs/tags", "--format=%(refname:short) %(objectname)").splitlines())
            for tag, commit in tags.items():
                self.assertGreater(self.project.one("SELECT count(*) FROM commits WHERE tag = ? AND hash = ?", tag, commit), 0)
            numbers = [tag for tag in tags if tag.startswith("evo-")]
            self.assertEqual({int(tag[4:]) for tag in numbers}, set(range(1, len(numbers) + 1)))

    def laid_out(self):
        folder = self.project.folder / "out"
        self.hone("export", "skillforge_grinding", "--arm", "SkillForge", "--layout", "skillforge", folder)
        metrics = json.loads((folder / "tasks/results.metrics.json").read_text())
        self.assertEqual(metrics["total"], 12)
        self.assertGreater(metrics["grind_resolved"], 0)
        self.assertTrue(list((folder / "tasks/workspace/skills").glob("*-conventions/SKILL.md")))


if __name__ == "__main__":
    main(sys.argv)
