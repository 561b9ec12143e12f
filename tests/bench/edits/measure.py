"""Edits and scorers against a straightforward Python loop, in one run: measure.py BUILD.

A skill of 13 KB with 50 edits and one of 1 MB with 1,000; 20,000 pairs of answers for each scorer.
The loop keeps to the published statuses; its text and the C++ one must be equal, and so must scores.
Nothing here asserts on time.
"""
import collections, hashlib, json, os, random, re, string, subprocess, sys, tempfile, time

MARKS = [("<!-- S -->", "<!-- /S -->"), ("<!-- A -->", "<!-- /A -->")]


def append(text, content):
    starts = [text.find(first) for first, _ in MARKS if first in text]
    if not starts:
        return text.rstrip() + "\n\n" + content + "\n"
    return text[:min(starts)].rstrip() + "\n\n" + content + "\n\n" + text[min(starts):]


def protected(text, target):
    at = text.find(target)
    if at < 0:
        return False
    for first, last in MARKS:
        begin, end = text.find(first), text.find(last)
        if begin >= 0 and end >= 0 and begin <= at < end + len(last):
            return True
    return False


def apply(text, edits):
    report = []
    for index, edit in enumerate(edits, 1):
        op, target, content = edit["op"], edit["target"], edit["content"].strip()
        for pair in MARKS:
            for mark in pair:
                content = content.replace(mark, "")
        if target and protected(text, target):
            status = "skipped_protected_region"
        elif op == "append" or op == "insert_after" and (not target or target not in text):
            text, status = append(text, content), "applied_" + op
        elif op == "insert_after":
            feed = text.find("\n", text.find(target) + len(target))
            at = len(text) if feed < 0 else feed + 1
            text, status = text[:at] + "\n" + content + "\n" + text[at:], "applied_insert_after"
        elif target not in text:
            status = f"skipped_{op}_target_not_found"
        else:
            text, status = text.replace(target, content if op == "replace" else "", 1), "applied_" + op
        report.append({"index": index, "op": op, "target": target[:200], "content_preview": content[:200], "status": status})
    return text, report


def document(rng, size):
    words = ["".join(rng.choice(string.ascii_lowercase) for _ in range(rng.randint(2, 9))) for _ in range(3000)]
    lines, total = ["# Skill"], 8
    while total < size:
        line = rng.choice(["- ", "", "1. "]) + " ".join(rng.choice(words) for _ in range(rng.randint(6, 18)))
        if rng.random() < 0.05:
            line = "\n## " + " ".join(rng.choice(words) for _ in range(3))
        lines.append(line)
        total += len(line) + 1
    return "\n".join(lines) + "\n\n<!-- S -->\nguidance\n<!-- /S -->\n"


def edits_for(rng, text, count):
    lines = [line for line in text.split("\n") if len(line) > 30]
    out = []
    for i in range(count):
        line = rng.choice(lines)
        at = rng.randint(0, 10)
        op = rng.choice(["insert_after", "insert_after", "replace", "replace", "delete", "append"])
        target = "" if op == "append" else line[at:at + rng.randint(18, 60)]
        if rng.random() < 0.1 and target:
            target = target[:-2] + "#?"
        out.append({"op": op, "target": target, "content": f"- rule {i}: " + " ".join(rng.choice(lines).split()[:9])})
    return out


def normal(text):
    text = "".join(c for c in text.lower() if c not in string.punctuation)
    return " ".join(re.sub(r"\b(a|an|the)\b", " ", text).split())


def f1(a, b):
    a, b = normal(a).split(), normal(b).split()
    if not a or not b:
        return float(a == b)
    same = sum((collections.Counter(a) & collections.Counter(b)).values())
    if same == 0:
        return 0.0
    p, r = same / len(a), same / len(b)
    return 2 * p * r / (p + r)


def anls(a, b):
    a, b = " ".join(a.strip().lower().split()), " ".join(b.strip().lower().split())
    if not a or not b:
        return float(a == b)
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        last, row[0] = row[0], i
        for k, y in enumerate(b, 1):
            last, row[k] = row[k], min(row[k] + 1, row[k - 1] + 1, last + (x != y))
    d = row[-1] / max(len(a), len(b))
    return 1 - d if d < 0.5 else 0.0


def figures_match(a, b):
    def plain(text):
        text = "".join(c for c in text.lower().strip() if c not in string.punctuation or c in ".-%")
        return " ".join(re.sub(r"\b(millions?|billions?|dollars?|nominal)\b", " ", text).split())
    return float(plain(a) == plain(b))


CHOICES = {"A": "Paris London", "B": "blue whale", "C": "the river Seine", "D": "the"}


def choice_label(a, _):
    def unparsed(text):
        return text.strip().upper().rstrip(".):")
    label = unparsed(a)
    if label not in CHOICES:
        for one, text in CHOICES.items():
            if text.strip().lower() == a.strip().lower():
                return float(one == "B")
        first = unparsed(a.split()[0]) if a.split() else ""
        label = first if first in CHOICES else label
    return float(label == "B")


