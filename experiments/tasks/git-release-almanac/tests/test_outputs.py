import pathlib
import shutil
import subprocess
import tempfile
import unittest

REPOSITORY = pathlib.Path("/srv/almanac")


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


class Release(unittest.TestCase):
    def test_tag(self):
        self.assertEqual(git("cat-file", "-t", "rel-1.4"), "tag")
        self.assertEqual(git("tag", "--list", "--format=%(contents)", "rel-1.4"), "Release 1.4")
        self.assertEqual(git("rev-parse", "rel-1.4^{commit}"), git("rev-parse", "HEAD"))

    def test_notes(self):
        notes = pathlib.Path("/out/almanac.rel")
        self.assertTrue(notes.is_file(), f"{notes} was not written")
        refs = git("log", "--reverse", "--format=%(trailers:key=House-Ref,valueonly)", "rel-1.3..rel-1.4").split()
        expected = ["RELEASE 1.4"]
        for subject, has_ref in [('[press] Print the tides', True), ('Add the moon', False), ('[press] Print the sun', True)]:
            expected.append(f"* {subject} ({refs.pop(0) if has_ref else 'no ref'})")
        expected.append("TOTAL 3")
        self.assertEqual(notes.read_text(encoding="utf-8").splitlines(), expected)
