#!/usr/bin/env python3
"""200 planted expected values, of all kinds and in all the forms in which verifiers print them: at the levels none, score,
tests and masked none reaches a message to the evolver, its container, the workspace or its history."""

import json
import random
import sys

from recipe_test import RecipeTest, main
from skillforge_loop_test import QUIET
from skillforge_roles import Models, stream, world

FORMS = [
    "E       AssertionError: assert 'x' == {!r}", "AssertionError: {} != 0", "Expected: {}", "expected {} but got 7", "got 7, want {}",
    "    self.assertEqual(total, {!r})", "E  - {}", "+ {}", "- {}", "actual = 7, expected = {}", "the total should be {} here",
    "tests/test_outputs.py::test_case[{}] FAILED", "tests/test_outputs.py::test_case[a {} b-1] PASSED  [ 50%]",
    "FAILED tests/test_outputs.py::test_case[{}] - AssertionError: no", "{{'total': {!r}, 'n': 3}}", "[1, {!r}, [2, 3]]", "({!r}, None)",
    "total: {}", "expected:\n    {}\n", "First differing element 0:\n{!r}\n7\n", "wrong value {} in row", "{} is not 7",
    "rows differ: {!r} vs {!r}", "E   assert (7 + 1) == {}", "KeyError: {!r}", "ValueError: could not read {!r}",
]
WORDS = "amber birch cobalt drift ember fjord grove heron islet juniper kestrel larch meadow nettle osprey".split()


def planted(draw, n):
    """The n-th value: numbers, texts, containers, quantities, identifiers."""
    word = draw.choice(WORDS)
    kinds = [lambda: str(draw.randint(10_000, 99_999_999)), lambda: f"-{draw.randint(100, 9999)}.{draw.randint(100, 999)}",
             lambda: f"{draw.random() * 1e-9:.9e}", lambda: f"{draw.randint(10, 99)},{draw.randint(100, 999)},{draw.randint(100, 999)}",
             lambda: f"20{draw.randint(30, 99)}-0{draw.randint(1, 9)}-1{draw.randint(0, 9)}", lambda: f"{draw.randint(1000, 9999)}.5 kg",
             lambda: f"{draw.randint(1000, 9999)} km/h", lambda: f"{draw.randint(100, 999)}.75%", lambda: f"{word}{n}x{draw.randint(10, 99)}",
             lambda: f"{word} {draw.choice(WORDS)} {n}{n}", lambda: f"{word}-{n}@host.example", lambda: f"/srv/{word}/{n}{n}{n}.out",
             lambda: f"{draw.getrandbits(48):#x}", lambda: f"{word}_{n}{n}é", lambda: f"[{n}{n}{n}, {draw.randint(1000, 9999)}]",
             lambda: f"{{'{word}': {n}{n}{n}}}"]
    return kinds[n % len(kinds)]()


class MaskingTest(RecipeTest):
    def test_no_planted_value_is_seen(self):
        draw = random.Random(20260330)
        values = [planted(draw, n) for n in range(200)]
        self.assertEqual(len(set(values)), 200)
        lines = [FORMS[n % len(FORMS)].format(value, value) for n, value in enumerate(values)]
        pages = [lines[i:i + 25] for i in range(0, len(lines), 25)]
        for level in ("none", "score", "tests", "masked", "full"):
            leaked = set()
            for page, first in zip(pages, range(0, len(lines), 25)):
                output = "\n\n".join(page) + "\n\n== 3 failed, 1 passed in 0.1s =="
                models = Models(world(("a",)))
                models.world.verify = lambda asset, files, text=output: {"passed": False, "stdout": text}
                settings = {**QUIET, "feedback_level": level, "max_cycles": 2, "no_direct_answers": False,
                            "task_skill_mode": "retry_only"}
                unit = self.play("skillforge", models, stream("a"), **settings)
                seen = "\n".join([*(call.text for call in unit.of("evolver")),
                                  *(file.get("text", "") for box in models.world.evolvers() for file in box.files.values()),
                                  *(json.dumps(commit, ensure_ascii=False) for commit in models.world.workspaces["#1"].log)])
                leaked |= {value for value in values[first:first + 25] if value in seen}
            if level == "full":
                self.assertGreater(len(leaked), 190, "the values are there to be seen")
            else:
                self.assertEqual(leaked, set(), level)


if __name__ == "__main__":
    main(sys.argv)
