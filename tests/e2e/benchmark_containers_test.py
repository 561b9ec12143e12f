#!/usr/bin/env python3
"""SpreadsheetBench, OfficeQA, ALFWorld and DocVQA whole, in real containers, on items made here; generated code that attacks.

Every answer of the "model" is scripted; containers are bubblewrap's over Debian's base image (./dev images).
"""

import base64
import json
import os
import pathlib
import re
import shutil
import socket
import sys
import threading
import time
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tests/support"), str(ROOT / "experiments/skillopt")]
from project import ProjectTest, main  # noqa: E402
from scripted_chat import ScriptedChat, text_of  # noqa: E402
from tiny_page import write_page  # noqa: E402
from tiny_workbook import write_workbook  # noqa: E402

BASE = pathlib.Path(os.environ.get("HONE_TEST_BASE_IMAGE", ROOT / ".deps/images/base.tar"))
HEADER = ["Item", "Price", "Count"]
ROWS = [["pen", 1.5, 4], ["ink", 3, 2]]
GOOD = """
import openpyxl
book = openpyxl.load_workbook(INPUT_PATH)
sheet = book["Data"]
sheet["D1"] = "Total"
for row in range(2, sheet.max_row + 1):
    sheet.cell(row, 4).value = sheet.cell(row, 2).value * sheet.cell(row, 3).value
book.save(OUTPUT_PATH)
"""
CANARY = "canary-of-the-host"

EXPERIMENT = """\
return experiment {{
  name = "e", data = data.benchmark {{ split_dir = "items", {data} }}, models = {{ default = "openai/m@scripted" }},
  seeds = {{ 1 }}, base = {{ recipe = "{recipe}" }}, arms = {{ {{ "Arm" }} }}, evaluate = {{ with = "benchmark" }},
}}
"""


def fenced(code):
    return f"Here it is.\n```python\n{code}\n```\n"


@unittest.skipUnless(BASE.is_file() and shutil.which("bwrap"), "no bubblewrap, or no base image (./dev images)")
class BenchmarkContainers(ProjectTest):
    @classmethod
    def setUpClass(cls):
        cls.images = str(cls.build / "test-images")
        if not pathlib.Path(cls.images).is_dir():
            store = cls("hone")
            store.setUp()
            store.hone("image", "add", "hone/base:bookworm", BASE)
            store.doCleanups()

    def hone(self, *arguments, code=0):
        answer = self.project.hone(*arguments, timeout=280, HONE_IMAGES=self.images, OPENAI_API_KEY="sk-none",
                                   HOST_SECRET=CANARY)
        self.assertExit(answer, code)
        return answer

    def items(self, report, train=()):
        for split, items in (("train", train), ("val", ()), ("test", report)):
            self.project.write(f"items/{split}/items.json", json.dumps(list(items)))

    def run_items(self, reply, data, recipe="no_skill"):
        """Runs the experiment with a scripted model; the attempts of the report by item."""
        self.project.write("e.lua", EXPERIMENT.format(data=data, recipe=recipe))
        with ScriptedChat(reply) as chat:
            self.hone("run", "e.lua", "--endpoint", chat.endpoint)
            again = self.hone("run", "e.lua", "--endpoint", chat.endpoint)
        self.assertIn("0 new calls", again.stderr)
        self.requests = chat.requests
        rows = self.project.rows("""
            SELECT t.name, a.solved, a.score, coalesce(a.failure_class, ''), a.infrastructure
            FROM attempts a JOIN tasks t USING (task_id) WHERE a.purpose = 'report'""")
        return {name: {"solved": solved, "score": score, "class": failure, "infrastructure": broken}
                for name, solved, score, failure, broken in rows}


