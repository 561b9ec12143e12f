#!/usr/bin/env python3
"""Writes small data of our own in the form of five benchmarks, split in train/, val/ and test/.

    make_samples.py FOLDER [--seed 1]

FOLDER/docvqa (pages as PNG), livemathematicianbench, officeqa (with documents), spreadsheetbench (with workbooks) and
alfworld (games of alfworld_toy.py). For tests and to see the experiments run: figures and names are invented, the
theorems are school mathematics. The same seed gives the same bytes. SearchQA's are written by make_searchqa.py.
"""

import argparse
import json
import pathlib
import random

from tiny_page import write_page
from tiny_workbook import write_workbook

SIZES = {"train": 8, "val": 4, "test": 12}

TOWNS = ["Alder", "Birch", "Cedar", "Dogwood", "Elm", "Fir", "Hazel", "Juniper", "Larch", "Maple", "Oak", "Pine"]
HEADINGS = ["Receipts", "Outlays", "Surplus", "Tolls", "Rents", "Fines"]

# Theorem, question, the right claim, three that are near it.
THEOREMS = [
    ("Every integer that is divisible by 6 is divisible by 2 and by 3.", "Which claim about n = 6k follows?",
     "n is divisible by 2 and by 3", ["n is divisible by 4", "n is divisible by 9", "n is odd for odd k"]),
    ("The sum of two odd integers is even.", "Which claim about odd a and b follows?",
     "the sum a + b is even", ["the product a b is even", "the sum a + b is odd", "a + b is divisible by 4"]),
    ("A real polynomial of odd degree has a real root.", "Which claim about a cubic polynomial follows?",
     "it has a real root", ["it has three real roots", "it has no double root", "all its roots are real"]),
    ("A continuous function on a closed interval is bounded.", "Which claim about a continuous f on [0, 1] follows?",
     "f is bounded", ["f is differentiable", "f is monotone", "f has a zero"]),
    ("A prime greater than 2 is odd.", "Which claim about a prime p > 2 follows?",
     "p is odd", ["p + 2 is prime", "p is the sum of two primes", "p - 1 is prime"]),
    ("The product of two consecutive integers is even.", "Which claim about n (n + 1) follows?",
     "it is even", ["it is a square", "it is divisible by 4", "it is positive for every n"]),
    ("A convergent sequence of real numbers is bounded.", "Which claim about a convergent sequence follows?",
     "the sequence is bounded", ["the sequence is monotone", "its limit is a term of it", "its terms are distinct"]),
    ("In a triangle the largest side lies opposite the largest angle.", "Which claim about a triangle follows?",
     "the largest side is opposite the largest angle",
     ["the largest angle is obtuse", "the smallest side is half of the largest", "two angles are equal"]),
    ("The square of a real number is not negative.", "Which claim about real x and y follows?",
     "(x - y) squared is not negative", ["x y is not negative", "x + y is not negative", "x squared exceeds x"]),
    ("A graph in which every vertex has even degree splits into cycles.", "Which claim about such a graph follows?",
     "its edges split into cycles", ["it is connected", "it has no triangle", "it has an even number of vertices"]),
    ("A subgroup of a finite group has an order that divides the order of the group.",
     "Which claim about a subgroup of a group of order 15 follows?",
     "the order of the subgroup divides 15",
     ["the subgroup is normal", "the subgroup has order 3", "the subgroup is the whole group"]),
    ("A matrix with two equal rows has determinant zero.", "Which claim about such a square matrix follows?",
     "its determinant is zero", ["its trace is zero", "it is symmetric", "its rows are all equal"]),
]


def split(folder, items):
    """The items in train/, val/ and test/, in their order."""
    at = 0
    for name, size in SIZES.items():
        path = folder / name / "items.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(items[at:at + size], indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        at += size
    assert at == len(items)


def docvqa(folder, rng):
    items = []
    for i in range(24):
        town, number = TOWNS[i % 12], f"{rng.randrange(100, 999)}-{rng.choice('ABCDEF')}"
        total, day = f"{rng.randrange(10, 99)}.{rng.randrange(10, 99)}", rng.randrange(1, 28)
        write_page(folder / f"pages/{i + 1}.png", [
            f"{town.upper()} WATER BOARD", f"INVOICE NO: {number}", f"DATE: {day}/0{i % 9 + 1}/1974",
            f"TOTAL: {total}"])
        kind, question, answer = [("number", "What is the invoice number?", number),
                                  ("total", "What is the total?", total),
                                  ("name", "Who sent the invoice?", f"{town} Water Board")][i % 3]
        items.append({"questionId": f"page-{i + 1}", "question": question, "answer": [answer], "topic": kind,
                      "image_path": f"pages/{i + 1}.png"})
    split(folder, items)


