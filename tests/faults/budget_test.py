#!/usr/bin/env python3
"""A budget in dollars: exit 4, never exceeded, raising it continues; what may have been billed counts."""

import threading

import counting_server
import study

QUESTIONS = 20
USD_PER_TOKEN = 1e-4
COST = 15 * USD_PER_TOKEN  # of the 10 + 5 tokens that the server reports
CONFIG = """\
[endpoints.mock]
base_url = "{url}"

[prices."openai/canned@mock"]
input = {price}
output = {price}
max_output_tokens = 1000
"""


class BudgetTest(study.FaultTest):
    def setUp(self):
        super().setUp()
        self.answered = 0
        self.worst_seen = 0.0
        self.lock = threading.Lock()
        self.server = self.serve(answer=self.answer, delay=self.look)
        text = CONFIG.format(url=self.server.url, price=USD_PER_TOKEN * 1e6)
        self.config = {"HONE_CONFIG": str(self.project.write("config.toml", text))}

    def look(self):
        """What may be on the bill now, as the server sees it."""
        with self.lock:
            open_calls = len(self.server.arrivals) - self.answered
            self.worst_seen = max(self.worst_seen, self.answered * COST + open_calls * self.worst_of_a_call)

    def answer(self, body, headers):
        with self.lock:
            self.answered += 1
        return counting_server.completion("an answer")

    # Bytes of the question, 16 for the message, 100 of output. The longest question has 11 bytes.
    worst_of_a_call = (10 + 16 + 100) * USD_PER_TOKEN

    def run_with(self, usd, **options):
        run = self.run_of("echo", f"questions={QUESTIONS}", f"budget.usd={usd}")
        return self.project.hone(*run, **self.config)

    def money(self):
        taken = self.snapshot()
        spent, reserved = taken.rows(
            "SELECT coalesce(sum(cost_pico_usd), 0), (SELECT coalesce(sum(reserved_pico_usd), 0) FROM sends "
            "JOIN calls USING (call_id) WHERE maybe_billed = 1) FROM calls"
        )[0]
        return spent / 1e12, reserved / 1e12

    def test_never_exceeded_and_raising_it_continues(self):
        bought = 0
        for usd in (0.005, 0.02, 0.024):
            answer = self.run_with(usd)
            self.assertExit(answer, 4)
            self.assertIn("raise the budget", answer.stderr)
            self.assertGreaterEqual(len(self.server.arrivals), bought)
            bought = len(self.server.arrivals)
            self.assertLess(bought, QUESTIONS)
            self.assertLessEqual(sum(self.money()), usd)
            self.assertLessEqual(self.worst_seen, usd)
            study.note(
                f"budget {usd} USD: exit 4 after {bought} calls, spent {self.money()[0]:.4f}, "
                f"at most {self.worst_seen:.4f} at risk"
            )
        self.assertGreater(bought, 0)
        answer = self.run_with(1)
        self.assertExit(answer, 0)
        self.assertEqual(len(self.server.arrivals), QUESTIONS)
        self.assertAlmostEqual(self.money()[0], QUESTIONS * COST, places=9)

    def test_many_at_once_stay_below_it(self):
        usd = 0.06
        self.assertExit(self.run_with(usd), 0)
        self.assertLessEqual(self.worst_seen, usd)
        self.assertEqual(len(self.server.arrivals), QUESTIONS)
        study.note(f"budget {usd} USD, {QUESTIONS} calls of which few fit at once: {self.worst_seen:.4f} at risk")

    def test_calls_of_unknown_outcome_stay_reserved(self):
        """Four calls are in flight when hone dies: they may be billed, and so they count for ever."""
        usd = 0.06
        self.server.hold()
        process = self.start(*self.run_of("echo", f"questions={QUESTIONS}", f"budget.usd={usd}"), **self.config)
        self.server.wait_for(4)
        self.assertEqual(len(self.server.arrivals), 4)
        process.kill()
        process.wait()
        self.server.release()
        self.server.wait_until_quiet()
        before = len(self.server.arrivals)
        answer = self.run_with(usd)
        self.assertExit(answer, 4)
        self.assertEqual(len(self.server.arrivals), before, "it was sent although it may not fit")
        spent, possible = self.money()
        self.assertEqual(spent, 0)
        self.assertLessEqual(possible, usd)
        # With more money it goes on; later sessions still know what the four may have cost.
        self.assertExit(self.run_with(0.07), 4)
        self.assertExit(self.run_with(0.07), 4)
        spent, still = self.money()
        self.assertGreaterEqual(still, possible - 1e-9)
        self.assertLessEqual(spent + still, 0.07)
        self.assertExit(self.run_with(1), 0)
        study.note(f"4 calls in flight at a kill keep {possible:.4f} USD reserved, also after they were answered")

    def test_a_retry_that_does_not_fit_is_not_sent(self):
        """An answer that cannot be read may be billed: its worst case stays booked before a further try."""
        usd = 0.02
        self.server.answer = lambda body, headers: (200, {}, b"no JSON")
        self.assertExit(self.run_with(usd), 4)
        taken = self.snapshot()
        self.assertEqual(len(self.server.arrivals), 1)
        self.assertEqual(taken.rows("SELECT outcome, maybe_billed FROM sends"), [("bad_response", 1)])
        self.assertEqual(len(taken.keys("status = 'interrupted'")), 1)
        self.assertExit(self.run_with(usd), 4)
        self.assertEqual(len(self.server.arrivals), 1)
        self.assertLessEqual(sum(self.money()), usd)

    def test_a_model_without_a_price_is_refused(self):
        run = self.run_of("echo", "models.default=openai/other@mock", "budget.usd=1")
        answer = self.project.hone(*run, **self.config)
        self.assertExit(answer, 2)
        self.assertIn("price", answer.stderr)
        self.assertEqual(self.server.arrivals, [])


if __name__ == "__main__":
    study.main()
