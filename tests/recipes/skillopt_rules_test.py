#!/usr/bin/env python3
"""SkillOpt's rules as tables: batch orders, schedules, merge plans, gate decisions, density, notes, pairs, bounds. Each
says where its values come from. A small recipe calls the modules' pure functions in the sandbox."""

import json
import math
import random
import sys

from recipe_test import RecipeTest, main
from scripted_roles import reply

# Calls MODULE.FUNCTION with arguments that the unit's text holds as JSON, and returns the results.
CALLER = """
return recipe {
  name = "caller", uses = { "llm" },
  run = function(context)
    local job = json.decode(context:text())
    local found = require("skillopt." .. job.module)[job.name](table.unpack(job.args, 1, #job.args))
    return { value = found }
  end,
}
"""


class RulesTest(RecipeTest):
    extra = {"recipes.skillopt.caller": CALLER}  # a sibling of the modules

    def call(self, module, name, *args):
        job = json.dumps({"module": module, "name": name, "args": list(args)})
        done = self.peer.run("skillopt.caller", lambda call: reply("", call), {"id": "c", "context": {"text": job}},
                             prompts_of=[])
        self.assertIsNone(done.error, done.error)
        return done.result.get("value")

    def test_batches_are_pythons(self):
        """Section 2.2: a copy of the items shuffled by Random(seed + 1000 e), cut in slices; batch seed
        seed + 1000 e + i + 1; an empty slice is a fresh shuffle by the batch's seed. Python itself is the reference."""
        for n, size, accumulation, seed in ((12, 4, 1, 42), (10, 4, 1, 42), (10, 4, 2, 7), (5, 2, 4, 1), (3, 8, 3, 42)):
            items = [f"i{k}" for k in range(n)]
            p = {"batch_size": size, "accumulation": accumulation, "seed": seed, "num_epochs": 3}
            steps = math.ceil(n / (size * accumulation))
            for epoch in (1, 2, 3):
                order = list(items)
                random.Random(seed + 1000 * epoch).shuffle(order)
                expected = []
                for i in range(steps * accumulation):
                    batch_seed, batch = seed + 1000 * epoch + i + 1, order[i * size:(i + 1) * size]
                    if not batch:
                        batch = list(items)
                        random.Random(batch_seed).shuffle(batch)
                        batch = batch[:size]
                    if i % accumulation == 0:
                        expected.append([])
                    expected[-1].append({"index": i, "seed": batch_seed, "items": batch})
                self.assertEqual(self.call("batches", "of_epoch", items, epoch, p), expected, (n, size, accumulation))

    def test_samples_and_groups_are_pythons(self):
        """Section 2.2: the comparison's sample is a shuffle by seed + 2000 e; 2.4: groups of M of a shuffle."""
        items = [f"i{k}" for k in range(9)]
        order = list(items)
        random.Random(42 + 4000).shuffle(order)
        p = {"seed": 42, "slow_update_samples": 4}
        self.assertEqual(self.call("batches", "comparison", items, 2, p), order[:4])
        order = list(items)
        random.Random(1043).shuffle(order)
        self.assertEqual(self.call("batches", "groups", items, 1043, 4), [order[:4], order[4:8], order[8:]])
        self.assertEqual(self.call("batches", "selection", items, 0), items)
        self.assertEqual(self.call("batches", "selection", items, 2), items[:2])
        self.assertEqual(self.call("batches", "selection", items, 99), items)

    def test_schedules(self):
        """Section 2.7's formulas with Python's round (halves to even); t is step / T."""
        def cosine(step, steps, most, least):
            t = min(step, steps) / steps
            return max(least, round(least + 0.5 * (most - least) * (1 + math.cos(math.pi * t))))

        def linear(step, steps, most, least):
            t = min(step, steps) / steps
            return max(least, round(most + (least - most) * t))

        for most, least, steps in ((4, 2, 40), (4, 2, 4), (16, 1, 12), (5, 2, 2), (3, 3, 5), (2, 4, 6), (7, 0, 2)):
            for step in range(1, steps + 3):
                case = (step, steps, most, least)
                self.assertEqual(self.call("learning_rate", "scheduled", "cosine", *case), cosine(*case), case)
                self.assertEqual(self.call("learning_rate", "scheduled", "linear", *case), linear(*case), case)
                self.assertEqual(self.call("learning_rate", "scheduled", "constant", *case), most)
                self.assertEqual(self.call("learning_rate", "scheduled", "autonomous", *case), 999)
        for mode in ("linear", "cosine"):  # T <= 1
            self.assertEqual(self.call("learning_rate", "scheduled", mode, 1, 1, 4, 2), 4)
        # 2.5 and 3.5 are rounded to 2 and 4: halves go to the even number
        self.assertEqual(self.call("learning_rate", "scheduled", "linear", 1, 2, 4, 1), 2)
        self.assertEqual(self.call("learning_rate", "scheduled", "linear", 1, 2, 4, 3), 4)

    def test_calls_of_merges(self):
        """Section 2.6's examples with batch 8: 9 patches are (8), (2); 20 are (8, 8, 4), (3)."""
        def plan(n, width):
            calls = 0
            while n > 1:
                groups = [min(width, n - i) for i in range(0, n, width)]
                calls += sum(size > 1 for size in groups)
                n = len(groups)
            return calls

        self.assertEqual([self.call("bound", "merges", n, 8) for n in (0, 1, 2, 8, 9, 20)], [0, 0, 1, 1, 2, 4])
        for width in (2, 3, 8):
            for n in range(40):
                self.assertEqual(self.call("bound", "merges", n, width), plan(n, width), (n, width))

    def test_gate_decisions(self):
        """Section 2.9's table: strict, ties lose; best moves where the score beats it, too."""
        def decide(score, current, best, **p):
            state = {"p": {"use_gate": True, "gate_rule": "strict", **p}, "current": {"score": current},
                     "best": {"score": best}}
            return self.call("gate", "decide", state, {"score": score}, {})

        for score, current, best, action in (
            (0.6, 0.5, 0.5, "accept_new_best"), (0.5, 0.5, 0.5, "reject"), (0.4, 0.5, 0.5, "reject"),
            (0.6, 0.5, 0.7, "accept"), (0.6, 0.5, 0.6, "accept"), (0.50000001, 0.5, 0.5, "accept_new_best"),
        ):
            self.assertEqual(decide(score, current, best), action, (score, current, best))
        self.assertEqual(decide(0.1, 0.5, 0.5, use_gate=False), "force_accept")

    def test_scores_and_density(self):
        """Section 2.9: hard, soft, (1 - w) hard + w soft, plus weight times the share of leading words; words are
        letters and digits; protected regions are left out."""
        measured = {"hard": 0.5, "soft": 0.75}
        for metric, weight, score in (("hard", 0.5, 0.5), ("soft", 0.5, 0.75), ("mixed", 0.5, 0.625),
                                      ("mixed", 0.2, 0.55), ("mixed", 1, 0.75)):
            p = {"gate_metric": metric, "gate_mixed_weight": weight, "use_semantic_density": False}
            self.assertAlmostEqual(self.call("gate", "score", p, measured, ""), score)
        text = "You MUST always check.\n<!-- SLOW_UPDATE_START -->\nnever never\n<!-- SLOW_UPDATE_END -->\n"
        self.assertEqual(self.call("gate", "density", text, ""), 2 / 4)
        self.assertEqual(self.call("gate", "density", text, "check, You"), 2 / 4)
        self.assertEqual(self.call("gate", "density", "", ""), 0)
        p = {"gate_metric": "hard", "use_semantic_density": True, "semantic_density_weight": 0.05, "leading_words": ""}
        self.assertAlmostEqual(self.call("gate", "score", p, measured, text), 0.5 + 0.05 * 0.5)

    def test_notes_of_the_appendix(self):
        """Section 2.13: white space folded, trailing ' .;:,_-' removed, case folded; the first spelling stays."""
        same = ["Check the  unit.", "check the unit", "CHECK THE UNIT _-;", " check\tthe unit:,"]
        self.assertEqual(len({self.call("skill_aware", "key", note) for note in same}), 1)
        self.assertEqual(self.call("skill_aware", "merged", ["A rule."], ["a rule", "Another", "another -", " ."]),
                         ["A rule.", "Another"])
        p = {"skill_aware_appendix_source": "both", "success_notes": "dropped"}
        for given, notes in ((["a", " b "], ["a", "b"]), ("one", ["one"]), ([], []),
                             ([{"note": "x"}, {"content": "y"}, {"z": 1}, 3], ["x", "y"])):
            self.assertEqual(self.call("skill_aware", "cleaned", given, "success", p) or [], notes)
        only = {"skill_aware_appendix_source": "failure_only", "success_notes": "dropped"}
        self.assertEqual(self.call("skill_aware", "cleaned", ["a"], "success", only) or [], [])
        self.assertEqual(self.call("skill_aware", "cleaned", ["a"], "failure", only), ["a"])
        only["success_notes"] = "merged"
        self.assertEqual(self.call("skill_aware", "cleaned", ["a"], "success", only), ["a"])

    def test_regions(self):
        """Section 2.11: earlier regions and orphan marks go, three line ends and more become two, the region is put at
        the end of the document."""
        marks = ["<!-- A -->", "<!-- B -->"]
        region = "<!-- A -->\nnew\n<!-- B -->\n"
        for before, after in (
            ("", region), ("text\n", "text\n\n" + region),
            ("one\n\n<!-- A -->\nold\n<!-- B -->\n\ntwo\n", "one\n\ntwo\n\n" + region),
            ("one\n<!-- A --> orphan\n", "one\n orphan\n\n" + region),
            ("a\n\n\n\n\nb", "a\n\nb\n\n" + region),
        ):
            self.assertEqual(self.call("regions", "put", before, marks, "new"), after, before)
            self.assertEqual(self.call("regions", "body", after, marks), "new")
        self.assertEqual(self.call("regions", "body", "<!-- A -->\n<!-- B -->", marks), "")
        self.assertIsNone(self.call("regions", "body", "nothing", marks))

    def test_ranked_items(self):
        """Section 2.7 (ranking): see skillopt_loop_test for the calls; a budget that holds all asks nobody."""
        self.assertEqual(self.call("ranking", "best", {}, ["a", "b"], 2), ["a", "b"])
        self.assertEqual(self.call("ranking", "best", {"p": {"zero_budget": "none"}}, ["a", "b"], 0) or [], [])


if __name__ == "__main__":
    main(sys.argv)
