#!/usr/bin/env python3
"""A second run on the same database is refused, naming the first; readers are not."""

import os

import counting_server
import study


class SecondRunTest(study.FaultTest):
    def test_the_second_names_the_first(self):
        server = self.serve(answer=lambda body, headers: counting_server.completion("an answer"))
        server.hold()
        run = self.run_of("echo", server=server)
        first = self.start(*run)
        server.wait_for(20)
        other_name = self.project.folder / "other.db"
        os.symlink(self.project.db, other_name)
        for db in (self.project.db, other_name):
            second = self.project.hone("--db", db, *run[2:])
            self.assertEqual(second.returncode, 2, second.stderr)
            self.assertIn(f"process {first.pid}", second.stderr)
            self.assertEqual(second.stderr.count("\n"), 1, second.stderr)
        for verb in (("ls",), ("sql", "SELECT count(*) FROM calls")):
            self.assertExit(self.project.hone(*verb), 0)
        server.release()
        self.assertEqual(first.wait(timeout=20), 0, self.stderr())
        self.assertEqual(len(server.arrivals), 20)
        self.assertExit(self.project.hone(*run), 0)  # the lock went with its process
        study.note("second run: exit 2, one line with the first's pid, also by another name of the file")


if __name__ == "__main__":
    study.main()
