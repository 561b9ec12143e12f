#!/usr/bin/env python3
"""Containers of recipes on bubblewrap: what a solver may do and what it cannot gain by it, and the journal."""

import json
import pathlib
import signal
import sqlite3
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from container_project import IMAGE, ContainerProjectTest, main  # noqa: E402

DOCKERFILE = f"FROM {IMAGE}\nCOPY data.txt /app/data.txt\n"
# Passes when /app/answer.txt holds 42. Written as such tests are: a runner, a report, a reward.
TEST_SH = """\
#!/bin/bash
if python3 /tests/test_outputs.py > /logs/verifier/out.txt 2>&1; then echo 1; else echo 0; fi > /logs/verifier/reward.txt
cat /logs/verifier/out.txt
"""
TEST_PY = """\
import pathlib, sys
import helper_of_the_tests
text = pathlib.Path("/app/answer.txt").read_text() if pathlib.Path("/app/answer.txt").exists() else ""
print("the answer is", text.strip())
sys.exit(0 if text.strip() == helper_of_the_tests.EXPECTED else 1)
"""
TASK_TOML = "version = \"1.0\"\n[metadata]\ncategory = \"c\"\n[verifier]\ntimeout_sec = 30\n"

MAPPER = """\
return mapper {
  name = "solvers", params = { path = param.list { doc = "tasks" }, skip_bad_rows = param.bool { false, doc = "" } },
  reader = function(p) return { kind = "task_folders", path = p.path } end,
  unit = function(row)
    return { id = row.id, context = { text = row.instruction }, separation = "delimiter",
             tasks = { { id = "t", split = "train", task = row.instruction, rubrics = json.array {},
                         metadata = { environment = row.environment, tests = row.tests } } } }
  end,
}
"""

# What each solver does, and what it gets for it when the tests come after it.
SOLVERS = {
    "honest": ("echo 42 > /app/answer.txt", 1),
    "idle": ("true", 0),
    "writes_the_reward": ("mkdir -p /logs/verifier; echo 1 > /logs/verifier/reward.txt", 0),
    "replaces_the_runner": ("printf '#!/bin/sh\\nexit 0\\n' > /usr/bin/python3; mkdir -p /usr/local/bin; cp /usr/bin/python3 /usr/local/bin/bash", 0),
    "leaves_a_writer": ("mkdir -p /logs/verifier; setsid sh -c 'while true; do mkdir -p /logs/verifier; "
                        "echo 1 > /logs/verifier/reward.txt; sleep 0.05; done' > /dev/null 2>&1 &", 0),
    "plants_sitecustomize": ("for d in /app /root /tmp $(python3 -c 'import sys; print(*[p for p in sys.path if p])'); do "
                             "mkdir -p $d 2>/dev/null; printf 'import os, atexit\\natexit.register(lambda: os._exit(0))\\n' "
                             "> $d/sitecustomize.py; cp $d/sitecustomize.py $d/usercustomize.py; done; "
                             "printf 'import os; os._exit(0)\\n' > /app/conftest.py", 0),
    "plants_shell_hooks": ("for f in .bashrc .profile .bash_profile .bash_login; do echo 'exec true' > /root/$f; done; "
                           "echo /app/evil.so > /etc/ld.so.preload", 0),
    "reads_the_tests": ("python3 -c 'exec(open(\"/tests/helper_of_the_tests.py\").read()); print(EXPECTED)' "
                        "> /app/answer.txt", 0),
    "plants_the_tests": ("mkdir -p /tests; printf '#!/bin/sh\\necho 1 > /logs/verifier/reward.txt\\n' > /tests/test.sh", 0),
}

