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
        self.most_open = 0
        self.cost = COST
        self.lock = threading.Lock()
        self.server = self.serve(answer=self.answer, delay=self.look)
        text = CONFIG.format(url=self.server.url, price=USD_PER_TOKEN * 1e6)
        self.config = {"HONE_CONFIG": str(self.project.write("config.toml", text))}

    def look(self):
        """What may be on the bill now, as the server sees it."""
        with self.lock:
            open_calls = len(self.server.arrivals) - self.answered
            self.most_open = max(self.most_open, open_calls)
            at_risk = self.answered * self.cost + open_calls * self.worst_of_a_call
            self.worst_seen = max(self.worst_seen, at_risk)

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

    def test_sixty_four_callers_without_a_cap(self):
        """Outputs without a limit reserve the model's own: callers wait for each other, none waits for ever."""
        callers, usd = 64, 0.4
        self.project.edit("recipes/echo.lua", "sampling = { max_tokens = 100 },", "")
        self.worst_of_a_call = (11 + 16 + 1000) * USD_PER_TOKEN  # 0.1027: three of them fit at once
        whole = self.run_of("echo", f"questions={callers}", f"budget.usd={usd}", "models.default=openai/canned@mock")
        answer = self.project.hone(*whole, **self.config)
        # 64 * 0.0015 = 0.096 USD in all, so it completes; never more at risk than the limit.
        self.assertExit(answer, 0)
        self.assertEqual(len(self.server.arrivals), callers)
        self.assertLessEqual(self.worst_seen, usd)
        self.assertLessEqual(self.most_open, 3)
        study.note(f"{callers} callers without a cap, {usd} USD: {self.worst_seen:.4f} at risk, 3 in flight at most")

    def test_stopping_keeps_every_paid_answer(self):
        """64 callers, dear answers: the run stops at the limit, keeps what it paid for, and goes on with more."""
        callers, dear = 64, 100 * USD_PER_TOKEN
        self.server.answer = lambda body, headers: self.dear_answer()
        self.cost = dear
        bought = 0
        for usd in (0.05, 0.15, 0.3):
            self.assertExit(self.run_of_callers(callers, usd), 4)
            spent, possible = self.money()
            self.assertLessEqual(self.worst_seen, usd)
            self.assertAlmostEqual(spent, len(self.server.arrivals) * dear, places=9)
            self.assertEqual(possible, 0)
            self.assertGreater(len(self.server.arrivals), bought)
            bought = len(self.server.arrivals)
            self.assertEqual(len(self.snapshot().keys("status = 'answered'")), bought)
        self.assertExit(self.run_of_callers(callers, 1), 0)
        self.assertEqual(len(self.server.arrivals), callers)
        study.note(f"64 callers stopped three times, {bought} answers kept, {callers} bought in all, at most the limit")

    def run_of_callers(self, callers, usd):
        run = self.run_of("echo", f"questions={callers}", f"budget.usd={usd}")
        return self.project.hone(*run, **self.config)

    def dear_answer(self):
        with self.lock:
            self.answered += 1
        return counting_server.completion("an answer", input_tokens=10, output_tokens=90)

    def test_limits_of_arms_units_and_providers(self):
        """One arm's money ends: its units stop, the others complete, exit 4 says whose limit it was."""
        self.project.edit(
            "experiments/echo.lua",
            'arms = { { "Echo" } },',
            'arms = { { "Many" }, { "Few", questions = 3 }, { "Other", questions = 4, words = 1 } },',
        )
        limits = {
            "budget.per_arm.usd=0.02": "arm 'Many'",
            "budget.arms.Many.usd=0.02": "arm 'Many'",
            "budget.per_unit.calls=5": "this unit",
            "budget.arms.Many.calls=7": "arm 'Many'",
        }
        for limit, account in limits.items():
            with self.subTest(limit=limit):
                db = self.project.folder / account.strip("' ").replace(" ", "_") / f"{len(limit)}.db"
                before = len(self.server.arrivals)
                run = self.run_of("echo", f"questions={QUESTIONS}", limit, db=db)
                answer = self.project.hone(*run, **self.config)
                self.assertExit(answer, 4)
                self.assertIn(f"the budget of {account} is reached", answer.stderr)
                taken = self.snapshot(db)
                cells = dict(taken.rows("SELECT a.name, r.status FROM runs r JOIN arms a USING (arm_id)"))
                self.assertEqual(cells, {"Many": "incomplete", "Few": "complete", "Other": "complete"})
                self.assertGreater(len(self.server.arrivals), before)
                # The next session knows what this one spent.
                again = len(self.server.arrivals)
                self.assertExit(self.project.hone(*run, **self.config), 4)
                if "usd" not in limit:
                    self.assertEqual(len(self.server.arrivals), again)
                without = self.run_of("echo", f"questions={QUESTIONS}", db=db)
                self.assertExit(self.project.hone(*without, **self.config), 0)
        run = self.run_of("echo", f"questions={QUESTIONS}", "budget.providers.openai.calls=2", db=self.project.db)
        answer = self.project.hone(*run, **self.config)
        self.assertExit(answer, 4)
        self.assertIn("the budget of provider 'openai' is reached", answer.stderr)

    def test_a_model_without_a_price_is_refused(self):
        run = self.run_of("echo", "models.default=openai/other@mock", "budget.usd=1")
        answer = self.project.hone(*run, **self.config)
        self.assertExit(answer, 2)
        self.assertIn("price", answer.stderr)
        self.assertEqual(self.server.arrivals, [])


if __name__ == "__main__":
    study.main()
