import json
import pathlib
import unittest
import zlib

OUT = pathlib.Path("/out/stock-card.json")
EXPECTED = json.loads((pathlib.Path(__file__).parent / "expected.json").read_text(encoding="utf-8"))


class Card(unittest.TestCase):
    def setUp(self):
        self.assertTrue(OUT.is_file(), f"{OUT} was not written")
        self.text = OUT.read_text(encoding="utf-8")

    def card(self):
        return json.loads(self.text)

    def test_one_line(self):
        self.assertEqual(self.text.count("\n"), 1)
        self.assertNotIn('": ', self.text)

    def test_envelope(self):
        self.assertEqual(list(self.card()), ["house", "kind", "count", "items", "seal"])
        self.assertEqual((self.card()["house"], self.card()["kind"]), (3, "stock"))

    def test_count(self):
        self.assertEqual(self.card()["count"], 11)
        self.assertEqual(len(self.card()["items"]), 11)

    def test_order_of_items(self):
        self.assertEqual([item["id"] for item in self.card()["items"]], [1, 10, 11, 2, 3, 4, 5, 6, 7, 8, 9])

    def test_known_item(self):
        known = {'bin': 'A1', 'id': 11, 'left': 39, 'name': 'crêpe pan', 'price': '18.90'}
        self.assertIn(known, self.card()["items"])

    def test_seal(self):
        items = json.dumps(EXPECTED["items"], separators=(",", ":"))
        self.assertEqual(self.card()["seal"], f"{zlib.crc32(items.encode()):08x}")

    def test_whole_card(self):
        self.assertEqual(self.card(), EXPECTED)
