#!/usr/bin/env python3
"""The data that experiments/skillopt makes by itself: what the scripts promise, and that it can be read and scored."""

import json
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/support"))
from project import ProjectTest, main  # noqa: E402

SCRIPTS = ROOT / "experiments/skillopt"
EXPERIMENT = """\
return experiment {{
  name = "e", data = data.benchmark {{ {data} }}, models = {{ default = "offline/reader" }}, seeds = {{ 1 }},
  base = {{ recipe = "no_skill" }}, arms = {{ {{ "No skill" }} }}, evaluate = {{ with = "benchmark" }},
}}
"""


class SampleDataTest(ProjectTest):
    def make(self, script, *arguments):
        subprocess.run([sys.executable, str(SCRIPTS / script), *map(str, arguments)], check=True, capture_output=True,
                       cwd=self.project.folder, env={"PYTHONDONTWRITEBYTECODE": "1"})

    def score(self, data):
        """(solved, infrastructure) of every item of the test split."""
        self.project.write("e.lua", EXPERIMENT.format(data=data))
        self.assertExit(self.project.hone("run", "e.lua"), 0)
        return self.project.rows("SELECT solved, infrastructure FROM attempts WHERE purpose = 'report'")

    def test_searchqa_s_questions_keep_their_promises(self):
        folder = self.project.folder
        self.make("make_searchqa.py", "a.json")
        self.make("make_searchqa.py", "b.json")
        self.assertEqual((folder / "a.json").read_bytes(), (folder / "b.json").read_bytes())
        items = json.loads((folder / "a.json").read_text())
        self.assertGreaterEqual(len(items), 200)
        self.assertEqual(len({item["id"] for item in items}), len(items))
        self.assertGreaterEqual(len({item["cluster"] for item in items}), 10)  # a paired test needs ten documents
        for item in items:
            self.assertIn(item["answers"][0], item["context"])
            self.assertNotIn(item["answers"][0].lower(), item["question"].lower())
            self.assertIn("this", item["question"])
            self.assertLess(len(item["context"]), 6000)
            self.assertTrue(item["context"].startswith("[DOC] "))
        rows = self.score('name = "searchqa", split_mode = "ratio", split_ratio = "3:2:5", data_path = "a.json"')
        self.assertEqual(len(rows), len(items) // 2)
        self.assertTrue(0 < sum(solved for solved, _ in rows) < len(rows))

    def test_samples_of_five_benchmarks(self):
        folder = self.project.folder
        for name in ("a", "b"):
            self.make("make_samples.py", name)
        files = [{p.relative_to(folder / name): p.read_bytes() for p in (folder / name).rglob("*") if p.is_file()}
                 for name in ("a", "b")]
        self.assertEqual(files[0], files[1])
        for name in ("docvqa", "livemathematicianbench", "officeqa", "spreadsheetbench", "alfworld"):
            for split, size in (("train", 8), ("val", 4), ("test", 12)):
                self.assertEqual(len(json.loads((folder / f"a/{name}/{split}/items.json").read_text())), size, name)
        # Pages are attached, and the offline reader, which sees no images, answers none of them.
        self.assertEqual(self.score('name = "docvqa", split_dir = "a/docvqa"'), [(0, 0)] * 12)
        rows = self.score('name = "livemathematicianbench", split_dir = "a/livemathematicianbench", use_theorem = true')
        self.assertGreater(sum(solved for solved, _ in rows), len(rows) // 3)  # more than one choice in four


if __name__ == "__main__":
    main(sys.argv)
