#!/usr/bin/env python3
"""Writes questions in SearchQA's form about documents that Debian ships: {id, question, context, answers, cluster}.

A question is a sentence of a document in which a rare word or two, and maybe a neighbour of them, gave way to
"this"; its context holds the passage of that sentence among other passages of the same document, in random order,
as a search would. Chapters of one manual are documents of their own; all items of a document share a cluster.
Nothing of the documents is part of Hone: they are read where Debian put them. The same machine and seed give the
same file.

    make_searchqa.py OUT.json [--items 320] [--seed 1] [--characters 5800] [--documents FILE ...]
"""

import argparse
import collections
import gzip
import json
import pathlib
import random
import re
import sys

DOC = "/usr/share/doc"
DOCUMENTS = [
    f"{DOC}/debian-policy/policy.txt.gz", f"{DOC}/debian-policy/fhs/fhs-3.0.txt.gz",
    f"{DOC}/debian-policy/debconf_specification.txt.gz", f"{DOC}/debian-policy/copyright-format-1.0.txt.gz",
    f"{DOC}/debian-policy/perl-policy.txt.gz", f"{DOC}/debian-policy/autopkgtest.txt.gz",
    f"{DOC}/dpkg/spec/triggers.txt", f"{DOC}/man-db/man-db-manual.txt.gz",
    "/usr/share/common-licenses/Apache-2.0", "/usr/share/common-licenses/GPL-3",
    "/usr/share/common-licenses/GFDL-1.3", "/usr/share/common-licenses/MPL-2.0", "/usr/share/common-licenses/CC0-1.0",
]
CHAPTER_BYTES = 20_000  # a document with underlined chapters of this size is cut into them
PASSAGE = (250, 900)    # characters of a passage
FEWEST_PASSAGES = 6     # of a document that is used
RULE = re.compile(r"^([=*~\-^_])\1{3,}$")
WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9+/.\-]*[A-Za-z0-9]|[A-Za-z0-9]")
COMMON = set("""about above after again against also although among another because been before being below between
both cannot could does doing done during each either else every following from further given have having here however
into itself just less many more most much must need neither never none only other otherwise over same several shall
should since some such than that their them then there therefore these they this those though through thus under
unless until upon used using very well were what when where whether which while will with within without would
your""".split())


def text_of(path):
    data = pathlib.Path(path).read_bytes()
    return (gzip.decompress(data) if path.endswith(".gz") else data).decode("utf-8", "replace")


def sections_of(text):
    """(title, body) by underlined headings; what stands before the first heading has the title ""."""
    lines, found, body, title = text.splitlines(), [], [], ""
    at = 0
    while at < len(lines):
        line = lines[at].strip()
        following = lines[at + 1].strip() if at + 1 < len(lines) else ""
        if line and RULE.match(following) and not RULE.match(line):
            found.append((title, body))
            title, body = line, []
            at += 2
            continue
        body.append(lines[at])
        at += 1
    found.append((title, body))
    return [(title, "\n".join(body)) for title, body in found]


def paragraphs_of(body):
    return [p for p in (re.sub(r"\s+", " ", one).strip() for one in re.split(r"\n\s*\n", body)) if len(p) > 60]


def passages_of(title, paragraphs):
    """Passages of bounded length under unique titles."""
    out, held = [], ""
    for paragraph in paragraphs + [None]:
        if paragraph is not None and len(held) + len(paragraph) < PASSAGE[1]:
            held = (held + " " + paragraph).strip()
            continue
        if len(held) >= PASSAGE[0]:
            out.append(held)
        held = paragraph or ""
    return [(title if i == 0 else f"{title} ({i + 1})", text) for i, text in enumerate(out)]


def documents_of(path):
    """{name: passages} of a file: its chapters when it has large ones, else the file."""
    name = re.sub(r"\.txt(\.gz)?$", "", pathlib.Path(path).name)
    sections = [(t, b) for t, b in sections_of(text_of(path)) if t]
    if len(sections) < FEWEST_PASSAGES:
        paragraphs = paragraphs_of(text_of(path))
        passages = [(f"{name}, part {i + 1}", text) for i, (_, text) in enumerate(passages_of(name, paragraphs))]
        return {name: passages}
    whole = sum(len(body) for _, body in sections)
    documents, seen = collections.OrderedDict(), set()
    for title, body in sections:
        chapter = re.match(r"^(?:Chapter )?(\d+|[A-Z])\.", title)
        document = f"{name}, chapter {chapter.group(1)}" if chapter and whole > CHAPTER_BYTES else name
        for one, text in passages_of(title, paragraphs_of(body)):
            if (document, one) not in seen:
                seen.add((document, one))
                documents.setdefault(document, []).append((one, text))
    return documents


