"""Tasks, a solver and an evolver for tests of SkillForge, by a script.

A task of category csv is solved when /out is "HOUSE <its name>". The solver writes that when it has loaded a skill whose
text says HOUSE; else it reads /manual and guesses. The evolver writes such a skill when an observation shows the manual.
What the verifier prints holds values that nobody but the level "full" may see.
"""

import json
import re

from container_world import World
from scripted_roles import reply

SECRET = "SECRET-{}-7319.25 kg"


def task(name, category="csv", split="train", **metadata):
    return {"id": name, "split": split, "task": f"Write {name} in the house format to /out.", "rubrics": [], "category": category,
            "metadata": {"environment": {"$asset": name, "kind": "folder", "name": "environment"},
                         "tests": {"$asset": name + "-tests", "kind": "tests", "name": "tests"},
                         "solution": {"$asset": name + "-solution", "kind": "folder", "name": "solution"},
                         "limits": {"cpus": 1, "memory_mb": 256, "disk_mb": 64, "network": False}, "tests_dir": "/tests",
                         "solution_dir": "/solution", "difficulty": "easy", "build_timeout_s": 60, "agent_timeout_s": 60,
                         "verifier_timeout_s": 60, "verifier_env": {}, "env": {}, **metadata}}


def stream(*names):
    return {"id": "tasks", "context": {"text": f"{len(names)} tasks"}, "tasks": [task(name) for name in names]}


def verify(asset, files):
    out = files.get("/out", {}).get("text", "")
    if out in (f"HOUSE {asset}", "by the solution"):
        return {"passed": True, "stdout": "tests/test_outputs.py::test_house PASSED\n1 passed in 0.1s"}
    return {"passed": False, "stdout": (
        f"tests/test_outputs.py::test_house[{SECRET.format(asset)}] FAILED\ntests/test_outputs.py::test_there PASSED\n"
        f"E   AssertionError: assert '{out}' == '{SECRET.format(asset)}'\nexpected: {SECRET.format(asset)}\n"
        f"{{'{SECRET.format(asset)}': ['{SECRET.format(asset)}']}}\n== 1 failed, 1 passed in 0.1s ==")}


def world(names, **more):
    images = {name: {"/manual": {"text": "The house format: write HOUSE and the name."}} for name in names}
    return World(verify, images, **more)


def calls(text, *tools):
    return {"text": text, "finish_reason": "tool_calls" if tools else "stop",
            "tool_calls": [{"id": f"c{i}", "type": "function", "function": {"name": name, "arguments": json.dumps(args)}}
                           for i, (name, args) in enumerate(tools)],
            "usage": {"input": 1, "cached_input": 0, "output": 1, "reasoning": 0}}


SKILL = ("---\\nname: house-csv\\ndescription: House format of csv files.\\ncategory: csv\\n---\\n\\n# House\\n\\nWrite HOUSE and the "
         "name.\\n")


class Models:
    """Answers every model call; effects of the world go there. `evolver` may replace the evolver's commands."""

    def __init__(self, world, evolver=None, solver=None, writer=None):
        self.world, self.evolver, self.solver, self.writer = world, evolver, solver, writer
        self.asked = []

    def __call__(self, call):
        if call.kind != "llm.chat":
            return self.world.answer(call)
        self.asked.append(call)
        value = getattr(self, f"as_{call.role}")(call)
        return {"call": f"{call.number:064x}", **value}

    def as_solver(self, call):
        named = re.search(r'<task id="([^"]*)"', call.text)
        name = named.group(1) if named else ""
        step = sum(role == "assistant" for role, _ in call.messages)
        if self.solver:
            value = self.solver(name, step, call)
            if value is not None:
                return value
        loaded = any("HOUSE" in body for body in call.tagged("loaded_skill"))
        offered = re.search(r"^- (house-csv):", call.text, re.M)
        if call.format == "terminal_step":
            return reply(self.terminal_step(name, step, loaded, offered), call)
        if step == 0:
            return calls("", ("load_skill", {"name": "house-csv"})) if offered else calls("", ("bash", {"command": "show /manual"}))
        if step == 1:
            return calls("", ("bash", {"command": f"write /out HOUSE {name}" if loaded else "write /out guess"}))
        return calls("Done.")

    def terminal_step(self, name, step, loaded, offered):
        if step == 0 and offered:
            return {"load_skill": "house-csv"}
        keys = f"write /out HOUSE {name}" if loaded else "show /manual\nwrite /out guess"
        return {"analysis": "a", "plan": "p", "commands": [{"keystrokes": keys + "\n", "duration": 0.1}], "task_complete": True}

    def as_evolver(self, call):
        if call.format:
            value = self.writer(call) if self.writer else None
            return reply(value or {"skill": "Look around first.\n", "support_key": "house work"}, call)
        step = sum(role == "assistant" for role, _ in call.messages)
        commands = self.evolver(call) if self.evolver else ["list", "write skills/house-csv/SKILL.md " + SKILL]
        return calls("", ("workspace_bash", {"command": commands[step]})) if step < len(commands) else calls("Wrote what was missing.")
