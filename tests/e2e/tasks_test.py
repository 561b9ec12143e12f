#!/usr/bin/env python3
"""The tasks under experiments/tasks: whole, alike within a category, honest; their report says what happened; and what
the offline solver can do about them without a skill follows from its bounds. That every solution passes and doing
nothing fails is skillforge_test.py's."""

import collections
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from project import ProjectTest, main  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parents[2]
BASE = pathlib.Path(os.environ.get("HONE_TEST_BASE_IMAGE", ROOT / ".deps/images/base.tar"))
TASKS = sorted(path.parent for path in (ROOT / "experiments/tasks").glob("*/task.toml"))
FILES = ["instruction.md", "task.toml", "environment/Dockerfile", "tests/test.sh", "tests/report.py",
         "tests/test_outputs.py", "solution/solve.sh"]
NETWORK = re.compile(r"https?://|\b(curl|wget|pip3? install|apt(-get)? |npm )")


def settings(task):
    return tomllib.loads((task / "task.toml").read_text(encoding="utf-8"))


def category(task):
    return settings(task)["metadata"]["category"]


def tools(task):
    """The house's programs in a task's image."""
    return [path for path in (task / "environment/house").iterdir() if path.suffix != ".md"]


class Folders(unittest.TestCase):
    def test_every_task_is_whole(self):
        for task in TASKS:
            for name in FILES:
                self.assertTrue((task / name).is_file(), f"{task.name} has no {name}")
            for name in ["tests/test.sh", "solution/solve.sh"]:
                self.assertTrue((task / name).read_text(encoding="utf-8").startswith("#!/bin/sh\n"))

    def test_six_categories_of_four(self):
        counts = collections.Counter(map(category, TASKS))
        self.assertEqual(sorted(counts.items()), [(name, 4) for name in ("csv", "git", "json", "programs", "shell", "text")])
        self.assertEqual({settings(task)["metadata"]["difficulty"] for task in TASKS}, {"easy", "medium", "hard"})

    def test_what_is_shared_is_the_same(self):
        for task in TASKS:
            first = next(other for other in TASKS if category(other) == category(task))
            for name in [f"environment/house/{path.name}" for path in (first / "environment/house").iterdir()]:
                self.assertEqual((task / name).read_bytes(), (first / name).read_bytes(), f"{task.name}/{name}")
            self.assertEqual((task / "tests/report.py").read_bytes(), (TASKS[0] / "tests/report.py").read_bytes())

    def test_instructions_name_no_skill_and_no_tool(self):
        for task in TASKS:
            text = (task / "instruction.md").read_text(encoding="utf-8")
            self.assertNotIn("skill", text.lower())
            self.assertNotIn("manual", text.lower())
            for tool in tools(task):
                self.assertNotIn(tool.name, text, task.name)
            self.assertIn("house", text, f"{task.name} does not name its convention")

    def test_the_manual_has_what_the_solution_uses(self):
        for task in TASKS:
            manual = (task / f"environment/house/{category(task)}.md").read_text(encoding="utf-8")
            prose = manual.split("```sh", 1)[0]
            self.assertGreater(len(prose.split()), 350, "a manual that is read in a moment teaches nothing")
            used = [tool.name for tool in tools(task)
                    if tool.name in (task / "solution/solve.sh").read_text(encoding="utf-8")]
            self.assertTrue(used, task.name)
            for name in used:
                self.assertRegex(manual, rf"\n{name} ")

    def test_images_need_no_network_and_hold_no_answer(self):
        for task in TASKS:
            docker = (task / "environment/Dockerfile").read_text(encoding="utf-8").splitlines()
            self.assertEqual(docker[0], "FROM hone/base:bookworm")
            for line in docker[1:]:
                self.assertRegex(line, r"^(COPY|RUN|WORKDIR|USER) ")
                self.assertNotRegex(line, r"skills|tests|solution")
            for path in task.rglob("*"):
                if path.is_file() and "skills" not in path.parts:
                    self.assertNotRegex(path.read_text(encoding="utf-8"), NETWORK, str(path))
            self.assertFalse(settings(task)["environment"]["allow_internet"])


