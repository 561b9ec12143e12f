#!/usr/bin/env python3
"""Kills of hone and of hone-script in self-play (killing.py says what must hold)."""

import os
import time

import counting_server
import study
from killing import HTTP_MODELS, N_KILLS, KillingTest

N_SCRIPT_KILLS = 10


class KillTest(KillingTest):
    experiment = "self_play"

    def test_hone_over_http(self):
        self.kill_over_http("--limit", "3", "seeds=1", *HTTP_MODELS)

    def test_hone_in_process(self):
        whole = self.uninterrupted()
        kills = in_flight = rounds = 0
        with_progress = 0
        while kills < 2 * N_KILLS:
            rounds += 1
            db = self.project.folder / f"killed{rounds}" / "hone.db"
            answered, unknown = set(), set()
            while True:
                process = self.start(*self.run_of("self_play", db=db))
                if kills < 2 * N_KILLS:
                    time.sleep(self.dice.uniform(0, 0.5))
                    if process.poll() is None:
                        process.kill()
                if process.wait(timeout=60) != -9:
                    self.assertEqual(process.returncode, 0, self.stderr())
                    break
                kills += 1
                taken = self.snapshot(db)
                self.assertEqual(taken.integrity(), "ok")
                if taken.is_empty():
                    continue
                now = taken.keys("status = 'answered'")
                self.assertLessEqual(answered, now, "a committed answer is gone")
                with_progress += now > answered
                answered = now
                hit = taken.sends("outcome = 'in_flight'")
                self.assertLessEqual(unknown, set(taken.sends("outcome = 'unknown'")))
                unknown |= set(taken.sends("outcome = 'unknown'"))
                in_flight += len(hit)
            final = self.snapshot(db)
            self.assertEqual(final.integrity(), "ok")
            # A call answered once was not sent again: every send but the unknown ones was an answer.
            self.assertEqual(len(final.sends("outcome = 'answered'")), len(final.keys()))
            self.assertEqual(final.sends("outcome NOT IN ('answered', 'unknown')"), [])
            self.compare_with(whole, db)
        study.note(
            f"{kills} kills of hone in process ({with_progress} after new answers), {rounds} databases of "
            f"{len(final.keys())} calls, {in_flight} calls in flight at a kill"
        )
        self.assertGreater(with_progress, 0)

    def test_hone_script(self):
        server = self.serve_reader(delay=lambda: time.sleep(self.dice.uniform(0.005, 0.04)))
        subset = ("--limit", "3", "seeds=1", *HTTP_MODELS, "--endpoint", f"mock={server.url}")
        whole = self.uninterrupted(*subset)
        n_calls = len(server.arrivals)
        kills = runs = starts = 0
        while kills < N_SCRIPT_KILLS:
            runs += 1
            db = self.project.folder / f"killed{runs}" / "hone.db"
            first = len(server.arrivals)
            while True:
                starts += 1
                process = self.start(*self.run_of("self_play", *subset, db=db))
                for _ in range(5):
                    wanted = len(server.arrivals) + self.dice.randint(1, n_calls // 8)
                    if kills == N_SCRIPT_KILLS:
                        break
                    if not server.wait_for(wanted, or_until=lambda: process.poll() is not None):
                        break
                    scripts = study.children(process.pid)
                    if scripts and process.poll() is None:
                        os.kill(self.dice.choice(scripts), 9)
                        kills += 1
                if process.wait(timeout=60) == 0:
                    break
                self.assertEqual(process.returncode, 3, self.stderr())
            counts = server.counts(first)
            # hone lived on: nothing was in flight without an owner, so nothing was sent twice.
            self.assertEqual((len(counts), set(counts.values())), (n_calls, {1}))
            self.assertEqual(self.snapshot(db).integrity(), "ok")
            self.compare_with(whole, db)
        study.note(f"{kills} kills of hone-script in {runs} runs ({starts} starts): no request sent twice")

    def test_hone_script_while_the_experiment_is_read(self):
        """Before anything is planned: a clear line, and the same command works."""
        killed = 0
        for _ in range(200):
            process = self.start(*self.run_of("self_play", "--limit", "1", "seeds=1"))
            while process.poll() is None:
                scripts = study.children(process.pid)
                if scripts:
                    os.kill(scripts[0], 9)
                    killed += 1
                    break
            if process.wait(timeout=60) == 0:
                continue
            self.assertEqual(process.returncode, 3, self.stderr())
            self.assertIn("hone-script ended: ", self.stderr())
            break
        self.assertGreater(killed, 0)
        self.assertExit(self.project.hone(*self.run_of("self_play", "--limit", "1", "seeds=1")), 0)

    def test_an_edited_recipe_after_a_kill_is_held_against_its_record(self):
        server = self.serve(answer=lambda body, headers: counting_server.completion("an answer"))
        run = self.run_of("echo", server=server)
        server.hold()
        process = self.start(*run)
        server.wait_for(20)
        process.kill()
        process.wait()
        server.release()
        server.wait_until_quiet()
        self.project.edit("recipes/echo.lua", '"Question "', '"Another question "')
        before = len(server.arrivals)
        answer = self.project.hone(*run)
        self.assertExit(answer, 3)
        self.assertIn("differs from its record", answer.stderr)
        self.assertEqual(len(server.arrivals), before)
        self.project.edit("recipes/echo.lua", '"Another question "', '"Question "')
        self.assertExit(self.project.hone(*run), 0)
        self.assertEqual(len(server.arrivals), before + 20)


if __name__ == "__main__":
    study.main()