def sentences_of(text):
    return [s.strip() for s in re.split(r"(?<=[.!?]) (?=[A-Z\"(])", text)]


def gap_of(rng, words, frequency):
    """Where the answer stands in a sentence of these words: (first, last), or None."""
    def tells(word):
        low = word.lower()
        return len(word) >= 4 and low not in COMMON and frequency[low] <= 3

    places = [i for i, w in enumerate(words) if tells(w) and 1 < i < len(words) - 1]
    if not places:
        return None
    at = rng.choice(places)
    pair = at + 1 < len(words) - 1 and len(words[at + 1]) >= 4 and words[at + 1].lower() not in COMMON
    return (at, at + 1) if pair and rng.random() < 0.25 else (at, at)


def question_of(rng, sentence, frequency):
    spans = [m.span() for m in WORD.finditer(sentence)]
    words = [sentence[a:b] for a, b in spans]
    if not 9 <= len(words) <= 40:
        return None
    gap = gap_of(rng, words, frequency)
    if gap is None:
        return None
    answer = sentence[spans[gap[0]][0]:spans[gap[1]][1]]
    before, after = (rng.choice((0, 1, 1, 2, 2)) for _ in range(2))
    first, last = max(1, gap[0] - before), min(len(words) - 1, gap[1] + after)
    clue = sentence[:spans[first][0]] + "this" + sentence[spans[last][1]:]
    low = clue.lower()
    if any(word.lower() in low for word in answer.split()) or any(mark in sentence for mark in '"`|'):
        return None
    return clue, answer


def context_of(rng, passages, wanted, characters):
    """The wanted passage among others of the document, in random order."""
    others = [p for p in passages if p is not wanted]
    rng.shuffle(others)
    chosen, size = [wanted], 0
    for passage in others:
        size = sum(len(t) * 2 + len(b) + 16 for t, b in chosen + [passage])
        if size > characters:
            break
        chosen.append(passage)
    rng.shuffle(chosen)
    return "".join(f"[DOC] {title}\n{'-' * (len(title) + 6)}\n{body}\n\n" for title, body in chosen)


def questions_of(rng, name, passages, characters):
    frequency = collections.Counter(w.lower() for _, body in passages for w in set(WORD.findall(body)))
    out = []
    for passage in passages:
        for sentence in sentences_of(passage[1]):
            made = question_of(rng, sentence, frequency)
            if made:
                out.append({"question": made[0], "context": context_of(rng, passages, passage, characters),
                            "answers": [made[1]], "cluster": name, "task_type": name.split(",")[0]})
    rng.shuffle(out)
    return out


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("out")
    parser.add_argument("--items", type=int, default=320)
    parser.add_argument("--seed", default="1")
    parser.add_argument("--characters", type=int, default=5800, help="of a context at most")
    parser.add_argument("--documents", nargs="*", default=[], help="text files in place of Debian's")
    arguments = parser.parse_args()
    rng = random.Random(f"searchqa/{arguments.seed}")
    queues = []
    for path in arguments.documents or [p for p in DOCUMENTS if pathlib.Path(p).is_file()]:
        for name, passages in documents_of(path).items():
            if len(passages) >= FEWEST_PASSAGES:
                queues.append(questions_of(rng, name, passages, arguments.characters))
    items, turn = [], 0
    while len(items) < arguments.items and any(queues):
        queue = queues[turn % len(queues)]
        turn += 1
        if queue:
            items.append(dict(id=f"q{len(items) + 1:04d}", **queue.pop()))
    if len(items) < arguments.items:
        sys.exit(f"make_searchqa.py: only {len(items)} questions in these documents; name more with --documents")
    out = pathlib.Path(arguments.out)
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(json.dumps(items, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    clusters = len({item["cluster"] for item in items})
    print(f"{len(items)} items of {clusters} documents in {out}", file=sys.stderr)


if __name__ == "__main__":
    main()
