import hashlib
import pathlib
import shutil
import subprocess
import tempfile
import unittest

REPOSITORY = pathlib.Path("/srv/rates")


def opened(repository):
    """Its objects and refs under a configuration of our own: one of the solver's may name programs to run."""
    folder = pathlib.Path(tempfile.mkdtemp())
    subprocess.run(["git", "init", "--quiet", "--bare", str(folder)], check=True)
    for name in ("objects", "refs"):
        shutil.rmtree(folder / name)
        shutil.copytree(repository / ".git" / name, folder / name)
    for name in ("HEAD", "packed-refs", "index"):
        if (repository / ".git" / name).is_file():
            shutil.copy(repository / ".git" / name, folder / name)
    return folder


def git(*arguments):
    command = ["git", f"--git-dir={opened(REPOSITORY)}", f"--work-tree={REPOSITORY}", "-c", "core.bare=false", *arguments]
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
