import base64
import hashlib
import pathlib
import unittest
import zlib

OUT = pathlib.Path("/out/estate.box")
FILES = {'lists/clocks.txt': '1\n', 'lists/silver-spoons.txt': '12\n', 'open.sh': '#!/bin/sh\nexit 0\n', 'will-and-testament.txt': 'To my niece, the clock.\n'}


class Box(unittest.TestCase):
    def setUp(self):
        self.assertTrue(OUT.is_file(), f"{OUT} was not written")
        self.text = OUT.read_text(encoding="utf-8")
        self.lines = self.text.splitlines()

    def entries(self):
        return [line.split(" ") for line in self.lines if line.startswith("+ ")]

    def test_first_line(self):
        self.assertEqual(self.lines[0], f"BOX 2 {len(FILES)}")

    def test_paths_in_order(self):
        self.assertEqual([entry[1] for entry in self.entries()], list(FILES))

    def test_sizes_and_marks(self):
        for _, path, size, mark in self.entries():
            content = FILES[path].encode()
            self.assertEqual((int(size), mark), (len(content), hashlib.sha256(content).hexdigest()[:12]))

    def test_contents(self):
        content = {}
        for line in self.lines[1:-1]:
            if line.startswith("+ "):
                path = line.split(" ")[1]
                content[path] = ""
            else:
                self.assertLessEqual(len(line), 66)
                content[path] += line.strip()
        self.assertEqual({path: base64.b64decode(text).decode() for path, text in content.items()}, FILES)

    def test_seal(self):
        body = self.text[:self.text.rindex("SEAL")]
        self.assertEqual(self.lines[-1], f"SEAL {zlib.crc32(body.encode()):08x}")


class Tidy(unittest.TestCase):
    FOLDER = pathlib.Path("/data/estate")
    RIGHTS = {'lists/clocks.txt': '640', 'lists/silver-spoons.txt': '640', 'open.sh': '750', 'will-and-testament.txt': '640'}

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
        self.assertEqual(record.read_text(encoding="utf-8").splitlines(), [*lines, "removed 1"])
