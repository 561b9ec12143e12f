#!/usr/bin/env python3
"""Wrong experiments, recipes, data and databases: what is wrong, where, how to mend it; the right exit
code; nothing made, nothing lost."""

import gzip
import http.server
import pathlib
import sqlite3
import sys
import threading

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from project import ProjectTest, main  # noqa: E402

STUDY = "experiments/study.lua"
RECIPE = "recipes/small.lua"
PROMPT = "recipes/prompts/small/challenger.md"
SMALL_ARM = '{ "Small" }'


def edit(file, before, after):
    return lambda project: project.edit(file, before, after)


def write(file, content):
    def apply(project):
        path = project.folder / file
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)

    return apply


def arm(text):
    return edit(STUDY, SMALL_ARM, text)


# what is wrong: (how it comes about, further arguments of `hone run`, exit code, what the line says)
BEFORE_ANYTHING_IS_SENT = {
    "unknown parameter": (
        arm('{ "Small", iteratons = 3 }'), [], 2,
        "experiments/study.lua: arm 'Small'.iteratons: unknown parameter; did you mean 'iterations'?"),
    "unknown parameter, command line": (None, ["iteratons=3"], 2, "did you mean 'iterations'?"),
    "unknown parameter of the data": (
        None, ["data.context_wrds=3"], 2,
        "data.context_wrds: unknown parameter; did you mean 'context_words'?"),
    "unknown field": (
        edit(STUDY, "seeds =", "sedes ="), [], 2,
        "experiments/study.lua:1: experiment 'study': unknown field 'sedes'; did you mean 'seeds'?"),
    "wrong type": (
        arm('{ "Small", iterations = "three" }'), [], 2,
        "arm 'Small'.iterations: expected a whole number, got \"three\""),
    "wrong type, command line": (
        None, ["iterations=2.5"], 2, "arm 'Small'.iterations: expected a whole number, got 2.5"),
    "wrong type in the data": (
        None, ["data.context_words=many"], 2, "data.context_words: expected a whole number"),
    "out of bounds": (None, ["iterations=99"], 2, "arm 'Small'.iterations: 99 is above the maximum 9"),
    "unknown choice": (None, ["style=tese"], 2, "'tese' is not one of plain, terse; did you mean 'terse'?"),
    "no seeds": (None, ["seeds=[]"], 2, "experiments/study.lua: seeds: expected a list"),
    "no override": (None, ["iterations"], 2, "write key=value"),
    "recipe syntax": (
        edit(RECIPE, "function steps.solve(s, task)", "function steps.solve(s, task"), [], 2,
        "recipes/small.lua:15: ')' expected near 'local'"),
    "experiment syntax": (
        edit(STUDY, "seeds = { 1 },", "seeds = { 1,"), [], 2, "experiments/study.lua:14: '}' expected"),
    "unknown capability": (
        edit(RECIPE, '"llm", "judge"', '"llm", "jugde"'), [], 2,
        "there is no capability 'jugde'; did you mean 'judge'?"),
    "no data": (None, [], 2, "small: data: missing: say where the items come from"),
    "unknown recipe": (
        edit(STUDY, '"small"', '"smal"'), [], 2,
        "experiments/study.lua: arm 'Small': no recipe 'smal'; did you mean 'small'?"),
    "unknown step": (
        write("recipes/variant.lua",
              b'return extend "small" { name = "variant", steps = { challeng = function(base) end } }'),
        ["base.recipe=variant"], 2, "steps.challeng: the base has no such step; did you mean 'challenge'?"),
    "unknown evaluator": (None, ["evaluate.with=rubric"], 2, "did you mean 'rubrics'?"),
    "unknown mapper": (
        edit(STUDY, "data.documents", "data.document"), [], 2,
        "data.document: no such mapper; did you mean 'documents'?"),
    "missing mapper file": (
        edit(STUDY, "data.documents { ", 'data.file { "mine.lua", '), [], 2,
        "experiments/study.lua: data.file: experiments/mine.lua: no such file"),
    "duplicate arm": (arm('{ "Small" }, { "Small", iterations = 1 }'), [], 2, "arms[3]: a second arm named 'Small'"),
    "unknown baseline": (None, ["table.baseline=Noskill"], 2, "did you mean 'No skill'?"),
    "unknown arm": (None, ["--arm", "Smal"], 2, "--arm Smal: no such arm; did you mean 'Small'?"),
    "unknown item": (None, ["--only", "MPL-2.0.txt#x"], 2, "--only MPL-2.0.txt#x: no such item; did you mean"),
    "unknown option": (None, ["--limt", "2"], 2, "unknown option --limt; did you mean --limit?"),
    "unknown prompt": (
        arm('{ "Small", prompts = { chalenger = "mine.md" } }'), [], 2, "did you mean 'challenger'?"),
    "prompt syntax": (
        edit(PROMPT, "{{context}}", "{{context"), [], 2, "recipes/prompts/small/challenger.md:6: "),
    "unknown provider": (
        edit(STUDY, '"offline/reader" },', '"ofline/reader" },'), [], 2,
        "models.default: model 'ofline/reader': unknown provider 'ofline'; did you mean 'offline'?"),
    "unknown provider of an arm": (
        arm('{ "Small", models = { challenger = "unheard/large" } }'), [], 2,
        "arm 'Small': models.challenger: model 'unheard/large': unknown provider 'unheard'"),
    "role that nobody asks for": (
        arm('{ "Small", models = { chalenger = "offline/reader" } }'), [], 2,
        "models.chalenger: nobody asks for the role 'chalenger'; did you mean 'challenger'?"),
    "unknown endpoint": (
        None, ["models.default=openai/x@locl", "--endpoint", "local=http://127.0.0.1:1/v1"], 2,
        "no endpoint 'locl' in your configuration; did you mean 'local'?"),
    "no key": (
        None, ["models.default=openai/gpt-4.1-mini-2025-04-14"], 5,
        "model 'openai/gpt-4.1-mini-2025-04-14' needs a key: set OPENAI_API_KEY"),
    "no key of the judge": (
        None, ["evaluate.judge=openai/gpt-4.1-mini-2025-04-14"], 5, "set OPENAI_API_KEY"),
    "no key of one arm": (
        arm('{ "Small", models = { judge = "openai/gpt-4.1-mini-2025-04-14" } }'), [], 5, "set OPENAI_API_KEY"),
    "host in a model": (
        edit(STUDY, '"offline/reader" },', '"openai/gpt@http://host.example/v1" },'), [], 2,
        "models.default: a model names an endpoint, not a host"),
    "host in the judge": (
        None, ["evaluate.judge=openai/gpt@https://host.example"], 2, "names an endpoint, not a host"),
    "host in the experiment": (
        edit(STUDY, "seeds =",
             'endpoints = { mine = { base_url = "http://host.example", key_env = "OPENAI_API_KEY" } }, seeds ='),
        [], 2, "experiments/study.lua: endpoints: an experiment may not say which key goes to which host"),
    "host in an arm": (
        arm('{ "Small", base_url = "http://host.example" }'), [], 2,
        "arms[2].base_url: an experiment may not say which key goes to which host"),
    "host in base": (
        edit(STUDY, "base = { ", 'base = { key_env = "OPENAI_API_KEY", '), [], 2,
        "base.key_env: an experiment may not say which key goes to which host"),
    "host from a file in the folder": (
        write(".env", b"OPENAI_BASE_URL=http://host.example/v1\n"),
        ["models.default=openai/gpt-4.1-mini-2025-04-14"], 2,
        "a file in the working folder may not say where your key goes"),
    "missing data": (
        edit(STUDY, '"../notes"', '"../nots"'), [], 2,
        "experiments/study.lua: data: experiments/../nots: No such file or directory"),
    "no data path": (edit(STUDY, 'path = "../notes", ', ""), [], 2, "data.path: is required"),
    "empty data": (
        lambda project: (project.folder / "empty").mkdir(), ["data.path=empty"], 2, "no file there"),
    "no text": (
        write("notes/picture.txt", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" * 50), ["data.path=notes/picture.txt"], 2,
        "picture.txt: is not a text file (NUL at byte 8)"),
    "UTF-16": (
        write("notes/wide.txt", "wide text\n".encode("utf-16") * 50), ["data.path=notes/wide.txt"], 2,
        "wide.txt: is UTF-16 text"),
    "damaged gzip": (
        write("notes/bad.txt.gz", b"\x1f\x8b\x08damaged" * 50), [], 2, "bad.txt.gz: damaged gzip file: "),
    "cut gzip": (
        write("notes/cut.txt.gz", gzip.compress(b"one line of text\n" * 500)[:-20]), [], 2,
        "cut.txt.gz: damaged gzip file: the compressed data ends too early"),
    "too little text": (
        write("notes/short.txt", b"Nothing to learn here.\n"), ["data.path=notes/short.txt"], 2, "short.txt: none of the 1 text files gives a context"),
}

# what is wrong: (how it comes about, the line, a frame of the traceback)
FAULTS_OF_A_RECIPE = {
    "undeclared capability": (
        edit(RECIPE, '"llm", "judge"', '"llm"'),
        "recipes/small.lua:19: recipe 'small' uses 'judge' but does not declare it: add it to uses = { ... }",
        "recipes/small.lua:19:"),
    "prompt without a value": (
        edit(PROMPT, "{{context}}", "{{contxt}}"),
        "recipes/prompts/small/challenger.md:6: {{contxt}} was given no value; did you mean 'context'?",
        "recipes/small.lua:6:"),
    "value without a place": (
        edit(PROMPT, "{{context}}", ""), "challenger.md: the template has no {{context}}", "recipes/small.lua:6:"),
    "unknown field of an effect": (
        edit(RECIPE, 'role = "reasoner", messages', 'role = "reasoner", mesages'),
        "recipes/small.lua:16: llm.chat: unknown field 'mesages'; did you mean 'messages'?",
        "recipes/small.lua:16:"),
    "unknown field of a row": (
        edit(RECIPE, 'purpose = "loop"', 'porpose = "loop"'), "unknown field 'porpose'; did you mean 'purpose'?",
        "recipes/small.lua:20:"),
    "assigned global": (
        edit(RECIPE, "s.t = t", "round = t"), "the global 'round' cannot be assigned: write 'local round = ...'",
        "recipes/small.lua:39:"),
    "misspelt parameter": (
        edit(RECIPE, "p.iterations", "p.iteration"),
        "'params.iteration' does not exist; did you mean 'iterations'?", "recipes/small.lua:38:"),
}


class BadInputTest(ProjectTest):
    def files(self):
        return {str(p.relative_to(self.project.folder)) for p in self.project.folder.rglob("*")}

    def test_one_line_before_anything_is_sent(self):
        for name, (change, arguments, code, says) in BEFORE_ANYTHING_IS_SENT.items():
            with self.subTest(name):
                self.setUp()
                if change:
                    change(self.project)
                before = self.files()
                file = RECIPE if name == "no data" else STUDY
                keys = {"OPENAI_API_KEY": "sk-canary"} if "host" in name else {}
                answer = self.project.hone("run", file, *arguments, **keys)
                self.assertExit(answer, code)
                self.assertEqual(answer.stdout, "")
                self.assertTrue(answer.stderr.startswith("error: "), answer.stderr)
                self.assertEqual(answer.stderr.count("\n"), 1, answer.stderr)
                self.assertIn(says, answer.stderr)
                self.assertNotIn("sk-canary", answer.stderr)
                self.assertEqual(self.files(), before)

    def test_a_misspelt_experiment_has_a_neighbour(self):
        answer = self.project.hone("run", "experiments/stduy.lua")
        self.assertExit(answer, 2)
        self.assertEqual(
            answer.stderr, "error: experiments/stduy.lua: no such file; did you mean 'study.lua'?\n"
        )

    def test_a_recipes_fault_is_told_once_with_its_lines(self):
        for name, (change, says, frame) in FAULTS_OF_A_RECIPE.items():
            with self.subTest(name):
                self.setUp()
                change(self.project)
                answer = self.project.hone("run", STUDY)
                self.assertExit(answer, 3)
                told = [line for line in answer.stderr.splitlines() if says in line]
                self.assertEqual(len(told), 2, answer.stderr)  # when it happens, and at the end
                self.assertTrue(told[0].startswith("warning: Small / 1 / "), told)
                self.assertIn("and 2 more: failed: ", told[1])
                self.assertIn("\n\t" + frame, answer.stderr)
                self.assertNotIn("hone/prelude", answer.stderr)
                self.assertNotIn("[C]", answer.stderr)
                # The other arm is complete, and the failed cells are on record as such.
                self.assertIn("5 of 10 cells", answer.stderr)
                self.assertEqual(
                    self.project.rows("SELECT status, count(*) FROM units WHERE kind='run' GROUP BY 1 ORDER BY 1"),
                    [("failed", 5), ("finished", 5)],
                )

    def test_an_error_in_one_unit_leaves_the_others(self):
        p = self.project
        p.edit(RECIPE, "local s = {", 'if context.id == "MPL-2.0.txt#2" then p = nil + 1 end\n    local s = {')
        answer = p.hone("run", STUDY)
        self.assertExit(answer, 3)
        self.assertIn("Small / 1 / MPL-2.0.txt#2: failed: recipes/small.lua:37: attempt to perform arithmetic", answer.stderr)
        self.assertIn("9 of 10 cells", answer.stderr)
        failed = p.rows("SELECT name, error_code, error_message FROM units WHERE status <> 'finished'")
        self.assertEqual([row[0] for row in failed], ["MPL-2.0.txt#2"])
        self.assertIn("recipes/small.lua:37: in field 'run'", failed[0][2])
        # Mended, it goes on without buying anything again.
        bought = p.calls()
        p.edit(RECIPE, "p = nil + 1", "local x = 1")
        answer = p.hone("run", STUDY)
        self.assertExit(answer, 0)
        self.assertTrue(set(bought) <= set(p.calls()))

    def test_budget_stops_and_raised_continues(self):
        p = self.project
        answer = p.hone("run", STUDY, "budget.calls=20")
        self.assertExit(answer, 4)
        self.assertIn("budget: ", answer.stderr)
        self.assertIn("raise the budget and run the same command again", answer.stderr)
        self.assertEqual(p.one("SELECT count(*) FROM calls WHERE status='answered'"), 20)
        bought = p.calls()
        answer = p.hone("run", STUDY, "budget.calls=30")
        self.assertExit(answer, 4)
        self.assertEqual(p.one("SELECT count(*) FROM calls WHERE status='answered'"), 30)
        self.assertTrue(set(bought) <= set(p.calls()))
        self.assertExit(p.hone("run", STUDY), 0)
        whole = p.use_map()
        fresh = p.folder / "fresh.db"
        self.assertExit(p.hone("--db", fresh, "run", STUDY), 0)
        self.assertEqual(p.use_map(fresh), whole)

    def test_a_model_without_a_price_has_no_dollar_budget(self):
        answer = self.project.hone(
            "run", STUDY, "models.default=openai/nobody-knows@local", "--endpoint", "local=http://127.0.0.1:9/v1",
            "budget.usd=1",
        )
        self.assertExit(answer, 2)
        self.assertIn("openai/nobody-knows@local", answer.stderr)
        self.assertIn("price", answer.stderr)

    def test_a_refused_key_is_exit_5(self):
        class Refusing(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                self.rfile.read(int(self.headers["Content-Length"]))
                body = b'{"error":{"message":"Incorrect API key provided: sk-ca***ry"}}'
                self.send_response(401)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Refusing)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        answer = self.project.hone(
            "run", STUDY, "--limit", "1", "models.default=openai/reader@local", "--endpoint",
            f"local=http://127.0.0.1:{server.server_port}/v1,MY_KEY", MY_KEY="sk-canary-4711",
        )
        self.assertExit(answer, 5)
        self.assertIn("401", answer.stderr)
        self.assertNotIn("sk-canary-4711", answer.stderr)

    # == databases ==

    def unchanged_by(self, path, *arguments):
        before = path.read_bytes()
        answer = self.project.hone("--db", path, *arguments)
        self.assertEqual(path.read_bytes(), before)
        self.assertEqual(answer.stdout, "")
        self.assertEqual(answer.stderr.count("\n"), 1, answer.stderr)
        return answer

    def test_databases_that_are_not_ours(self):
        p = self.project
        foreign = p.folder / "foreign.db"
        connection = sqlite3.connect(foreign)
        connection.executescript("CREATE TABLE calls (a); INSERT INTO calls VALUES (1);")
        connection.close()
        text = p.write("text.db", "this is no database\n" * 100)
        marked = p.folder / "marked.db"
        connection = sqlite3.connect(marked)
        connection.executescript("PRAGMA application_id=4711; CREATE TABLE x (a);")
        connection.close()
        for path in (foreign, text, marked):
            for verb in (("run", STUDY), ("ls",), ("table",), ("sql", "SELECT 1"), ("trace",)):
                with self.subTest(path=path.name, verb=verb[0]):
                    answer = self.unchanged_by(path, *verb)
                    self.assertExit(answer, 2)
                    self.assertIn(path.name, answer.stderr)

    def test_a_database_of_a_newer_version(self):
        p = self.project
        self.assertExit(p.hone("run", STUDY, "--limit", "1"), 0)
        version = p.one("PRAGMA user_version")
        connection = sqlite3.connect(p.db)
        connection.execute(f"PRAGMA user_version={version + 1}")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.close()
        for verb in (("run", STUDY), ("ls",), ("sql", "SELECT 1")):
            with self.subTest(verb[0]):
                answer = self.unchanged_by(p.db, *verb)
                self.assertExit(answer, 2)
                self.assertIn("newer", answer.stderr)
                self.assertIn("hone.db", answer.stderr)

    def test_a_second_run_on_the_same_database(self):
        p = self.project
        self.assertExit(p.hone("run", STUDY, "--limit", "1"), 0)
        calls = p.calls()

        arrived, go_on = threading.Event(), threading.Event()

        class Holding(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                arrived.set()
                go_on.wait(60)
                self.close_connection = True

            def log_message(self, *_):
                pass

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Holding)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        first = p.start("run", STUDY, "models.default=openai/reader@local", "--endpoint",
                        f"local=http://127.0.0.1:{server.server_port}/v1")
        try:
            self.assertTrue(arrived.wait(60))
            answer = p.hone("run", STUDY)
            self.assertExit(answer, 2)
            self.assertEqual(answer.stderr.count("\n"), 1, answer.stderr)
            self.assertIn(str(first.pid), answer.stderr)
            self.assertIn("hone.db", answer.stderr)
            # Reading goes on.
            self.assertEqual(p.json("sql", "SELECT count(*) AS n FROM calls WHERE status='answered'"),
                             [{"n": len(calls)}])
        finally:
            go_on.set()
            first.kill()
            first.communicate()
        self.assertExit(p.hone("run", STUDY, "name=after"), 0)

    def test_a_results_folder_that_cannot_be_written(self):
        p = self.project
        p.write("results", "a file where a folder should be\n")
        answer = p.hone("run", STUDY)
        self.assertIn(answer.returncode, (2, 3))
        self.assertEqual(answer.stderr.count("\n"), 1, answer.stderr)
        self.assertIn("results", answer.stderr)


if __name__ == "__main__":
    main(sys.argv)
