#!/usr/bin/env python3
"""The disk is full in the middle of a run: what is paid for is kept, and with room again the run continues."""

import os
import subprocess

import counting_server
import study

QUESTIONS = 40
AT_ONCE = 8


class DiskFullTest(study.FaultTest):
    def mount(self, megabytes):
        if os.geteuid() != 0:
            self.skipTest("mounting a small file system needs root")
        folder = self.project.folder / "results"
        folder.mkdir()
        command = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(folder)]
        answer = subprocess.run(command, capture_output=True, text=True)
        if answer.returncode != 0:
            self.skipTest(f"no mount is allowed here: {answer.stderr.strip()}")
        self.addCleanup(subprocess.run, ["umount", "-l", str(folder)], check=True)
        self.filler = folder / "filler"

    def fill(self):
        with open(self.filler, "wb", buffering=0) as filler:
            for size in (1 << 20, 4096, 1):
                try:
                    while True:
                        filler.write(b"x" * size)
                except OSError:
                    pass

    def full_run(self):
        """Fills the disk while AT_ONCE calls wait for their answers; the process and its server."""
        # Answers that do not compress: they need room.
        server = self.serve(
            answer=lambda body, headers: counting_server.completion("an answer " + os.urandom(9000).hex())
        )
        config = f'[endpoints.mock]\nbase_url = "{server.url}"\nmax_in_flight = {AT_ONCE}\n'
        self.config = {"HONE_CONFIG": str(self.project.write("config.toml", config))}
        server.hold()
        self.run_echo = self.run_of("echo", f"questions={QUESTIONS}")
        process = self.start(*self.run_echo, **self.config)
        server.wait_for(AT_ONCE)
        self.fill()
        server.release()
        self.assertEqual(process.wait(timeout=60), 3, self.stderr())
        return server

    def complete(self, server):
        self.filler.unlink()
        answer = self.project.hone(*self.run_echo, **self.config)
        self.assertExit(answer, 0)
        taken = self.snapshot()
        self.assertEqual(taken.integrity(), "ok")
        self.assertEqual(len(taken.keys("status = 'answered'")), QUESTIONS)

    def test_the_reserve_keeps_what_is_paid_for(self):
        self.mount(96)
        server = self.full_run()
        said = self.stderr()
        self.assertIn("full", said)
        self.assertIn("make room and run the same command again", said)
        paid = len(server.arrivals)
        self.assertGreaterEqual(paid, AT_ONCE)
        self.assertLess(paid, QUESTIONS)
        taken = self.snapshot()
        self.assertEqual(taken.integrity(), "ok")
        self.assertEqual(len(taken.keys("status = 'answered'")), paid)
        self.complete(server)
        self.assertEqual(len(server.arrivals), QUESTIONS)
        self.assertEqual(set(server.counts().values()), {1})
        study.note(f"disk full: exit 3, {paid} of {paid} paid answers kept, {QUESTIONS - paid} bought later")

    def test_without_a_reserve_nothing_breaks(self):
        self.mount(16)  # no room for the reserve of 64 MiB: said at the start
        server = self.full_run()
        self.assertIn("no room for a reserve", self.stderr())
        self.assertIn("full", self.stderr())
        sent = len(server.arrivals)
        self.complete(server)
        again = len(server.arrivals) - QUESTIONS
        self.assertLessEqual(again, AT_ONCE)
        taken = self.snapshot()
        self.assertEqual(len(taken.sends("maybe_billed = 1")), again)
        study.note(f"disk full without a reserve: exit 3 after {sent} calls, {again} sent again, listed as unknown")

    def test_full_from_the_start(self):
        self.mount(16)
        self.fill()
        server = self.serve()
        answer = self.project.hone(*self.run_of("echo", server=server))
        self.assertExit(answer, 3)
        self.assertIn("full", answer.stderr)
        self.assertEqual(server.arrivals, [])
        self.filler.unlink()
        server.answer = lambda body, headers: counting_server.completion("an answer")
        self.assertExit(self.project.hone(*self.run_of("echo", server=server)), 0)
        study.note("disk full from the start: exit 3, nothing sent; with room the same command completes")


if __name__ == "__main__":
    study.main()
