#!/usr/bin/env python3
"""Workspaces of a recipe: git, tags and database agree; a killed or repeated execution changes nothing."""

import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from project import ProjectTest, main  # noqa: E402

RECIPE = """\
return recipe {
  name = "keeper", uses = { "llm", "workspace" },
  params = { seed = param.workspace { "bench", doc = "what it begins with" },
             rounds = param.int { 3, doc = "mutations" } },
  run = function(context, p)
    local w = workspace.open { seed = p.seed }
    for n = 1, p.rounds do
      w:commit { message = "pre-evo-" .. n, tag = "pre-evo-" .. n }
      local reply = llm.chat { role = "evolver", messages = { { role = "user", content = "Round " .. n } } }
      if n ~= 2 then w:write("skills/s" .. n .. "/SKILL.md", "round " .. n .. "\\n" .. reply.text) end
      w:commit { message = "evo-" .. n, tag = "evo-" .. n }
    end
    w:rollback("evo-1")
    record.metric { name = "files", value = #w:list() }
    return { skill = w:read("skills/s1/SKILL.md") }
  end,
}
"""

MISUSE = {
    'w:commit { massage = "x" }': "unknown field 'massage'; did you mean 'message'?",
    'w:fly()': "a workspace has no 'fly'",
    'w:write("../x", "y")': "leaves the workspace",
    'w:write("x", 7)': "content must be a string, got number",
    'w:commit { message = "x", tag = "t" } w:write("n", "n") w:commit { message = "y", tag = "t" }': "tags never move",
    'parallel.map({ 1 }, function() w:list() end)': "a workspace belongs to the path that opened it",
    'workspace.open { seed = "none" }': "is no value of a parameter that param.workspace made",
    'w.list()': "call it with a colon",
}


class Workspace(ProjectTest):
    def setUp(self):
        super().setUp()
        self.project.write("recipes/keeper.lua", RECIPE)
        self.project.write("seed_workspaces/bench/manifest.yaml", "name: bench\n")
        self.project.write("seed_workspaces/bench/skills/a/SKILL.md", "seed\n")

    def study(self, recipe="keeper"):
        self.project.edit("experiments/study.lua", '"small"', f'"{recipe}"')

    def git(self, folder, *arguments):
        command = ["git", "-c", "safe.directory=*", "-C", str(folder), *arguments]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout

    def test_git_and_database_agree(self):
        self.study()
        done = self.project.hone("run", "experiments/study.lua", "--limit", "1", "--arm", "Small")
        self.assertEqual(done.returncode, 0, done.stderr)
        folders = sorted(self.project.db.with_name("hone.db.work").glob("*/*"))
        self.assertEqual(len(folders), 1)
        log = self.git(folders[0], "log", "--reverse", "--format=%H %s").splitlines()
        rows = self.project.rows("SELECT hash, message, tag FROM commits ORDER BY n")
        # A commit that changed nothing has a row for its tag and no commit of its own.
        self.assertEqual([line.split()[0] for line in log], list(dict.fromkeys(h for h, _, _ in rows)))
        tags = dict(line.split() for line in self.git(
            folders[0], "for-each-ref", "refs/tags", "--format=%(refname:short) %(objectname)").splitlines())
        self.assertEqual(tags, {tag: h for h, _, tag in rows if tag})
        self.assertEqual(sorted(tags), ["evo-1", "evo-2", "evo-3", "pre-evo-1", "pre-evo-2", "pre-evo-3"])
        self.assertEqual(tags["evo-2"], tags["pre-evo-2"])
        self.assertEqual(self.git(folders[0], "status", "--porcelain"), "")
        self.assertEqual(self.project.one("SELECT value FROM metrics WHERE name = 'files'"), 3)
        # The same command again executes nothing; --verify makes the same commits again.
        again = self.project.hone("run", "experiments/study.lua", "--limit", "1", "--arm", "Small", "--verify")
        self.assertEqual(again.returncode, 0, again.stderr)
        self.assertEqual(self.project.rows("SELECT hash, message, tag FROM commits ORDER BY n"), rows)
        shuffled = self.project.hone("check", "experiments/study.lua", "--limit", "1", "--shuffle", "2")
        self.assertEqual(shuffled.returncode, 0, shuffled.stderr + shuffled.stdout)

    def test_another_seed_is_another_unit(self):
        self.study()
        for text, units in (("seed\n", 1), ("seed\n", 1), ("other\n", 2)):
            self.project.write("seed_workspaces/bench/skills/a/SKILL.md", text)
            done = self.project.hone("run", "experiments/study.lua", "--limit", "1", "--arm", "Small",
                               "--accept-divergence")
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertEqual(self.project.one("SELECT count(*) FROM units WHERE kind = 'run'"), units)

    def test_a_plan_rehearses_it_and_leaves_nothing(self):
        self.study()
        plan = self.project.hone("plan", "experiments/study.lua", "--limit", "1")
        self.assertEqual(plan.returncode, 0, plan.stderr)
        self.assertFalse(self.project.db.with_name("hone.db.work").exists())

    def test_misuse_is_named(self):
        self.study("misuse")
        for code, problem in MISUSE.items():
            self.project.write("recipes/misuse.lua", "return recipe { name = 'misuse', uses = { 'workspace' },\n"
                         "  run = function()\n    local w = workspace.open {}\n    " + code + "\n  end }\n")
            done = self.project.hone("run", "experiments/study.lua", "--limit", "1", "--arm", "Small",
                               "--accept-divergence")
            self.assertEqual(done.returncode, 3, done.stderr)
            self.assertIn(problem, done.stderr)
            self.assertIn("recipes/misuse.lua:4", done.stderr)

    def test_an_unknown_seed_is_an_error_before_anything_runs(self):
        self.study()
        self.project.write("recipes/keeper.lua", RECIPE.replace('"bench"', '"bensh"'))
        done = self.project.hone("run", "experiments/study.lua")
        self.assertEqual(done.returncode, 2)
        self.assertIn("seed_workspaces/ has no 'bensh'; did you mean 'bench'?", done.stderr)


if __name__ == "__main__":
    main(sys.argv)
