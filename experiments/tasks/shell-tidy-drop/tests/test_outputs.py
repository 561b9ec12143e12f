import pathlib
import unittest


class Tidy(unittest.TestCase):
    FOLDER = pathlib.Path("/data/drop")
    RIGHTS = {'data.csv': '640', 'photos-2026/img-001.txt': '640', 'report-final.txt': '640', 'run-all.sh': '750', 'tools/fix-it.py': '750', 'tools/notes.md': '640'}

    def test_names(self):
        found = [p.relative_to(self.FOLDER).as_posix() for p in self.FOLDER.rglob("*") if p.is_file()]
        self.assertEqual(sorted(found), sorted([*self.RIGHTS, ".tidy"]))

    def test_rights(self):
        for path, rights in self.RIGHTS.items():
            self.assertTrue((self.FOLDER / path).is_file(), path)
            self.assertEqual(f"{(self.FOLDER / path).stat().st_mode & 0o777:o}", rights, path)

    def test_record(self):
        record = self.FOLDER / ".tidy"
        self.assertTrue(record.is_file(), "the folder has no record")
        lines = [f"{rights} {path}" for path, rights in self.RIGHTS.items()]
        self.assertEqual(record.read_text(encoding="utf-8").splitlines(), [*lines, "removed 2"])