class Report(unittest.TestCase):
    def run_report(self, tests, *options):
        """Reward, CTRF and output of a tests folder with these tests."""
        with tempfile.TemporaryDirectory() as folder:
            folder = pathlib.Path(folder)
            (folder / "report.py").write_bytes((TASKS[0] / "tests/report.py").read_bytes())
            (folder / "test_outputs.py").write_text("import unittest\n\n\nclass T(unittest.TestCase):\n" + tests)
            command = [sys.executable, "-I", "-B", str(folder / "report.py"), str(folder / "logs"), *options]
            done = subprocess.run(command, capture_output=True, text=True, check=True)
            reward = (folder / "logs/reward.txt").read_text().strip()
            return reward, json.loads((folder / "logs/ctrf.json").read_text())["results"], done.stdout

    GOOD = "    def test_a(self):\n        pass\n"
    BAD = "    def test_b(self):\n        self.assertEqual(1, 2)\n"
    BROKEN = "    def setUp(self):\n        open('/no/such/file')\n"

    def test_rewards(self):
        self.assertEqual(self.run_report(self.GOOD)[0], "1")
        self.assertEqual(self.run_report(self.GOOD + self.BAD)[0], "0")
        self.assertEqual(self.run_report(self.GOOD + self.BAD, "graded")[0], "0.500")
        self.assertEqual(self.run_report(self.BROKEN + self.GOOD)[0], "0")
        self.assertEqual(self.run_report("    pass\n")[0], "0")

    def test_report(self):
        _, results, output = self.run_report(self.GOOD + self.BAD)
        self.assertEqual({key: results["summary"][key] for key in ("tests", "passed", "failed")},
                         {"tests": 2, "passed": 1, "failed": 1})
        self.assertEqual([(row["name"], row["status"]) for row in results["tests"]],
                         [("test_outputs.py::T::test_a", "passed"), ("test_outputs.py::T::test_b", "failed")])
        self.assertEqual(results["tests"][1]["message"], "AssertionError: 1 != 2")
        self.assertIn("FAILED test_outputs.py::T::test_b - AssertionError: 1 != 2", output)
        self.assertIn("1 passed, 1 failed", output)

    def test_what_a_test_left_running_is_ended(self):
        with tempfile.TemporaryDirectory() as folder:
            mark = pathlib.Path(folder) / "pid"
            # A daemon: its parent ends at once, it has a session of its own.
            start = f"setsid sh -c 'echo $$ > {mark}.new; mv {mark}.new {mark}; exec sleep 600' &"
            tests = ("    def test_a(self):\n"
                     "        import pathlib, subprocess\n"
                     f"        subprocess.run(['sh', '-c', {start!r}])\n"
                     f"        while not pathlib.Path({str(mark)!r}).exists():\n"
                     "            pass\n")
            self.assertEqual(self.run_report(tests)[0], "1")
            self.assertFalse(pathlib.Path(f"/proc/{mark.read_text().strip()}").exists())


BOUNDS = """\
return experiment {
  name = "bounds",
  data = data.task_folders { path = "%s", held_out = 0.5 },
  models = { default = "offline/reader:slip=0" },
  seeds = { 1 },
  base = { recipe = "no_skill" },
  arms = {
    { "Bounded" },
    { "Patient", models = { default = "offline/reader:slip=0,commands=8,attention=800" } },
    { "Patient and attentive", models = { default = "offline/reader:slip=0,commands=8,attention=5000" } },
  },
  evaluate = { with = "first_attempt", native_profile = "strands" },
}
"""


@unittest.skipUnless(BASE.is_file() and shutil.which("bwrap"), "no bubblewrap, or no base image (./dev images)")
class Bounds(ProjectTest):
    def hone(self, *arguments):
        done = self.project.hone(*arguments, timeout=600, HONE_IMAGES=str(self.project.folder / "images"))
        self.assertExit(done, 0)
        return done.stdout

    def test_a_solver_with_time_and_attention_needs_no_skill(self):
        self.hone("image", "add", "hone/base:bookworm", BASE)
        self.project.write("experiments/bounds.lua", BOUNDS % (ROOT / "experiments/tasks"))
        self.hone("run", "experiments/bounds.lua")
        rows = {row["arm"]: row for row in json.loads(self.hone("table", "bounds", "--json"))["rows"]}
        solved = {arm: row["solved_all"]["value"] for arm, row in rows.items()}
        # The manual is read too late; then in time; then to its end. Nobody reads before trying the obvious,
        # which a repository does not forgive.
        self.assertEqual(solved["Bounded"], 0)
        self.assertLess(solved["Bounded"], solved["Patient"])
        self.assertLess(solved["Patient"], solved["Patient and attentive"])
        self.assertGreater(solved["Patient and attentive"], 0.75)


if __name__ == "__main__":
    main(sys.argv)
