import pathlib
import unittest

OUT = pathlib.Path("/out/ropes.idx")
EXPECTED = (pathlib.Path(__file__).parent / "expected.idx").read_text(encoding="utf-8").splitlines()


class Index(unittest.TestCase):
    def setUp(self):
        self.assertTrue(OUT.is_file(), f"{OUT} was not written")
        self.lines = OUT.read_text(encoding="utf-8").splitlines()

    def test_terms_in_order(self):
        terms = [line.split(" ..")[0] for line in self.lines[:-1]]
        self.assertEqual(terms, ['bowline', 'eye splice', 'lay', 'reef knot', 'rope', 'strand', 'strands', 'twine', 'whipping', 'yarns'])

    def test_width_of_entries(self):
        for line in self.lines[:-1]:
            self.assertEqual(len(line), 40)

    def test_line_numbers(self):
        self.assertIn('eye splice ........................ 9 10', self.lines)

    def test_last_line(self):
        self.assertEqual(self.lines[-1:], EXPECTED[-1:])

    def test_whole_index(self):
        self.assertEqual(self.lines, EXPECTED)
