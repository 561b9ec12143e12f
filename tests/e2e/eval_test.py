#!/usr/bin/env python3
"""hone eval on a benchmark: any SKILL.md on any split, by the split's usual names, in the benchmark's own words."""

import json
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))

from project import ProjectTest, main  # noqa: E402

SKILL = "---\nname: short\ndescription: Answers in few words.\n---\n\nAnswer with the missing words only.\n"
SPLITS = {"train": 6, "val": 4, "test": 20}


def items(split, count):
    """Questions that a quotation answers; two of each share a document and, in the test split, the question's text."""
    return [{"id": f"{split}-{i}", "cluster": f"{split}-document-{i // 2}",
             "question": "What is this colour called?" if split == "test" else f"What is colour {i} called?",
             "context": f"[DOC] The colour number {i} is called shade{i}. [DOC] Nothing else is said about colours.",
             "answers": [f"shade{i}"]} for i in range(count)]


class EvalTest(ProjectTest):
    def setUp(self):
        super().setUp()
        self.project.write("SKILL.md", SKILL)
        for split, count in SPLITS.items():
            self.project.write(f"data/{split}/items.json", json.dumps(items(split, count)))

    def eval(self, *arguments):
        return self.project.hone("eval", "data", "data.name=searchqa", "--skill", "SKILL.md", "--model",
                                 "offline/reader", *arguments)

    def test_every_name_of_a_split(self):
        sizes = {"train": 6, "select": 4, "selection": 4, "val": 4, "valid_seen": 4, "report": 20, "test": 20,
                 "valid_unseen": 20}
        for name, size in sizes.items():
            answer = self.eval("--split", name, "--json")
            self.assertExit(answer, 0)
            scores = json.loads(answer.stdout)["scores"]
            self.assertEqual({variant: row["n"] for variant, row in scores.items()}, {"baseline": size, "skill": size}, name)
        answer = self.eval("--split", "valid_sen")
        self.assertExit(answer, 2)
        self.assertIn("--split valid_sen: no such split; did you mean 'valid_seen'?", answer.stderr)

    def test_hard_and_soft_are_those_on_record(self):
        answer = self.eval("--json")
        self.assertExit(answer, 0)
        scores = json.loads(answer.stdout)["scores"]
        for arm, n, hard, soft, clusters in self.project.rows(
                "SELECT arm, count(*), avg(solved), avg(score), count(DISTINCT cluster) FROM report_attempts GROUP BY arm"):
            self.assertEqual(scores[arm]["n"], n)
            self.assertAlmostEqual(scores[arm]["hard"], hard)
            self.assertAlmostEqual(scores[arm]["soft"], soft)
            self.assertEqual(clusters, 10)
            self.assertEqual(len(scores[arm]["hard_interval"]), 2)
        text = self.eval().stdout
        self.assertRegex(text, r"variant +n +hard % +soft % +infrastructure +ungraded")
        self.assertRegex(text, r"skill +20 +\d+\.\d \[")
        table = self.project.hone("table").stdout
        self.assertIn("no model judges", table)

    def test_sets_of_an_experiment_are_chosen_first(self):
        self.project.write("experiments/bench.lua", """\
return experiment {
  name = "bench", data = data.documents { path = "../notes" }, models = { default = "openai/gpt-4.1" }, base = { recipe = "small" },
  arms = { { "No skill", recipe = "no_skill" }, { "Small" } }, evaluate = { with = "benchmark" },
  sets = {
    models = { offline = { data = "own", models = { default = "offline/reader" }, table = { baseline = "Small" } } },
    data = { own = { data = data.benchmark { name = "searchqa", split_dir = "../data" } } },
  },
}
""")
        answer = self.project.hone("eval", "experiments/bench.lua", "models=offline", "--skill", "SKILL.md", "--split",
                                   "val", "--json")
        self.assertExit(answer, 0)
        self.assertEqual(json.loads(answer.stdout)["scores"]["skill"]["n"], 4)

    def test_a_file_of_items_is_split(self):
        self.project.write("all.json", json.dumps(items("all", 30)))
        answer = self.project.hone("eval", "all.json", "data=benchmark", "data.name=searchqa", "--skill", "SKILL.md",
                                   "--model", "offline/reader", "--json")
        self.assertExit(answer, 0)
        self.assertEqual(json.loads(answer.stdout)["scores"]["skill"]["n"], 21)  # 2:1:7 of 30


if __name__ == "__main__":
    main(sys.argv)
