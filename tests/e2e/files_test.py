#!/usr/bin/env python3
"""Files of published systems: converted there and back, hostile names kept inside, texts compared as Python does."""

import difflib
import json
import os
import pathlib
import random
import re
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
from project import ProjectTest, main  # noqa: E402

HOSTILE = ["../../evil", "/abs/path", "..", ".", "a/b", "tab\tname", "new\nline", "back\\slash", "", " ", "-rf", "x" * 300]


def lines(path):
    return [json.loads(line) for line in path.read_text().splitlines()]


def files_of(folder):
    return {str(p.relative_to(folder)): p.read_text() for p in sorted(folder.rglob("*")) if p.is_file()}


class ConvertTest(ProjectTest):
    def convert(self, kind, source, target, *settings, code=0):
        answer = self.project.hone("convert", kind, source, target, *settings)
        self.assertExit(answer, code)
        return answer

    def test_cl_bench_and_contexts_there_and_back(self):
        self.convert("texts-to-cl-bench", "notes", "a.jsonl", "context_words=900", "sequential=true")
        self.convert("cl_bench_to_contexts", "a.jsonl", "contexts.jsonl")
        self.convert("contexts_to_cl_bench", "contexts.jsonl", "b.jsonl")
        folder = self.project.folder
        self.assertGreater(len(lines(folder / "a.jsonl")), 5)
        self.assertEqual(lines(folder / "a.jsonl"), lines(folder / "b.jsonl"))
        for context in lines(folder / "contexts.jsonl"):
            self.assertNotIn("assistant", [m["role"] for m in context["context"]["messages"]])
        # Both forms are the same data.
        stats = [json.loads(self.project.hone("data", "stats", name, "--json").stdout)["rows"]
                 for name in ("a.jsonl", "contexts.jsonl")]
        self.assertEqual(stats[0], stats[1])

    def test_documents_follow_the_rules_of_the_original(self):
        rows = [
            {"messages": [{"role": "system", "content": " A "}, {"role": "user", "content": "\n"},
                          {"content": "B\u00e9"}], "metadata": {"context_id": "c1", "n": 1}, "rubrics": ["r"]},
            {"messages": [{"role": "user", "content": "C"}], "metadata": {"task_id": "t2"}},
            {"messages": [{"role": "user", "content": "D"}]},
        ]
        self.project.write("in.jsonl", "".join(json.dumps(row) + "\n" for row in rows))
        self.convert("cl_bench_to_documents", "in.jsonl", "out.jsonl")
        self.assertEqual(lines(self.project.folder / "out.jsonl"), [
            {"id": "c1", "text": "## Message 1: system\n\nA\n\n---\n\n## Message 3: unknown\n\nB\u00e9",
             "metadata": {"context_id": "c1", "n": 1}, "rubrics": ["r"]},
            {"id": "t2", "text": "## Message 1: user\n\nC", "metadata": {"task_id": "t2"}, "rubrics": []},
            {"id": "row-3", "text": "## Message 1: user\n\nD", "metadata": {}, "rubrics": []},
        ])

    def test_skills_folders_there_and_back(self):
        tree = {
            "reasoner/c-1/SKILL.md": "---\nname: one\ndescription: x\n---\n\nBody.\n",
            "reasoner/c-1/skill-iter-1.md": "first\n",
            "reasoner/c-1/hard_set.jsonl": '{"context_id": "c-1", "task": "t", "rubrics": ["r"]}\n',
            "reasoner/c-1/easy_set.jsonl": "{}\n",
            "challenger/c-1/SKILL.md": "harder\n",
        }
        for name, content in tree.items():
            self.project.write("skills/" + name, content)
        self.project.write("skills/reasoner/c-1/notes.txt", "not one of the files")
        self.convert("ctx2skill_to_skills", "skills", "plain")
        self.assertIn("c-1/challenger/SKILL.md", files_of(self.project.folder / "plain"))
        self.convert("skills_to_ctx2skill", "plain", "again")
        self.assertEqual(files_of(self.project.folder / "again"), tree)

    def test_bad_rows_stop_it_and_nothing_is_left_behind(self):
        self.project.write("in.jsonl", '{"messages": []}\noops\n{"messages": [{"role": "user", "content": "x"}]}\n')
        answer = self.convert("cl_bench_to_documents", "in.jsonl", "out.jsonl", code=2)
        self.assertIn("in.jsonl:2: ", answer.stderr)
        self.assertEqual([p.name for p in self.project.folder.glob("out*")], [])
        self.convert("cl_bench_to_documents", "in.jsonl", "out.jsonl", "skip_bad_rows=true")
        self.assertEqual(len(lines(self.project.folder / "out.jsonl")), 2)
        answer = self.convert("cl_bench_to_documents", "in.jsonl", "out.jsonl", "skip_bad_rows=true", code=2)
        self.assertIn("--force writes over it", answer.stderr)
        answer = self.convert("cl_bench_to_document", "in.jsonl", "x.jsonl", code=2)
        self.assertIn("did you mean 'cl_bench_to_documents'?", answer.stderr)

    def test_links_are_neither_read_nor_written_through(self):
        folder = self.project.folder
        secret = self.project.write("secret.md", "secret")
        self.project.write("skills/reasoner/c/SKILL.md", "mine")
        os.symlink(secret, folder / "skills/reasoner/c/skill-iter-1.md")
        outside = folder / "outside"
        outside.mkdir()
        (folder / "out").mkdir()
        os.symlink(outside, folder / "out" / "c")
        answer = self.convert("ctx2skill_to_skills", "skills", "out", "--force", code=2)
        self.assertIn("link", answer.stderr)
        self.assertEqual(list(outside.iterdir()), [])
        self.convert("ctx2skill_to_skills", "skills", "fresh")
        self.assertEqual(files_of(folder / "fresh"), {"c/SKILL.md": "mine"})


