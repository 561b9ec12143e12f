#!/usr/bin/env python3
"""The controls of the quickstart, run whole: every arm is there and complete. Prints the table; what the
gains are is a finding, not a condition."""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from project import ProjectTest, main  # noqa: E402

SOURCE = pathlib.Path(__file__).resolve().parents[2]
STUDY = SOURCE / "experiments" / "quickstart_controls.lua"


class ControlsTest(ProjectTest):
    def test_every_control_is_complete(self):
        p = self.project
        answer = p.hone("run", STUDY, timeout=900)
        print(answer.stdout, answer.stderr, sep="\n", flush=True)
        self.assertExit(answer, 0)
        arms = dict(p.rows("SELECT name, config_json FROM arms"))
        self.assertEqual(
            set(arms),
            {"No skill", "Ctx2Skill", "Skill of another context", "Unrelated text", "No skill, whole attention",
             "Ctx2Skill, whole attention"},
        )
        self.assertEqual(p.rows("SELECT DISTINCT status FROM runs"), [("complete",)])
        cells = p.rows("SELECT a.name, count(*), count(ru.evaluate_unit_id) FROM arms a JOIN runs USING (arm_id) "
                       "JOIN run_units ru USING (run_id) GROUP BY a.name")
        self.assertEqual(len({row[1:] for row in cells}), 1, cells)
        self.assertTrue(all(planned == evaluated > 0 for _, planned, evaluated in cells), cells)
        hashes = {
            (arm, seed, item): skill
            for arm, seed, item, skill in p.rows(
                "SELECT a.name, replicate, ru.name, hex(skill_hash) FROM arms a JOIN runs USING (arm_id) "
                "JOIN run_units ru USING (run_id)")
        }
        clusters = dict(p.rows("SELECT DISTINCT name, cluster FROM run_units"))
        own = {key[1:]: skill for key, skill in hashes.items() if key[0] == "Ctx2Skill"}
        for (arm, seed, item), skill in hashes.items():
            if arm == "Skill of another context":
                givers = {other for (s, other), text in own.items() if s == seed and text == skill}
                self.assertTrue(any(clusters[giver] != clusters[item] for giver in givers), (seed, item))
        # An unrelated text is nobody's skill, and is of the skill's length.
        with_text = [key[1:] for key, skill in hashes.items()
                     if key[0] == "Unrelated text" and skill == own[key[1:]]]
        empty = "E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855"
        self.assertTrue(all(own[place] == empty for place in with_text), with_text)
        baselines = dict(p.rows("SELECT name, baseline FROM arms"))
        self.assertEqual(baselines["Ctx2Skill, whole attention"], "No skill, whole attention")
        # Run again: nothing new, the same table.
        again = p.hone("run", STUDY, timeout=900)
        self.assertExit(again, 0)
        self.assertEqual(again.stdout, answer.stdout)
        self.assertIn(" 0 new calls", again.stderr)


if __name__ == "__main__":
    main(sys.argv)
