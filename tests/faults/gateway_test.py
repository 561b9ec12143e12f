#!/usr/bin/env python3
"""What the gateway does with refusals, fallbacks, aliases and one-token calls."""

import json
import re

import counting_server
import study

CONFIG = """\
[tries]
most = 2
backoff = 0.01
[endpoints.mock]
base_url = "{url}"
[endpoints.other]
base_url = "{other}"
{more}
"""

ARMS = """arms = {
    { "Fine" }, { "Refused", questions = 3, words = 500 }, { "Also fine", questions = 2, words = 1 },
  },"""


class GatewayTest(study.FaultTest):
    def setUp(self):
        super().setUp()
        self.server = self.serve(answer=lambda body, headers: counting_server.completion("an answer"))
        self.other = self.serve(answer=lambda body, headers: counting_server.completion("another answer"))

    def hone(self, *arguments, more=""):
        text = CONFIG.format(url=self.server.url, other=self.other.url, more=more)
        config = str(self.project.write("config.toml", text))
        return self.project.hone(*arguments, HONE_CONFIG=config)

    def refuse_long(self, body, headers):
        if len(body["messages"][0]["content"]) > 1000:
            error = {"error": {"message": "maximum context length is 8 tokens", "code": "context_length_exceeded"}}
            return 400, {"Content-Type": "application/json"}, json.dumps(error).encode()
        return counting_server.completion("an answer")

    def test_a_refused_request_suspends_its_unit_alone(self):
        """Must show 3: exit 3 names the cells and the provider's words; mended, only those are paid for."""
        self.project.edit("experiments/echo.lua", 'arms = { { "Echo" } },', ARMS)
        self.server.answer = self.refuse_long
        run = self.run_of("echo")
        failed = self.hone(*run)
        self.assertExit(failed, 3)
        self.assertIn("missing: Refused / 1 / ", failed.stderr)
        self.assertIn("suspended: ", failed.stderr)
        self.assertIn("maximum context length is 8 tokens (context_length_exceeded)", failed.stderr)
        taken = self.snapshot()
        self.assertEqual(
            dict(taken.rows("SELECT a.name, r.status FROM runs r JOIN arms a USING (arm_id)")),
            {"Fine": "complete", "Refused": "incomplete", "Also fine": "complete"},
        )
        tries = taken.rows("SELECT max(n), count(*) FROM sends WHERE outcome = 'client_error'")[0]
        self.assertEqual(tries[0], 1, "a request that is refused was sent again")
        before = len(self.server.arrivals)
        self.server.answer = lambda body, headers: counting_server.completion("an answer")
        self.assertExit(self.hone(*run), 0)
        mended = len(self.server.arrivals) - before
        self.assertEqual(mended, 3)
        study.note(f"refused: {tries[1]} sends of the suspended unit; mended: {mended} calls, the others were kept")

    def test_a_declared_fallback_answers_and_is_on_record(self):
        more = '[fallbacks]\n"openai/canned@mock" = "openai/spare@other"\n'
        self.server.answer = lambda body, headers: (500, {}, b"broken")
        run = self.run_of("echo", "questions=3")
        answer = self.hone(*run, more=more)
        self.assertExit(answer, 0)
        self.assertIn("fell back to openai/spare@other", answer.stderr)
        taken = self.snapshot()
        rows = taken.rows("SELECT c.model, c.status, u.fallback_for FROM uses u JOIN calls c USING (call_id)")
        self.assertEqual(set(rows), {("openai/spare@other", "answered", "openai/canned@mock")})
        self.assertEqual(len(rows), 3)
        # The first model's tries are there too, and the same command again asks nobody.
        self.assertEqual(taken.rows("SELECT count(*) FROM calls WHERE model LIKE '%@mock'"), [(3,)])
        sent = len(self.server.arrivals), len(self.other.arrivals)
        self.assertExit(self.hone(*run, "--verify", more=more), 0)
        self.assertEqual((len(self.server.arrivals), len(self.other.arrivals)), sent)

    def test_without_a_declaration_nobody_else_is_asked(self):
        self.server.answer = lambda body, headers: (500, {}, b"broken")
        self.assertExit(self.hone(*self.run_of("echo", "questions=2")), 3)
        self.assertEqual(len(self.other.arrivals), 0)

    def test_an_alias_is_the_model_itself(self):
        more = '[aliases]\njudge-5 = "openai/canned@mock"\n'
        self.assertExit(self.hone(*self.run_of("echo", "questions=2", "models.default=judge-5"), more=more), 0)
        self.assertEqual(self.snapshot().rows("SELECT DISTINCT model FROM calls"), [("openai/canned@mock",)])
        self.assertExit(self.hone(*self.run_of("echo", "questions=2")), 0)  # by its name: bought already
        self.assertEqual(len(self.server.arrivals), 2)
        wrong = self.hone(*self.run_of("echo", "models.default=jugde-5"), more=more)
        self.assertExit(wrong, 2)
        self.assertIn("did you mean 'judge-5'?", wrong.stderr)

    def test_a_program_of_the_users_own_is_a_model(self):
        """Named in the configuration only; it sees the variables that are named there and no key."""
        program = self.project.write("agent.sh", "cat > /dev/null\nenv > seen\ncp seen $SEEN\necho an answer\n")
        seen = self.project.folder / "seen.txt"
        more = f'[endpoints.agent]\nargv = ["/bin/sh", "{program}"]\npass_env = ["SEEN"]\ntime_limit = 20\n'
        text = CONFIG.format(url=self.server.url, other=self.other.url, more=more)
        config = str(self.project.write("config.toml", text))
        run = self.run_of("echo", "questions=2", "models.default=exec/mine@agent")
        answer = self.project.hone(*run, HONE_CONFIG=config, SEEN=str(seen), OPENAI_API_KEY="sk-not-for-programs")
        self.assertExit(answer, 0)
        self.assertEqual(self.snapshot().rows("SELECT DISTINCT model, status FROM calls"), [("exec/mine@agent", "answered")])
        self.assertNotIn("sk-not-for-programs", seen.read_text())
        stranger = self.hone(*self.run_of("echo", "models.default=exec/mine"))
        self.assertExit(stranger, 2)

    def test_doctor_calls_on_request_and_shows_what_it_was_told(self):
        headers = {"Content-Type": "application/json", "x-ratelimit-limit-requests": "500", "x-other": "no"}
        status, _, data = counting_server.completion("O")
        self.server.answer = lambda body, unused: (status, headers, data)
        more = '[aliases]\nmine = "openai/canned@mock"\nbroken = "openai/x@nowhere"\n'
        quiet = json.loads(self.hone("doctor", "--json", more=more).stdout)
        self.assertEqual(self.server.arrivals, [])
        found = {entry["check"]: entry for entry in quiet}
        self.assertEqual(found["alias mine"]["detail"], "openai/canned@mock")
        self.assertEqual(found["alias broken"]["status"], "failed")
        self.assertIn("containers: bubblewrap", found)
        self.assertIn("leftovers", found)
        asked = json.loads(self.hone("doctor", "--call", "mine", "--json", more=more).stdout)
        found = {entry["check"]: entry for entry in asked}
        self.assertEqual(len(self.server.arrivals), 1)
        limits = {name: value for name, value in self.server.arrivals[0].body.items() if "max" in name}
        self.assertEqual(list(limits.values()), [1])
        self.assertEqual(found["call mine"]["status"], "ok")
        self.assertTrue(re.match(r"answered in \d+ ms as canned-1, 10 \+ 5 tokens, no price", found["call mine"]["detail"]))
        host = self.server.url.split("/")[2]
        self.assertEqual(found[f"rate limits of {host}"]["detail"], "x-ratelimit-limit-requests 500")
        self.server.answer = lambda body, unused: (401, {}, b'{"error": {"message": "no such key"}}')
        refused = json.loads(self.hone("doctor", "--call", "mine", "--json", more=more).stdout)
        found = {entry["check"]: entry for entry in refused}
        self.assertEqual(found["call mine"]["status"], "failed")
        self.assertIn("no such key", found["call mine"]["detail"])


if __name__ == "__main__":
    study.main()