class SpreadsheetBench(BenchmarkContainers):
    def item(self, name, **more):
        """Two cases of one shape; the second has a row more."""
        for case, rows in ((1, ROWS), (2, ROWS + [["nib", 2, 10]])):
            folder = self.project.folder / "books" / name
            write_workbook(folder / f"{case}_{name}_input.xlsx", {"Data": [HEADER] + rows, "Notes": [["kept"]]})
            write_workbook(folder / f"{case}_{name}_answer.xlsx",
                           {"Data": [HEADER + ["Total"]] + [row + [row[1] * row[2]] for row in rows]})
        return dict({"id": name, "instruction": f"[{name}] Add a column Total: price times count.",
                     "instruction_type": "Cell-Level", "answer_position": "D1:D4", "answer_sheet": "Data",
                     "spreadsheet_path": f"books/{name}"}, **more)

    @staticmethod
    def name_in(messages):
        return re.search(r"\[(\w+)\]", text_of(messages[1])).group(1)

    DATA = ('name = "spreadsheetbench", data_root = ".", program_timeout = {seconds}, exec_timeout = 120, '
            'max_turns = {turns}')

    def test_programs_are_run_and_their_cells_compared(self):
        programs = {
            "right": [GOOD], "mended": ["import openpyxl\nraise KeyError('Daten')", GOOD],
            "constant": [GOOD.replace("sheet.max_row + 1", "4")],  # right on the first case alone
            "wrong": [GOOD.replace("* sheet", "+ sheet")], "silent": ["print('done')"], "talk": ["I would rather not."],
            "paths": ["INPUT_PATH = '/nowhere.xlsx'\nOUTPUT_PATH = 'x.xlsx'" + GOOD],  # its own are dropped
        }
        self.items([self.item(name) for name in programs])

        def reply(messages, body):
            wanted = programs[self.name_in(messages)]
            turn = sum(m["role"] == "assistant" for m in messages)
            return fenced(wanted[min(turn, len(wanted) - 1)])

        got = self.run_items(reply, self.DATA.format(turns=3, seconds=60))
        self.assertEqual({name: (one["solved"], one["score"]) for name, one in got.items()}, {
            "right": (1, 1), "mended": (1, 1), "constant": (0, 0.5), "wrong": (0, 0), "silent": (0, 0), "talk": (0, 0),
            "paths": (1, 1)})
        self.assertEqual({one["infrastructure"] for one in got.values()}, {0})
        self.assertEqual(got["wrong"]["class"], "wrong cells")
        self.assertEqual(got["silent"]["class"], "no result")
        told = [text_of(m) for r in self.requests for m in r["messages"] if "failed" in text_of(m)]
        self.assertTrue(any("KeyError: 'Daten'" in text for text in told))
        sent = json.dumps(self.requests)
        self.assertNotIn("answer.xlsx", sent)
        self.assertIn("A2=pen | B2=1.5 | C2=4", sent)  # the preview

    def test_attacks_are_contained_scored_0_and_reported(self):
        listener = socket.create_server(("127.0.0.1", 0))
        reached = []
        threading.Thread(target=lambda: reached.append(listener.accept()), daemon=True).start()
        secret = self.project.write("secret.txt", CANARY)
        leak = "open(OUTPUT_PATH, 'wb').write(open(path, 'rb').read()) if found else exit('nothing there')"
        programs = {
            "network": f"import socket\nsocket.create_connection(('127.0.0.1', {listener.getsockname()[1]}), 2)",
            "name": "import urllib.request\nurllib.request.urlopen('http://example.org', timeout=2)",
            "host": f"open({str(secret)!r}).read()",
            "environment": "import os\nassert not [k for k in os.environ if 'KEY' in k or 'SECRET' in k], 'leaked'\n"
                           "raise SystemExit('clean')",
            "golds": "import subprocess\nfind = ['find', '/', '-xdev', '-name', '*_answer.xlsx']\n"
                     "found = subprocess.run(find, capture_output=True, text=True).stdout.split()\n"
                     "path = (found or [''])[0]\n" + leak,
            "forks": "import os\nwhile True:\n    os.fork()",
            "loop": "while True:\n    pass",
            "memory": "x = []\nwhile True:\n    x.append(bytearray(1 << 24))",
            "stay": "import os, time\nif os.fork() == 0:\n    os.setsid()\n    time.sleep(1000)\n"
                    "raise SystemExit('gone')",
        }
        self.items([self.item(name) for name in programs])
        got = self.run_items(lambda messages, body: fenced(programs[self.name_in(messages)]),
                             self.DATA.format(turns=1, seconds=5) + ', mode = "single", memory_mb = 256')
        for name, one in got.items():
            self.assertEqual((one["solved"], one["score"], one["class"], one["infrastructure"]),
                             (0, 0, "no result", 0), name)
        self.assertEqual(len(got), len(programs))
        self.assertEqual(reached, [])
        listener.close()
        leaks = self.hone("sql", f"SELECT count(*) AS n FROM texts WHERE instr(hone_text(text_id), '{CANARY}') > 0",
                          "--json")
        self.assertEqual(json.loads(leaks.stdout), [{"n": 0}])
        errors = self.hone("sql", "SELECT DISTINCT substr(hone_text(stderr_text_id), -40) AS said FROM execs "
                                  "WHERE exit_code > 0", "--json")
        said = [row["said"].strip() for row in json.loads(errors.stdout)]
        self.assertIn("clean", said)  # no variable of ours
        self.assertIn("nothing there", said)  # no right workbook
        time.sleep(0.2)
        alive = [p for p in pathlib.Path("/proc").glob("[0-9]*/cmdline") if self.is_ours(p)]
        self.assertEqual(alive, [])

    @staticmethod
    def is_ours(path):
        try:
            return b"/sheet/solution.py" in path.read_bytes()
        except OSError:
            return False


