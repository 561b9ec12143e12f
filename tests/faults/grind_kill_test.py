#!/usr/bin/env python3
"""Kills in the middle of a grind in real containers: the same library, the same table, nothing left behind."""

import os
import pathlib
import random
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from container_project import ContainerProjectTest, main  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parents[2]
N_KILLS = int(os.environ.get("HONE_FAULT_KILLS", "20"))
ARGUMENTS = ("run", ROOT / "experiments/skillforge/grinding.lua", "seeds=1", "data.category=csv")
BASE = ROOT / ".deps/images/base.tar"


class GrindKill(ContainerProjectTest):
    def setUp(self):
        super().setUp()
        if not BASE.exists():
            self.skipTest(f"{BASE} is not there: ./dev images makes it")
        added = self.project.hone("image", "add", "hone/base:bookworm", BASE, timeout=120)
        self.assertExit(added, 0)
        self.dice = random.Random(int(os.environ.get("HONE_FAULT_SEED", "11")))

    def left(self):
        """Sandboxes, mounts and folders of containers that are still there."""
        store = pathlib.Path(self.containers["HONE_IMAGES"]) / "containers"
        mounts = [line for line in pathlib.Path("/proc/self/mountinfo").read_text().splitlines() if str(store) in line]
        keepers = subprocess.run(["pgrep", "-f", str(store)], capture_output=True, text=True).stdout.split()
        return [path.name for path in store.glob("*")], mounts, keepers

    def library(self):
        """Commits and tags of the workspaces, as git has them."""
        found = {}
        for folder in sorted(self.project.db.with_name(self.project.db.name + ".work").glob("*/*")):
            git = ["git", "-c", "safe.directory=*", "-C", str(folder)]
            found[f"{folder.parent.name}/{folder.name}"] = [
                subprocess.run([*git, *words], check=True, capture_output=True, text=True).stdout
                for words in (("log", "--format=%H %s"), ("for-each-ref", "--format=%(refname) %(objectname)"))]
        return found

    def outcome(self):
        attempts = self.project.rows(
            "SELECT u.kind, t.name, a.path, a.n, a.step, a.purpose, a.solved, a.score, a.failure_class, a.infrastructure "
            "FROM attempts a JOIN units u USING (unit_id) JOIN tasks t USING (task_id) ORDER BY 1, 2, 3, 4")
        commits = self.project.rows("SELECT path, n, hash, message, tag FROM commits ORDER BY 1, 2, 3")
        table = self.project.hone("table", "skillforge_grinding")
        self.assertExit(table, 0)
        return attempts, commits, table.stdout, self.library()

    def test_the_same_grind_and_nothing_left(self):
        started = time.monotonic()
        self.assertExit(self.project.hone(*ARGUMENTS, timeout=300), 0)
        duration = time.monotonic() - started
        whole = self.outcome()
        solved = [row for row in whole[0] if row[5] == "loop" and row[6]]
        self.assertGreater(len(solved), 0)
        self.assertEqual(self.left(), ([], [], []))
        kills = progress = databases = 0
        while kills < N_KILLS:
            databases += 1
            self.project.db = self.project.folder / f"killed{databases}" / "hone.db"
            seen = 0
            while True:
                process = self.project.start(*ARGUMENTS)
                if kills < N_KILLS:
                    time.sleep(self.dice.uniform(0, duration))
                    if process.poll() is None:
                        process.kill()
                _, errors = process.communicate(timeout=300)
                if process.returncode != -9:
                    self.assertEqual(process.returncode, 0, errors)
                    break
                kills += 1
                now = self.journaled()
                progress += now > seen
                seen = max(seen, now)
            for mine, theirs in zip(self.outcome(), whole):
                self.assertEqual(mine, theirs)
            self.assertEqual(self.left(), ([], [], []))
        diverged = self.project.one("SELECT count(*) FROM journal WHERE diverged_json <> ''")
        print(f"{kills} kills of a grind of {duration:.0f} s, {progress} after new effects, {databases} databases, "
              f"{diverged} effects of the last one came out otherwise when repeated", file=sys.stderr)
        self.assertGreater(progress, 0)

    def journaled(self):
        try:
            return self.project.one("SELECT count(*) FROM journal")
        except Exception:  # the file was made, and nothing in it yet
            return 0


if __name__ == "__main__":
    main(sys.argv)
