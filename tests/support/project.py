"""A project of a user in a folder of its own, and `hone` run in it. For the end-to-end tests."""

import json
import os
import pathlib
import sqlite3
import subprocess
import tempfile
import unittest

# Five answers of one batch, then a judged answer: a recipe that is small, but has steps, prompts, a map,
# a judge and rows. `{}` brackets are Lua's.
SMALL_RECIPE = """\
local formats = require "hone.formats"

local steps = {}

function steps.challenge(s)
  local answer = llm.chat {
    role = "challenger", prompt = "challenger", format = formats.tasks,
    vars = { context = s.context:text(), count = tostring(s.p.tasks) },
    accept = formats.accept_tasks(s.p.tasks),
  }
  return answer and answer.value or {}
end

function steps.solve(s, task)
  local id = record.task { origin = "self_play", step = s.t, text = task.text, rubrics = task.rubrics }
  local reply = llm.chat {
    role = "reasoner", messages = s.context:messages { task = task.text, skill = "" },
  }
  local verdict = judge.rubrics { rubrics = task.rubrics, answer = reply.text }
  record.attempt {
    task = id, answer = reply.text, purpose = "loop", step = s.t, verdict = verdict, call = reply.call,
  }
  return verdict.solved
end

return recipe {
  name = "small",
  doc = "Sets tasks, answers them, keeps the sentences that were missed.",
  uses = { "llm", "judge" },
  params = {
    iterations = param.int { 2, min = 1, max = 9, doc = "rounds" },
    tasks = param.int { 3, min = 1, doc = "tasks in a round" },
    style = param.choice { "plain", "terse", doc = "how the skill is written" },
  },
  steps = steps,
  run = function(context, p, step)
    local s = { context = context, p = p, solved = 0 }
    for t = 1, p.iterations do
      s.t = t
      local solved = parallel.map(step.challenge(s), function(task) return step.solve(s, task) end)
      for _, one in ipairs(solved) do s.solved = s.solved + (one and 1 or 0) end
    end
    return { skill = "---\\nname: small\\ndescription: What this text is about.\\n---\\n\\nSolved "
      .. s.solved .. " tasks; read headings first.\\n" }
  end,
}
"""

CHALLENGER = """\
<!-- Sets tasks on a context. -->
<!-- system -->
You set questions on a text. Every question has rubrics that can be checked.
<!-- user -->
<context>
{{context}}
</context>

Write <count>{{count}}</count> questions.
"""

EXPERIMENT = """\
return experiment {
  name = "study",
  data = data.documents { path = "../notes", context_words = 400, min_words = 100, tasks_per_context = 3 },
  models = { default = "offline/reader" },
  seeds = { 1 },
  base = { recipe = "small" },
  arms = {
    { "No skill", recipe = "no_skill" },
    { "Small" },
  },
  evaluate = { with = "rubrics", judge = "offline/reader" },
  table = { baseline = "No skill" },
}
"""

LICENCES = ("Apache-2.0", "MPL-2.0")  # on every Debian


class Project:
    """`with`-less: remove() ends it. Files are written with write(); hone() runs a verb in the folder."""

    def __init__(self, hone):
        self.program = str(hone)
        self.holder = tempfile.TemporaryDirectory(prefix="hone-e2e-")
        self.folder = pathlib.Path(self.holder.name)
        self.db = self.folder / "results" / "hone.db"
        self.write("recipes/small.lua", SMALL_RECIPE)
        self.write("recipes/prompts/small/challenger.md", CHALLENGER)
        self.write("experiments/study.lua", EXPERIMENT)
        for name in LICENCES:
            text = pathlib.Path("/usr/share/common-licenses", name).read_text()
            self.write(f"notes/{name}.txt", text)

    def remove(self):
        self.holder.cleanup()

    def write(self, name, text):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    def edit(self, name, before, after, count=1):
        """Replaces a text that must be there."""
        path = self.folder / name
        text = path.read_text()
        assert before in text, f"{name} has no {before!r}"
        path.write_text(text.replace(before, after, count))

    def environment(self, **variables):
        """Nothing of the caller's but PATH: no keys, no configuration."""
        return {"PATH": os.environ["PATH"], "HOME": str(self.folder), "HONE_DB": str(self.db), **variables}

    def hone(self, *arguments, timeout=120, **variables):
        return subprocess.run(
            [self.program, *map(str, arguments)],
            cwd=self.folder,
            env=self.environment(**variables),
            capture_output=True,
            text=True,
            timeout=timeout,
        )

    def start(self, *arguments, **variables):
        return subprocess.Popen(
            [self.program, *map(str, arguments)],
            cwd=self.folder,
            env=self.environment(**variables),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def rows(self, query, *parameters, db=None):
        connection = sqlite3.connect(f"file:{db or self.db}?mode=ro", uri=True)
        try:
            return connection.execute(query, parameters).fetchall()
        finally:
            connection.close()

    def one(self, query, *parameters, db=None):
        return self.rows(query, *parameters, db=db)[0][0]

    def json(self, *arguments, **variables):
        answer = self.hone(*arguments, "--json", **variables)
        assert answer.returncode == 0, answer.stderr
        return json.loads(answer.stdout)

    # Everything on record, without times and file ids: equal for equal histories.
    def calls(self, db=None):
        return self.rows("SELECT hex(key), status FROM calls ORDER BY key", db=db)

    def use_map(self, db=None):
        """(unit, path, ordinal) -> key of the call."""
        found = self.rows(
            "SELECT hex(unit_key), path, ordinal, hex(key) FROM uses JOIN units USING (unit_id) "
            "JOIN calls USING (call_id)",
            db=db,
        )
        return {(unit, path, ordinal): key for unit, path, ordinal, key in found}


class ProjectTest(unittest.TestCase):
    """A test that has `self.project`. The build folder is the first argument of the program."""

    build = None

    def setUp(self):
        self.project = Project(self.build / "hone")
        self.addCleanup(self.project.remove)

    def assertExit(self, answer, code):
        self.assertEqual(answer.returncode, code, answer.stderr)


def main(argv):
    ProjectTest.build = pathlib.Path(argv.pop(1)).resolve()
    unittest.main(argv=argv, verbosity=0)