class OfficeQA(BenchmarkContainers):
    def test_tools_see_the_item_s_documents_and_nothing_else(self):
        self.project.write("docs/1941/report.txt", "\n".join(
            ["Table 3 (in millions)"] + [f"Line {n}" for n in range(2, 200)] + ["Receipts of 1941: 7,103"]))
        self.project.write("docs/1942/other.txt", "Receipts of 1942: 12,555\n")
        self.project.write("docs/secret.txt", CANARY)
        row = {"uid": "u1", "question": "What were the receipts of 1941?", "ground_truth": "7103 million",
               "source_files": ["report.txt"], "difficulty": "easy", "source_docs": ["https://example.org/r?page=3"]}
        self.items([row, dict(row, uid="u2", ground_truth="1"), dict(row, uid="u3")])
        script = [("glob", {"pattern": "**"}), ("grep", {"pattern": "receipts OF", "path": "report.txt"}),
                  ("read", {"path": "report.txt", "start": 200, "limit": 5}), ("read", {"path": "../secret.txt"}),
                  ("grep", {"pattern": "x", "path": "/etc/passwd"}), ("read", {"path": "other.txt"})]

        def reply(messages, body):
            turn = sum(m["role"] == "assistant" for m in messages)
            if turn < len(script):
                return "", [script[turn]]
            return "So <answer>$7,103</answer>, not <answer>12,555</answer>."

        got = self.run_items(reply, 'name = "officeqa", data_dirs = { "docs" }, max_tool_turns = 7')
        self.assertEqual({name: one["solved"] for name, one in got.items()}, {"u1": 1, "u2": 0, "u3": 1})
        told = [text_of(m) for m in self.requests[-1]["messages"] if m["role"] == "tool"]
        self.assertEqual(told[0], "report.txt")
        self.assertEqual(told[1], "200: Receipts of 1941: 7,103")
        self.assertTrue(told[2].endswith("Receipts of 1941: 7,103"))
        for refused in told[3:]:
            self.assertIn("there is no document", refused)
        self.assertNotIn(CANARY, json.dumps(self.requests))
        self.assertNotIn("12,555", json.dumps([m for r in self.requests for m in r["messages"] if m["role"] == "tool"]))

    def test_a_model_that_never_answers_fails_and_says_so(self):
        self.project.write("docs/report.txt", "x\n")
        self.items([{"uid": "u1", "question": "Q?", "ground_truth": "1", "source_files": ["report.txt"]},
                    {"uid": "u2", "question": "Quiet?", "ground_truth": "1", "source_files": ["report.txt"]}])

        def reply(messages, body):
            return "nothing" if "Quiet?" in text_of(messages[1]) else ("", [("glob", {"pattern": "*"})])

        got = self.run_items(reply, 'name = "officeqa", data_dirs = { "docs" }, max_tool_turns = 2')
        self.assertEqual(got["u1"]["class"], "no answer in 2 turns")
        self.assertEqual(got["u2"]["class"], "neither a tool request nor an answer")


