#!/usr/bin/env python3
"""What is on record can be asked for: read-only SQL, tables, traces down to the bytes, exported skills."""

import http.server
import json
import pathlib
import re
import sqlite3
import subprocess
import sys
import threading
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from project import ProjectTest, main  # noqa: E402

STUDY = "experiments/study.lua"
SHORT = "models.default=offline/reader:attention=150"  # reads too little not to fail
ENDLESS = "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT {} FROM c"

# statement: what the line says
REFUSED = {
    "INSERT INTO meta VALUES ('a', 'b')": "only SELECT",
    "UPDATE calls SET status = 'answered'": "only SELECT",
    "DELETE FROM calls": "only SELECT",
    "DROP TABLE calls": "only SELECT",
    "CREATE TEMP TABLE x (a)": "",
    "VACUUM INTO 'copy.db'": "",
    "BEGIN IMMEDIATE": "",
    "ATTACH 'other.db' AS other": "ATTACH",
    "DETACH main": "",
    "SELECT load_extension('x.so')": "load_extension",
    "SELECT writefile('x', 'y')": "writefile",
    "SELECT readfile('/etc/passwd')": "readfile",
    "PRAGMA journal_mode = DELETE": "PRAGMA",
    "PRAGMA user_version = 99": "PRAGMA",
    "PRAGMA writable_schema = ON": "PRAGMA",
    "PRAGMA wal_checkpoint(TRUNCATE)": "PRAGMA",
    "SELECT 1; SELECT 2": "one SQL statement at a time",
    "SELECT 1; DELETE FROM calls": "",
    "SELECT nothing FROM calls": "nothing",
    "SELEC 1": "SELEC",
    "": "",
    "SELECT :who": "who",
}