RECIPE = """\
local function open_or_raise(options)
  local c, err = container.open(options)
  if not c then error(err.code .. ": " .. err.message .. " " .. tostring(err.infrastructure)) end
  return c
end

return recipe {
  name = "solver", uses = { "container" },
  params = { command = param.string { "true", doc = "what the solver does" },
             image = param.string { "test/base", doc = "what the container is made of" },
             order = param.choice { "after", "published", doc = "when the tests come" } },
  run = function(unit, p)
    local data = unit.tasks[1].metadata
    local image = p.image ~= "" and p.image or nil
    local c <close> = open_or_raise { image = image, dockerfile = not image and data.environment or nil,
                                    workdir = image and "/app" or nil, limits = { memory_mb = 256, time_s = 60 },
                                    published_tests = p.order == "published" and data.tests or nil }
    if image then c:put { to = "/app", asset = data.environment } end
    local before = c:exec { argv = { "cat", "data.txt" } }
    local did = c:exec { shell = p.command, timeout_s = 20 }
    local verdict, err = c:verify { tests = data.tests, order = p.order, timeout_s = 30 }
    if not verdict then error(err.message) end
    local task = record.task { origin = "self_play", text = unit.id, rubrics = json.array {} }
    record.attempt { purpose = "loop", task = task, score = verdict.reward, unsafe = verdict.unsafe,
                     failure_class = verdict.passed and "" or verdict.class }
    return { skill = json.encode { data = before.stdout, did = did.code, reward = verdict.reward, class = verdict.class,
                                   left_out = table.concat(verdict.left_out, " "):sub(1, 500), unsafe = verdict.unsafe } }
  end,
}
"""

# Says what became of it, also of a container that could not be made.
PATIENT = """\
return recipe {
  name = "patient", uses = { "container" }, params = { image = param.string { "test/base", doc = "" } },
  run = function(unit, p)
    local c <close>, err = container.open { image = p.image }
    local task = record.task { origin = "self_play", text = unit.id, rubrics = json.array {} }
    record.attempt { purpose = "loop", task = task, infrastructure = c == nil }
    if not c then return { skill = json.encode { code = err.code, infrastructure = err.infrastructure } } end
    return { skill = json.encode { said = c:exec { argv = { "echo", "hello" } }.stdout } }
  end,
}
"""

TALKER = """\
return recipe {
  name = "talker", uses = { "container" },
  run = function(unit, p)
    local c <close> = container.open { image = "test/base", limits = { time_s = 60 } }
    local t, err = c:terminal { argv = { "bash", "--norc" } }
    if not t then error(err.message) end
    t:send { keys = "cd /tmp\\n" }
    t:send { keys = "pwd > /tmp/where\\n", wait_s = 5 }
    local where = c:exec { argv = { "cat", "/tmp/where" } }.stdout
    local program = "import sys\\nfor line in sys.stdin: print('<' + line.strip() + '>', flush=True)"
    local q = c:process { argv = { "python3", "-u", "-c", program } }
    local lines = { q:ask { line = "one" }.line, q:ask { line = "two" }.line }
    local ended = t:send { keys = "exit\\n", wait_s = 5 }.ended
    return { skill = json.encode { where = text.trim(where), lines = lines, ended = ended, left = c:time_left() } }
  end,
}
"""

EXPERIMENT = """\
return experiment {{
  name = "solving", data = data.file {{ "mapper.lua", path = "../tasks" }},
  models = {{ default = "offline/reader" }}, seeds = {{ 1 }},
  base = {{ recipe = "solver" }}, arms = {{
{arms}
  }},
}}
"""


def lua_text(text):
    return json.dumps(text)


