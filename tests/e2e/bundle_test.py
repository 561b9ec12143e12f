#!/usr/bin/env python3
"""Bundles, forgetting, rejudging and the labels of people."""

import json
import pathlib
import re
import shutil
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from project import EXPERIMENT, Project, ProjectTest, main  # noqa: E402

STUDY = "experiments/study.lua"
OTHER = EXPERIMENT.replace('name = "study"', 'name = "other"').replace("seeds = { 1 }", "seeds = { 1, 2 }")


def new_calls(answer):
    return int(re.search(r"(\d+) new calls", answer.stderr).group(1))


class Bundle(ProjectTest):
    def setUp(self):
        super().setUp()
        self.project.write("experiments/other.lua", OTHER)
        self.first = self.project.hone("run", STUDY)
        self.assertExit(self.first, 0)

    def test_a_bundle_rebuilds_the_table_without_a_network(self):
        self.assertExit(self.project.hone("run", "experiments/other.lua"), 0)
        bundle = self.project.folder / "study.hone"
        answer = self.project.hone("export", "study", "--bundle", bundle, "--with-data")
        self.assertExit(answer, 0)
        # One experiment, its calls and nothing of the other's.
        self.assertEqual(self.project.rows("SELECT name FROM experiments", db=bundle), [("study",)])
        self.assertEqual(self.project.rows("SELECT DISTINCT replicate FROM calls", db=bundle), [("1",)])
        self.assertEqual(self.project.one("PRAGMA integrity_check", db=bundle), "ok")
        self.assertNotEqual(self.project.one("SELECT value FROM meta WHERE key = 'file_uid'", db=bundle),
                            self.project.one("SELECT value FROM meta WHERE key = 'file_uid'"))

        # Somewhere else, with nothing but the file.
        elsewhere = Project(self.project.program)
        self.addCleanup(elsewhere.remove)
        for name in ("recipes", "experiments", "notes", "results"):
            shutil.rmtree(elsewhere.folder / name, ignore_errors=True)
        moved = elsewhere.folder / "study.hone"
        shutil.move(bundle, moved)
        self.assertEqual(sorted(p.name for p in elsewhere.folder.iterdir()), ["study.hone"])
        without_network = ["unshare", "-n"] if self.may_unshare() else []
        print("networking disabled by " + ("unshare -n" if without_network else "--offline only"), file=sys.stderr)

        def hone(*arguments):
            return subprocess.run([*without_network, elsewhere.program, *map(str, arguments)], cwd=elsewhere.folder,
                                  env=elsewhere.environment(), capture_output=True, text=True, timeout=120)

        shown = hone("--db", moved, "table", "study")
        self.assertExit(shown, 0)
        self.assertEqual(shown.stdout, self.first.stdout)
        written = hone("--db", moved, "export", "--sources", ".")
        self.assertExit(written, 2)  # the folder is not empty: nothing is written over
        written = hone("--db", moved, "export", "--sources", "project")
        self.assertExit(written, 0)
        self.assertIn("hone run experiments/study.lua", written.stderr)
        for name in ("recipes/small.lua", "recipes/prompts/small/challenger.md", STUDY, "notes/Apache-2.0.txt"):
            self.assertEqual((elsewhere.folder / "project" / name).read_text(), (self.project.folder / name).read_text())

        def run(*arguments):
            return subprocess.run([*without_network, elsewhere.program, "--db", "../new.db", "run", STUDY, "--ledger",
                                   str(moved), *arguments], cwd=elsewhere.folder / "project",
                                  env=elsewhere.environment(), capture_output=True, text=True, timeout=120)

        rebuilt = run("--offline")
        self.assertExit(rebuilt, 0)
        self.assertEqual(rebuilt.stdout, self.first.stdout)
        self.assertEqual(new_calls(rebuilt), 0)
        # One switch changed: only the difference is bought; without buying it is named as missing.
        changed = run("iterations=3", "--offline")
        self.assertExit(changed, 3)
        self.assertIn("is not in the ledger", changed.stderr)
        changed = run("iterations=3")
        self.assertExit(changed, 0)
        alone = self.project.hone("--db", "alone.db", "run", STUDY, "iterations=3")
        self.assertExit(alone, 0)
        self.assertEqual(changed.stdout, alone.stdout)
        self.assertGreater(new_calls(changed), 0)
        self.assertLess(new_calls(changed), new_calls(alone))

    def may_unshare(self):
        return subprocess.run(["unshare", "-n", "true"], capture_output=True).returncode == 0

    def test_a_bundle_never_writes_over_a_file(self):
        self.project.write("there.hone", "x")
        answer = self.project.hone("export", "study", "--bundle", "there.hone")
        self.assertExit(answer, 2)
        self.assertIn("is there already", answer.stderr)

    def test_forgetting_keeps_what_others_need_and_what_was_paid(self):
        other = self.project.hone("run", "experiments/other.lua")
        self.assertExit(other, 0)
        calls = self.project.one("SELECT count(*) FROM calls")
        self.assertExit(self.project.hone("forget", "study"), 0)
        self.assertEqual(self.project.rows("SELECT name FROM experiments"), [("other",)])
        self.assertEqual(self.project.one("SELECT count(*) FROM calls"), calls)
        self.assertEqual(self.project.hone("table", "other").stdout, other.stdout)
        again = self.project.hone("run", STUDY)
        self.assertEqual(new_calls(again), 0)
        self.assertEqual(again.stdout, self.first.stdout)

        self.assertExit(self.project.hone("forget", "other", "--answers"), 0)
        self.assertLess(self.project.one("SELECT count(*) FROM calls"), calls)
        self.assertEqual(self.project.rows("SELECT DISTINCT replicate FROM calls"), [("1",)])
        self.assertEqual(self.project.hone("table", "study").stdout, self.first.stdout)
        self.assertExit(self.project.hone("forget", "study", "--answers"), 0)
        for table in ("experiments", "arms", "runs", "units", "calls", "sends", "uses", "attempts", "texts"):
            self.assertEqual(self.project.one(f"SELECT count(*) FROM {table}"), 0, table)

    def test_another_judge_grades_the_same_answers(self):
        judge = "offline/reader:slip=0.3"
        answer = self.project.hone("run", "--rejudge", "study", f"judge={judge}")
        self.assertExit(answer, 0)
        self.assertGreater(new_calls(answer), 0)
        # Only the judge was called, and the answers are those on record.
        self.assertEqual(
            self.project.rows("SELECT DISTINCT role, model FROM uses JOIN calls USING (call_id) WHERE call_id NOT IN "
                              "(SELECT call_id FROM run_calls JOIN experiments USING (experiment_id) WHERE name = 'study')"),
            [("judge", judge)])
        name = self.project.one("SELECT name FROM experiments WHERE name <> 'study'")
        answers = "SELECT DISTINCT a.answer_text_id FROM report_attempts v JOIN attempts a USING (attempt_id) WHERE v.experiment = ? ORDER BY 1"
        self.assertEqual(self.project.rows(answers, name), self.project.rows(answers, "study"))
        self.assertEqual(self.project.rows("SELECT DISTINCT a.origin FROM arms a JOIN experiments e USING "
                                           "(experiment_id) WHERE e.name = ?", name), [("rejudge",)])
        table = self.project.hone("table", name, "--extras")
        self.assertExit(table, 0)
        self.assertIn("kappa", table.stdout)
        # An answer that is not on record is not bought.
        missing = self.project.hone("run", "--rejudge", "study", f"judge={judge}", "seeds=1,7")
        self.assertExit(missing, 3)
        self.assertIn("is not in the ledger", missing.stderr)
        self.assertExit(self.project.hone("run", "--rejudge", "study"), 2)

    def test_what_people_say_is_on_record(self):
        sheet = self.project.folder / "sheet.jsonl"
        self.assertExit(self.project.hone("export", "study", "--labels", sheet), 0)
        rows = [json.loads(line) for line in sheet.read_text().splitlines()]
        self.assertGreater(len(rows), 5)
        for row in rows:  # blind: neither arm nor verdict
            self.assertEqual(sorted(row), ["answer", "note", "reply", "rubric", "status", "task", "text"])
            self.assertIsNone(row["status"])
        verdicts = dict(((a, n), s) for a, n, s in self.project.rows(
            "SELECT lower(hex(c.key)), v.n, v.status FROM verdicts v JOIN attempts a USING (attempt_id) "
            "JOIN calls c ON c.call_id = a.call_id WHERE a.purpose = 'report'"))
        for i, row in enumerate(rows[:-1]):  # the last is left blank; every third disagrees
            judged = verdicts[(row["answer"], row["rubric"])]
            row["status"] = judged if i % 3 else ("no" if judged == "yes" else "yes")
        sheet.write_text("".join(json.dumps(row) + "\n" for row in rows))
        answer = self.project.hone("convert", "labels", sheet, "--labeller", "ann")
        self.assertExit(answer, 0)
        self.assertEqual(self.project.one("SELECT count(*) FROM labels WHERE labeller = 'ann'"), len(rows) - 1)
        table = self.project.hone("table", "study", "--extras")
        self.assertIn("ann", table.stdout)
        self.assertIn("kappa", table.stdout)
        # A wrong line: nothing is written, and the line is named.
        rows[0]["status"] = "maybe"
        sheet.write_text("".join(json.dumps(row) + "\n" for row in rows))
        answer = self.project.hone("convert", "labels", sheet, "--labeller", "bob")
        self.assertExit(answer, 2)
        self.assertIn("sheet.jsonl:1: status", answer.stderr)
        self.assertEqual(self.project.one("SELECT count(*) FROM labels WHERE labeller = 'bob'"), 0)


if __name__ == "__main__":
    main(sys.argv)