class AlfWorld(BenchmarkContainers):
    ENGINE = 'engine_file = "alfworld_toy.py", engine = { "python3", "-I", "/engine/alfworld_toy.py" }'

    def setUp(self):
        super().setUp()
        shutil.copy(ROOT / "experiments/skillopt/alfworld_toy.py", self.project.folder / "alfworld_toy.py")

    @staticmethod
    def act(messages, body):
        """Searches place by place, takes the thing, works on it, puts it down: reads the prompt alone."""
        text = text_of(messages[1])
        task = re.search(r"Your task is to: (.*?)\.\n", text).group(1)
        thing = re.search(r"(?:some|two|at|put a) (\w+)", task).group(1)
        target = task.split()[-1]
        actions = re.search(r"<actions>\n(.*?)\n</actions>", text, re.S).group(1).splitlines()
        step = int(re.search(r'<observation step="(\d+)"', text).group(1))
        verb = task.split()[0]
        wishes = [f"put {thing} 1 in/on {target} 1"] if "did: clean" in text or verb == "put" else []
        wishes += [a for a in actions if a.startswith(f"{verb} {thing}")] if verb == "clean" else []
        wishes += [a for a in actions if a.startswith(f"take {thing}")]
        wishes += [a for a in actions if a.startswith("open ")]
        if f"did: take {thing}" in text and verb == "clean":
            wishes += ["go to sinkbasin 1"]
        if f"did: take {thing}" in text and verb == "put" or "did: clean" in text:
            wishes += [f"go to {target} 1"]
        places = [a for a in actions if a.startswith("go to ")]
        wishes += [places[step // 2 % len(places)]]
        chosen = next((w for w in wishes if w in actions), "look")
        return f"<think>step {step}</think><action>{chosen.upper()}</action>"

    def test_episodes_are_won_lost_and_broken(self):
        games = {"won": "toy/pick_and_place-apple-shelf-3/game", "lost": "toy/look_at_obj_in_light-pen-desk-1/game",
                 "broken": "toy/no_such_task-a-b-1/game"}
        self.items([{"id": name, "gamefile": game} for name, game in games.items()])
        got = self.run_items(self.act, f'name = "alfworld", max_steps = 40, {self.ENGINE}')
        self.assertEqual((got["won"]["solved"], got["won"]["score"]), (1, 1))
        self.assertEqual((got["lost"]["solved"], got["lost"]["class"]), (0, "Timeout after 40 steps"))
        self.assertEqual((got["broken"]["solved"], got["broken"]["infrastructure"]), (0, 1))
        prompts = [text_of(r["messages"][1]) for r in self.requests]
        self.assertNotIn("\nhelp\n", "".join(prompts))
        self.assertLessEqual(max(p.count("did: ") for p in prompts), 2)


class DocVQA(BenchmarkContainers):
    def test_the_page_reaches_the_model_as_an_image(self):
        write_page(self.project.folder / "items/pages/1.png", ["TOTAL: 12.50"])
        (self.project.folder / "outside.png").write_bytes(b"x")
        row = {"questionId": "p1", "question": "What is the total?", "answer": "['12.50']",
               "image_path": "pages/1.png"}
        self.items([row, dict(row, questionId="p2", answer="12.60")])

        def reply(messages, body):
            parts = messages[1]["content"]
            data = base64.b64decode(parts[0]["image_url"]["url"].removeprefix("data:image/png;base64,"))
            self.assertEqual(data, (self.project.folder / "items/pages/1.png").read_bytes())
            return "<answer>12.50</answer>"

        got = self.run_items(reply, 'name = "docvqa"')
        self.assertEqual({name: (one["solved"], one["score"]) for name, one in got.items()},
                         {"p1": (1, 1), "p2": (0, 0.8)})  # one of five characters differs

    def test_a_page_outside_the_data_is_a_bad_row(self):
        (self.project.folder / "outside.png").write_bytes(b"x")
        for path, problem in (("../outside.png", "leaves its folder"), ("no.png", "is not there")):
            self.items([{"questionId": "p1", "question": "Q?", "answer": "1", "image_path": path}])
            self.project.write("e.lua", EXPERIMENT.format(data='name = "docvqa"', recipe="no_skill"))
            answer = self.project.hone("run", "e.lua", "models.default=offline/reader")
            self.assertExit(answer, 2)
            self.assertIn(f"test/items.json:1: image_path: '{path}' {problem}", answer.stderr)


if __name__ == "__main__":
    main(sys.argv)
