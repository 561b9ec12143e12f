#!/usr/bin/env python3
"""Two in five tries fail, in every way there is: the same table, nothing paid twice, no key strays."""

import collections
import hashlib
import http.client
import json
import pathlib
import threading
import time

import chaos_server
import counting_server
import study

RECIPE = """\
return recipe {
  name = "many_questions",
  doc = "Asks many questions at once and keeps the answers.",
  unit = "context",
  uses = { "llm" },
  params = { questions = param.int { 120, min = 1, doc = "asked at once" } },
  run = function(context, p)
    local numbers = {}
    for i = 1, p.questions do numbers[i] = i end
    local answers = parallel.map(numbers, function(i)
      return llm.chat {
        role = "reasoner", sampling = { max_tokens = 200 },
        messages = { { role = "user", content = "Question " .. i .. ": what is it?" } },
      }.text
    end)
    return { skill = "---\\nname: many\\ndescription: Answers.\\n---\\n\\n" .. table.concat(answers, "\\n") }
  end,
}
"""

EXPERIMENT = """\
return experiment {
  name = "chaos",
  data = data.documents {
    path = "/usr/share/common-licenses", include = { "GPL-3", "MPL-2.0", "Apache-2.0", "GFDL-1.3" },
    context_words = 1500, min_words = 500, tasks_per_context = 4, max_contexts = 8,
  },
  models = { default = "openai/reader@plain" },
  base = { recipe = "many_questions" },
  arms = { { "Plain" }, { "Streamed", models = { default = "openai/reader@streamed" } } },
  evaluate = { with = "rubrics", judge = "openai/reader@plain" },
  table = { baseline = "Plain" },
}
"""

CONFIG = """\
[tries]
backoff = 0.02
[endpoints.plain]
base_url = "{url}"
key_env = "CHAOS_KEY"
connect_timeout = 5
idle_timeout = {idle}
total_timeout = {total}
max_response_mb = 4
max_in_flight = 64
start_in_flight = 4
[endpoints.streamed]
base_url = "{url}"
key_env = "CHAOS_KEY"
connect_timeout = 5
idle_timeout = {idle}
total_timeout = {total}
max_response_mb = 4
max_in_flight = 64
start_in_flight = 4
stream = true
[prices."openai/reader@plain"]
input = 1
output = 2
max_output_tokens = 1000
[prices."openai/reader@streamed"]
input = 1
output = 2
max_output_tokens = 1000
"""

KEY = "sk-chaos-0123456789abcdef"
IDLE_S, TOTAL_S = 3, 6
SLACK_S = 4  # of a busy machine
FLAT_KIB = 96 << 10  # more than this above the same run without faults is not flat


class Peak:
    """The largest resident size of a process and its children, as they run."""

    def __init__(self, pid):
        self.kib = 0
        self.over = threading.Event()
        self.thread = threading.Thread(target=self.watch, args=(pid,), daemon=True)
        self.thread.start()

    def watch(self, pid):
        while not self.over.wait(0.02):
            try:
                status = pathlib.Path(f"/proc/{pid}/status").read_text()
            except OSError:
                return
            for line in status.splitlines():
                if line.startswith("VmHWM:"):
                    self.kib = max(self.kib, int(line.split()[1]))

    def end(self):
        self.over.set()
        self.thread.join()
        return self.kib


