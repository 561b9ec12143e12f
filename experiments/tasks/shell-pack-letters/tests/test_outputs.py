import base64
import hashlib
import pathlib
import unittest
import zlib

OUT = pathlib.Path("/srv/archive/letters.box")
FILES = {'1911/anna.txt': 'Dear Anna,\n\nthe snow is as high as the door.\n', '1911/aunt-b.txt': 'Dear aunt,\n\nthe snow has gone.\n', '1912/anna.txt': 'Dear Anna,\n\nsnow again.\n', 'index.tsv': '1911\t2\n1912\t1\n', 'scripts/count.sh': '#!/bin/sh\nls 19* | wc -l\n'}


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
