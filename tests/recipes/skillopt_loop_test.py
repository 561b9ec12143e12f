#!/usr/bin/env python3
"""SkillOpt's loop: steps, gate, history and rows. Rules are those of its code at commit bdfdc30 unless a test says
otherwise."""

import sys

from recipe_test import main
from skillopt_case import Optimizer, SkillOptCase, unit


def junk(optimizer, call):
    """An analyst whose edits help nobody."""
    return {"batch_size": 1, "patch": {"reasoning": "r", "edits": [
        {"op": "append", "target": "", "content": f"- Junk {len(optimizer.of('edit_analysis'))}"}]}}


class LoopTest(SkillOptCase):
    def test_words_are_learned_and_the_best_skill_is_returned(self):
        done, optimizer = self.train(edit_budget=3, lr_scheduler="constant")
        self.assertEqual(sorted(done.result), ["best", "initial", "last", "skill"])
        for word in ("ash", "birch", "cedar"):
            self.assertIn(f"- Word {word}", done.result["skill"])
        self.assertEqual(done.result["initial"], "# Words\n")
        first, later = self.records(done)[0], self.records(done)[1:]
        # Four failures in groups of two; both write edits, so one merge.
        self.assertEqual((first["n_patches"], first["n_failure_patches"], first["n_edits_merged"]), (2, 2, 3))
        self.assertEqual((first["action"], first["current_score"], first["best_step"]), ("accept_new_best", 1.0, 1))
        # Then everything succeeds, success analysts have nothing to add: the candidate is the current skill, whose
        # score is kept: ties lose.
        self.assertEqual([(r["action"], r["candidate_gate_score"]) for r in later], [("reject", 1.0)] * 2)
        target = [c for c in optimizer.asked if c.role == "target"]
        self.assertEqual(len(target), 12 + 6 + 6)  # rollouts, the skill to start from, one candidate

    def test_rejected_edits_are_shown_to_later_analysts_of_the_epoch_alone(self):
        done, optimizer = self.train(Optimizer(edit_analysis=junk), num_epochs=2)
        self.assertEqual([r["action"] for r in self.records(done)], ["reject"] * 6)
        self.assertEqual(done.result["best"], "# Words\n")
        seen = ["<history>" in call.text for call in optimizer.of("edit_analysis")]
        self.assertEqual(seen, ([False] * 2 + [True] * 4) * 2)  # two analysts a step, three steps an epoch
        last = optimizer.of("edit_analysis")[-1].tagged("history")[0]
        self.assertIn("Step 4: REJECT, 4 of 4 failed", last)
        self.assertIn("score 0.0000 -> 0.0000", last)
        self.assertIn("content=- Junk", last)

    def test_without_the_gate(self):
        done = self.peer.run("skillopt", Optimizer(), unit(), {"use_gate": False})
        self.assertIn("use_gate = false", done.error["message"])
        done, _ = self.train(Optimizer(edit_analysis=junk), use_gate=False, ungated="force_accept")
        self.assertEqual([r["action"] for r in self.records(done)], ["force_accept"] * 3)
        self.assertEqual(done.result["best"], "# Words\n")  # best is the highest score so far, the first of equals
        self.assertIn("- Junk", done.result["last"])

    def test_broken_infrastructure_is_no_failure(self):
        def broken(optimizer, call):
            return {"error": {"code": "unavailable", "message": "no answer"}} if "train-1:" in call.text else None

        done, optimizer = self.train(Optimizer(target=broken), batch_size=12)
        record = self.records(done)[0]
        self.assertEqual((record["rollout_n"], record["rollout_infrastructure"]), (12, 1))
        self.assertFalse(any("train-1\"" in call.text for call in optimizer.of("edit_analysis")))
        done, optimizer = self.train(Optimizer(target=broken), batch_size=12, infrastructure_as_wrong=True)
        self.assertTrue(any("infrastructure" in str(r["trajectory_digest"]) for r in self.records(done)))

    def test_without_any_measurement_there_is_no_training(self):
        def broken(optimizer, call):
            return {"error": {"code": "unavailable", "message": "no answer"}}

        optimizer = Optimizer(target=broken)
        done = self.peer.run("skillopt", optimizer, unit(), {})
        self.assertIn("could be measured, so nothing can be learned: infrastructure: no answer", done.error["message"])
        self.assertEqual(len(optimizer.asked), 6)

    def test_unusable_answers(self):
        """An analyst without a patch drops its group; a merge without a list is a concatenation; a ranking without a
        valid number takes the first edits."""
        half = {"n": 0}

        def every_other(optimizer, call):
            half["n"] += 1
            return {"edits": []} if half["n"] % 2 else None

        done, _ = self.train(Optimizer(edit_analysis=every_other))
        self.assertEqual(self.records(done)[0]["n_patches"], 1)
        done, _ = self.train(Optimizer(edit_analysis=lambda *_: "no JSON"))
        self.assertEqual([r["action"] for r in self.records(done)], ["skip_no_patches"] * 3)
        done, _ = self.train(Optimizer(edit_merge=lambda *_: {"edits": ["no object"]},
                                       edit_ranking=lambda *_: {"selected_indices": [99]}), edit_budget=2)
        record = self.records(done)[0]
        self.assertEqual((record["n_edits_merged"], record["n_edits_ranked"]), (4, 2))
        edits = [row for row in self.rows(done, "edits") if row["step"] == 1]
        self.assertEqual([e["proposal"]["merge_level"] for e in edits], [1, 1])


if __name__ == "__main__":
    main(sys.argv)
