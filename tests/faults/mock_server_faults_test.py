#!/usr/bin/env python3
"""Faults of a third party's server: bounded tries, the right rows, exit 3, and the same command completes."""

import json
import time

import study
from mock_server import MockServer, install

MAX_TRIES = 5
N_BEFORE = 3  # calls that are answered before the fault
N_DURING = 4  # calls that meet it

# fault: what `sends` says of every try (outcome, http_status, maybe_billed), tries of a call
FAULTS = {
    "rate_limit": (("rate_limited", 429, 0), MAX_TRIES),
    "server_error": (("server_error", 500, 0), MAX_TRIES),
    "malformed": (("bad_response", 200, 1), MAX_TRIES),
    "disconnect": (("network", None, 1), MAX_TRIES),
    "refused": (("client_error", 400, 0), 1),
}


class MockServerFaultsTest(study.FaultTest):
    def setUp(self):
        super().setUp()
        try:
            install(study.BUILD.parent)
        except Exception as error:  # no npm, no network: the reason is shown
            self.skipTest(f"the mock server cannot be installed: {str(error).splitlines()[0]}")

    def mock(self, **options):
        server = MockServer(study.BUILD.parent, **options)
        self.addCleanup(server.__exit__)
        return server.__enter__()

    def run_echo(self, mock, n_questions):
        return self.project.hone(*self.run_of("echo", f"questions={n_questions}", server=mock))

    def inject(self, mock, fault):
        if fault == "server_error":
            mock.fail_next(N_DURING * MAX_TRIES, status=500)
        elif fault == "refused":
            mock.fail_next(N_DURING, status=400)
        else:
            mock.fault(fault)

    def test_each_fault(self):
        for fault, (row, tries) in FAULTS.items():
            with self.subTest(fault=fault):
                self.setUp()
                mock = self.mock()
                mock.answer("Question", "an answer")
                self.assertExit(self.run_echo(mock, N_BEFORE), 0)
                self.inject(mock, fault)
                started = time.monotonic()
                failed = self.run_echo(mock, N_BEFORE + N_DURING)
                seconds = time.monotonic() - started
                self.assertExit(failed, 3)
                self.assertIn("suspended", failed.stderr)
                self.assertIn("run the same command again", failed.stderr)
                requests = len(mock.requests())
                # The first call that gives up suspends the unit; what it still wanted is not sent again.
                self.assertLessEqual(requests, N_BEFORE + N_DURING * tries)
                self.check_rows(row, tries, requests - N_BEFORE)
                mock.clear()
                healthy = self.run_echo(mock, N_BEFORE + N_DURING)
                self.assertExit(healthy, 0)
                # Faults that were ordered one by one and not met yet come first.
                left = N_BEFORE + N_DURING * tries - requests if fault == "server_error" else 0
                self.assertEqual(len(mock.requests()) - requests, N_DURING + left)
                self.assertEqual(study.calls_of_summary(healthy.stderr), (N_DURING, N_BEFORE))
                taken = self.snapshot()
                self.assertEqual(taken.rows("SELECT DISTINCT status FROM units"), [("finished",)])
                self.assertEqual(taken.rows("SELECT DISTINCT status FROM calls"), [("answered",)])
                study.note(
                    f"{fault}: at most {tries} tries of each call, {seconds:.1f} s, rows {row}, exit 3; "
                    f"then exit 0 with {N_DURING} new calls"
                )

    def check_rows(self, row, tries, requests):
        taken = self.snapshot()
        found = taken.rows(
            "SELECT hex(key), outcome, http_status, maybe_billed, s.error <> '' "
            "FROM sends s JOIN calls c USING (call_id) WHERE c.status = 'interrupted' ORDER BY 1, s.n"
        )
        keys = sorted({key for key, *_ in found})
        self.assertEqual(len(keys), N_DURING)
        self.assertEqual({entry[1:] for entry in found}, {(*row, 1)})
        self.assertEqual(len(found), requests)
        self.assertEqual(max(sum(entry[0] == key for entry in found) for key in keys), tries)
        self.assertEqual(taken.rows("SELECT count(*) FROM calls WHERE status = 'answered'"), [(N_BEFORE,)])
        # The unit of the first experiment finished, the one that met the fault is suspended.
        self.assertEqual(
            taken.rows("SELECT status, error_code <> '', error_message <> '' FROM units ORDER BY 1"),
            [("finished", 0, 0), ("suspended", 1, 1)],
        )
        self.assertEqual(
            taken.rows("SELECT status FROM experiments ORDER BY started_at_ms"), [("complete",), ("incomplete",)]
        )

    def test_retry_after_is_waited_for(self):
        mock = self.mock()
        response = {"status": 429, "retryAfter": 2, "error": {"message": "slow down"}}
        fixture = {"match": {"userMessage": "Question", "sequenceIndex": 0}, "response": response}
        mock.control("POST", "fixtures", {"fixtures": [fixture]})
        mock.answer("Question", "an answer")
        self.assertExit(self.run_echo(mock, 1), 0)
        (first, second) = self.snapshot().rows(
            "SELECT outcome, http_status, started_at_ms, ended_at_ms FROM sends ORDER BY n"
        )
        self.assertEqual((first[:2], second[:2]), (("rate_limited", 429), ("answered", 200)))
        # The timer's clock and the rows' are cut to whole milliseconds, so one may be missing.
        self.assertGreaterEqual(second[2] - first[3], 1999)
        study.note(f"Retry-After: 2 was followed by the next try after {second[2] - first[3]} ms")

    def test_self_play_through_a_bad_server(self):
        """Answers of the offline reader through the mock server, a share of them lost on the way."""
        reader = self.serve_reader()
        mock = self.mock(upstream=reader.url.removesuffix("/v1"))
        run = self.run_of(
            "self_play", "--limit", "2", "seeds=1", "models.default=openai/reader@mock",
            "evaluate.judge=openai/reader@mock", server=mock,
        )  # fmt: skip
        whole = self.project.folder / "whole" / "hone.db"
        clean = self.project.hone("--db", whole, *run[2:])
        self.assertExit(clean, 0)
        mock.control("POST", "chaos", {"malformedRate": 0.05, "rateLimitRate": 0.05, "disconnectRate": 0.05})
        starts = 0
        for _ in range(10):
            starts += 1
            answer = self.project.hone(*run)
            if answer.returncode == 0:
                break
            self.assertExit(answer, 3)
        self.assertExit(answer, 0)
        taken = self.snapshot()
        outcomes = dict(taken.rows("SELECT outcome, count(*) FROM sends GROUP BY 1"))
        self.assertEqual(outcomes["answered"], len(taken.keys()))
        self.assertGreater(len(outcomes), 2, outcomes)
        self.assertEqual(self.table("self_play"), self.table("self_play", whole))
        study.note(
            f"self-play with faults on 15 % of the answers: {starts} starts, {json.dumps(outcomes)}, same table"
        )


if __name__ == "__main__":
    study.main()
