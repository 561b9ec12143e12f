#!/usr/bin/env python3
"""kill -9 at random moments, resumed each time: nothing bought twice, the same table in the end.

At every kill the database is read as a crash leaves it. A call whose answer is committed there may never
arrive at the server again; a call in flight there arrives at most once in the next session and is listed
as unknown; a request that arrived was committed as an intent before.
"""

import os
import time

import counting_server
import study

N_KILLS = int(os.environ.get("HONE_FAULT_KILLS", "30"))
N_SCRIPT_KILLS = 10
HTTP_MODELS = ("models.default=openai/reader@mock", "evaluate.judge=openai/reader@mock")


class KillTest(study.FaultTest):
    def setUp(self):
        super().setUp()
        self.dice = study.dice()

    def uninterrupted(self, *arguments):
        """The table and the database of a run that nothing happens to."""
        db = self.project.folder / "whole" / "hone.db"
        answer = self.project.hone(*self.run_of("self_play", *arguments, db=db))
        self.assertExit(answer, 0)
        return self.table("self_play", db), db

    def compare_with(self, whole, db):
        table, whole_db = whole
        self.assertEqual(self.table("self_play", db), table)
        self.assertSame(self.snapshot(whole_db), self.snapshot(db))

    def test_hone_over_http(self):
        server = self.serve_reader(delay=lambda: time.sleep(self.dice.uniform(0.001, 0.02)))
        subset = ("--limit", "3", "seeds=1", *HTTP_MODELS, "--endpoint", f"mock={server.url}")
        whole = self.uninterrupted(*subset)
        n_calls = len(server.arrivals)
        kills = in_flight = rounds = starts = 0
        while kills < N_KILLS:
            rounds += 1
            db = self.project.folder / f"killed{rounds}" / "hone.db"
            history = []  # of this database: (index of the first arrival afterwards, snapshot)
            first = len(server.arrivals)
            while True:
                starts += 1
                process = self.start(*self.run_of("self_play", *subset, db=db))
                if kills == N_KILLS or not self.kill_at_random(process, server, n_calls):
                    self.assertEqual(process.wait(timeout=60), 0, self.stderr())
                    break
                kills += 1
                server.wait_until_quiet()
                taken = self.snapshot(db)
                self.assertEqual(taken.integrity(), "ok")
                history.append((len(server.arrivals), taken))
                in_flight += 0 if taken.is_empty() else len(taken.sends("outcome = 'in_flight'"))
            self.check_history(server, first, history, db)
            self.compare_with(whole, db)
        again = len(server.arrivals) - n_calls * (rounds + 1)
        study.note(
            f"{kills} kills of hone over HTTP, {starts} starts, {n_calls} calls, {rounds} databases: "
            f"{in_flight} calls in flight at a kill, {again} requests sent again"
        )
        self.assertGreater(in_flight, 0)

    def kill_at_random(self, process, server, n_calls):
        """False when the run ended before its moment came."""
        if self.dice.random() < 0.2:  # while it starts
            time.sleep(self.dice.uniform(0, 0.25))
        else:
            wanted = len(server.arrivals) + self.dice.randint(1, max(2, 2 * n_calls // N_KILLS))
            if not server.wait_for(wanted, or_until=lambda: process.poll() is not None):
                return False
            time.sleep(self.dice.uniform(0, 0.03))
        orphans = study.children(process.pid)
        if process.poll() is not None:
            return False
        process.kill()
        process.wait()
        study.until(lambda: not any(map(study.is_alive, orphans)))
        return True

    def check_history(self, server, first, history, db):
        final = self.snapshot(db)
        self.assertEqual(final.integrity(), "ok")
        self.assertEqual(final.keys("status <> 'answered'"), set())
        self.assertEqual(final.sends("outcome = 'in_flight'"), [])
        identities = final.identities(self.project.program)
        self.assertTrue(all(len(keys) == 1 for keys in identities.values()))
        key_of = {identity: keys[0] for identity, keys in identities.items()}
        unknown = set(final.sends("outcome = 'unknown' AND maybe_billed = 1"))
        ends = [index for index, _ in history[1:]] + [len(server.arrivals)]
        allowed = {}  # key -> times it was in flight at a kill
        for (index, taken), end in zip(history, ends):
            if taken.is_empty():
                self.assertEqual(index, first, "something was sent before there was a table")
                continue
            known, answered = taken.keys(), taken.keys("status = 'answered'")
            for arrival in server.arrivals[first:index]:
                self.assertIn(key_of[arrival.identity], known, "sent before its intent was committed")
            later = {key_of[arrival.identity] for arrival in server.arrivals[index:]}
            self.assertEqual(later & answered, set(), "bought again")
            hit = taken.sends("outcome = 'in_flight'")
            self.assertLessEqual(set(hit), unknown, "in flight at a kill, but not listed as unknown")
            for key, _ in hit:
                allowed[key] = allowed.get(key, 0) + 1
            session = {}
            for arrival in server.arrivals[index:end]:
                key = key_of[arrival.identity]
                session[key] = session.get(key, 0) + 1
            self.assertTrue(all(n == 1 for n in session.values()), "sent twice without a fault")
        for identity, n in server.counts(first).items():
            self.assertLessEqual(n, 1 + allowed.get(key_of[identity], 0))
        self.assertEqual(set(map(key_of.get, server.counts(first))), final.keys(), "an answer from nowhere")

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
