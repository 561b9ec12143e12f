"""kill -9 at random moments, resumed each time: nothing bought twice, the same table in the end.

At every kill the database is read as a crash leaves it. A call whose answer is committed there may never
arrive at the server again; a call in flight there arrives at most once in the next session and is listed
as unknown; a request that arrived was committed as an intent before.
"""

import os
import time

import study

N_KILLS = int(os.environ.get("HONE_FAULT_KILLS", "30"))
HTTP_MODELS = ("models.default=openai/reader@mock", "evaluate.judge=openai/reader@mock")


class KillingTest(study.FaultTest):
    """Kills runs of `experiment`, an experiment of the project."""

    experiment = None
    n_kills = N_KILLS

    def setUp(self):
        super().setUp()
        self.dice = study.dice()

    def uninterrupted(self, *arguments):
        """The table and the database of a run that nothing happens to."""
        db = self.project.folder / "whole" / "hone.db"
        answer = self.project.hone(*self.run_of(self.experiment, *arguments, db=db))
        self.assertExit(answer, 0)
        return self.table(self.experiment, db), db

    def compare_with(self, whole, db):
        table, whole_db = whole
        self.assertEqual(self.table(self.experiment, db), table)
        self.assertSame(self.snapshot(whole_db), self.snapshot(db))

    def kill_over_http(self, *subset):
        server = self.serve_reader(delay=lambda: time.sleep(self.dice.uniform(0.001, 0.02)))
        subset = (*subset, "--endpoint", f"mock={server.url}")
        whole = self.uninterrupted(*subset)
        n_calls = len(server.arrivals)
        kills = in_flight = rounds = starts = 0
        while kills < self.n_kills:
            rounds += 1
            db = self.project.folder / f"killed{rounds}" / "hone.db"
            history = []  # of this database: (index of the first arrival afterwards, snapshot)
            first = len(server.arrivals)
            while True:
                starts += 1
                process = self.start(*self.run_of(self.experiment, *subset, db=db))
                if kills == self.n_kills or not self.kill_at_random(process, server, n_calls):
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
            wanted = len(server.arrivals) + self.dice.randint(1, max(2, 2 * n_calls // self.n_kills))
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