class ChaosTest(study.FaultTest):
    def setUp(self):
        super().setUp()
        self.project.write("recipes/many_questions.lua", RECIPE)
        self.project.write("experiments/chaos.lua", EXPERIMENT)
        self.reader = counting_server.Reader(self.project.program)
        self.addCleanup(self.reader.stop)

    def answer(self, body):
        """Questions have canned answers; tasks and judgements are the offline reader's."""
        text = body["messages"][-1]["content"]
        if isinstance(text, str) and text.startswith("Question "):
            digest = hashlib.sha256(f"{body.get('seed')} {text}".encode()).hexdigest()
            return f"Answer – {digest}, „{text}“ → ok", "stop"
        body = {name: value for name, value in body.items() if not name.startswith("stream")}
        connection = http.client.HTTPConnection("127.0.0.1", self.reader.port, timeout=60)
        connection.request("POST", "/v1/chat/completions", json.dumps(body), {"Content-Type": "application/json"})
        choice = json.loads(connection.getresponse().read())["choices"][0]
        connection.close()
        return choice["message"]["content"], choice["finish_reason"]

    def run_through(self, most, db):
        server = chaos_server.ChaosServer(self.answer, most)
        self.addCleanup(server.stop)
        config = self.project.write("config.toml", CONFIG.format(url=server.url, idle=IDLE_S, total=TOTAL_S))
        started = time.monotonic()
        process = self.start("--db", db, "run", "experiments/chaos.lua", HONE_CONFIG=str(config), CHAOS_KEY=KEY)
        peak = Peak(process.pid)
        code = process.wait()
        kib = peak.end()
        self.assertEqual(code, 0, self.stderr()[-3000:])
        return server, time.monotonic() - started, kib

    def test_two_thousand_calls(self):
        clean_db, db = self.project.folder / "clean" / "hone.db", self.project.folder / "chaos" / "hone.db"
        clean, clean_s, clean_kib = self.run_through(0, clean_db)
        chaos, chaos_s, chaos_kib = self.run_through(chaos_server.MOST, db)
        calls = list(chaos.calls.values())
        self.assertGreaterEqual(len(calls), 2000)
        self.assertEqual(set(chaos.calls), set(clean.calls))

        faults = collections.Counter(fault for call in calls for fault in call.faults)
        sends = sum(call.sends for call in calls)
        self.assertGreaterEqual(faults.total() / sends, 0.3)
        self.assertEqual(set(faults), set(chaos_server.PLAIN) | set(chaos_server.STREAM))
        self.assertLessEqual(max(len(call.faults) for call in calls), chaos_server.MOST)
        study.note(f"{len(calls)} calls, {sends} sends, {faults.total() / sends:.0%} of them broken: {dict(faults)}")

        # The same table, and the same rows behind it.
        self.assertEqual(self.table("chaos", db), self.table("chaos", clean_db))
        self.assertSame(self.snapshot(db), self.snapshot(clean_db))

        # One complete answer each, and nothing after it.
        self.assertEqual([call.name for call in calls if call.answers != 1], [])
        self.assertEqual([call.name for call in calls if call.sends != len(call.faults) + 1], [])
        self.check_sends(db, faults, len(calls))
        self.assertEqual(chaos.elsewhere, [], "somebody followed a redirect")

        self.assertLess(chaos_kib - clean_kib, FLAT_KIB)
        study.note(
            f"without faults {clean_s:.1f} s, {clean_kib >> 10} MiB at most, {clean.most_at_once} in flight; "
            f"with them {chaos_s:.1f} s, {chaos_kib >> 10} MiB, {chaos.most_at_once} in flight"
        )

    def check_sends(self, db, faults, n_calls):
        """Every try is a row that says what happened; what may be on the bill is priced."""
        taken = self.snapshot(db)
        found = collections.Counter()
        for outcome, status, billed, n in taken.rows(
            "SELECT outcome, http_status, maybe_billed, count(*) FROM sends GROUP BY 1, 2, 3"
        ):
            found[outcome, status, billed] = n
        expected = collections.Counter({("answered", 200, 0): n_calls})
        told = {**chaos_server.PLAIN, **chaos_server.STREAM}
        for fault, n in faults.items():
            expected[told[fault][1]] += n
        self.assertEqual(dict(found), dict(expected))
        (possible, tries) = taken.rows(
            "SELECT sum(reserved_pico_usd), count(*) FROM sends JOIN calls USING (call_id) WHERE maybe_billed = 1"
        )[0]
        self.assertEqual(tries, sum(n for row, n in expected.items() if row[2] == 1))
        self.assertGreater(possible, 0)
        self.assertIn(f"{tries} calls of unknown outcome, possibly $", self.stderr())
        (longest,) = taken.rows("SELECT max(ended_at_ms - started_at_ms) FROM sends")[0]
        self.assertLessEqual(longest, (TOTAL_S + SLACK_S) * 1000)
        study.note(
            f"{tries} tries may be on the bill, priced {possible / 1e12:.4f} USD in all; "
            f"the longest try took {longest / 1000:.1f} s of {TOTAL_S} allowed"
        )

    def test_a_dead_endpoint_is_given_up_and_the_others_go_on(self):
        """Many calls, nobody there: a bounded number of tries, every other arm complete, no waiting for ever."""
        self.project.edit(
            "experiments/echo.lua",
            'arms = { { "Echo" } },',
            'arms = { { "Dead", models = { default = "openai/canned@dead" } }, { "Alive", questions = 5 } },',
        )
        live = self.serve(answer=lambda body, headers: counting_server.completion("an answer"))
        more = f'[endpoints.dead]\nbase_url = "http://127.0.0.1:9/v1"\n[endpoints.mock]\nbase_url = "{live.url}"\n'
        config = str(self.project.write("config.toml", more))
        answer = self.project.hone(*self.run_of("echo", "questions=300"), HONE_CONFIG=config)
        self.assertExit(answer, 3)
        self.assertIn("cannot connect", answer.stderr)
        taken = self.snapshot()
        self.assertEqual(
            dict(taken.rows("SELECT a.name, r.status FROM runs r JOIN arms a USING (arm_id)")),
            {"Dead": "incomplete", "Alive": "complete"},
        )
        (tries,) = taken.rows("SELECT count(*) FROM sends WHERE outcome = 'network'")[0]
        self.assertLess(tries, 400)
        self.assertEqual(taken.rows("SELECT sum(maybe_billed) FROM sends"), [(0,)])
        study.note(f"300 calls to nobody: {tries} tries")


if __name__ == "__main__":
    study.main()
