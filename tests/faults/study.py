"""What the fault tests run: a self-play study on licence texts, and a recipe that only asks.

A test program takes the build folder as its first argument. Figures that belong into a report are
printed with note(); random moments come from one seed, printed, and set again with HONE_FAULT_SEED.
"""

import os
import pathlib
import random
import re
import signal
import subprocess
import sys
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "support"))

import counting_server  # noqa: E402
import project  # noqa: E402
import snapshot  # noqa: E402

SELF_PLAY = """\
return experiment {
  name = "self_play",
  data = data.documents {
    path = "/usr/share/common-licenses", include = { "GPL-3", "MPL-2.0", "Apache-2.0", "GFDL-1.3" },
    context_words = 1500, min_words = 500, tasks_per_context = 6, max_contexts = 6,
  },
  models = { default = "offline/reader" },
  seeds = { 1, 2, 3 },
  base = { recipe = "ctx2skill" },
  arms = {
    { "No skill", recipe = "no_skill" },
    { "Ctx2Skill" },
    { "Ctx2Skill w/o replay", select = "last" },
  },
  evaluate = { with = "rubrics", judge = "offline/reader" },
  table = { baseline = "No skill" },
}
"""

ECHO_RECIPE = """\
return recipe {
  name = "echo",
  doc = "Asks questions at once and keeps how many were answered.",
  unit = "context",
  uses = { "llm" },
  params = {
    questions = param.int { 20, min = 1, doc = "asked at once" },
    words = param.int { 0, min = 0, doc = "padding of a question" },
  },
  run = function(context, p)
    local numbers = {}
    for i = 1, p.questions do numbers[i] = i end
    local answers = parallel.map(numbers, function(i)
      return llm.chat {
        role = "reasoner", sampling = { max_tokens = 100 },
        messages = { { role = "user", content = "Question " .. i .. string.rep(" word", p.words) } },
      }.text
    end)
    return { skill = "---\\nname: echo\\ndescription: Counts.\\n---\\n\\n" .. #answers .. " answers.\\n" }
  end,
}
"""

ECHO = """\
return experiment {
  name = "echo",
  data = data.documents { path = "../notes", context_words = 400, min_words = 100, max_contexts = 1 },
  models = { default = "openai/canned@mock" },
  seeds = { 1 },
  base = { recipe = "echo" },
  arms = { { "Echo" } },
}
"""

BUILD = None  # set by main()


def note(text):
    print(f"   {text}", flush=True)


def dice():
    seed = int(os.environ.get("HONE_FAULT_SEED") or random.SystemRandom().randrange(1 << 32))
    note(f"random seed {seed} (HONE_FAULT_SEED={seed} repeats it)")
    return random.Random(seed)


def children(pid):
    """Process ids of the living children."""
    found = []
    for entry in pathlib.Path("/proc").iterdir():
        if entry.name.isdigit() and parent_of(entry) == pid:
            found.append(int(entry.name))
    return found


def parent_of(entry):
    try:
        state, parent = (entry / "stat").read_text().rpartition(")")[2].split()[:2]
    except OSError:
        return None
    return None if state == "Z" else int(parent)


def is_alive(pid):
    return parent_of(pathlib.Path(f"/proc/{pid}")) is not None


def until(condition, timeout=30, every=0.01):
    """Waits for another process; fails when it takes too long."""
    end = time.monotonic() + timeout
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError("waited in vain")
        time.sleep(every)


class FaultTest(unittest.TestCase):
    def setUp(self):
        self.project = project.Project(BUILD / "hone")
        self.addCleanup(self.project.remove)
        self.project.write("experiments/self_play.lua", SELF_PLAY)
        self.project.write("recipes/echo.lua", ECHO_RECIPE)
        self.project.write("experiments/echo.lua", ECHO)

    def serve_reader(self, **options):
        """A counting server in front of the offline reader."""
        reader = counting_server.Reader(self.project.program)
        self.addCleanup(reader.stop)
        return self.serve(upstream_port=reader.port, **options)

    def serve(self, **options):
        server = counting_server.CountingServer(**options)
        self.addCleanup(server.stop)
        return server

    def run_of(self, experiment, *arguments, db=None, server=None, key_env=None):
        """Arguments of `hone run`."""
        command = ["--db", db or self.project.db, "run", f"experiments/{experiment}.lua", *arguments]
        if server:
            command += ["--endpoint", f"mock={server.url}" + (f",{key_env}" if key_env else "")]
        return command

    def start(self, *arguments, **variables):
        """`hone` in the background, in a process group of its own; output goes to files."""
        with open(self.project.folder / "stderr.txt", "w") as log:
            process = subprocess.Popen(
                [self.project.program, *map(str, arguments)],
                cwd=self.project.folder,
                env=self.project.environment(**variables),
                stdout=subprocess.DEVNULL,
                stderr=log,
                start_new_session=True,
            )

        def end():
            if process.poll() is None:
                process.kill()
            process.wait()

        self.addCleanup(end)
        return process

    def stderr(self):
        """Of the program started last."""
        return (self.project.folder / "stderr.txt").read_text()

    def table(self, experiment, db=None):
        answer = self.project.hone("--db", db or self.project.db, "table", experiment)
        self.assertEqual(answer.returncode, 0, answer.stderr)
        return answer.stdout

    def snapshot(self, db=None):
        found = snapshot.Snapshot(db or self.project.db)
        self.addCleanup(found.close)
        return found

    def assertExit(self, answer, code):
        self.assertEqual(answer.returncode, code, answer.stderr)

    def assertSame(self, one, other):
        """Contents of two snapshots, table by table."""
        one, other = one.content(), other.content()
        self.assertEqual(one.keys(), other.keys())
        for table in one:
            left, right = set(one[table]), set(other[table])
            self.assertEqual((sorted(left - right)[:3], sorted(right - left)[:3]), ([], []), f"table {table}")
            self.assertEqual(len(one[table]), len(other[table]), f"table {table}")


def calls_of_summary(stderr):
    """(new, reused) of the line with which a run ends."""
    found = re.findall(r"(\d+) new calls, (\d+) reused", stderr)
    return tuple(map(int, found[-1]))


def main():
    global BUILD
    BUILD = pathlib.Path(sys.argv.pop(1)).resolve()
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a background job inherits it as ignored
    unittest.main(module="__main__", verbosity=1)
