#!/usr/bin/env python3
"""A judge that is cut off by its token limit leaves an answer ungraded, and the table says what that may mean."""

import json
import zlib

import counting_server
import study

STUDY = """\
return experiment {
  name = "cut",
  data = data.documents {
    path = "/usr/share/common-licenses", include = { "GPL-3", "MPL-2.0", "Apache-2.0", "GFDL-1.3" },
    context_words = 800, min_words = 400, tasks_per_context = 6, max_contexts = 12,
  },
  models = { default = "openai/reader@mock" },
  seeds = { 1, 2 },
  base = { recipe = "no_skill" },
  arms = { { "Base" }, { "Again", independent = true } },
  evaluate = { with = "rubrics", judge = "openai/reader@mock" },
  table = { baseline = "Base" },
}
"""


class UngradedTest(study.FaultTest):
    def setUp(self):
        super().setUp()
        self.project.write("experiments/cut.lua", STUDY)
        self.cut = set()

    def cut_judge(self, body, headers):
        """Every fourth judged answer comes back without its end, however often it is asked for."""
        form = body.get("response_format", {}).get("json_schema", {}).get("name")
        if form != "verdicts":
            return None
        told = "".join(message["content"] for message in body["messages"])
        if zlib.crc32(told.encode()) % 4:
            return None
        self.cut.add(told)
        status, kind, raw = counting_server.completion('{"verdicts":[{"rubric":1,"status":"yes","reason":"becau')
        answer = json.loads(raw)
        answer["choices"][0]["finish_reason"] = "length"
        return status, kind, json.dumps(answer).encode()

    def test_cut_judgements(self):
        server = self.serve_reader(answer=self.cut_judge)
        run = self.project.hone("run", "experiments/cut.lua", "--endpoint", f"mock={server.url}")
        self.assertExit(run, 0)
        self.assertGreater(len(self.cut), 3)
        count = self.project.one
        ungraded = count("SELECT count(*) FROM report_attempts WHERE NOT graded")
        self.assertGreater(ungraded, 3)
        self.assertEqual(count("SELECT count(*) FROM report_attempts WHERE NOT graded AND solved"), 0)
        reasons = self.project.rows("SELECT DISTINCT ungraded_reason FROM report_attempts WHERE NOT graded")
        self.assertEqual(len(reasons), 1)
        self.assertRegex(reasons[0][0], "token limit|cut|length")

        table = self.project.json("table", "cut")
        for row in table["rows"]:
            graded, solved, attempts = self.project.rows(
                "SELECT sum(graded), sum(solved), count(*) FROM report_attempts v WHERE arm = ? AND NOT EXISTS "
                "(SELECT 1 FROM report_attempts t WHERE t.overlap IS NOT NULL AND t.item = v.item AND t.task = v.task "
                "AND t.replicate = v.replicate)", row["arm"])[0]
            self.assertLess(graded, attempts)
            self.assertEqual((row["solved"]["hits"], row["solved"]["n"]), (solved, graded))
            self.assertEqual((row["solved_all"]["hits"], row["solved_all"]["n"]), (solved, attempts))
            self.assertEqual(row["ungraded"], attempts - graded)
        difference = next(row["difference"] for row in table["rows"] if row["arm"] == "Again")
        self.assertGreater(difference["ungraded_pairs"], 0)
        worst, best = difference["bounds"]
        pairs = self.project.rows(
            "SELECT x.graded, x.solved, b.graded, b.solved FROM report_attempts x JOIN report_attempts b "
            "USING (replicate, item, task) WHERE x.arm = 'Again' AND b.arm = 'Base' AND x.overlap IS NULL AND b.overlap IS NULL")
        both = [(xs - bs) for xg, xs, bg, bs in pairs if xg and bg]
        self.assertEqual(difference["pairs"], len(both))
        self.assertAlmostEqual(difference["value"], sum(both) / len(both))
        low = sum((xs if xg else 0) - (bs if bg else 1) for xg, xs, bg, bs in pairs) / len(pairs)
        high = sum((xs if xg else 1) - (bs if bg else 0) for xg, xs, bg, bs in pairs) / len(pairs)
        self.assertAlmostEqual(worst, low)
        self.assertAlmostEqual(best, high)
        self.assertLess(worst, difference["value"])
        self.assertGreater(best, difference["value"])
        text = self.project.hone("table", "cut").stdout
        self.assertIn("ungraded", text)
        study.note(f"{ungraded} attempts ungraded ({reasons[0][0]!r}); difference {100 * difference['value']:+.1f}, "
                   f"between {100 * worst:+.1f} and {100 * best:+.1f}")


if __name__ == "__main__":
    study.main()
