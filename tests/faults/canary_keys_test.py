#!/usr/bin/env python3
"""Keys are planted, sent, and echoed by the server in every way: they appear nowhere but on the wire."""

import json
import secrets

import counting_server
import snapshot
import study

VARIABLES = (
    "OPENAI_API_KEY LOCAL_API_KEY ANTHROPIC_API_KEY GEMINI_API_KEY AWS_SECRET_ACCESS_KEY AZURE_OPENAI_API_KEY"
).split()


def echoing(status):
    """Answers that hold the key that was sent: in the text, in headers, in error bodies."""

    def answer(body, headers):
        key = headers["Authorization"].removeprefix("Bearer ")
        if status == 200:
            _, own, data = counting_server.completion(f"your key is {key}, isn't it?")
            return 200, {**own, "x-request-id": f"req-{key}"}, data
        if status == "malformed":
            return 200, {}, f'{{"choices": [ your key is {key}'.encode()
        error = {"error": {"message": f"Incorrect API key provided: {key}.", "type": key, "code": key}}
        return status, {"Content-Type": "application/json"}, json.dumps(error).encode()

    return answer


class CanaryKeysTest(study.FaultTest):
    def setUp(self):
        super().setUp()
        self.keys = {name: f"sk-canary-{secrets.token_hex(16)}" for name in VARIABLES}

    def assertClean(self, data, where):
        data = data.encode() if isinstance(data, str) else data
        for name, key in self.keys.items():
            # Its random half alone would be as bad.
            self.assertNotIn(key[-16:].encode(), data, f"{name} is in {where}")

    def check_files(self):
        for path in sorted(self.project.folder.rglob("*")):
            if path.is_file() and path.suffix != ".reserve":
                self.assertClean(path.read_bytes(), path.name)

    def check_database(self):
        """Compressed texts too."""
        query = "SELECT hone_text(text_id) AS text FROM texts"
        texts = snapshot.sql(self.project.program, self.project.db, query)
        self.assertGreater(len(texts), 2)
        self.assertClean(json.dumps(texts), "texts")
        taken = self.snapshot()
        for table in taken.tables():
            self.assertClean(repr(taken.rows(f"SELECT * FROM {table}")), table)

    def run_echo(self, *arguments):
        answer = self.project.hone("-v", *self.run_of("echo", "questions=4", *arguments), **self.environment)
        self.assertClean(answer.stdout, "stdout")
        self.assertClean(answer.stderr, "stderr")
        return answer

    def test_nowhere_but_on_the_wire(self):
        ways = {
            "OPENAI_API_KEY": ("models.default=openai/canned", ()),
            "LOCAL_API_KEY": ("models.default=openai/canned@local", ("--endpoint", None)),
        }
        for variable, (model, endpoint) in ways.items():
            with self.subTest(variable=variable):
                self.setUp()
                server = self.serve(answer=echoing(200))
                self.environment = {**self.keys, "OPENAI_BASE_URL": server.url}
                arguments = [model]
                if endpoint:
                    arguments += ["--endpoint", f"local={server.url},LOCAL_API_KEY"]
                for status, code in ((401, 5), (403, 5), (400, 3), (500, 3), ("malformed", 3)):
                    server.answer = echoing(status)
                    before = len(server.arrivals)
                    answer = self.run_echo(*arguments)
                    self.assertExit(answer, code)
                    self.assertGreater(len(server.arrivals), before)
                server.answer = echoing(200)
                server.hold()
                self.check_while_it_runs(server, arguments)
                for arrival in server.arrivals:
                    self.assertEqual(arrival.headers["Authorization"], f"Bearer {self.keys[variable]}")
                self.check_files()
                self.check_database()
                self.check_verbs()
                study.note(
                    f"{variable}: sent {len(server.arrivals)} times, echoed in 401, 403, 400, 500, malformed and "
                    "normal answers; nowhere in database, WAL, texts, output, children or other verbs"
                )

    def check_while_it_runs(self, server, arguments):
        before = len(server.arrivals)
        process = self.start("-v", *self.run_of("echo", "questions=4", *arguments), **self.environment)
        server.wait_for(before + 4)
        scripts = study.children(process.pid)
        self.assertGreater(len(scripts), 0)
        for pid in scripts:
            for name in ("environ", "cmdline"):
                with open(f"/proc/{pid}/{name}", "rb") as file:
                    content = file.read()
                self.assertClean(content, f"{name} of hone-script")
                if name == "environ":  # nothing inherited; its own variable masks functions of libm
                    variables = [line.partition(b"=")[0] for line in content.split(b"\0") if line]
                    self.assertLessEqual(set(variables), {b"GLIBC_TUNABLES"})
        with open(f"/proc/{process.pid}/cmdline", "rb") as file:
            self.assertClean(file.read(), "the command line")
        self.assertTrue(any(path.name.endswith("-wal") for path in self.project.db.parent.iterdir()))
        self.check_files()
        server.release()
        self.assertEqual(process.wait(timeout=30), 0, self.stderr())
        self.assertClean(self.stderr(), "stderr")

    def check_verbs(self):
        key = self.project.one("SELECT lower(hex(key)) FROM calls LIMIT 1")
        for verb in (
            ["ls"], ["ls", "echo"], ["show", "call", key, "--full"], ["show", "answer", key], ["doctor"],
            ["table", "echo"], ["show", "experiment", "echo", "--full"], ["sql", "SELECT * FROM sends"],
        ):  # fmt: skip
            answer = self.project.hone(*verb, **self.environment)
            self.assertClean(answer.stdout + answer.stderr, " ".join(verb))


if __name__ == "__main__":
    study.main()
