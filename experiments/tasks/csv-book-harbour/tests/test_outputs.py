import pathlib
import unittest

OUT = pathlib.Path("/out/harbour.led")
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
        self.assertIn("2023.012;5100 tolls;62037D;BARGE", self.lines)

    def test_last_line(self):
        self.assertEqual(self.lines[-1:], EXPECTED[-1:])

    def test_whole_ledger(self):
        self.assertEqual(self.lines, EXPECTED)


class Summary(unittest.TestCase):
    def setUp(self):
        path = pathlib.Path("/out/harbour-summary.csv")
        self.assertTrue(path.is_file(), f"{path} was not written")
        self.lines = path.read_text(encoding="utf-8").splitlines()

    def test_header(self):
        self.assertEqual(self.lines[:1], ["account,entries,balance"])

    def test_balances(self):
        for row in ['5000 berths,6,367320D', '5100 tolls,14,442706D', '5200 pilots,16,308063D']:
            self.assertIn(row, self.lines)

    def test_last_row(self):
        self.assertEqual(self.lines[-1:], ['HOUSE,49,1063465D'])

    def test_order_and_number_of_rows(self):
        accounts = [line.split(",")[0] for line in self.lines[1:]]
        self.assertEqual(accounts, ['5000 berths', '5100 tolls', '5200 pilots', '6000 dredging', 'HOUSE'])
