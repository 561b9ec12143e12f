#!/usr/bin/env python3
"""Searches: they choose on selection tasks, report the winner beside the arm they varied, go on after kill -9
without buying anything twice, and pay for a further value only what is missing."""

import json
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from project import ProjectTest, main  # noqa: E402

# The first tasks of an item are for choosing, the others for reporting.
MAPPER = """\
return mapper {
  name = "split",
  params = { path = param.list {} },
  reader = function(p)
    return { kind = "documents", path = p.path, context_words = 400, min_words = 100, tasks_per_context = 4 }
  end,
  unit = function(row)
    local tasks = {}
    for i, task in ipairs(row.tasks) do
      local copy = {}
      for key, value in pairs(task) do copy[key] = value end
      copy.split = i <= 2 and "select" or "report"
      tasks[i] = copy
    end
    return { id = row.id, cluster = row.cluster, context = { text = row.text }, separation = "delimiter",
             tasks = tasks }
  end,
}
"""

# Writes as many words as it is told to, and calls nobody: only its evaluation costs.
SIZED = """\
return recipe {
  name = "sized",
  unit = "context",
  uses = {},
  params = {
    words = param.int { 0, min = 0, max = 5000 },
    most = param.int { 200, min = 1 },
    start = param.choice { "front", "back" },
    text = param.choice { "context", "noise" },
  },
  sweep = { words = { 0, 50 } },
  run = function(context, p)
    if p.text == "noise" then return { skill = string.rep("blah ", p.words) } end
    local words = {}
    for word in context:text():gmatch("%S+") do words[#words + 1] = word end
    local first = p.start == "front" and 1 or math.max(1, #words - p.words + 1)
    return { skill = table.concat(words, " ", first, math.min(#words, first + p.words - 1)) }
  end,
  bound = function() return 0 end,
}
"""

STUDY = """\
return experiment {
  name = "sizes",
  data = data.file { "split.lua", path = "../notes" },
  models = { default = "offline/reader:attention=300" },
  seeds = { 1 },
  base = { recipe = "sized" },
  sweep = { words = { 0, 20, 100 }, start = { "front", "back" } },
  evaluate = { with = "rubrics", judge = "offline/reader" },
}
"""

# One unit; its score rises with `rate`, step by step, and every step costs a call.
CLIMBER = """\
return recipe {
  name = "climber",
  uses = { "llm" },
  params = { rate = param.number { 0.1, min = 0, max = 1 }, steps = param.int { 9, min = 1 } },
  run = function(context, p)
    for step = 1, p.steps do
      llm.chat { role = "reasoner", draw = tostring(step), messages = { { role = "user",
        content = "Say something about: " .. context.id .. " " .. step .. " " .. p.rate } } }
      progress { step = step, score = p.rate * step }
    end
    return { skill = "Rate " .. p.rate }
  end,
  bound = function(p) return p.steps end,
}
"""


