#!/usr/bin/env python3
"""The benchmarks of SkillOpt that need no container: items, splits, prompts, scores and rows.

Expected values come from the rules of SkillOpt at bdfdc30, computed here in Python where Python defines them: its
random.shuffle, hashlib, and plain arithmetic.
"""

import hashlib
import json
import random
import sys

from benchmark_case import BenchmarkCase, said
from recipe_test import main


def searchqa(i, **more):
    return dict({"id": f"q{i}", "question": "Who sleeps in the barn?", "context": "[DOC] The donkey sleeps there.",
                 "answers": ["The Donkey", "grey donkey"]}, **more)


class Registry(BenchmarkCase):
    def test_a_wrong_name_has_a_hint(self):
        with self.assertRaisesRegex(RuntimeError, "no benchmark 'serchqa'; did you mean 'searchqa'?"):
            self.map_rows([], name="serchqa", split_dir="x")

    def test_a_parameter_of_another_benchmark_is_an_error(self):
        with self.assertRaisesRegex(RuntimeError, "data.use_sketch: searchqa has no such parameter; it is of livemath"):
            self.map_rows([], name="searchqa", split_dir="x", use_sketch=True)

    def test_values_are_checked_by_the_benchmark(self):
        for params, problem in (({"max_turns": 0}, "max_turns: 0 is below the minimum"),
                                ({"max_turns": "two"}, "max_turns: expected a whole number, got two")):
            with self.assertRaisesRegex(RuntimeError, problem):
                self.map_rows([], name="searchqa", split_dir="x", **params)

    def test_paths_are_asked_for(self):
        with self.assertRaisesRegex(RuntimeError, "data.split_dir is required"):
            self.map_rows([], name="searchqa")
        with self.assertRaisesRegex(RuntimeError, "data.data_path is required"):
            self.map_rows([], name="searchqa", split_mode="ratio")

    def test_only_what_was_given_for_the_run_is_in_the_context(self):
        """Keys of calls hold the context: paths and limits must not be in it."""
        unit, reader, _ = self.map_rows([{"row": searchqa(1), "split": "train"}], name="searchqa", split_dir="here",
                                        max_turns=2, context_characters=50, limit=9)
        self.assertEqual(json.loads(unit["context"]["text"]), {"benchmark": "searchqa", "params": {"max_turns": 2}})
        self.assertEqual(reader, {"reader": "items", "options": {
            "path": "here", "splits": True, "fields": ["id", "question", "context", "answers"]}})


class Splits(BenchmarkCase):
    def counts(self, n, ratio):
        rows = [{"row": searchqa(i)} for i in range(n)]
        unit, _, _ = self.map_rows(rows, name="searchqa", split_mode="ratio", data_path="x", split_ratio=ratio)
        return [[t["id"] for t in unit["tasks"] if t["split"] == s] for s in ("train", "select", "report")], unit

    def test_python_s_shuffle_is_cut_by_largest_remainders(self):
        """SkillOpt's ratio split; the spec gives 35/18/124 for 177 items and 49/25/172 for 246 at 2:1:7."""
        for n, ratio, expected in ((177, "2:1:7", (35, 18, 124)), (246, "2:1:7", (49, 25, 172)),
                                   (10, "1:1:1", (4, 3, 3)),      # equal rests and weights: the earlier part
                                   (5, "1:2:2", (1, 2, 2)), (4, "1:2:2", (1, 2, 1))):
            parts, unit = self.counts(n, ratio)
            self.assertEqual(tuple(map(len, parts)), expected, (n, ratio))
            shuffled = [f"q{i}" for i in range(n)]
            random.Random(42).shuffle(shuffled)
            self.assertEqual(sum(parts, []), shuffled)
            self.assertEqual([unit["metadata"][k] for k in ("train", "val", "test")], list(expected))
            self.assertEqual(unit["metadata"]["split_seed"], 42)

    def test_bad_ratios_are_named(self):
        for ratio in ("2:1", "0:1:1", "a:b:c", "1.5:1:1"):
            with self.assertRaisesRegex(RuntimeError, "is no ratio of three whole numbers"):
                self.counts(3, ratio)

    def test_the_limit_takes_the_first_of_each_split(self):
        rows = [{"row": searchqa(i), "split": ("train", "report")[i % 2]} for i in range(8)]
        unit, _, _ = self.map_rows(rows, name="searchqa", split_dir="x", limit=2)
        self.assertEqual([(t["id"], t["split"]) for t in unit["tasks"]],
                         [("q0", "train"), ("q1", "report"), ("q2", "train"), ("q3", "report")])

    def test_one_id_in_two_splits_is_an_error(self):
        rows = [{"row": searchqa(1), "split": "train"}, {"row": searchqa(1), "split": "report"}]
        with self.assertRaisesRegex(RuntimeError, "the id 'q1' stands in train and in test"):
            self.map_rows(rows, name="searchqa", split_dir="x")

    def test_rows_that_cannot_be_used_are_named(self):
        rows = [{"row": row, "split": "train"}
                for row in (searchqa(1, question=" "), searchqa(2, answers=[]), searchqa(3))]
        unit, _, bad = self.map_rows(rows, name="searchqa", split_dir="x")
        self.assertEqual(len(unit["tasks"]), 1)
        self.assertEqual(bad, [{"where": "items.json:1", "why": "no question"},
                               {"where": "items.json:2", "why": "no answers"}])


