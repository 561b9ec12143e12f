#!/usr/bin/env python3
"""A recipe that is edited while its run is half-finished is stopped before anything is sent."""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from project import ProjectTest, main  # noqa: E402

STUDY = "experiments/study.lua"
RECIPE = "recipes/small.lua"
PROMPT = "recipes/prompts/small/challenger.md"

# what is edited, and how the difference is told
EDITS = {
    "a prompt": (
        (PROMPT, "You set questions on a text.", "You set hard questions on a text."),
        "call 1 (role challenger, step challenge): this execution differs from its record: message 1 "
        '(system) differs from byte 8: recorded "You set questions on a text. Every question',
    ),
    "a parameter": (
        (STUDY, '{ "Small" }', '{ "Small", tasks = 4 }'),
        "call 1 (role challenger, step challenge): this execution differs from its record: message 2 (user) differs",
    ),
    "a step": (
        (RECIPE, 'skill = "" },', 'skill = "Read twice." },'),
        "path '1', call 1 (role reasoner, step solve): this execution differs from its record: message 1 (system)",
    ),
    "a model": (
        (STUDY, '"offline/reader" },', '"offline/reader:slip=0.5" },'),
        "the request is the same, but not its model",
    ),
}


class DivergenceTest(ProjectTest):
    def half(self, calls=12):
        """A run of the small recipe that stopped in the middle."""
        answer = self.project.hone("run", STUDY, "--arm", "Small", f"budget.calls={calls}")
        self.assertExit(answer, 4)
        return self.record()

    def record(self):
        p = self.project
        return {
            "calls": p.rows("SELECT hex(key), status, answered_at_ms FROM calls ORDER BY key"),
            "sends": p.rows("SELECT hex(key), n, outcome FROM sends JOIN calls USING (call_id) ORDER BY key, n"),
        }

    def test_an_edit_is_named_before_anything_is_sent(self):
        for name, (change, says) in EDITS.items():
            with self.subTest(name):
                self.setUp()
                before = self.half()
                self.project.edit(*change)
                answer = self.project.hone("run", STUDY, "--arm", "Small")
                self.assertExit(answer, 3)
                self.assertEqual(self.record(), before)
                told = [line for line in answer.stderr.splitlines() if line.startswith("warning: ")]
                self.assertTrue(told, answer.stderr)
                self.assertRegex(told[0], r"^warning: Small / 1 / [^ ]+: diverged: path '")
                self.assertIn(says, answer.stderr)
                self.assertIn("--accept-divergence", answer.stderr)
                # Told again it is told again: the first telling spent the record on nothing.
                again = self.project.hone("run", STUDY, "--arm", "Small")
                self.assertExit(again, 3)
                self.assertIn(says, again.stderr)
                self.assertEqual(self.record(), before)

    def test_accepted_it_goes_on(self):
        before = self.half()
        change, says = EDITS["a prompt"]
        self.project.edit(*change)
        self.assertExit(self.project.hone("run", STUDY, "--arm", "Small"), 3)
        answer = self.project.hone("run", STUDY, "--arm", "Small", "--accept-divergence")
        self.assertExit(answer, 0)
        kept = {row[0] for row in self.record()["calls"]}
        self.assertTrue({row[0] for row in before["calls"]} <= kept)
        # What is on record now is what the edited program does alone.
        fresh = self.project.folder / "fresh.db"
        self.assertExit(self.project.hone("--db", fresh, "run", STUDY, "--arm", "Small"), 0)
        uses = self.current_uses()
        self.assertEqual(uses, self.current_uses(fresh))
        # And the run is as good as any: nothing diverges, nothing is bought.
        answer = self.project.hone("run", STUDY, "--arm", "Small")
        self.assertExit(answer, 0)
        self.assertIn(" 0 new calls", answer.stderr)

    def current_uses(self, db=None):
        p = self.project
        newest = p.one("SELECT max(experiment_id) FROM experiments", db=db)
        return p.rows(
            "SELECT DISTINCT ru.name, u.path, u.ordinal, hex(c.key) FROM run_units ru JOIN runs USING (run_id) "
            "JOIN arms USING (arm_id) JOIN uses u ON u.unit_id IN (ru.unit_id, ru.evaluate_unit_id) "
            "JOIN calls c USING (call_id) WHERE experiment_id = ? ORDER BY 1, 2, 3, 4",
            newest,
            db=db,
        )

    def test_undone_it_goes_on_as_if_nothing_had_been(self):
        self.half()
        (file, before, after), _ = EDITS["a step"]
        self.project.edit(file, before, after)
        self.assertExit(self.project.hone("run", STUDY, "--arm", "Small"), 3)
        self.project.edit(file, after, before)
        self.assertExit(self.project.hone("run", STUDY, "--arm", "Small"), 0)
        fresh = self.project.folder / "fresh.db"
        self.assertExit(self.project.hone("--db", fresh, "run", STUDY, "--arm", "Small"), 0)
        self.assertEqual(self.project.calls(), self.project.calls(fresh))

    def test_a_comment_is_no_difference(self):
        half = self.half()
        self.project.edit(RECIPE, "local steps = {}", "-- What it does in a round.\nlocal steps = {}")
        self.project.edit(PROMPT, "<!-- Sets tasks on a context. -->", "<!-- Sets tasks. -->")
        answer = self.project.hone("run", STUDY, "--arm", "Small")
        self.assertExit(answer, 0)
        fresh = self.project.folder / "fresh.db"
        self.assertExit(self.project.hone("--db", fresh, "run", STUDY, "--arm", "Small"), 0)
        # The calls are those of a run that never stopped: none twice, none besides.
        self.assertEqual(self.project.calls(), self.project.calls(fresh))
        sent = self.record()["sends"]
        self.assertEqual(len(sent), len({key for key, _, _ in sent}))
        self.assertTrue(set(half["sends"]) <= set(sent))

    def test_after_completion_an_edit_is_a_new_experiment(self):
        p = self.project
        self.assertExit(p.hone("run", STUDY), 0)
        old = p.json("table", "study")
        self.assertEqual(p.one("SELECT count(*) FROM experiments"), 1)
        change, _ = EDITS["a step"]
        p.edit(*change)
        answer = p.hone("run", STUDY)
        self.assertExit(answer, 0)
        rows = p.rows("SELECT name, hex(hash), status FROM experiments ORDER BY experiment_id")
        self.assertEqual([(name, status) for name, _, status in rows], [("study", "complete")] * 2)
        self.assertNotEqual(rows[0][1], rows[1][1])
        # The name means the newest; the old one is history, by its hash.
        self.assertNotEqual(p.json("table", "study"), old)
        self.assertEqual(p.json("table", rows[0][1][:12].lower()), old)
        listed = p.json("ls")
        self.assertEqual(len(listed), 2)


if __name__ == "__main__":
    main(sys.argv)
