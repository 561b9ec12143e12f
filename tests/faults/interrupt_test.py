#!/usr/bin/env python3
"""Ctrl-C: what is in flight is awaited and kept; a second one leaves it behind; the command continues."""

import os
import signal

import counting_server
import study

QUESTIONS = 40
AT_ONCE = 8


class InterruptTest(study.FaultTest):
    def setUp(self):
        super().setUp()
        self.server = self.serve(answer=lambda body, headers: counting_server.completion("an answer"))
        self.project.write(
            "config.toml", f'[endpoints.mock]\nbase_url = "{self.server.url}"\nmax_in_flight = {AT_ONCE}\n'
        )
        self.run_echo = self.run_of("echo", f"questions={QUESTIONS}")
        self.config = {"HONE_CONFIG": str(self.project.folder / "config.toml")}

    def start_and_hold(self):
        """A run with AT_ONCE calls in flight that get no answer yet."""
        self.server.hold()
        process = self.start(*self.run_echo, **self.config)
        self.server.wait_for(AT_ONCE)
        return process

    def complete(self, n_left):
        self.server.release()
        before = len(self.server.arrivals)
        answer = self.project.hone(*self.run_echo, **self.config)
        self.assertExit(answer, 0)
        self.assertEqual(len(self.server.arrivals) - before, n_left)
        taken = self.snapshot()
        self.assertEqual(len(taken.keys("status = 'answered'")), QUESTIONS)
        self.assertEqual(taken.rows("SELECT status FROM units"), [("finished",)])
        self.assertEqual(taken.rows("SELECT status FROM experiments"), [("complete",)])

    def test_the_first_waits_for_what_is_in_flight(self):
        for number in (signal.SIGINT, signal.SIGTERM):
            with self.subTest(signal=number.name):
                self.setUp()
                process = self.start_and_hold()
                # To the whole group, as a terminal does.
                os.killpg(process.pid, number)
                study.until(lambda: "stopping" in self.stderr())
                self.assertIsNone(process.poll(), "it did not wait")
                self.server.release()
                self.assertEqual(process.wait(timeout=20), 130, self.stderr())
                self.assertEqual(len(self.server.arrivals), AT_ONCE, "it sent more")
                self.assertIn("run the same command again", self.stderr())
                taken = self.snapshot()
                self.assertEqual(len(taken.keys("status = 'answered'")), AT_ONCE)
                self.assertEqual(taken.sends("outcome <> 'answered'"), [])
                self.assertEqual(taken.rows("SELECT status FROM units"), [("stopped",)])
                self.assertEqual(taken.rows("SELECT status FROM experiments"), [("interrupted",)])
                self.complete(QUESTIONS - AT_ONCE)
        study.note(f"SIGINT and SIGTERM: exit 130, {AT_ONCE} of {AT_ONCE} answers in flight kept")

    def test_the_second_ends_at_once(self):
        process = self.start_and_hold()
        os.killpg(process.pid, signal.SIGINT)
        study.until(lambda: "stopping" in self.stderr())
        os.killpg(process.pid, signal.SIGINT)
        self.assertEqual(process.wait(timeout=20), 130, self.stderr())
        taken = self.snapshot()
        self.assertEqual(
            taken.rows("SELECT outcome, maybe_billed, count(*) FROM sends GROUP BY 1, 2"),
            [("cancelled", 1, AT_ONCE)],
        )
        self.assertEqual(taken.keys("status = 'answered'"), set())
        self.complete(QUESTIONS)
        study.note(f"second SIGINT: exit 130 while the server held {AT_ONCE} answers back; listed as cancelled")

    def test_self_play_interrupted_often_gives_the_same_table(self):
        dice = study.dice()
        reader = self.serve_reader()
        run = self.run_of(
            "self_play", "--limit", "2", "seeds=1", "models.default=openai/reader@mock",
            "evaluate.judge=openai/reader@mock", server=reader,
        )  # fmt: skip
        whole = self.project.folder / "whole" / "hone.db"
        self.assertExit(self.project.hone("--db", whole, *run[2:]), 0)
        n_calls = len(reader.arrivals)
        interrupted = 0
        for _ in range(100):
            process = self.start(*run)
            wanted = len(reader.arrivals) + dice.randint(1, n_calls // 8)
            if reader.wait_for(wanted, or_until=lambda: process.poll() is not None):
                process.send_signal(signal.SIGINT)
            code = process.wait(timeout=30)
            if code == 0:
                break
            self.assertEqual(code, 130, self.stderr())
            interrupted += 1
        self.assertEqual(process.returncode, 0)
        self.assertEqual(set(reader.counts(n_calls).values()), {1}, "an answer was bought again")
        self.assertEqual(len(reader.counts(n_calls)), n_calls)
        self.assertEqual(self.table("self_play"), self.table("self_play", whole))
        self.assertSame(self.snapshot(whole), self.snapshot())
        study.note(f"{interrupted} orderly interruptions of {n_calls} calls: no request twice, same table")


if __name__ == "__main__":
    study.main()