class SearchQA(BenchmarkCase):
    def test_the_rollout_never_sees_the_answers(self):
        unit = self.unit_of("searchqa", [searchqa(1)])
        done = self.attempt(unit, ["<answer>x</answer>"], skill="Use the barn.")
        self.assertNotIn("grey donkey", done.calls[0].text)
        self.assertIn('<skill name="target">\nUse the barn.\n</skill>', done.calls[0].text)
        self.assertEqual(done.calls[0].tagged("task"), ["Who sleeps in the barn?"])

    def test_answers_are_scored_and_recorded(self):
        unit = self.unit_of("searchqa", [searchqa(i) for i in range(4)])
        replies = ["<answer>cow</answer> no: <ANSWER>\nthe DONKEY!\n</ANSWER>", "old donkey", "",
                   "<answer>cow</answer>"]
        done = self.attempt(unit, replies)
        results = done.result["results"]
        self.assertEqual([r["hard"] for r in results], [1, 0, 0, 0])
        # F1 of "old donkey" with "donkey": p = 1/2, r = 1; with "grey donkey": p = r = 1/2.
        self.assertEqual([round(r["soft"], 4) for r in results], [1, 0.6667, 0, 0])
        self.assertEqual([r.get("fail_reason", "").split(":")[0] for r in results],
                         ["", "part of the answer", "no answer", "another answer"])
        self.assertEqual(done.result["mean"], {"hard": 0.25, "soft": 1.6666666666666665 / 4, "n": 4,
                                               "infrastructure": 0})
        last = results[3]["conversation"][-1]
        self.assertEqual(last["role"], "system")
        self.assertIn("Right answer: The Donkey | grey donkey", last["content"])
        rows = list(done.table("attempts").values())
        self.assertEqual([(r["verdict"]["solved"], r["verdict"]["graded"], r["purpose"]) for r in rows],
                         [(True, True, "loop"), (False, True, "loop"), (False, True, "loop"), (False, True, "loop")])
        self.assertEqual(len(done.table("tasks")), 4)

    def test_no_answer_of_a_selection_item_reaches_a_result(self):
        rows = [{"row": searchqa(1), "split": "select"}]
        unit, _, _ = self.map_rows(rows, name="searchqa", split_dir="x")
        done = self.attempt(unit, ["<answer>cow</answer>"], split="select")
        self.assertNotIn("grey donkey", json.dumps(done.result))

    def test_infrastructure_is_no_wrong_answer(self):
        unit = self.unit_of("searchqa", [searchqa(1), searchqa(2)])
        replies = [{"error": {"code": "unavailable", "message": "no route"}}, "<answer>donkey</answer>"]
        done = self.attempt(unit, replies)
        self.assertEqual(done.result["mean"], {"hard": 1, "soft": 1, "n": 1, "infrastructure": 1})
        row = list(done.table("attempts").values())[0]
        self.assertEqual((row["infrastructure"], row["verdict"]["graded"], row["failure_class"]),
                         (True, False, "infrastructure"))
        done = self.attempt(unit, replies, infrastructure_as_wrong=True)  # the original's counting
        self.assertEqual(done.result["mean"], {"hard": 0.5, "soft": 0.5, "n": 2, "infrastructure": 0})

    def test_contexts_are_cut_at_whole_passages(self):
        """Parts are re-added whole while they fit; the mark belongs to the part after it; an empty first part
        takes the mark of the next one with it; a first part that does not fit is cut."""
        cases = (("ab[DOC]cd[DOC]ef", 100, "ab[DOC]cd[DOC]ef"), ("ab[DOC]cd[DOC]ef", 10, "ab[DOC]cd"),
                 ("[DOC]cd[DOC]ef", 9, "cd[DOC]ef"[:9]), ("[DOC]cd[DOC]efgh", 9, "cd"),
                 ("äöüß", 2, "äö\n[the rest of the context is left out]"))
        for context, most, expected in cases:
            unit = self.unit_of("searchqa", [searchqa(1, context=context)], context_characters=most)
            self.assertEqual(unit["tasks"][0]["metadata"]["context"], expected)

    def test_later_turns_review_the_answer(self):
        unit = self.unit_of("searchqa", [searchqa(1)], max_turns=2)
        done = self.attempt(unit, ["<answer>cow</answer>", "<answer>donkey</answer>"])
        self.assertEqual(done.result["results"][0]["hard"], 1)
        self.assertEqual(done.result["results"][0]["n_turns"], 2)
        self.assertIn("Your answer so far was:\n<answer>cow</answer>", done.calls[1].text)


