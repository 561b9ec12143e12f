#!/usr/bin/env python3
"""Whatever an optimizer answers, a training goes on: answers of the right keys with values of every kind."""

import random
import sys

from recipe_test import main
from skillopt_case import Optimizer, SkillOptCase, unit

KEYS = {
    "edit_analysis": ["batch_size", "failure_summary", "success_patterns", "patch", "appendix_notes"],
    "suggestion_analysis": ["batch_size", "patch"], "rewrite_analysis": ["batch_size", "patch"],
    "edit_merge": ["edits", "reasoning"], "suggestion_merge": ["revise_suggestions", "reasoning"],
    "rewrite_merge": ["skill_candidates", "reasoning"], "edit_ranking": ["selected_indices", "reasoning"],
    "learning_rate": ["learning_rate", "reasoning", "confidence", "risk_notes"],
    "skill_rewrite": ["new_skill", "change_summary", "reasoning"],
    "slow_guidance": ["slow_update_content", "reasoning"], "meta_guidance": ["meta_skill_content", "reasoning"],
    "note_consolidation": ["appendix_notes"],
}
INNER = ["edits", "revise_suggestions", "skill_candidates", "op", "target", "content", "title", "instruction",
         "new_skill", "change_summary", "support_count", "source_type", "merge_level", "failure_type", "count",
         "description", "note", "reasoning", "file"]
TEXTS = ["", " ", "append", "replace", "delete", "insert_after", "# Words", "<!-- SLOW_UPDATE_START -->", "\u00e9\u2028",
         "{{skill}}", "- Word ash", "<!-- APPENDIX_END -->", "</skill>", "x" * 3000, "SKILL.md", "../x"]


def value(rng, depth=0):
    kind = rng.randrange(9 if depth < 3 else 6)
    if kind == 0:
        return None
    if kind == 1:
        return rng.choice([True, False])
    if kind == 2:
        return rng.choice([-1, 0, 1, 3, 10**15, 1.5, -0.0])
    if kind <= 5:
        return rng.choice(TEXTS)
    if kind == 6:
        return [value(rng, depth + 1) for _ in range(rng.randrange(4))]
    return {key: value(rng, depth + 1) for key in rng.sample(INNER, rng.randrange(1, 7))}


class Hostile(Optimizer):
    def __init__(self, rng):
        super().__init__()
        self.rng = rng

    def __getattribute__(self, name):
        if name not in KEYS:
            return super().__getattribute__(name)
        rng = self.rng
        if rng.random() < 0.1:
            return lambda call: rng.choice(["", "no JSON", "[]", "null", '{"patch": {', '{"a": 1} {"b": 2}'])
        return lambda call: {key: value(rng) for key in KEYS[name] if rng.random() < 0.9}


class HostileTest(SkillOptCase):
    def test_a_training_goes_on(self):
        done, seen = 0, set()
        for seed in range(90):
            rng = random.Random(seed)
            settings = {
                "num_epochs": 3, "batch_size": 6, "minibatch_size": 2, "slow_update_samples": 4, "answer_tries": 1,
                "skill_update_mode": rng.choice(["patch", "patch", "rewrite_from_suggestions",
                                                 "full_rewrite_minibatch"]),
                "lr_control_mode": rng.choice(["fixed", "autonomous"]), "skill_aware_modes": "any",
                "use_skill_aware_reflection": True, "skill_aware_consolidate_threshold": 1,
                "edit_budget": rng.choice([0, 1, 4]), **({"preset": "published_code"} if rng.random() < 0.5 else {}),
                "longitudinal_pair_policy": rng.choice(["mixed", "changed", "unchanged"]),
            }
            if settings["skill_update_mode"] == "patch" and rng.random() < 0.3:
                settings["skill_files"] = "several"
            unit_done = self.peer.run("skillopt", Hostile(rng), unit(), settings)
            self.assertIsNone(unit_done.error, (seed, settings, unit_done.error))
            done += 1
            seen |= {row["action"] for row in self.rows(unit_done, "steps", "step")}
        self.assertEqual(done, 90)
        self.assertGreaterEqual(seen, {"reject", "skip_no_patches", "skip_no_rewrite"})


if __name__ == "__main__":
    main(sys.argv)
