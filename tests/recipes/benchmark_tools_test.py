#!/usr/bin/env python3
"""The benchmarks of SkillOpt that use containers and searches: what a rollout asks of the world, and what it makes of
the answers. The world is played by the test; e2e/benchmark_containers_test.py has real containers."""

import json
import sys

from benchmark_case import BenchmarkCase, said
from recipe_test import main

ASSET = {"kind": "file", "name": "x", "$asset": "0" * 64}


def asset(name):
    return dict(ASSET, name=name)


def ran(stdout="", code=0, stderr="", **more):
    return dict({"code": code, "stdout": stdout, "stderr": stderr, "timed_out": False, "truncated": False}, **more)


class World:
    """Answers effects: `target` are the model's answers in order, `run(argv, stdin)` is what a command gives."""

    def __init__(self, target, run=lambda argv, stdin: ran()):
        self.target, self.run, self.effects = list(target), run, []

    def __call__(self, call):
        self.effects.append((call.kind, call.args))
        if call.kind == "llm.chat":
            reply = self.target.pop(0)
            return reply if isinstance(reply, dict) else said(reply)
        if call.kind == "container.open":
            return {"container": f"c{len(self.effects)}", "image_digest": "sha256:0", "workdir": "/"}
        if call.kind == "container.exec":
            return self.run(call.args.get("argv") or [call.args["shell"]], call.args.get("stdin", ""))
        if call.kind == "search.query":
            return {"status": 200, "body": {"results": [{"title": "About " + call.args["query"], "content": "text"}]}}
        return {}

    def of(self, kind):
        return [args for one, args in self.effects if one == kind]


CALL = [("bash", {"command": "python3 solution.py"})]


