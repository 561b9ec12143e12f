#!/usr/bin/env python3
"""Published splits by ids and raw files as people get them, converted and then read as data, for each benchmark."""

import csv
import io
import json
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
from project import ProjectTest, main  # noqa: E402

SPLITS = {"train": ["i2", "i1"], "val": ["i3"], "test": ["i4", "i5"]}


def rows(make):
    return [make(f"i{n}", n) for n in range(1, 7)]  # i6 is in no split


def searchqa(i, n):
    return {"context": "[DOC] It is %d." % n, "qas": [{"qid": i, "question": "How much?", "answers": [str(n)]}]}


def office(i, n):
    return {"uid": i, "question": "How much?", "answer": f"{n},000", "source_files": "a.txt\nb.txt",
            "source_docs": "https://example.org/a?page=1", "difficulty": "easy"}


def as_csv(entries):
    out = io.StringIO()
    writer = csv.DictWriter(out, fieldnames=list(entries[0]))
    writer.writeheader()
    writer.writerows(entries)
    return out.getvalue()


class IdSplitsTest(ProjectTest):
    def convert(self, name, file, text, ids=None):
        self.project.write(file, text)
        for split, members in (ids or SPLITS).items():
            self.project.write(f"ids/{split}/items.json", json.dumps(members))
        return self.project.hone("convert", f"ids_to_{name}", file, "out", "ids=ids", "--force")

    def written(self):
        return {split: [json.loads(line) for line in (self.project.folder / f"out/{split}/items.jsonl")
                        .read_text().splitlines()] for split in SPLITS}

    def test_searchqa_in_both_forms(self):
        flat = [{"key": f"i{n}", "question": "How much?", "context": "[DOC] It is.", "answers": [str(n)]}
                for n in range(1, 7)]
        lines = [{"header": {}}] + rows(searchqa)
        for entries in (lines, flat):
            self.assertExit(self.convert("searchqa", "raw.jsonl", "\n".join(map(json.dumps, entries))), 0)
            out = self.written()
            self.assertEqual({s: [r["id"] for r in out[s]] for s in out}, SPLITS)
            self.assertEqual(out["train"][0]["answers"], ["2"])
        self.project.write("e.lua", """return experiment { name = "e", models = { default = "offline/reader" },
            data = data.benchmark { name = "searchqa", split_dir = "out" }, base = { recipe = "no_skill" },
            arms = { { "No skill" } }, evaluate = { with = "benchmark" }, seeds = { 1 } }""")
        self.assertExit(self.project.hone("run", "e.lua"), 0)
        self.assertEqual(self.project.one("SELECT count(*) FROM report_attempts"), 2)

    def test_docvqa(self):
        entries = {"dataset_name": "docvqa", "data": rows(lambda i, n: {
            "questionId": i, "question": "What?", "image": f"documents/{n}.png", "answers": [str(n)],
            "question_types": ["table/list"]})}
        self.assertExit(self.convert("docvqa", "val.json", json.dumps(entries)), 0)
        self.assertEqual(self.written()["val"], [{"questionId": "i3", "question": "What?", "answer": ["3"],
                                                  "image_path": "documents/3.png", "topic": "table/list"}])

    def test_livemathematicianbench_by_month_and_number(self):
        entries = rows(lambda i, n: {"month": "2025-11", "no": n, "mcq": {"question": "Q"}})
        ids = {s: [f"2025-11:{i[1:]}" for i in members] for s, members in SPLITS.items()}
        self.assertExit(self.convert("livemathematicianbench", "all.json", json.dumps(entries), ids), 0)
        self.assertEqual([row["no"] for row in self.written()["test"]], [4, 5])

    def test_officeqa(self):
        self.assertExit(self.convert("officeqa", "officeqa.csv", as_csv(rows(office))), 0)
        row = self.written()["train"][0]
        self.assertEqual((row["uid"], row["source_files"]), ("i2", ["a.txt", "b.txt"]))

    def test_spreadsheetbench_with_an_id_that_is_not_there(self):
        entries = [{"id": f"i{n}", "instruction": "x"} for n in (1, 2, 3, 4)]
        answer = self.convert("spreadsheetbench", "dataset.json", json.dumps(entries))
        self.assertExit(answer, 2)
        self.assertIn("test/items.json:2: the raw file has no item 'i5'", answer.stderr)


if __name__ == "__main__":
    main(sys.argv)