class Proxy(http.server.BaseHTTPRequestHandler):
    """Hands requests to a served offline model and keeps their bytes."""

    upstream = None
    bodies = None

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.bodies.append(body)
        request = urllib.request.Request(
            self.upstream + self.path.removeprefix("/v1"), body, {"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(request) as answer:
            content = answer.read()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_):
        pass


def strict_skill_problem(text, folder):
    """A reading of SKILL.md of its own: frontmatter with a name that is the folder's and a description."""
    found = re.fullmatch(r"---\n(.*?)\n---\n(.*)", text, re.DOTALL)
    if not found:
        return "no frontmatter"
    fields = {}
    for line in found[1].splitlines():
        field = re.fullmatch(r"([a-z-]+): (.+)", line)
        if not field:
            return f"no field: {line!r}"
        fields[field[1]] = field[2].strip().strip("\"'")
    if fields.get("name") != folder:
        return f"name {fields.get('name')!r} in folder {folder!r}"
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", folder) or len(folder) > 64:
        return f"bad name {folder!r}"
    if not 0 < len(fields.get("description", "")) <= 1024:
        return "description"
    return None if found[2].strip() else "no body"


class ReadingTest(ProjectTest):
    def test_sql_reads_only(self):
        p = self.project
        self.assertExit(p.hone("run", STUDY), 0)
        before = p.db.read_bytes()
        files = sorted(path.name for path in p.folder.iterdir())
        for statement, says in REFUSED.items():
            with self.subTest(statement):
                answer = p.hone("sql", statement)
                self.assertExit(answer, 2)
                self.assertEqual(answer.stdout, "")
                self.assertEqual(answer.stderr.count("\n"), 1, answer.stderr)
                self.assertIn(says, answer.stderr)
        self.assertEqual(p.db.read_bytes(), before)
        self.assertEqual(sorted(path.name for path in p.folder.iterdir()), files)

    def test_sql_ends(self):
        p = self.project
        self.assertExit(p.hone("run", STUDY, "--limit", "1"), 0)
        answer = p.hone("sql", ENDLESS.format("count(*)"), "--time-ms", "200")
        self.assertExit(answer, 3)
        self.assertIn("stopped after 200 ms", answer.stderr)
        answer = p.hone("sql", ENDLESS.format("x"), "--rows", "3", "--csv")
        self.assertExit(answer, 0)
        self.assertEqual(answer.stdout, "x\n1\n2\n3\n")
        self.assertIn("--rows N allows more", answer.stderr)
        answer = p.hone("sql", "SELECT :n + 1 AS n, :s AS s", "n=41", "s=it's", "--json")
        self.assertEqual(json.loads(answer.stdout), [{"n": 42, "s": "it's"}])

    def test_a_reader_does_not_hold_up_a_run(self):
        p = self.project
        self.assertExit(p.hone("run", STUDY, "--limit", "1"), 0)
        reader = sqlite3.connect(f"file:{p.db}?mode=ro", uri=True, isolation_level=None)
        self.addCleanup(reader.close)
        reader.execute("BEGIN")
        old = reader.execute("SELECT count(*) FROM calls").fetchone()[0]
        self.assertExit(p.hone("run", STUDY), 0)
        self.assertEqual(reader.execute("SELECT count(*) FROM calls").fetchone()[0], old)
        reader.execute("COMMIT")
        self.assertGreater(reader.execute("SELECT count(*) FROM calls").fetchone()[0], old)

    def test_from_a_cell_down_to_the_prompts(self):
        p = self.project
        self.assertExit(p.hone("run", STUDY, "--limit", "2", "base.recipe=ctx2skill", "iterations=2", "tasks=2",
                               SHORT), 0)
        item = p.one("SELECT name FROM run_units ORDER BY position LIMIT 1")
        cell = p.json("trace", "study", "Small")
        self.assertEqual(len(cell["items"]), 2)
        task = p.one("SELECT t.name FROM tasks t JOIN units u USING (unit_id) WHERE origin='report' AND u.name=? "
                     "ORDER BY t.name", item)
        story = p.json("trace", "study", "Small", item, task)
        text = json.dumps(story)
        # Every call it names is on record, and the prompt is there in words.
        keys = set(re.findall(r'"call": "([0-9a-f]{64})"', text))
        self.assertGreaterEqual(len(keys), 4, text)  # answer, judgement, proposal and skill
        on_record = {key.lower() for key, _ in p.calls()}
        self.assertTrue(keys <= on_record)
        printed = p.hone("trace", "study", "Small", item, task, "--full").stdout
        self.assertIn("<task>", printed)
        asked = p.one("SELECT text FROM tasks WHERE name = ?", task)
        self.assertIn(asked.splitlines()[0], printed)
        for key in keys:
            self.assertIn("messages", json.loads(p.hone("show", "call", key).stdout))

    def test_show_call_is_what_was_sent(self):
        p = self.project
        server = subprocess.Popen(
            [p.program, "serve-model", "offline/reader", "--port", "0"], cwd=p.folder, env=p.environment(),
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )
        self.addCleanup(server.communicate)
        self.addCleanup(server.terminate)
        line = server.stdout.readline()
        upstream = re.search(r"http://[0-9.:]+/v1", line)[0]
        handler = type("Handler", (Proxy,), {"upstream": upstream, "bodies": []})
        proxy = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        threading.Thread(target=proxy.serve_forever, daemon=True).start()
        self.addCleanup(proxy.server_close)
        self.addCleanup(proxy.shutdown)
        answer = p.hone(
            "run", STUDY, "--limit", "2", "models.default=openai/reader@local", "evaluate.judge=openai/reader@local",
            "--endpoint", f"local=http://127.0.0.1:{proxy.server_port}/v1",
        )
        self.assertExit(answer, 0)
        shown = []
        for key, _ in p.calls():
            answer = p.hone("show", "call", key.lower())
            self.assertExit(answer, 0)
            shown.append(answer.stdout)
        self.assertGreater(len(shown), 10)
        sent = sorted(body.decode() for body in handler.bodies)
        self.assertEqual(sorted(text.rstrip("\n") for text in shown), sent)
        # The same over HTTP as in process.
        other = p.folder / "offline.db"
        self.assertExit(p.hone("--db", other, "run", STUDY, "--limit", "2"), 0)
        attempts = "SELECT arm, task, solved, n_pass FROM report_attempts ORDER BY 1, 2"
        self.assertEqual(p.rows(attempts), p.rows(attempts, db=other))

    def test_json_everywhere(self):
        p = self.project
        self.assertExit(p.hone("run", STUDY, "--json"), 0)
        key = p.calls()[0][0].lower()
        for verb in (
            ["ls"], ["ls", "study"], ["table"], ["table", "study", "--by-category"], ["trace", "study", "Small"],
            ["plan", STUDY], ["check", STUDY], ["check", STUDY, "--shuffle", "2"], ["doctor"], ["run", STUDY],
            ["show", "experiment", "study"], ["show", "call", key], ["show", "answer", key],
            ["sql", "SELECT name, hone_text(answer_text_id) AS t FROM units, calls LIMIT 2"],
            ["export", "--skills", "out"],
        ):
            with self.subTest(verb):
                answer = p.hone(*verb, "--json")
                self.assertIn(answer.returncode, (0, 3) if verb == ["doctor"] else (0,), answer.stderr)
                json.loads(answer.stdout)

    def test_exported_skills_are_valid(self):
        p = self.project
        p.edit(STUDY, '{ "Small" }', '{ "Small" }, { "Ctx2Skill!", recipe = "ctx2skill", iterations = 1, tasks = 2 }')
        self.assertExit(p.hone("run", STUDY, SHORT), 0)
        report = p.json("export", "--skills", "out")
        written = sorted(p.folder.glob("out/*/*/*/SKILL.md"))
        self.assertEqual(len(written), len(report["skills"]))
        self.assertGreaterEqual(len({path.parts[-4] for path in written}), 2)
        for path in written:
            self.assertIsNone(strict_skill_problem(path.read_text(), path.parent.name), path)
        for entry in report["skills"]:
            self.assertTrue((p.folder / "out" / entry["path"]).is_file())
        self.assertEqual({entry["arm"] for entry in report["without_skill"]}, {"No skill"})
        # Again into the same folder; not into somebody's.
        self.assertExit(p.hone("export", "--skills", "out", "--arm", "Small"), 0)
        self.assertTrue(all(path.parts[-4] == "small" for path in p.folder.glob("out/*/*/*/SKILL.md")))
        self.assertExit(p.hone("export", "--skills", "notes"), 2)

    def test_subsets_say_so(self):
        p = self.project
        items = 5
        answer = p.hone("run", STUDY, "--limit", "2")
        self.assertExit(answer, 0)
        self.assertIn(f"2 of {items} contexts", answer.stdout)
        self.assertIn(f"2 of {items} contexts", p.hone("ls", "study").stdout)
        first = p.calls()
        answer = p.hone("run", STUDY, "--only", "MPL-2.0.txt#5", "--arm", "Small")
        self.assertExit(answer, 0)
        self.assertIn(f"3 of {items} contexts", answer.stdout)
        answer = p.hone("run", STUDY)
        self.assertExit(answer, 0)
        self.assertNotIn(" contexts\n", answer.stdout.splitlines()[0] + "\n")
        self.assertTrue(set(first) <= set(p.calls()))
        # A narrower look afterwards takes nothing away, and does not claim to.
        whole = p.hone("table", "study").stdout
        self.assertExit(p.hone("run", STUDY, "--limit", "1"), 0)
        self.assertEqual(p.hone("table", "study").stdout, whole)


if __name__ == "__main__":
    main(sys.argv)