class Spreadsheets(BenchmarkCase):
    ROW = {"id": "1", "instruction": "Double it.", "answer_position": "A1", "answer_sheet": "S",
           "spreadsheet_path": "b/1", "workbooks": [asset(n) for n in (
               "1_b_input.xlsx", "1_b_answer.xlsx", "2_b_input.xlsx", "2_b_answer.xlsx", "3_b_input.xlsx",
               "notes.txt")]}

    @staticmethod
    def book(value):
        return json.dumps({"sheets": [{"name": "S", "cells": {"A1": value}}]})

    def commands(self, answers, outputs, statuses=None):
        """python3 -I - over a workbook gives its cells; a program's runs end with the statuses in order."""
        statuses = list(statuses or [])

        def run(argv, stdin):
            if argv[:3] == ["python3", "-I", "-"] and len(argv) == 4:
                if "answers" in argv[3]:
                    return ran(self.book(answers[int(argv[3].split("/")[2]) - 1]))
                if "inputs" in argv[3]:
                    return ran("Sheet 'S': 1 rows\n  A1=2\n")
                return ran(self.book(outputs[int(argv[3].split("/")[-1][0]) - 1]))
            if argv[:3] == ["python3", "-I", "-"]:
                return statuses.pop(0) if statuses else ran()
            return ran()
        return run

    def result(self, target, run, feedback=False, **params):
        unit = self.unit_of("spreadsheetbench", [self.ROW], **params)
        world = World(target, run)
        done = self.attempt(unit, world, feedback=feedback)
        return done.result["results"][0], world

    def test_cases_are_pairs_and_right_workbooks_are_read_elsewhere(self):
        result, world = self.result(["```python\nx = 1\n```"], self.commands([4, 6], [4, 6]))
        self.assertEqual((result["hard"], result["soft"]), (1, 1))
        opened = world.of("container.open")
        self.assertEqual(len(opened), 2)
        first, second = ([a["asset"]["name"] for a in world.of("container.put")
                          if "asset" in a and a["container"] == c] for c in ("c1", self.second(world)))
        self.assertEqual(first, ["1_b_input.xlsx", "2_b_input.xlsx"])
        self.assertEqual(second, ["1_b_answer.xlsx", "2_b_answer.xlsx"])

    @staticmethod
    def second(world):
        return next(f"c{i + 1}" for i, (kind, _) in enumerate(world.effects) if kind == "container.open" and i > 0)

    def test_soft_is_the_share_of_cases(self):
        result, _ = self.result(["```\nx\n```"], self.commands([4, 6], [4, 7]))
        self.assertEqual((result["hard"], result["soft"]), (0, 0.5))
        self.assertEqual(result["fail_reason"], 'wrong cells: 0 of 1 cells right; wrong: S!A1 = 7')

    def test_code_is_the_first_block_of_any_language_else_the_whole_text(self):
        for reply, code in (("a\n```sql\nselect\n```\n```\nb\n```", "select\n"), ("x = 1", "x = 1"),
                            ("```python x```", "```python x```")):
            _, world = self.result([reply], self.commands([4, 6], [4, 6]), mode="single")
            written = [a["stdin"] for a in world.of("container.exec") if a["argv"][:2] == ["sh", "-c"]]
            self.assertEqual(set(written), {code})

    def test_errors_come_back_until_a_program_runs(self):
        run = self.commands([4, 6], [4, 6], [ran(code=1, stderr="ZeroDivisionError: " + "x" * 5000), ran()])
        result, world = self.result(["```\n1/0\n```", "```\nok\n```"], run)
        self.assertEqual((result["hard"], result["n_turns"]), (1, 2))
        told = world.of("llm.chat")[1]["messages"][-1]["content"][0]
        self.assertIn("The program failed:\nZeroDivisionError", told)
        self.assertLess(len(told), 3200)
        result, world = self.result(["no code", "```\nok\n```"][:1] + ["```\nok\n```"], self.commands(
            [4, 6], [4, 6], [ran(code=1, stderr="SyntaxError"), ran()]))
        self.assertEqual(result["n_turns"], 2)

    def test_feedback_from_the_right_workbook_is_an_option_of_training(self):
        program = "```\nx\n```"
        for gold, feedback, turns in ((True, True, 2), (True, False, 1), (False, True, 1)):
            result, world = self.result([program, program], self.commands([4, 6], [5, 6]), feedback,
                                        gold_feedback=gold, max_turns=2)
            self.assertEqual(result["n_turns"], turns, (gold, feedback))
        told = self.result([program, program], self.commands([4, 6], [5, 6]), True, gold_feedback=True,
                           max_turns=2)[1].of("llm.chat")[1]["messages"][-1]["content"][0]
        self.assertIn("S!A1 = 5", told)
        self.assertNotIn("4", told)  # the right value

    def test_react_has_tools_and_checks_the_solution(self):
        target = [said("", [("write_file", {"path": "solution.py", "content": "x"})]), said("", CALL),
                  said("", [("bash", {"command": "rm -rf /"}), ("fly", {})]), "done"]

        def run(argv, stdin):
            if argv == ["cat", "/sheet/solution.py"]:
                return ran("x")
            return self.commands([4, 6], [4, 6])(argv, stdin)
        result, world = self.result(target, run, mode="react")
        self.assertEqual((result["hard"], result["n_turns"]), (1, 4))
        seen = [turn["obs"] for turn in result["conversation"] if turn.get("type") == "tool_call"]
        self.assertEqual(seen[0], "written")
        self.assertIn("[check] the program runs", seen[1])
        self.assertIn("only command lines that start with python3", seen[2])
        self.assertIn("there is no tool 'fly'", seen[3])

    def test_a_broken_container_is_infrastructure(self):
        def broken(call):
            return {"error": {"code": "unavailable", "message": "no image", "infrastructure": True}}
        unit = self.unit_of("spreadsheetbench", [self.ROW])
        done = self.attempt(unit, broken)
        self.assertEqual(done.result["mean"]["infrastructure"], 1)


