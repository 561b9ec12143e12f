import hashlib
import subprocess
import unittest


def git(*arguments):
    command = ["git", "-c", "safe.directory=*", "-C", "/srv/rates", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


class Change(unittest.TestCase):
    def test_one_new_change(self):
        self.assertEqual(git("rev-list", "--count", "HEAD"), "2")
        self.assertEqual(git("status", "--porcelain"), "")

    def test_subject(self):
        self.assertEqual(git("log", "-1", "--format=%s"), "[rates] Raise the ferry rate")

    def test_reference(self):
        text = git("rev-parse", "HEAD^{tree}") + " Raise the ferry rate"
        self.assertEqual(git("log", "-1", "--format=%(trailers:only)"), "House-Ref: " + hashlib.sha1(text.encode()).hexdigest()[:10])

    def test_files(self):
        self.assertEqual(git("ls-tree", "-r", "--name-only", "HEAD").splitlines(), ['docs/about.md', 'rates/2026.txt', 'rates/2027.txt'])
