import base64
import hashlib
import pathlib
import unittest
import zlib

OUT = pathlib.Path("/out/intake.box")
FILES = {'barrels/oil.txt': 'whale\n', 'crates/01.txt': 'lamps, 40\n', 'crates/02.txt': 'rope, 9 coils\nrope, 2 coils, wet\n', 'crates/10.txt': 'kettles, 31\n', 'manifest.txt': '12 crates\n3 barrels\n1 bell, wrapped\n', 'notes/porter.md': '# Note\n\nThe bell was heavy. # Note\n\nThe bell was heavy. # Note\n\nThe bell was heavy. # Note\n\nThe bell was heavy. \n'}


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
