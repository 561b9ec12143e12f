import json
import pathlib
import unittest
import zlib

OUT = pathlib.Path("/srv/office/outbox/staff.json")
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
        self.assertEqual((self.card()["house"], self.card()["kind"]), (3, "staff"))

    def test_count(self):
        self.assertEqual(self.card()["count"], 9)
        self.assertEqual(len(self.card()["items"]), 9)

    def test_order_of_items(self):
        self.assertEqual([item["id"] for item in self.card()["items"]], ['s1', 's10', 's12', 's2', 's20', 's3', 's4', 's7', 's9'])

    def test_known_item(self):
        known = {'chief': 's2', 'days': ['mon', 'thu'], 'id': 's2', 'name': 'Olaf', 'pay': {'hours': 31, 'rate': '12.50'}, 'role': 'porter'}
        self.assertIn(known, self.card()["items"])

    def test_seal(self):
        items = json.dumps(EXPECTED["items"], separators=(",", ":"))
        self.assertEqual(self.card()["seal"], f"{zlib.crc32(items.encode()):08x}")

    def test_whole_card(self):
        self.assertEqual(self.card(), EXPECTED)
