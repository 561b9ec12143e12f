#!/usr/bin/env python3
"""AutoSkill4Doc: no text is lost on the way to a window, and no skill without a row on the way to the set."""

import pathlib
import random
import sys

from recipe_test import RecipeTest, main
from scripted_roles import Roles

WORDS = "harbour vessel crown night fire deck rule § naïve 港口 clause schedule annex".split()


def document(draw, n_blocks):
    """Headings of several kinds, lists, numbered steps, very long paragraphs, odd blank lines."""
    blocks = []
    for _ in range(n_blocks):
        kind = draw.choice(("heading", "number", "step", "prose", "long", "list", "endless"))
        words = [draw.choice(WORDS) for _ in range({"prose": 60, "long": 500, "list": 12, "endless": 1}.get(kind, 4))]
        text = " ".join(words)
        blocks.append({
            "heading": "#" * draw.randint(1, 4) + " " + text.capitalize(),
            "number": f"{draw.randint(1, 9)}.{draw.randint(1, 9)} {text.capitalize()}",
            "step": f"{draw.randint(1, 9)}. {text.capitalize()}.",
            "list": "\n".join("- " + word for word in words),
            "endless": draw.choice(WORDS) * 700,
        }.get(kind, text + "."))
    return draw.choice(("", "\n\n")) + draw.choice(("\n\n", "\n\n\n", "\r\n\r\n")).join(blocks) + draw.choice(("", "\n"))


def candidate(name, prompt, **lists):
    return {"name": name, "description": f"What {name} is for.", "prompt": prompt, "triggers": [], "constraints": [],
            "cautions": [], "output_contract": [], "confidence": 0.5, "workflow_steps": [f"Do {prompt}."], **lists}


class WindowsTest(RecipeTest):
    def windows(self, text, roles=None, **settings):
        unit = self.play("autoskill4doc", roles or Roles(skill_candidates=lambda roles, call: {"skills": []}),
                         context={"id": "d", "context": {"text": text}}, **settings)
        return unit, [call.text.split("<context>\n", 1)[1].split("\n</context>\n\nThis is excerpt", 1)[0]
                      for call in unit.of("extractor")]

    def metrics(self, unit):
        return {row["name"]: row["value"] for row in unit.table("metrics").values()}

    def test_every_character_is_in_a_window(self):
        draw = random.Random(7)
        for trial in range(40):
            size, overlap = draw.choice(((400, 0), (400, 150), (2400, 200), (6000, 300)))
            text = document(draw, draw.randint(1, 30))
            unit, windows = self.windows(text, window_chars=size, overlap_chars=overlap)
            self.assertEqual(self.metrics(unit)["coverage"], 1.0)
            self.assertTrue(all(0 < len(window) <= size for window in windows), trial)
            at = 0  # each begins at or before the end of the one before it, and nothing stands between them
            for window in windows:
                starts = [start for start in range(max(0, at - overlap), at + 1) if text.startswith(window, start)]
                self.assertTrue(starts, (trial, at, window[:80]))
                at = starts[-1 if overlap == 0 else 0] + len(window)
            self.assertEqual(at, len(text))
            bound = self.peer.ask(8, {"program": "recipes.autoskill4doc", "unit": {"context_bytes": len(text.encode())},
                                      "params": self.peer.parameters("autoskill4doc", {
                                          "window_chars": size, "overlap_chars": overlap, "recombine": "none"})})
            self.assertLessEqual(len(windows), bound["parts"]["loop"])

    def test_a_real_document(self):
        text = pathlib.Path("/usr/share/common-licenses/GPL-3").read_text()
        unit, windows = self.windows(text)
        self.assertEqual("".join(windows), text, "no paragraph is so long that windows overlap")
        self.assertGreater(min(len(window) for window in windows[:-1]), 600)

    def test_recombination(self):
        pages = {"1 of": [candidate("open", "HOURS", triggers=["six"]), {"name": "no text"}],
                 "2 of": [candidate("open", "HOURS-AGAIN", triggers=["six", "seven"]), candidate("fees", "FEES four crowns"),
                          candidate("late", "LATE fees crowns")],
                 "3 of": [candidate("fire", "FIRE"), candidate("none", "NOTHING fees")]}
        text = "\n\n".join(f"# Page {n}\n\n" + "word " * 120 for n in (1, 2, 3))
        def find(roles, call):
            return {"skills": next(skills for page, skills in pages.items() if f"This is excerpt {page}" in call.text)}
        def decide(roles, call):
            if "LATE" in call.tagged("candidate")[0]:
                return {"action": "merge", "target": 1, "reason": "same", "skill": candidate("money", "FEES and LATE")}
            return {"action": "discard" if "NOTHING" in call.tagged("candidate")[0] else "create", "target": None,
                    "reason": "", "skill": None}
        unit, windows = self.windows(text, Roles(skill_candidates=find, recombination=decide), window_chars=700)
        self.assertEqual(len(windows), 3)
        skill = unit.result["skill"]
        self.assertEqual([line for line in skill.splitlines() if line.startswith("## ")], ["## open", "## money", "## fire"])
        # Equal identities are one skill with the words of both.
        self.assertIn("HOURS\n\nHOURS-AGAIN\n\n### When to use\n\n- six\n- seven\n", skill)
        self.assertNotIn("NOTHING", skill)
        actions = [row["action"] for row in unit.table("edits").values()]
        self.assertEqual(sorted(set(actions)), ["collapse", "create", "discard", "merge"])
        self.assertEqual(self.metrics(unit), {"windows": 3, "coverage": 1, "windows_without_answer": 0, "candidates_refused": 1})
        # The released code asks for no decision.
        unit, _ = self.windows(text, Roles(skill_candidates=find), window_chars=700, preset="published_code")
        self.assertEqual({call.role for call in unit.calls}, {"extractor"})
        self.assertEqual(unit.result["skill"].count("\n## "), 5)

    def test_answers_that_cannot_be_used_lose_nothing_else(self):
        text = "\n\n".join(f"# Page {n}\n\n" + "word " * 120 for n in (1, 2, 3))
        def find(roles, call):
            if "This is excerpt 2" in call.text:
                return "no JSON"
            return {"skills": [candidate(f"page-{roles.count('page')}", "the same words")]}
        roles = Roles(skill_candidates=find, recombination=lambda roles, call: {"action": "merge", "target": 7})
        unit, windows = self.windows(text, roles, window_chars=700)
        self.assertEqual(len(windows), 2 + 2, "the unreadable one is asked once more")
        self.assertEqual(self.metrics(unit)["windows_without_answer"], 1)
        self.assertEqual(unit.result["skill"].count("\n## page-"), 2)
        self.assertIn("window 2: no usable skills", unit.logs[0])
        self.assertEqual(self.windows(text, Roles(skill_candidates=lambda r, c: "no JSON"))[0].result, {})


if __name__ == "__main__":
    main(sys.argv)