class LayoutTest(ProjectTest):
    def test_hostile_context_ids_stay_in_the_folder(self):
        text = (self.project.folder / "notes" / "MPL-2.0.txt").read_text()[:3000]
        rows = [{"id": name, "text": f"{text} {i}", "metadata": {}} for i, name in enumerate(HOSTILE) if name.strip()]
        self.project.write("documents.jsonl", "".join(json.dumps(row) + "\n" for row in rows))
        for recipe, layout in (("afterimage", "afterimage"), ("ctx2skill", "ctx2skill")):
            answer = self.project.hone("run", f"recipes/{recipe}", "data.path=documents.jsonl", "models=offline/reader",
                                       "iterations=1")
            self.assertExit(answer, 0)
            before = set(self.project.folder.iterdir())
            answer = self.project.hone("export", recipe, "--layout", layout, f"out/{recipe}")
            self.assertExit(answer, 0)
            self.assertLessEqual({p.name for p in set(self.project.folder.iterdir()) - before}, {"out"})
            self.assertEqual({p.name for p in (self.project.folder / "out").iterdir()} - {"afterimage", "ctx2skill"}, set())
            written = [p for p in (self.project.folder / "out" / recipe).rglob("*") if p.is_file()]
            self.assertGreater(len(written), len(rows))

    def test_a_recipe_that_writes_outside_is_refused_and_nothing_is_written(self):
        self.project.edit("recipes/small.lua", "  uses = {", '  layout = { bad = function() return { '
                          '{ path = "ok.txt", text = "x" }, { path = "../evil.txt", text = "x" } } end },\n  uses = {')
        self.assertExit(self.project.hone("run", "experiments/study.lua"), 0)
        answer = self.project.hone("export", "study", "--layout", "bad", "out", "--arm", "Small")
        self.assertExit(answer, 2)
        self.assertIn("leaves the folder", answer.stderr)
        self.assertFalse((self.project.folder / "out").exists())
        self.assertFalse((self.project.folder / "evil.txt").exists())

    def test_files_that_are_there_are_kept(self):
        self.assertExit(self.project.hone("run", "recipes/ctx2skill", "data.path=notes", "models=offline/reader",
                                          "iterations=1", "--limit", "1"), 0)
        self.project.write("out/mine.txt", "mine")
        answer = self.project.hone("export", "--layout", "ctx2skill", "out")
        self.assertExit(answer, 2)
        self.assertIn("--force", answer.stderr)
        self.assertExit(self.project.hone("export", "--layout", "ctx2skill", "out", "--force"), 0)
        self.assertEqual((self.project.folder / "out/mine.txt").read_text(), "mine")


ALPHABETS = ["ab", "abcdef \n", "the skill reads what it must, then writes it down.\n- ", "\u00e9\u00df\u0130\u03a3a \u03c3",
             "\u65e5\u672c\u8a9e1\u00bd_x \u0301"]


class CompareTest(ProjectTest):
    def python_words(self, text):
        return re.findall(r"\w+", text.lower())

    def strip_header(self, text):
        rows = text.splitlines()
        if rows and rows[0].strip() == "---":
            for i in range(1, len(rows)):
                if rows[i].strip() == "---":
                    return "\n".join(rows[i + 1:]).strip()
        return text.strip()

    def test_measures_equal_pythons_on_random_texts(self):
        rng = random.Random(7)
        sides = {"a": {}, "b": {}}
        for n in range(160):
            alphabet = rng.choice(ALPHABETS)
            first = "".join(rng.choice(alphabet) for _ in range(rng.choice([0, 1, 5, 50, 199, 200, 201, 600])))
            second = list(first)
            for _ in range(rng.randint(0, 40)):
                second.insert(rng.randint(0, len(second)), rng.choice(alphabet))
            if rng.random() < 0.5:
                rng.shuffle(second)
            header = rng.choice(["", "---\nname: x\n---\n", "---\nname: x\n"])
            # A SKILL.md without any text is no skill.
            sides["a"][f"c{n:03}"] = header + "x" + first
            sides["b"][f"c{n:03}"] = "x" + "".join(second)
        for side, texts in sides.items():
            for name, text in texts.items():
                path = self.project.folder / side / name / "SKILL.md"
                path.parent.mkdir(parents=True)
                path.write_text(text, newline="")
        got = json.loads(self.project.hone("compare", "--skills", "a=a", "b=b", "--json").stdout)
        self.assertEqual(got["summary"]["paired_contexts"], 160)
        sums = [0, 0, 0]
        for row in got["rows"]:
            a = self.strip_header(sides["a"][row["context_id"]])
            b = self.strip_header(sides["b"][row["context_id"]])
            words = [self.python_words(a), self.python_words(b)]
            self.assertEqual([row["a_words"], row["b_words"]], [len(w) for w in words], row["context_id"])
            left, right = map(set, words)
            wanted = [len(left & right) / len(left | right) if left | right else 1.0,
                      difflib.SequenceMatcher(None, a, b).ratio(),
                      difflib.SequenceMatcher(None, a, b, autojunk=False).ratio()]
            for i, name in enumerate(("token_jaccard", "sequence_ratio", "sequence_ratio_no_junk")):
                self.assertAlmostEqual(row[name], wanted[i], delta=1e-12, msg=(row["context_id"], name))
                sums[i] += wanted[i]
        self.assertAlmostEqual(got["summary"]["avg_sequence_ratio"], sums[1] / 160, delta=1e-12)


if __name__ == "__main__":
    main(sys.argv)
