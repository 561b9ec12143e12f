import os
import pathlib
import subprocess
import tempfile
import unittest

PROGRAM = pathlib.Path("/out/roman.run")


def run(*arguments):
    done = subprocess.run(["python3", str(PROGRAM), *arguments], capture_output=True, text=True, timeout=20)
    return done.returncode, done.stdout, done.stderr


class Program(unittest.TestCase):
    def setUp(self):
        self.assertTrue(PROGRAM.is_file(), f"{PROGRAM} was not written")
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def file(self, text):
        path = pathlib.Path(self.folder.name) / "input"
        path.write_text(text, encoding="utf-8")
        return str(path)

    def test_may_be_run(self):
        self.assertTrue(os.access(PROGRAM, os.X_OK))
        self.assertEqual(PROGRAM.read_text(encoding="utf-8")[:2], "#!")

    def test_results(self):
        for text, result in [('XIV\nmcmxii\n', '14\n1912\nEND 2\n'), ('# years\n\nIX\n', '9\nEND 1\n'), ('', 'END 0\n')]:
            self.assertEqual(run(self.file(text)), (0, result, ""))

    def test_wrong_calls(self):
        for arguments in ([], ["a", "b"]):
            code, out, err = run(*arguments)
            self.assertEqual((code, out), (64, ""))
            self.assertIn("usage", err)

    def test_bad_records(self):
        for text, number in [('X\nQ\n', 2), ('1\n', 1)]:
            code, out, err = run(self.file(text))
            self.assertEqual((code, out), (65, ""))
            self.assertEqual(err, f"roman: line {number}: bad record\n")

    def test_file_that_is_not_there(self):
        code, out, err = run("/no/such/file")
        self.assertEqual((code, out), (66, ""))
        self.assertTrue(err.startswith("roman: cannot read"))