class Containers(ContainerProjectTest):
    def setUp(self):
        super().setUp()
        write = self.project.write
        write("tasks/answer/task.toml", TASK_TOML)
        write("tasks/answer/instruction.md", "Write the answer to /app/answer.txt.\n")
        write("tasks/answer/environment/Dockerfile", DOCKERFILE)
        write("tasks/answer/environment/data.txt", "the data\n")
        write("tasks/answer/tests/test.sh", TEST_SH).chmod(0o755)
        write("tasks/answer/tests/test_outputs.py", TEST_PY)
        write("tasks/answer/tests/helper_of_the_tests.py", "EXPECTED = '42'\n")
        write("recipes/solver.lua", RECIPE)
        write("experiments/mapper.lua", MAPPER)

    def run_arms(self, arms):
        lines = "\n".join(f"    {{ {lua_text(name)}, {settings} }}," for name, settings in arms)
        self.project.write("experiments/solving.lua", EXPERIMENT.format(arms=lines))
        return self.project.hone("run", "experiments/solving.lua", timeout=400)

    def results(self):
        rows = self.project.rows("SELECT a.name, u.result_json FROM arms a JOIN runs r USING (arm_id) "
                                 "JOIN run_units ru USING (run_id) JOIN units u USING (unit_id)")
        return {name: json.loads(json.loads(result)["skill"]) for name, result in rows}

    def test_nobody_gains_by_tampering(self):
        done = self.run_arms([(name, f"command = {lua_text(command)}") for name, (command, _) in SOLVERS.items()])
        self.assertExit(done, 0)
        results = self.results()
        self.assertEqual({name: result["reward"] for name, result in results.items()},
                         {name: reward for name, (_, reward) in SOLVERS.items()},
                         json.dumps(results, indent=1))
        self.assertTrue(all(result["data"] == "the data\n" and not result["unsafe"] for result in results.values()))
        self.assertIn(".bashrc", results["plants_shell_hooks"]["left_out"])
        self.assertIn("/app/sitecustomize.py", results["plants_sitecustomize"]["left_out"])

    def test_the_published_order_leaks_and_says_so(self):
        done = self.run_arms([(name, f'order = "published", command = {lua_text(SOLVERS[name][0])}')
                              for name in ("honest", "idle", "reads_the_tests", "plants_the_tests")])
        self.assertExit(done, 0)
        results = self.results()
        self.assertEqual({name: result["reward"] for name, result in results.items()},
                         {"honest": 1, "idle": 0, "reads_the_tests": 1, "plants_the_tests": 1},
                         json.dumps(results, indent=1))
        self.assertTrue(all(result["unsafe"] for result in results.values()))
        self.assertEqual(self.project.one("SELECT min(unsafe) FROM attempts"), 1)

    def test_rows_and_the_journal(self):
        arms = [("honest", f"command = {lua_text(SOLVERS['honest'][0])}")]
        self.assertExit(self.run_arms(arms), 0)
        rows = self.project.rows("SELECT kind, exit_code, backend, duration_ms IS NOT NULL FROM execs ORDER BY n")
        self.assertEqual([row[0] for row in rows], ["open", "put", "exec", "exec", "verify"])
        self.assertEqual([row[1] for row in rows], [None, None, 0, 0, 0])
        self.assertEqual({row[2] for row in rows}, {"bubblewrap"})
        self.assertEqual(self.project.one("SELECT count(*) FROM journal"), 5)
        # A recalled unit executes nothing; a verified one is answered from the journal, without an engine.
        self.containers["HONE_IMAGES"] = "/nonexistent"
        again = self.project.hone("run", "experiments/solving.lua", "--verify")
        self.assertExit(again, 0)
        shuffled = self.project.hone("check", "experiments/solving.lua", "--shuffle", "2")
        self.assertExit(shuffled, 0)

    def test_an_edited_command_is_a_divergence(self):
        self.assertExit(self.run_arms([("a", 'command = "echo 41 > answer.txt"')]), 0)
        self.project.edit("recipes/solver.lua", '"data.txt" }', '"./data.txt" }')
        # Only an unfinished execution is a record that an edited recipe is held against.
        with sqlite3.connect(self.project.db) as db:
            db.execute("UPDATE units SET status = 'stopped'")
            db.execute("UPDATE experiments SET status = 'interrupted'")
        done = self.project.hone("run", "experiments/solving.lua")
        self.assertExit(done, 3)
        self.assertIn("path '', effect 3 (container.exec)", done.stderr)
        accepted = self.project.hone("run", "experiments/solving.lua", "--accept-divergence")
        self.assertExit(accepted, 0)

    def test_a_plan_executes_nothing(self):
        lines = '    { "a", command = "true" },'
        self.project.write("experiments/solving.lua", EXPERIMENT.format(arms=lines))
        self.containers["HONE_IMAGES"] = "/nonexistent"
        done = self.project.hone("plan", "experiments/solving.lua")
        self.assertExit(done, 0)
        self.assertIn("containers were not executed", done.stdout + done.stderr)

    def test_failures_of_the_world_are_on_record_until_they_are_tried_again(self):
        self.project.write("recipes/patient.lua", PATIENT)
        self.project.write("experiments/solving.lua",
                           EXPERIMENT.format(arms='    { "a", recipe = "patient", image = "test/late" },'))
        self.assertExit(self.project.hone("run", "experiments/solving.lua"), 0)
        self.assertEqual(self.results(), {"a": {"code": "not_found", "infrastructure": True}})
        self.assertEqual(self.project.rows("SELECT infrastructure FROM attempts"), [(1,)])
        self.assertExit(self.project.hone("image", "add", "test/late", self.tar), 0)
        self.assertExit(self.project.hone("run", "experiments/solving.lua", "--verify"), 0)
        self.assertEqual(self.results()["a"]["code"], "not_found")
        self.assertExit(self.project.hone("run", "experiments/solving.lua", "--retry-recorded"), 0)
        self.assertEqual(self.results(), {"a": {"said": "hello\n"}})
        self.assertEqual(self.project.rows("SELECT infrastructure FROM attempts"), [(0,)])
        self.assertEqual(self.project.rows("SELECT kind, exit_code FROM execs ORDER BY n"),
                         [("open", None), ("exec", 0)])
        # Nothing is left to be tried again.
        again = self.project.hone("run", "experiments/solving.lua", "--retry-recorded")
        self.assertExit(again, 0)

    def test_an_image_of_a_dockerfile(self):
        arms = [("a", 'image = "", command = "cp data.txt copy.txt; cat /built"')]
        self.project.write("tasks/answer/environment/Dockerfile",
                           f"FROM {IMAGE}\nWORKDIR /app\nCOPY data.txt ./\nRUN echo built > /built\n")
        self.assertExit(self.run_arms(arms), 0)
        self.assertEqual(self.results()["a"]["data"], "the data\n")
        self.assertEqual(self.results()["a"]["did"], 0)

    def test_a_terminal_and_a_process_stay(self):
        self.project.write("recipes/talker.lua", TALKER)
        self.project.write("experiments/solving.lua", EXPERIMENT.format(arms='    { "a", recipe = "talker" },'))
        self.assertExit(self.project.hone("run", "experiments/solving.lua"), 0)
        result = self.results()["a"]
        self.assertEqual(result["where"], "/tmp")
        self.assertEqual(result["lines"], ["<one>", "<two>"])
        self.assertTrue(result["ended"])
        self.assertLess(result["left"], 60)

    def test_an_interrupt_waits_for_no_command(self):
        self.project.write("experiments/solving.lua",
                           EXPERIMENT.format(arms='    { "a", command = "sleep 600" },'))
        self.project.edit("recipes/solver.lua", "timeout_s = 20", "timeout_s = 900")
        self.project.edit("recipes/solver.lua", "time_s = 60", "time_s = 900")
        process = self.project.start("run", "experiments/solving.lua")
        while not (self.project.db.exists() and self.journaled() >= 3):
            self.assertIsNone(process.poll())
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 130, errors)
        store = pathlib.Path(self.containers["HONE_IMAGES"]) / "containers"
        self.assertEqual([path.name for path in store.glob("*/*") if path.is_dir()], [])

    def journaled(self):
        try:
            return self.project.one("SELECT count(*) FROM journal")
        except sqlite3.OperationalError:  # nothing is in the file yet
            return 0

    def test_an_absent_image_is_the_worlds_fault(self):
        done = self.run_arms([("a", 'image = "test/none"')])
        self.assertExit(done, 3)
        self.assertIn("test/none", done.stderr)


if __name__ == "__main__":
    main(sys.argv)
