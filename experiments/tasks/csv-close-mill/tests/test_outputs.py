import pathlib
import unittest


class Summary(unittest.TestCase):
    def setUp(self):
        path = pathlib.Path("/out/mill-2025.csv")
        self.assertTrue(path.is_file(), f"{path} was not written")
        self.lines = path.read_text(encoding="utf-8").splitlines()

    def test_header(self):
        self.assertEqual(self.lines[:1], ["account,entries,balance"])

    def test_balances(self):
        for row in ['1000 grain,13,128984C', '1010 flour,12,215872C', '2000 wages,17,15280D']:
            self.assertIn(row, self.lines)

    def test_last_row(self):
        self.assertEqual(self.lines[-1:], ['HOUSE,60,292717D'])

    def test_order_and_number_of_rows(self):
        accounts = [line.split(",")[0] for line in self.lines[1:]]
        self.assertEqual(accounts, ['1000 grain', '1010 flour', '2000 wages', '2050 repairs', '3000 rent', 'HOUSE'])

    def test_ledger_is_unchanged(self):
        before = (pathlib.Path(__file__).parent / "mill.led").read_text(encoding="utf-8")
        self.assertEqual(pathlib.Path("/data/mill.led").read_text(encoding="utf-8"), before)
