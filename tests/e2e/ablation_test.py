#!/usr/bin/env python3
"""The ablation of Ctx2Skill as an object: what its rows cost together, alone, in another order and added later.

    ablation_test.py BUILD [whole]     # whole: every context and seed; else three contexts, one seed
"""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from project import ProjectTest, main  # noqa: E402

SOURCE = pathlib.Path(__file__).resolve().parents[2]
STUDY = SOURCE / "experiments" / "ablation.lua"
SUBSET = ("--limit", "3", "seeds=1")
ALONE = ("w/o Cross-Time Replay Mechanism", "w/o Hard Probe Set", "Joint Outcome Skill Update")
# Asks for nothing that the row "Ctx2Skill" does not ask for, but for the evaluation of other versions.
CHOOSES_AGAIN = ("w/o Cross-Time Replay Mechanism", "w/o Easy Probe Set", "w/o Hard Probe Set", "w/o Laplace Smoothing",
                 "Using Additive Scoring in Eq.(4)", "Using Skills from Iter-1", "Using Skills from Iter-2",
                 "Using Skills from Iter-3", "Using Skills from Iter-4")

KEYS = "SELECT hex(c.key) FROM run_calls rc JOIN calls c USING (call_id)"


class AblationTest(ProjectTest):
    def run_study(self, db, *arguments, file=STUDY):
        answer = self.project.hone("--db", db, "run", file, *SUBSET, *arguments, timeout=1800)
        self.assertExit(answer, 0)
        return answer

    def keys(self, db, arm=None):
        if arm is None:
            return {row[0] for row in self.project.rows(KEYS, db=db)}
        return {row[0] for row in self.project.rows(KEYS + " WHERE rc.arm = ?", arm, db=db)}

    def variant(self, name, change):
        """The study with its list of arms changed, in this project."""
        lines = STUDY.read_text().splitlines()
        start = next(i for i, line in enumerate(lines) if line.startswith("  arms "))
        end = next(i for i in range(start, len(lines)) if lines[i] == "  },")
        return self.project.write(f"experiments/{name}.lua", "\n".join(
            lines[:start + 1] + change(lines[start + 1:end]) + lines[end:]) + "\n")

    def test_what_the_rows_cost(self):
        p = self.project
        whole = p.folder / "whole.db"
        answer = self.run_study(whole)
        print(answer.stdout, answer.stderr, sep="\n", flush=True)
        rows = dict(p.rows("SELECT a.name, count(DISTINCT rc.call_id) FROM arms a JOIN run_calls rc USING (arm_id) "
                           "GROUP BY a.name", db=whole))
        self.assertEqual(len(rows), 16)  # the 15 of the paper, and an A/A row

        # Every call is some row's, and every answer was bought once.
        self.assertEqual({row[0] for row in p.rows("SELECT hex(key) FROM calls", db=whole)}, self.keys(whole))
        self.assertEqual(p.one("SELECT count(*) FROM sends WHERE outcome = 'answered'", db=whole), len(self.keys(whole)))

        # The price of a row alone is that of a run of this row only.
        for i, arm in enumerate(ALONE):
            db = p.folder / f"alone{i}.db"
            self.run_study(db, "--arm", arm)
            self.assertEqual(p.one("SELECT count(*) FROM calls", db=db), rows[arm], arm)
            self.assertEqual(self.keys(db), self.keys(whole, arm), arm)

        # Rows that choose again ask for nothing new in the loop and in replay.
        full = {row[0] for row in p.rows("SELECT DISTINCT call_id FROM run_calls rc WHERE arm = 'Ctx2Skill'", db=whole)}
        for arm in CHOOSES_AGAIN:
            of_recipe = {row[0] for row in p.rows(
                "SELECT us.call_id FROM arms a JOIN runs USING (arm_id) JOIN run_units ru USING (run_id) "
                "JOIN uses us ON us.unit_id = ru.unit_id WHERE a.name = ?", arm, db=whole)}
            self.assertTrue(of_recipe)
            self.assertLessEqual(of_recipe, full, arm)
        # The A/A row shares nothing with anybody.
        again = self.keys(whole, "Ctx2Skill, other draws")
        others = set().union(*(self.keys(whole, arm) for arm in rows if arm != "Ctx2Skill, other draws"))
        self.assertFalse(again & others)

        total, alone = len(self.keys(whole)), sum(rows.values())
        print(f"{len(rows)} rows: {total} calls together, {alone} alone: {100 * total / alone:.1f} %", flush=True)
        paper = [arm for arm in rows if arm != "Ctx2Skill, other draws"]
        print(f"without the A/A row: {len(others)} together, {sum(rows[arm] for arm in paper)} alone: "
              f"{100 * len(others) / sum(rows[arm] for arm in paper):.1f} %", flush=True)
        self.assertLessEqual(total, 0.55 * alone)

        # The order of the rows does not matter.
        reverse = p.folder / "reverse.db"
        self.run_study(reverse, file=self.variant("reverse", lambda arms: arms[::-1]))
        self.assertEqual(self.keys(reverse), self.keys(whole))
        for arm in rows:
            self.assertEqual(self.keys(reverse, arm), self.keys(whole, arm), arm)

        # A row that is added later costs what nobody has asked for yet.
        late = "Joint Outcome Skill Update"
        later = p.folder / "later.db"
        self.run_study(later, file=self.variant("fewer", lambda arms: [a for a in arms if late not in a]))
        before = self.keys(later)
        self.run_study(later)
        self.assertEqual(self.keys(later), self.keys(whole))
        self.assertEqual(self.keys(whole) - before, self.keys(whole, late) - before)


if __name__ == "__main__":
    if "whole" in sys.argv:
        sys.argv.remove("whole")
        SUBSET = ()
    main(sys.argv)
