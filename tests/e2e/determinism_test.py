#!/usr/bin/env python3
"""Fresh processes, fresh databases and every order of completion give the same calls and the same table."""

import json
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from project import ProjectTest, main  # noqa: E402

STUDY = "experiments/study.lua"
RUNS = 10

SELF_PLAY = """\
return experiment {
  name = "five",
  data = data.documents { path = "../notes", context_words = 400, min_words = 100, tasks_per_context = 2 },
  models = { default = "offline/reader" },
  base = { recipe = "ctx2skill", challenger_evolves = false, iterations = 5 },
}
"""

# Everything of these is drawn or done in an order that only the program may decide.
DISORDERLY = """\
return recipe {
  name = "disorderly",
  uses = { "llm" },
  run = function(context)
    local arrived = {}
    parallel.map({ 1, 2, 3, 4, 5 }, function(i)
      local first = llm.chat { role = "reasoner", messages = { { role = "user", content = "item " .. i } } }
      local place = random.int(1, 1000000)
      llm.chat { role = "reasoner", messages = { { role = "user", content = first.text .. place } } }
      %s
    end)
    local text = table.concat(arrived, " ")
    llm.chat { role = "reasoner", messages = { { role = "user", content = "in order: " .. text } } }
    return {}
  end,
}
"""


class DeterminismTest(ProjectTest):
    def test_ten_fresh_runs_are_equal(self):
        p = self.project
        p.edit(STUDY, "seeds = { 1 }", "seeds = { 1, 2 }")
        seen = set()
        for n in range(RUNS):
            db = p.folder / f"{n}.db"
            answer = p.hone("--db", db, "run", STUDY)
            self.assertExit(answer, 0)
            rows = p.rows(
                "SELECT hex(unit_key), path, n, text FROM tasks JOIN units USING (unit_id) ORDER BY 1, 2, 3",
                db=db,
            )
            uses = sorted(map(str, p.use_map(db).items()))
            self.assertGreater(len(uses), 200)
            printed = p.hone("--db", db, "table", "study").stdout
            self.assertTrue(printed and printed in answer.stdout)
            seen.add(json.dumps([uses, rows, printed, answer.stdout], sort_keys=True))
        self.assertEqual(len(seen), 1)

    def test_twenty_orders_of_completion(self):
        p = self.project
        self.assertExit(p.hone("run", STUDY), 0)
        before = p.calls()
        answer = p.hone("check", STUDY, "--shuffle", "20", "--json")
        self.assertExit(answer, 0)
        report = json.loads(answer.stdout)
        self.assertEqual(report["differences"], [])
        self.assertEqual(report["executions"], 20 * report["units"])
        self.assertGreaterEqual(report["units"], 5)
        self.assertEqual(p.calls(), before)

    def test_a_recipe_that_follows_the_order_of_arrival_is_found(self):
        p = self.project
        p.edit(STUDY, '{ "Small" }', '{ "Other", recipe = "disorderly" }')
        p.write("recipes/disorderly.lua", DISORDERLY % "table.insert(arrived, tostring(i))")
        self.assertExit(p.hone("run", STUDY), 0)
        answer = p.hone("check", STUDY, "--shuffle", "20", "--json")
        report = json.loads(answer.stdout)
        # A table shared by the items of a map sees the order in which they ended: the one leak there is.
        self.assertExit(answer, 2)
        self.assertTrue(report["differences"])
        self.assertRegex(report["differences"][0], r"path '', call 1 .*differs from its record")

    def test_draws_and_names_do_not_follow_the_order_of_arrival(self):
        p = self.project
        p.edit(STUDY, '{ "Small" }', '{ "Other", recipe = "disorderly" }')
        p.write("recipes/disorderly.lua", DISORDERLY % "record.metric { name = 'at', value = place }")
        self.assertExit(p.hone("run", STUDY), 0)
        answer = p.hone("check", STUDY, "--shuffle", "20", "--json")
        self.assertExit(answer, 0)
        self.assertEqual(json.loads(answer.stdout)["differences"], [])

    def test_five_rounds_of_an_unchanged_challenger_are_five_batches(self):
        p = self.project
        p.write("experiments/five.lua", SELF_PLAY)
        self.assertExit(p.hone("run", "experiments/five.lua", "--limit", "2"), 0)
        rows = p.json(
            "sql",
            "SELECT u.name AS item, t.step AS step, t.text AS task FROM tasks t JOIN units u USING (unit_id) "
            "WHERE t.origin = 'self_play' ORDER BY u.name, t.step, t.path, t.n",
        )
        batches = {}
        for row in rows:
            batches.setdefault((row["item"], row["step"]), []).append(row["task"])
        items = {item for item, _ in batches}
        self.assertEqual(len(items), 2)
        for item in items:
            of_item = [tuple(batches[item, step]) for step in range(1, 6)]
            self.assertEqual(len(set(of_item)), 5, of_item)
        # Nothing but the draw told the rounds apart: the request was the same.
        self.assertEqual(
            p.rows("SELECT count(DISTINCT request_hash), count(*) FROM uses JOIN calls USING (call_id) "
                   "WHERE role = 'challenger'"),
            [(2, 10)],
        )


if __name__ == "__main__":
    main(sys.argv)