class Office(BenchmarkCase):
    ROW = {"uid": "1", "question": "How much?", "ground_truth": "7", "documents": [asset("a.txt")]}

    def result(self, target, **params):
        unit = self.unit_of("officeqa", [dict(self.ROW, pages=params.pop("pages", None))], **params)
        world = World(target, lambda argv, stdin: ran("7 in all\n"))
        done = self.attempt(unit, world)
        return done.result["results"][0], world

    def test_searches_in_rounds(self):
        """Queries as a list, an object, a text that is split, bullets; at most max_queries_per_turn."""
        for queries, expected in (('["a", "b"]', ["a", "b"]), ('{"queries": ["a", "b"]}', ["a", "b"]),
                                  ('{"query": "a, b; c"}', ["a", "b", "c"]), ("a; b", ["a", "b"]),
                                  ("- a\n- b", ["a", "b"]), ('["a","b","c","d","e"]', ["a", "b", "c", "d"]),
                                  ('"a;b"', ["a", "b"])):
            result, world = self.result([f"<search_queries>{queries}</search_queries>", "<answer>7</answer>"],
                                        search_mode="custom_search")
            asked = world.of("search.query")
            self.assertEqual([a["query"] for a in asked], expected)
            self.assertEqual(asked[0], {"service": "officeqa", "query": expected[0], "max_results": 4,
                                        "provider": "duckduckgo", "timeout_s": 20})
            self.assertEqual(result["hard"], 1)
            self.assertIn("About a\ntext", world.of("llm.chat")[1]["messages"][-1]["content"][0])

    def test_the_last_round_asks_nothing(self):
        result, world = self.result(["<search_queries>a</search_queries>"], search_mode="custom_search",
                                    max_tool_turns=1)
        self.assertEqual(world.of("search.query"), [])
        self.assertEqual(result["fail_reason"], "neither queries nor an answer")

    def test_without_tools_it_is_one_call_over_the_pages(self):
        pages = [{"document": "a", "page": 3, "elements": [
            {"bbox": [0, 50, 9, 60], "text": "below"},
            {"bbox": [0, 10, 9, 20], "html": "<table><tr><th>Year</th><th>Sum</th></tr>"
                                             "<tr><td>1941</td><td>7&amp;8</td></tr></table>"}]}]
        result, world = self.result(["<answer>7 million dollars</answer>"], use_local_tools=False, pages=pages)
        text = world.of("llm.chat")[0]["messages"][1]["content"][0]
        self.assertIn("## a, page 3\n\n| Year | Sum |\n| --- | --- |\n| 1941 | 7&8 |\n\nbelow", text)
        self.assertEqual((result["hard"], result["n_turns"]), (1, 1))  # units are no part of a figure

    def test_the_first_answer_counts(self):
        result, _ = self.result(["<answer>8</answer> or <answer>7</answer>"], use_local_tools=False)
        self.assertEqual((result["hard"], result["predicted_answer"]), (0, "8"))


class House(BenchmarkCase):
    def result(self, replies, states, **params):
        unit = self.unit_of("alfworld", [{"id": "g", "gamefile": "json/pick_heat_then_place-x/game.tw-pddl"}], **params)
        states = [json.dumps(s) if isinstance(s, dict) else s for s in states]
        asked = []

        def answer(call):
            if call.kind == "llm.chat":
                return said(replies.pop(0))
            if call.kind == "container.open":
                return {"container": "c", "image_digest": "", "workdir": "/"}
            if call.kind == "container.process":
                return {"process": "p"}
            if call.kind == "container.ask":
                asked.append(json.loads(call.args["line"]))
                if "close" in asked[-1]:
                    return {"ended": True, "timed_out": False}
                return {"line": states.pop(0), "ended": False, "timed_out": False}
            return {}
        done = self.attempt(unit, answer)
        return done.result["results"][0], [a.get("step") for a in asked if "step" in a], done

    STATE = {"observation": "A room.", "admissible": ["look", "help", "go to desk 1"], "won": False, "done": False}

    def test_what_is_done_with_a_reply(self):
        """The text of the tag in small letters, else the last 30 characters, else look (SkillOpt's projection)."""
        replies = ["<think>t</think><action> GO TO desk 1 </action>", "", "I will now open the drawer 1 and take it",
                   "<action></action>"]
        _, steps, done = self.result(list(replies), [self.STATE] * 5, max_steps=4)
        last = "I will now open the drawer 1 and take it"[-30:].strip().lower()
        self.assertEqual(steps, ["go to desk 1", "look", last, "look"])

    def test_won_lost_and_broken(self):
        won = dict(self.STATE, won=True, done=True)
        result, _, done = self.result(["<action>look</action>"] * 2, [self.STATE, self.STATE, won])
        self.assertEqual((result["hard"], result["soft"], result["n_turns"]), (1, 1, 2))
        self.assertEqual(result["task_type"], "pick_heat_then_place")
        prompt = [c for c in done.calls if c.kind == "llm.chat"][1].text
        self.assertIn("[1] did: look", prompt)
        self.assertNotIn("help", prompt)
        result, _, _ = self.result(["<action>look</action>"], [self.STATE, dict(self.STATE, done=True)])
        self.assertEqual(result["fail_reason"], "Episode ended without success")
        result, _, _ = self.result(["<action>look</action>"] * 3, [self.STATE] * 4, max_steps=3)
        self.assertEqual(result["fail_reason"], "Timeout after 3 steps")
        for broken in ({"error": "no game"}, "no json"):
            result, _, _ = self.result([], [broken])
            self.assertTrue(result["infrastructure"])

    def test_two_steps_of_history(self):
        _, _, done = self.result(["<action>look</action>"] * 5, [self.STATE] * 6, max_steps=5)
        last = [c for c in done.calls if c.kind == "llm.chat"][-1].text
        self.assertEqual(last.count("did: "), 2)


if __name__ == "__main__":
    main(sys.argv)
