#!/usr/bin/env python3
"""Kills of hone while containers are at work: nothing is left behind, and the end is the same."""

import os
import pathlib
import random
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from container_project import ContainerProjectTest, main  # noqa: E402

N_KILLS = int(os.environ.get("HONE_FAULT_KILLS", "20"))

# Every command depends on what the ones before it left, so a container that is built again otherwise would show.
RECIPE = """\
return recipe {
  name = "worker", uses = { "container" },
  params = { steps = param.int { 6, doc = "commands in each container" } },
  run = function(context, p)
    local notes = parallel.map({ "a", "b", "c" }, function(name)
      local c <close> = container.open { image = "test/base", workdir = "/app", limits = { memory_mb = 128 } }
      if not c then error("no container") end
      for n = 1, p.steps do
        local r = c:exec { shell = "sleep 0.05; echo " .. name .. n .. " >> log; wc -l < log; (setsid sleep 60 &)" }
        if r.stdout ~= n .. "\\n" then error(name .. ": line " .. n .. " is " .. r.stdout .. r.stderr) end
      end
      local files = c:get { path = "/app/log" }
      return files.files[1].text
    end)
    return { skill = table.concat(notes) }
  end,
}
"""

EXPERIMENT = """\
return experiment {
  name = "working", data = data.documents { path = "../notes", context_words = 400, min_words = 100 },
  models = { default = "offline/reader" }, seeds = { 1 },
  base = { recipe = "worker" }, arms = { { "worker" } },
}
"""

ARGUMENTS = ("run", "experiments/working.lua", "--limit", "2")


class ContainersKill(ContainerProjectTest):
    def setUp(self):
        super().setUp()
        self.project.write("recipes/worker.lua", RECIPE)
        self.project.write("experiments/working.lua", EXPERIMENT)
        self.dice = random.Random(7)

    def processes(self):
        """Commands of our containers that are alive: their sleeps, and what keeps them."""
        found = []
        for entry in pathlib.Path("/proc").iterdir():
            if not entry.name.isdigit():
                continue
            try:
                words = (entry / "cmdline").read_bytes().split(b"\0")
                root = os.readlink(entry / "root")
            except OSError:
                continue
            if words[0].endswith(b"hone-keeper") or (b"sleep" in words[0] and root != "/"):
                found.append((entry.name, b" ".join(words)))
        return found

    def outcome(self):
        return self.project.rows("SELECT u.name, u.result_json, u.status FROM units u ORDER BY u.name"), \
            self.project.rows("SELECT u.name, e.path, e.n, e.kind, e.exit_code FROM execs e JOIN units u USING (unit_id) "
                              "ORDER BY 1, 2, 3")

    def test_the_same_end_and_nothing_left(self):
        started = time.monotonic()
        self.assertExit(self.project.hone(*ARGUMENTS, timeout=200), 0)
        duration = time.monotonic() - started
        whole = self.outcome()
        self.assertEqual({status for _, _, status in whole[0]}, {"finished"})
        before = {pid for pid, _ in self.processes()}
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
                _, errors = process.communicate(timeout=200)
                if process.returncode != -9:
                    self.assertEqual(process.returncode, 0, errors)
                    break
                kills += 1
                if self.project.db.exists():
                    now = self.journaled()
                    progress += now > seen
                    seen = max(seen, now)
            self.assertEqual(self.outcome(), whole)
            left = {pid for pid, _ in self.processes()} - before
            self.assertEqual(left, set(), self.processes())
        # Nothing of what dead runners made lies in the store.
        store = pathlib.Path(self.containers["HONE_IMAGES"]) / "containers"
        self.assertEqual([path.name for path in store.glob("*")], [])
        print(f"{kills} kills, {progress} after new effects, {databases} databases", file=sys.stderr)
        self.assertGreater(progress, 0)

    def journaled(self):
        try:
            return self.project.one("SELECT count(*) FROM journal")
        except Exception:  # the file was made, and nothing in it yet
            return 0


if __name__ == "__main__":
    main(sys.argv)
