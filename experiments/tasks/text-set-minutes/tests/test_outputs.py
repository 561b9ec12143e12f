import pathlib
import unittest

OUT = pathlib.Path("/srv/press/minutes/june.gal")
EXPECTED = (pathlib.Path(__file__).parent / "expected.gal").read_text(encoding="utf-8").splitlines()


class Galley(unittest.TestCase):
    def setUp(self):
        self.assertTrue(OUT.is_file(), f"{OUT} was not written")
        self.lines = OUT.read_text(encoding="utf-8").splitlines()

    def test_width(self):
        for line in self.lines:
            self.assertTrue(len(line) <= 58 or " " not in line, line)
        self.assertGreater(max(map(len, self.lines)), 50)

    def test_headings(self):
        for heading in ['[1] MINUTES OF THE MEETING OF THE BELL FOUNDERS', '[2] THE MATTER OF THE CRACKED BELL', '[3] COPPER', '[4] THE APPRENTICES', '[5] ANY OTHER BUSINESS']:
            self.assertIn(heading, self.lines)

    def test_page_marks(self):
        self.assertEqual([line for line in self.lines if line.startswith("=== page")], ['=== page 1 ==='])
        self.assertEqual(self.lines[24:25], ["=== page 1 ==="])

    def test_end_mark(self):
        self.assertEqual(self.lines[-1:], EXPECTED[-1:])

    def test_whole_galley(self):
        self.assertEqual(self.lines, EXPECTED)
