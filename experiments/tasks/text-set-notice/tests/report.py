"""Runs test_outputs.py beside it; writes reward.txt and ctrf.json into the folder that is named.

The reward is 1 when every test passed, else 0; with `graded` it is the share of passed tests. Programs of the solver
that a test ran, and whatever they left running, are ended before a word is written.
"""
import contextlib
import ctypes
import importlib.util
import json
import os
import pathlib
import re
import signal
import sys
import unittest

PR_SET_CHILD_SUBREAPER = 36


class Report(unittest.TestResult):
    def __init__(self):
        super().__init__()
        self.rows = []

    def note(self, test, status, message=""):
        name = f"test_outputs.py::{type(test).__name__}::{getattr(test, '_testMethodName', test)}"
        row = {"name": name, "status": status, "duration": 0}
        if message:
            said = [line for line in message.splitlines() if re.match(r"[\w.]+(Error|Exception)\b", line)]
            row["message"] = (said or message.strip().splitlines())[-1][:400]
            row["trace"] = message[-4000:]
        self.rows.append(row)
        print(f"{status.upper()} {name}" + (f" - {row['message']}" if message else ""))

    def addSuccess(self, test):
        self.note(test, "passed")

    def addFailure(self, test, err):
        self.note(test, "failed", self._exc_info_to_string(err, test))

    addError = addFailure


def children():
    found = []
    for stat in pathlib.Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            fields = stat.read_text(errors="replace").rpartition(")")[2].split()
            if fields[1] == str(os.getpid()):
                found.append(int(stat.parent.name))
    return found


def end_children():
    """Daemons too: their parent is this process once their own has ended."""
    while left := children():
        for child in left:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)


ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
folder = pathlib.Path(__file__).resolve().parent
spec = importlib.util.spec_from_file_location("test_outputs", folder / "test_outputs.py")
tests = importlib.util.module_from_spec(spec)
spec.loader.exec_module(tests)
report = Report()
unittest.defaultTestLoader.loadTestsFromModule(tests).run(report)
end_children()
passed = sum(row["status"] == "passed" for row in report.rows)
total = len(report.rows)
print(f"{passed} passed, {total - passed} failed")
summary = {"tests": total, "passed": passed, "failed": total - passed, "pending": 0, "skipped": 0, "other": 0,
           "start": 0, "stop": 0}
logs = pathlib.Path(sys.argv[1])
logs.mkdir(parents=True, exist_ok=True)
(logs / "ctrf.json").write_text(json.dumps({"results": {
    "tool": {"name": "unittest"}, "summary": summary, "tests": report.rows}}, indent=1) + "\n")
share = passed / total if total else 0
reward = f"{share:.3f}" if sys.argv[2:] == ["graded"] else str(int(share == 1))
(logs / "reward.txt").write_text(reward + "\n")