class SweepTest(ProjectTest):
    def setUp(self):
        super().setUp()
        p = self.project
        p.write("experiments/split.lua", MAPPER)
        p.write("recipes/sized.lua", SIZED)
        p.write("recipes/climber.lua", CLIMBER)
        self.study = p.write("experiments/sizes.lua", STUDY)

    def decisions(self, db=None):
        return self.project.rows("SELECT rung, arm, action, reason, evidence_json FROM search_decisions sd "
                                 "JOIN experiments USING (experiment_id) ORDER BY experiment_id, rung, arm", db=db)

    def winner(self, db=None):
        wins = [row[1] for row in self.decisions(db) if row[2] == "win"]
        self.assertEqual(len(wins), 1, wins)
        return wins[0]

    def scores(self, arm):
        """Of the selection tasks, by SQL alone."""
        return self.project.rows("SELECT coalesce(sum(solved AND graded), 0), count(*) FROM select_attempts "
                                 "WHERE arm = ?", arm)[0]

    def assertChoseOnSelectOnly(self):
        p = self.project
        winner = self.winner()
        reported = {row[0] for row in p.rows("SELECT DISTINCT arm FROM report_attempts")}
        self.assertEqual(reported, {"sized", winner})
        # Whatever was evaluated for the choice is no report task, and the other way round.
        both = p.one("SELECT count(*) FROM (SELECT DISTINCT item, task FROM select_attempts INTERSECT "
                     "SELECT DISTINCT item, task FROM report_attempts)")
        self.assertEqual(both, 0)
        # Before the choice nothing was reported: report answers come after every selection answer.
        last = p.one("SELECT max(at.call_id) FROM attempts at WHERE purpose = 'select'")
        first = p.one("SELECT min(at.call_id) FROM attempts at WHERE purpose = 'report'")
        self.assertLess(last, first)
        best = max((self.scores(arm)[0] for (arm,) in p.rows("SELECT DISTINCT arm FROM select_attempts")))
        self.assertEqual(self.scores(winner)[0], best)

    def test_a_grid_chooses_on_select_and_reports_winner_and_base(self):
        p = self.project
        self.assertExit(p.hone("run", self.study), 0)
        arms = p.rows("SELECT name, origin, labels_json, baseline FROM arms ORDER BY position")
        self.assertEqual(arms[0][:2], ("sized", "declared"))
        self.assertEqual(len(arms), 7)
        self.assertEqual(arms[1][0], "sized start=front words=0")
        self.assertEqual(json.loads(arms[1][2]), {"arm": "sized", "params": {"start": "front", "words": 0}})
        self.assertEqual({row[1] for row in arms[1:]}, {"sweep"})
        self.assertEqual({row[3] for row in arms[1:]}, {"sized"})
        self.assertChoseOnSelectOnly()
        calls = p.calls()
        again = p.hone("run", self.study)
        self.assertExit(again, 0)
        self.assertIn(" 0 new calls", again.stderr)
        self.assertEqual(p.calls(), calls)

    def test_adding_a_value_costs_only_its_own(self):
        p = self.project
        self.assertExit(p.hone("run", self.study), 0)
        before = set(p.calls())
        p.write("experiments/sizes.lua", STUDY.replace("{ 0, 20, 100 }", "{ 0, 20, 60, 100 }"))
        self.assertExit(p.hone("run", self.study), 0)
        more = set(p.calls()) - before
        users = {row[0] for row in p.rows(
            "SELECT DISTINCT a.name FROM arms a JOIN runs USING (arm_id) JOIN run_units ru USING (run_id) "
            "JOIN uses us ON us.unit_id IN (ru.select_unit_id, ru.evaluate_unit_id) JOIN calls c USING (call_id) "
            "WHERE hex(c.key) IN (%s)" % ",".join("'%s'" % key for key, _ in more))} if more else set()
        self.assertTrue(more)
        self.assertLessEqual(users, {"sized start=front words=60", "sized start=back words=60"})

    def test_killed_and_continued_buys_nothing_twice(self):
        p = self.project
        whole = p.folder / "whole.db"
        for method in ("grid", "halving"):
            db = p.folder / f"{method}.db"
            whole = p.folder / f"{method}-whole.db"
            arguments = ("run", self.study, f"search.method={method}", "search.rung=1", "--json")
            reference = p.hone("--db", whole, *arguments)
            self.assertExit(reference, 0)
            kills = 0
            for _ in range(40):
                # Dies when it has bought a few more answers: its own budget of calls stops it first, then a kill.
                process = p.start("--db", db, *arguments)
                try:
                    process.wait(timeout=0.12)
                except Exception:
                    process.kill()
                    kills += 1
                process.communicate()
                if process.returncode == 0:
                    break
            last = p.hone("--db", db, *arguments)
            self.assertExit(last, 0)
            self.assertEqual(p.calls(db), p.calls(whole))
            self.assertEqual(self.decisions(db), self.decisions(whole))
            answered = p.one("SELECT max(n) FROM (SELECT count(*) AS n FROM sends WHERE outcome = 'answered' "
                             "GROUP BY call_id)", db=db)
            self.assertEqual(answered, 1)

    def test_a_stop_by_the_budget_continues_where_it_was(self):
        p = self.project
        whole = p.folder / "whole.db"
        self.assertExit(p.hone("--db", whole, "run", self.study), 0)
        total = len(p.calls(whole))
        for limit in (total // 4, total // 2):
            self.assertExit(p.hone("run", self.study, f"budget.calls={limit}"), 4)
            self.assertEqual(p.rows("SELECT count(*) FROM report_attempts"), [(0,)])
        self.assertExit(p.hone("run", self.study), 0)
        self.assertEqual(p.calls(), p.calls(whole))
        self.assertEqual(self.decisions(), self.decisions(whole))

    def test_set_aside_clusters_choose_and_are_not_reported(self):
        p = self.project
        p.write("experiments/plain.lua", STUDY.replace('data.file { "split.lua", path = "../notes" }',
                'data.documents { path = "../notes", context_words = 400, min_words = 100, tasks_per_context = 3 }'))
        missing = p.hone("run", "experiments/plain.lua")
        self.assertExit(missing, 2)
        self.assertIn("search.select: missing", missing.stderr)
        self.assertExit(p.hone("run", "experiments/plain.lua", "search.select=0.5"), 0)
        self.assertChoseOnSelectOnly()
        chosen = {row[0] for row in p.rows("SELECT DISTINCT cluster FROM select_attempts")}
        reported = {row[0] for row in p.rows("SELECT DISTINCT cluster FROM report_attempts")}
        self.assertEqual(len(chosen), 1)
        self.assertEqual(len(reported), 1)
        self.assertNotEqual(chosen, reported)

    def test_halving_keeps_partial_rows(self):
        p = self.project
        self.assertExit(p.hone("run", self.study, "search.method=halving", "search.eta=2", "search.rung=1"), 0)
        rungs = sorted({row[0] for row in self.decisions()})
        self.assertGreater(len(rungs), 1)
        dropped = [row for row in self.decisions() if row[2] == "drop" and row[0] == 1]
        self.assertTrue(dropped)
        for _, arm, _, reason, evidence in dropped:
            solved, tasks = self.scores(arm)
            self.assertEqual(json.loads(evidence)["tasks"], tasks)  # what was measured stays
            self.assertGreater(tasks, 0)
            self.assertIn("go on", reason)
        winner = self.winner()
        self.assertGreater(self.scores(winner)[1], self.scores(dropped[0][1])[1])
        self.assertEqual({row[0] for row in p.rows("SELECT DISTINCT arm FROM report_attempts")}, {"sized", winner})

    def test_a_race_drops_what_is_beaten_and_keeps_its_row(self):
        p = self.project
        p.edit("experiments/split.lua", "cluster = row.cluster", "cluster = row.id")
        p.edit("experiments/split.lua", "context_words = 400, min_words = 100", "context_words = 150, min_words = 60")
        p.write("notes/GPL-3.txt", pathlib.Path("/usr/share/common-licenses/GPL-3").read_text())
        p.write("experiments/sizes.lua", STUDY.replace(
            'words = { 0, 20, 100 }, start = { "front", "back" }', 'words = { 20, 290 }, text = { "context", "noise" }'))
        self.assertExit(p.hone("run", self.study, "search.method=racing"), 0)
        dropped = [row for row in self.decisions() if row[2] == "drop" and "beaten by" in row[3]]
        self.assertEqual({row[1] for row in dropped}, {"sized text=noise words=290"}, self.decisions())
        rung, arm, _, reason, evidence = dropped[0]
        last = max(row[0] for row in self.decisions())
        self.assertLess(rung, last)
        self.assertLessEqual(json.loads(evidence)["p_value"], 0.05)
        self.assertIn("anytime-valid", reason)
        # Its row is there as far as it was measured, and shorter than that of those that stayed.
        self.assertGreater(self.scores(arm)[1], 0)
        self.assertLess(self.scores(arm)[1], self.scores(self.winner())[1])
        self.assertEqual(json.loads(evidence)["tasks"], self.scores(arm)[1])
        self.assertChoseOnSelectOnly()
        again = p.hone("run", self.study, "search.method=racing")
        self.assertExit(again, 0)
        self.assertIn(" 0 new calls", again.stderr)

    def test_random_points_are_the_same_every_time(self):
        p = self.project
        arguments = ("sweep", self.study, "words=uniform(0,200)", "start=front", "trials=4")
        # The file's own list for `start` goes: what the command line says comes last.
        p.write("experiments/sizes.lua", STUDY.replace(', start = { "front", "back" }', ""))
        self.assertExit(p.hone(*arguments), 0)
        names = [row[0] for row in p.rows("SELECT name FROM arms WHERE origin = 'sweep' ORDER BY position")]
        self.assertEqual(len(names), 4)
        again = p.hone(*arguments)
        self.assertExit(again, 0)
        self.assertIn(" 0 new calls", again.stderr)
        more = ("sweep", self.study, "words=uniform(0,200)", "start=front", "trials=6")
        self.assertExit(p.hone(*more), 0)
        longer = [row[0] for row in p.rows(
            "SELECT a.name FROM arms a WHERE origin = 'sweep' AND experiment_id = "
            "(SELECT max(experiment_id) FROM experiments) ORDER BY position")]
        self.assertEqual(longer[:4], names)

    def test_the_verb_takes_recipes_experiments_and_constraints(self):
        p = self.project
        p.write("experiments/sized.lua", STUDY.replace("  sweep = { words = { 0, 20, 100 }, start = { \"front\", "
                                                       "\"back\" } },\n", ""))
        # A recipe's own sweep.
        answer = p.hone("sweep", "sized")
        self.assertExit(answer, 0)
        self.assertIn("experiments/sized.lua", answer.stderr)
        self.assertEqual([row[0] for row in p.rows("SELECT name FROM arms ORDER BY position")],
                         ["sized", "sized words=0", "sized words=50"])
        self.assertEqual(p.rows("SELECT name FROM experiments"), [("sized_sweep",)])
        self.assertExit(p.hone("sweep", "sized", "words=10,300", 'where=[["words","<=","most"]]'), 0)
        self.assertEqual(p.one("SELECT count(*) FROM arms WHERE name LIKE '%words=300%'"), 0)
        plan = p.hone("sweep", "sized", "words=10,20", "--plan")
        self.assertExit(plan, 0)

    def test_pruning_by_progress(self):
        p = self.project
        p.write("experiments/climb.lua", STUDY.replace('recipe = "sized"', 'recipe = "climber"').replace(
            'sweep = { words = { 0, 20, 100 }, start = { "front", "back" } }',
            'sweep = { rate = { 0.2, 0.9, 0.4, 0.05, 0.6, 0.3 } }, search = { method = "halving", eta = 3 }'))
        first = p.hone("run", "experiments/climb.lua", "--limit", "1")
        self.assertExit(first, 0)
        pruned = {row[1] for row in self.decisions() if row[2] == "prune"}
        self.assertEqual(len(pruned), 5, self.decisions())
        self.assertNotIn("climber rate=0.9", pruned)
        calls = dict(p.rows("SELECT a.name, count(us.call_id) FROM arms a JOIN runs USING (arm_id) "
                            "JOIN run_units ru USING (run_id) LEFT JOIN uses us ON us.unit_id = ru.unit_id "
                            "GROUP BY a.name"))
        self.assertEqual(calls["climber rate=0.9"], 9)
        self.assertEqual(calls["climber"], 9)  # the varied arm is never pruned
        self.assertEqual(sum(n for arm, n in calls.items() if arm in pruned), 4 * 1 + 1 * 3)
        again = p.hone("run", "experiments/climb.lua", "--limit", "1")
        self.assertExit(again, 0)
        self.assertIn(" 0 new calls", again.stderr)

    def test_errors_name_field_and_cure(self):
        cases = [
            (("run", self.study, "search.method=halfing"), "search.method: unknown 'halfing'; did you mean 'halving'?"),
            (("run", self.study, "search.arm=sised"), "search.arm: no arm 'sised' that runs a recipe; did you mean"),
            (("run", self.study, "search.select=0.3"), "search.select: the data has selection tasks of its own"),
            (("run", self.study, "--arm", "sized"), "--arm:"),
            (("run", self.study, "sweep.wrds=1,2"), "sweep.wrds: the recipe has no such parameter; did you mean 'words'?"),
            (("run", self.study, "sweep.words=-1,2"), "sweep.words"),
            (("run", self.study, "evaluate=null"), "evaluate: missing: a search chooses by it"),
            (("run", self.study, 'where=[["words",">",9000]]'), "where: no combination of the sweep keeps to it"),
            (("run", self.study, "search.method=racing", "--shard", "1/2"), "--shard: a search by racing"),
            (("sweep", "sised", "words=1,2"), "sised"),
            (("sweep", "sized", "words=uniform(5)"), "a range is two numbers"),
            (("sweep", "sized", "words"), "write key=value"),
        ]
        for arguments, message in cases:
            with self.subTest(arguments[1:]):
                answer = self.project.hone(*arguments)
                self.assertExit(answer, 2)
                self.assertIn(message, answer.stderr)
        self.project.edit("experiments/sizes.lua", "words = { 0, 20, 100 }", "words = 3")
        answer = self.project.hone("check", self.study)
        self.assertExit(answer, 2)
        self.assertIn("sweep.words must be a list of values", answer.stderr)


if __name__ == "__main__":
    main(sys.argv)