def books_for(rng, rows, columns):
    """Two workbooks of one sheet; most cells agree."""
    def value():
        return rng.choice([rng.randrange(1000), rng.random() * 1000, "text %d" % rng.randrange(50), str(rng.random()), True])
    right = {f"{chr(65 + c)}{r}": value() for r in range(1, rows + 1) for c in range(columns)}
    given = {cell: v if rng.random() < 0.9 else value() for cell, v in right.items()}
    sheet = [{"sheets": [{"name": "S", "cells": cells}]} for cells in (given, right)]
    return {"prediction": sheet[0], "answer": sheet[1], "position": f"A1:{chr(64 + columns)}{rows}"}


def cells_right(books):
    def compared(value):
        if isinstance(value, str):
            try:
                value = float(value)
            except ValueError:
                return value or None
        return round(float(value), 2) if isinstance(value, (int, float)) else value
    given, right = (books[name]["sheets"][0]["cells"] for name in ("prediction", "answer"))
    columns, rows = ord(books["position"].split(":")[1][0]) - 64, int(books["position"].split(":")[1][1:])
    same = 0
    for row in range(1, rows + 1):
        for column in range(columns):
            cell = f"{chr(65 + column)}{row}"
            a, b = compared(given.get(cell)), compared(right.get(cell))
            same += type(a) is type(b) and a == b
    return same


def best_of(runs, work):
    best = float("inf")
    for _ in range(runs):
        start = time.perf_counter()
        result = work()
        best = min(best, time.perf_counter() - start)
    return best, result


def main():
    build = os.path.abspath(sys.argv[1])
    rng = random.Random(6)
    cases = []
    for name, size, count in (("13 KB, 50 edits", 13335, 50), ("1 MB, 1,000 edits", 1 << 20, 1000)):
        text = document(rng, size)
        cases.append({"name": name, "text": text, "edits": edits_for(rng, text, count), "marks": MARKS})
    words = "the a of Paris London river Seine, U.S.A. 1,200 blue whale (mammal) city-state Newton's law".split()
    pairs = []
    for _ in range(20000):
        gold = " ".join(rng.choice(words) for _ in range(rng.randint(1, 6)))
        pairs.append((gold if rng.random() < 0.3 else " ".join(rng.choice(words) for _ in range(rng.randint(1, 8))), gold))
    books = books_for(rng, 2000, 20)
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump({"edits": cases, "pairs": pairs, "books": books}, file)
        file.flush()
        ours = json.loads(subprocess.run([os.path.join(build, "bench/edits_bench"), file.name], check=True, capture_output=True, text=True).stdout)
    equal = True
    for case, mine in zip(cases, ours["edits"]):
        seconds, (text, _) = best_of(7 if len(case["edits"]) < 100 else 2, lambda: apply(case["text"], case["edits"]))
        same = hashlib.sha256(text.encode()).hexdigest() == mine["published_hash"]
        equal &= same
        for name in ("published", "sound"):
            ratio = seconds / mine[name]
            print(f"{case['name']:<20} {name:<10} {mine[name] * 1e3:9.3f} ms   Python loop {seconds * 1e3:9.2f} ms   {ratio:7.1f} x   aim 20 x  {'met' if ratio >= 20 else 'MISSED'}   {mine[name + '_applied']} applied")
        print(f"{case['name']:<20} diff       {mine['diff'] * 1e3:9.3f} ms   texts {'equal' if same else 'DIFFER'}")
    for name, score in (("exact_match", lambda a, b: float(normal(a) == normal(b))), ("token_f1", f1), ("anls", anls),
                        ("figures_match", figures_match), ("choice_label", choice_label)):
        sample = pairs if name != "anls" else pairs[:2000]
        seconds, values = best_of(2, lambda: [score(a, b) for a, b in sample])
        mine = ours["scores"][name]
        if len(sample) == len(pairs):
            equal &= abs(sum(values) - mine["sum"]) < 1e-6
        rate, theirs = len(pairs) / mine["seconds"], len(sample) / seconds
        print(f"{name:<20} {rate / 1e6:6.2f} million/s   Python {theirs / 1e6:6.3f} million/s   {rate / theirs:6.1f} x")
    seconds, right = best_of(2, lambda: cells_right(books))
    equal &= right == ours["cells"]["right"]
    rate, theirs = ours["cells"]["cells"] / ours["cells"]["seconds"], ours["cells"]["cells"] / seconds
    print(f"{'cell_ranges':<20} {rate / 1e6:6.2f} million/s   Python {theirs / 1e6:6.3f} million/s   {rate / theirs:6.1f} x")
    sys.exit(0 if equal else "results differ from the Python loop's")


main()
