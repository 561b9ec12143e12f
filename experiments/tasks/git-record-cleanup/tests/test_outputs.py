import hashlib
import subprocess
import unittest


def git(*arguments):
    command = ["git", "-c", "safe.directory=*", "-C", "/srv/clock", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


class Change(unittest.TestCase):
    def test_one_new_change(self):
        self.assertEqual(git("rev-list", "--count", "HEAD"), "3")
        self.assertEqual(git("status", "--porcelain"), "")

    def test_subject(self):
        self.assertEqual(git("log", "-1", "--format=%s"), "[works] Drop the striking works")

    def test_reference(self):
        text = git("rev-parse", "HEAD^{tree}") + " Drop the striking works"
        self.assertEqual(git("log", "-1", "--format=%(trailers:only)"), "House-Ref: " + hashlib.sha1(text.encode()).hexdigest()[:10])

    def test_files(self):
        self.assertEqual(git("ls-tree", "-r", "--name-only", "HEAD").splitlines(), ['.gitignore', 'README', 'hands/minute.txt'])
