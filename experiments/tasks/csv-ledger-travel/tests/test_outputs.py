import pathlib
import unittest

OUT = pathlib.Path("/srv/desk/claims-2024.led")
EXPECTED = (pathlib.Path(__file__).parent / "expected.led").read_text(encoding="utf-8").splitlines()


class Ledger(unittest.TestCase):
    def setUp(self):
        self.assertTrue(OUT.is_file(), f"{OUT} was not written")
        self.lines = OUT.read_text(encoding="utf-8").splitlines()

    def test_every_entry_is_there(self):
        self.assertEqual(len(self.lines), len(EXPECTED))

    def test_days_and_amounts(self):
        for line, expected in zip(self.lines, EXPECTED[:-1]):
            self.assertEqual(line.split(";")[:3], expected.split(";")[:3])

    def test_known_entry(self):
        self.assertIn("2024.183;7200 rail;61902D;FERRY TO SKAW", self.lines)

    def test_last_line(self):
        self.assertEqual(self.lines[-1:], EXPECTED[-1:])

    def test_whole_ledger(self):
        self.assertEqual(self.lines, EXPECTED)
