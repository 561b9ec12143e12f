import pathlib
import unittest

OUT = pathlib.Path("/out/bees.idx")
EXPECTED = (pathlib.Path(__file__).parent / "expected.idx").read_text(encoding="utf-8").splitlines()


class Index(unittest.TestCase):
    def setUp(self):
        self.assertTrue(OUT.is_file(), f"{OUT} was not written")
        self.lines = OUT.read_text(encoding="utf-8").splitlines()

    def test_terms_in_order(self):
        terms = [line.split(" ..")[0] for line in self.lines[:-1]]
        self.assertEqual(terms, ['colony', 'comb', 'drones', 'extractor', 'hive', 'honey', 'lime', 'nurse bees', 'pollen', 'queen', 'queen cells', 'second box', 'sugar water', 'willow'])

    def test_width_of_entries(self):
        for line in self.lines[:-1]:
            self.assertEqual(len(line), 40)

    def test_line_numbers(self):
        self.assertIn('colony .......................... 3 6 17', self.lines)

    def test_last_line(self):
        self.assertEqual(self.lines[-1:], EXPECTED[-1:])

    def test_whole_index(self):
        self.assertEqual(self.lines, EXPECTED)


class Galley(unittest.TestCase):
    def test_whole_galley(self):
        path = pathlib.Path("/out/bees.gal")
        self.assertTrue(path.is_file(), f"{path} was not written")
        expected = (pathlib.Path(__file__).parent / "expected.gal").read_text(encoding="utf-8")
        self.assertEqual(path.read_text(encoding="utf-8"), expected)