def livemathematicianbench(folder, rng):
    items = []
    for i in range(24):
        theorem, question, right, wrong = THEOREMS[i % 12]
        claims = [right] + wrong
        rng.shuffle(claims)
        choices = [{"label": "ABCD"[k], "text": claim} for k, claim in enumerate(claims)]
        items.append({"month": f"2025-{i // 12 + 1:02d}", "no": i % 12 + 1, "theorem": theorem, "question": question,
                      "choices": choices, "correct_choice": next(c for c in choices if c["text"] == right),
                      "theorem_type": ["consequence"], "id": f"2025-{i // 12 + 1:02d}:{i % 12 + 1}"})
    split(folder, items)


def officeqa(folder, rng):
    documents, figures = folder / "documents", {}
    documents.mkdir(parents=True, exist_ok=True)
    for n, town in enumerate(TOWNS[:6]):
        lines = [f"Annual report of the town of {town}", "", "Table 1. Accounts (in crowns)", ""]
        for year in range(1930, 1942):
            for heading in HEADINGS:
                figures[town, heading, year] = rng.randrange(1000, 99999)
                lines.append(f"{heading} of {year}: {figures[town, heading, year]:,}")
        (documents / f"report_{n + 1}_{town.lower()}.txt").write_text("\n".join(lines) + "\n")
    items = []
    for i in range(24):
        town, heading, year = TOWNS[i % 6], HEADINGS[rng.randrange(6)], rng.randrange(1930, 1942)
        items.append({"uid": f"office-{i + 1}", "difficulty": "easy",
                      "question": f"What were the {heading.lower()} of {year} in the town of {town}?",
                      "ground_truth": str(figures[town, heading, year]),
                      "source_files": [f"report_{i % 6 + 1}_{town.lower()}.txt"]})
    split(folder, items)


# Instruction, answer position, and what is added to a table of items, prices and counts (None: nothing in a cell).
SHEET_TASKS = [
    ("Add a column Total: price times count.", "D1:D{last}",
     lambda rows: [["Total"]] + [[row[1] * row[2]] for row in rows]),
    ("Add a column Large that says yes where the count is above 5 and no elsewhere.", "D1:D{last}",
     lambda rows: [["Large"]] + [["yes" if row[2] > 5 else "no"] for row in rows]),
    ("Add a column Share: the count divided by the sum of all counts.", "D1:D{last}",
     lambda rows: [["Share"]] + [[row[2] / sum(r[2] for r in rows)] for row in rows]),
]


def spreadsheetbench(folder, rng):
    items = []
    for i in range(24):
        instruction, position, added = SHEET_TASKS[i % 3]
        name, last = f"books/{i + 1}", 0
        for case in (1, 2):
            rows = [[rng.choice(TOWNS).lower(), rng.randrange(1, 40) / 4, rng.randrange(1, 12)]
                    for _ in range(rng.randrange(3, 7))]
            table = [["Item", "Price", "Count"]] + rows
            last = max(last, len(table))
            write_workbook(folder / name / f"{case}_{i + 1}_input.xlsx", {"Stock": table})
            write_workbook(folder / name / f"{case}_{i + 1}_answer.xlsx",
                           {"Stock": [row + more for row, more in zip(table, added(rows))]})
        items.append({"id": f"sheet-{i + 1}", "instruction": instruction, "answer_sheet": "Stock",
                      "instruction_type": "Cell-Level Manipulation", "spreadsheet_path": name,
                      "answer_position": position.format(last=last)})
    split(folder, items)


def alfworld(folder, rng):
    kinds = ["pick_and_place", "pick_clean_then_place", "pick_heat_then_place", "pick_cool_then_place",
             "look_at_obj_in_light", "pick_two_obj"]
    items = []
    for i in range(24):
        thing = rng.choice(["apple", "mug", "potato", "egg"])
        target = rng.choice(["shelf", "countertop", "diningtable"])
        items.append({"id": f"game-{i + 1}", "gamefile": f"toy/{kinds[i % 6]}-{thing}-{target}-{i + 1}/game"})
    split(folder, items)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--seed", default="1")
    arguments = parser.parse_args()
    for make in (docvqa, livemathematicianbench, officeqa, spreadsheetbench, alfworld):
        make(arguments.folder / make.__name__, random.Random(f"{make.__name__}/{arguments.seed}"))


if __name__ == "__main__":
    main()