class LiveMath(BenchmarkCase):
    CHOICES = [{"label": label, "text": f"claim {label}"} for label in "ABCDE"]

    def row(self, **more):
        return dict({"id": "2025-05:7", "question": "Which holds?", "choices": self.CHOICES,
                     "correct_choice": {"label": "C", "text": "claim C"}}, **more)

    def expected(self, seed, item="2025-05:7"):
        order = list("ABCDE")
        random.Random(int(hashlib.sha256(f"{seed}:{item}".encode()).hexdigest()[:16], 16)).shuffle(order)
        return order

    def test_choices_come_in_the_original_s_order(self):
        unit = self.unit_of("livemathematicianbench", [self.row()])
        for seed in (42, 1043, 7):
            done = self.attempt(unit, ["<answer>A</answer>"], seed=seed)
            order = self.expected(seed)
            lines = done.calls[0].tagged("task")[0].splitlines()
            shown = [line.split(". claim ")[1] for line in lines if ". claim" in line]
            self.assertEqual(shown, order)
            right = "ABCDE"[order.index("C")]
            done = self.attempt(unit, [f"So <answer>{right.lower()})</answer>"], seed=seed)
            self.assertEqual(done.result["results"][0]["hard"], 1)

    def test_without_shuffling_labels_stay(self):
        unit = self.unit_of("livemathematicianbench", [self.row()], shuffle_choices=False)
        self.assertEqual(self.attempt(unit, ["<answer>claim c</answer>"]).result["results"][0]["hard"], 1)
        self.assertEqual(self.attempt(unit, ["<answer>B</answer>"]).result["results"][0]["hard"], 0)

    def test_raw_items(self):
        """Under `mcq` or at the top; an object of labels; a label alone; a choice that is missing is added."""
        raw = [{"mcq": {"question": "Q", "choices": {"B": "two", "A": "one"}, "correct_choice": "B"},
                "month": "2025-06", "no": 3, "theorem_type": ["Algebra", "x"], "paper_link": "p"},
               {"question": "Q", "choices": ["one", "two"], "correct_choice": {"label": "C", "text": "three"}},
               {"question": "Q", "choices": ["one", "two"], "correct_choice": "Z"}]
        unit, _, bad = self.map_rows([{"row": r, "split": "train"} for r in raw], name="livemathematicianbench",
                                     split_dir="x")
        first, second = unit["tasks"]
        self.assertEqual((first["id"], first["category"], first["cluster"]), ("2025-06:3", "Algebra", "p"))
        self.assertEqual(first["metadata"]["choices"], [{"label": "A", "text": "one"}, {"label": "B", "text": "two"}])
        self.assertEqual(first["answer"], {"label": "B", "text": "two"})
        self.assertEqual((second["id"], len(second["metadata"]["choices"])), ("2", 3))
        self.assertEqual(bad, [{"where": "items.json:3", "why": "no correct choice"}])


class DocVQA(BenchmarkCase):
    def row(self, answer, **more):
        return dict({"questionId": "9", "question": "document_path: a/b.png\nWhat is the total?", "answer": answer,
                     "image_path": "a/b.png", "image_asset": "iVBORw0KGgo="}, **more)

    def test_answers_of_every_form(self):
        for answer, expected in (("12", ["12"]), ('["12", "twelve"]', ["12", "twelve"]),
                                 ("['12', \"twelve's\"]", ["12", "twelve's"]), ('{"answers": ["12"]}', ["12"]),
                                 ("[not a list", ["[not a list"])):
            unit = self.unit_of("docvqa", [self.row(answer)])
            self.assertEqual(unit["tasks"][0]["answer"], expected)
            self.assertEqual(unit["tasks"][0]["task"], "What is the total?")

    def test_the_page_is_an_image_and_near_answers_score(self):
        unit = self.unit_of("docvqa", [self.row("12 pounds")])
        done = self.attempt(unit, ["It is <answer>12 pound</answer>"])
        parts = done.calls[0].args["messages"][1]["content"]
        self.assertEqual(parts[0], {"image": "iVBORw0KGgo=", "media_type": "image/png"})
        result = done.result["results"][0]
        self.assertEqual((result["hard"], round(result["soft"], 4)), (0, 0.8889))  # 1 - 1/9
        self.assertNotIn("fail_reason", result)  # only when the score is 0
        result = self.attempt(unit, ["<answer> 12  POUNDS </answer>"]).result["results"][0]
        self.assertEqual((result["hard"], result["soft"]), (1, 1))
        result = self.attempt(unit, [said("")]).result["results"][0]
        self.assertEqual((result["soft"], result["fail_reason"]), (0, "no answer"))


if __name__ == "__main__":
    main(sys.argv)
