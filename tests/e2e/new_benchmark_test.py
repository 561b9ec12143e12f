#!/usr/bin/env python3
"""A benchmark of one's own: what `hone new benchmark` writes runs at once; a mistake in it is named."""

import json
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
from project import ProjectTest, main  # noqa: E402


class NewBenchmarkTest(ProjectTest):
    def setUp(self):
        super().setUp()
        self.assertExit(self.project.hone("new", "benchmark", "mine"), 0)

    def table(self, *more):
        answer = self.project.hone("run", "experiments/mine.lua", *more)
        self.assertExit(answer, 0)
        return json.loads(self.project.hone("table", "mine", "--format", "json").stdout)

    def test_it_runs_at_once_and_again_for_nothing(self):
        self.table()
        again = self.project.hone("run", "experiments/mine.lua")
        self.assertIn("0 new calls", again.stderr)
        rows = self.project.rows("SELECT arm, count(*), sum(infrastructure), min(score) FROM report_attempts "
                                 "GROUP BY arm ORDER BY arm")
        self.assertEqual([(row[0], row[1], row[2]) for row in rows],
                         [("Initial skill", 4, 0), ("No skill", 4, 0), ("Trained", 4, 0)])

    def test_its_parameters_belong_to_the_data(self):
        answer = self.project.hone("run", "experiments/mine.lua", "data.max_completion_tokns=3")
        self.assertExit(answer, 2)
        self.assertIn("data.max_completion_tokns: unknown parameter; did you mean 'max_completion_tokens'?",
                      answer.stderr)

    def test_mistakes_are_named(self):
        path = self.project.folder / "benchmarks/mine.lua"
        text = path.read_text()
        for wrong, right, problem in (
                ("  score = function", "  scores = function", "unknown field 'scores'; did you mean 'score'?"),
                ('name = "mine"', 'name = "yours"', "it is named 'yours', but its file is not"),
                ("    item = function(row, p, where)", "    row = function(row, p, where)",
                 "load.item must be a function")):
            path.write_text(text.replace(wrong, right))
            answer = self.project.hone("run", "experiments/mine.lua")
            self.assertExit(answer, 2)
            self.assertIn("benchmark 'benchmarks.mine': " + problem, answer.stderr)

    def test_nothing_is_overwritten(self):
        answer = self.project.hone("new", "benchmark", "mine")
        self.assertExit(answer, 2)
        self.assertIn("benchmarks/mine.lua is there already", answer.stderr)
        self.assertExit(self.project.hone("new", "benchmark"), 2)
        self.assertExit(self.project.hone("new", "benchmark", "Mine"), 2)
        self.assertExit(self.project.hone("new", "recipe_x", "mine"), 2)


if __name__ == "__main__":
    main(sys.argv)
