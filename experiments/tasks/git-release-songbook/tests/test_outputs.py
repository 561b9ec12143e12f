import hashlib
import pathlib
import shutil
import subprocess
import tempfile
import unittest

REPOSITORY = pathlib.Path("/srv/songbook")


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
        self.assertEqual(git("rev-list", "--count", "HEAD"), "3")
        self.assertEqual(git("status", "--porcelain"), "")

    def test_subject(self):
        self.assertEqual(git("log", "-1", "--format=%s"), "[songs] Add the rowing song")

    def test_reference(self):
        text = git("rev-parse", "HEAD^{tree}") + " Add the rowing song"
        self.assertEqual(git("log", "-1", "--format=%(trailers:only)"), "House-Ref: " + hashlib.sha1(text.encode()).hexdigest()[:10])

    def test_files(self):
        self.assertEqual(git("ls-tree", "-r", "--name-only", "HEAD").splitlines(), ['songs/pulling.txt', 'songs/rowing.txt', 'tables/a.txt'])


class Release(unittest.TestCase):
    def test_tag(self):
        self.assertEqual(git("cat-file", "-t", "rel-0.9"), "tag")
        self.assertEqual(git("tag", "--list", "--format=%(contents)", "rel-0.9"), "Release 0.9")
        self.assertEqual(git("rev-parse", "rel-0.9^{commit}"), git("rev-parse", "HEAD"))

    def test_notes(self):
        notes = pathlib.Path("/out/songbook.rel")
        self.assertTrue(notes.is_file(), f"{notes} was not written")
        refs = git("log", "--reverse", "--format=%(trailers:key=House-Ref,valueonly)", "rel-0.9").split()
        expected = ["RELEASE 0.9"]
        for subject, has_ref in [('[tables] Begin the tables', True), ('[tables] Add the second row', True), ('[songs] Add the rowing song', True)]:
            expected.append(f"* {subject} ({refs.pop(0) if has_ref else 'no ref'})")
        expected.append("TOTAL 3")
        self.assertEqual(notes.read_text(encoding="utf-8").splitlines(), expected)
