#!/usr/bin/env python3
"""Shards: parts of an experiment in processes of their own, merged into what one process would have made."""

import os
import pathlib
import signal
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from project import EXPERIMENT, ProjectTest, main  # noqa: E402

STUDY = "experiments/study.lua"
SHARDS = 16

# Three arms, four replicates and enough contexts for sixteen parts.
WIDE = EXPERIMENT.replace("seeds = { 1 }", "seeds = { 1, 2, 3, 4 }").replace(
    "context_words = 400", "context_words = 200"
).replace('{ "Small" },', '{ "Small" },\n    { "Three rounds", iterations = 3 },')

CROSSED = WIDE.replace(
    '{ "Small" },', '{ "Small" },\n    { "Of another", skills_from = "Small", skill_map = "another_unit" },')


class Shards(ProjectTest):
    def setUp(self):
        super().setUp()
        self.project.write(STUDY, WIDE)

    def shard_db(self, index):
        return self.project.folder / f"shard{index}.db"

    def run_shards(self, indexes, *more):
        started = [
            (i, self.project.start("--db", self.shard_db(i), "run", STUDY, "--shard", f"{i}/{SHARDS}", *more))
            for i in indexes
        ]
        for index, process in started:
            _, errors = process.communicate(timeout=240)
            self.assertEqual(process.returncode, 0, f"shard {index}: {errors}")

    def merge(self, files, db):
        answer = self.project.hone("--db", db, "merge", *files)
        self.assertExit(answer, 0)
        return answer

    def table(self, db):
        answer = self.project.hone("--db", db, "table", "study")
        self.assertExit(answer, 0)
        return answer.stdout

    def test_sixteen_shards_make_the_table_of_one_process(self):
        whole = self.project.hone("run", STUDY)
        self.assertExit(whole, 0)
        self.run_shards(range(1, SHARDS + 1))
        files = [self.shard_db(i) for i in range(1, SHARDS + 1)]

        merged = self.project.folder / "merged.db"
        self.merge(files, merged)
        self.assertEqual(self.table(merged), whole.stdout)
        self.assertEqual(self.project.calls(merged), self.project.calls())
        self.assertEqual(self.project.use_map(merged), self.project.use_map())
        # No call in two shards, and every shard had work.
        counts = [self.project.one("SELECT count(*) FROM calls", db=file) for file in files]
        self.assertGreater(min(counts), 0, counts)
        self.assertEqual(sum(counts), self.project.one("SELECT count(*) FROM calls"))
        self.assertEqual(self.project.one("PRAGMA integrity_check", db=merged), "ok")

        # Another order, and everything a second time: the same table, the same rows.
        again = self.project.folder / "again.db"
        self.merge(list(reversed(files)), again)
        before = self.project.rows("SELECT hex(unit_key), status FROM units ORDER BY unit_key", db=again)
        answer = self.merge(files, again)
        self.assertIn(" 0 units and 0 calls came over", answer.stderr)
        self.assertEqual(self.table(again), whole.stdout)
        self.assertEqual(
            self.project.rows("SELECT hex(unit_key), status FROM units ORDER BY unit_key", db=again), before)

        # What is merged continues: nothing is left to do.
        rest = self.project.hone("--db", merged, "run", STUDY)
        self.assertExit(rest, 0)
        self.assertIn(" 0 new calls", rest.stderr)
        self.assertEqual(rest.stdout, whole.stdout)

    def test_a_killed_shard_that_ran_again_leaves_no_trace(self):
        whole = self.project.hone("run", STUDY)
        self.run_shards(range(2, SHARDS + 1))
        victim = self.project.start("--db", self.shard_db(1), "run", STUDY, "--shard", f"1/{SHARDS}")
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and victim.poll() is None:
            if self.shard_db(1).exists() and self.calls_in(self.shard_db(1)) > 3:
                break
        os.kill(victim.pid, signal.SIGKILL)
        victim.communicate()
        merged = self.project.folder / "merged.db"
        files = [self.shard_db(i) for i in range(1, SHARDS + 1)]
        # Merged as it was left: its cells are visibly missing, or had just been finished.
        self.merge(files, merged)
        unfinished = self.project.one("SELECT count(*) FROM units WHERE status <> 'finished'", db=merged)
        if unfinished:
            self.assertNotEqual(self.table(merged), whole.stdout)
        self.run_shards([1])
        self.merge(files, merged)
        self.assertEqual(self.table(merged), whole.stdout)
        self.assertEqual(
            self.project.one("SELECT count(*) FROM units WHERE status <> 'finished'", db=merged), 0)

    def calls_in(self, db):
        try:
            return self.project.one("SELECT count(*) FROM calls", db=db)
        except Exception:  # the file is being made
            return 0

    def test_what_needs_another_part_is_done_after_the_merge(self):
        self.project.write(STUDY, CROSSED)
        whole = self.project.hone("run", STUDY)
        self.assertExit(whole, 0)
        for index in (1, 2):
            answer = self.project.hone("--db", self.shard_db(index), "run", STUDY, "--shard", f"{index}/2")
            self.assertExit(answer, 0)
        merged = self.project.folder / "merged.db"
        self.merge([self.shard_db(1), self.shard_db(2)], merged)
        self.assertNotEqual(self.table(merged), whole.stdout)
        rest = self.project.hone("--db", merged, "run", STUDY)
        self.assertExit(rest, 0)
        self.assertEqual(rest.stdout, whole.stdout)

    def test_a_shard_has_its_part_of_the_budget(self):
        answer = self.project.hone(
            "--db", self.shard_db(1), "run", STUDY, "--shard", "1/2", "budget.calls=20")
        self.assertExit(answer, 4)
        self.assertEqual(self.calls_in(self.shard_db(1)), 10)
        answer = self.project.hone(
            "--db", self.shard_db(2), "run", STUDY, "--shard", "2/2", "--share", "1", "budget.calls=20")
        self.assertExit(answer, 4)
        self.assertEqual(self.calls_in(self.shard_db(2)), 20)

    def test_errors(self):
        answer = self.project.hone("run", STUDY, "--shard", "0/4")
        self.assertExit(answer, 2)
        self.assertIn("expected K/N", answer.stderr)
        answer = self.project.hone("--db", "other.db", "merge", "none.db")
        self.assertExit(answer, 2)
        self.assertIn("none.db", answer.stderr)


if __name__ == "__main__":
    main(sys.argv)
