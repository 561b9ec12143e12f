#!/usr/bin/env python3
"""Writes a stand-in for CL-bench.jsonl: its shape and its size, none of its text.

Contexts, tasks, rubrics and lengths follow CL-bench's published statistics (Table 4: per category the
number of contexts, tasks and rubrics, the most of each, and mean and largest input in tokens, counted
here as bytes / 4); the sentences come from documents of this machine, in an order drawn from the seed.
Half of the tasks are later turns of a conversation, as in CL-bench. For plans and load tests: the
tasks ask nothing, so nobody can solve them.

    make_stand_in.py OUT.jsonl [--seed 1] [--contexts N] [--no-delimiter] [--words FILE ...]
"""

import argparse
import json
import pathlib
import random
import re
import sys

# category: (contexts, tasks, rubrics, most tasks a context, most rubrics a task, mean and largest input in
# thousands of tokens, {sub-category: tasks})
TABLE_4 = {
    "Domain Knowledge Reasoning": (
        190, 663, 11099, 7, 74, 8.3, 60.0,
        {"Humanities": 124, "Management": 112, "Healthcare": 105, "Finance": 101, "Science": 88,
         "Legal Advisory": 76, "Lifestyle": 57}),
    "Rule System Application": (
        140, 566, 8286, 12, 75, 12.2, 62.2,
        {"Technical Standards": 201, "Game Mechanics": 137, "Legal & Regulatory": 92,
         "Mathematical Formalism": 69, "Programming Syntax": 67}),
    "Procedural Task Execution": (
        100, 471, 9486, 12, 59, 8.5, 58.5,
        {"Workflow Orchestration": 229, "Operational Procedures": 185, "Instructional Procedures": 57}),
    "Empirical Discovery & Simulation": (
        70, 199, 2736, 9, 114, 16.7, 65.0,
        {"Observational Data": 95, "Simulation Environment": 59, "Experimental Data": 45}),
}
LEAST_RUBRICS = 3
SEQUENTIAL = 0.511  # of the tasks are turns of a conversation
DELIMITER = "<|task|>"
BYTES_PER_TOKEN = 4


def partition(rng, total, parts, least, most):
    """`parts` whole numbers within [least, most] whose sum is `total`, one of them `most`."""
    sizes = [least] * parts
    sizes[0] = min(most, total - least * (parts - 1))
    left = total - sum(sizes)
    while left > 0:
        at = rng.randrange(parts)
        if sizes[at] < most:
            sizes[at] += 1
            left -= 1
    rng.shuffle(sizes)
    return sizes


def lengths(rng, count, mean, largest):
    """`count` lengths with this mean and maximum, skewed to the right as inputs are."""
    out = [rng.lognormvariate(0, 0.9) for _ in range(count)]
    out[rng.randrange(count)] = float("inf")
    finite = sum(x for x in out if x != float("inf"))
    scale = (mean * count - largest) / finite
    out = [largest if x == float("inf") else min(largest, max(0.3, x * scale)) for x in out]
    # What the bounds took away or added goes to the others, little by little.
    for _ in range(50):
        gap = mean * count - sum(out)
        if abs(gap) < 1e-6:
            break
        free = [i for i, x in enumerate(out) if 0.3 < x < largest]
        for i in free:
            out[i] = min(largest, max(0.3, out[i] + gap / len(free)))
    return out


def sentences_of(files):
    found = []
    for file in files:
        text = re.sub(r"\s+", " ", pathlib.Path(file).read_text(errors="replace"))
        found += [s for s in re.split(r"(?<=[.;:]) ", text) if 20 < len(s) < 400]
    if len(found) < 100:
        sys.exit("make_stand_in.py: too few sentences; name more text files with --words")
    return found


def prose(rng, sentences, size):
    out, have = [], 0
    while have < size:
        sentence = rng.choice(sentences)
        out.append(sentence)
        have += len(sentence.encode()) + 1
        if rng.random() < 0.1:
            out.append("\n\n")
    return " ".join(out).replace(" \n\n ", "\n\n")


def uuid(rng):
    digits = f"{rng.getrandbits(128):032x}"
    return "-".join([digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]])


def turns(rng, tasks):
    """How the tasks of a context follow each other: lists of tasks that are one conversation."""
    out, at = [], 0
    while at < tasks:
        size = 1
        if tasks - at > 1 and rng.random() < SEQUENTIAL * 0.7:
            size = rng.randint(2, min(4, tasks - at))
        out.append(size)
        at += size
    return out


def context_rows(rng, sentences, place, tasks, rubric_counts, size, with_delimiter):
    category, sub_category = place
    context_id = uuid(rng)
    system = prose(rng, sentences, 300)
    task_texts = [prose(rng, sentences, 250) + f" Reference {uuid(rng)[:8]}." for _ in range(tasks)]
    overhead = len(system) + 400
    document = prose(rng, sentences, max(400, size * BYTES_PER_TOKEN - overhead))
    mark = DELIMITER if with_delimiter else "\n\n"
    at = 0
    for length in turns(rng, tasks):
        messages = [{"role": "system", "content": system}]
        for turn in range(length):
            task = task_texts[at]
            content = document + mark + task if turn == 0 else task
            messages = messages + [{"role": "user", "content": content}]
            yield {
                "messages": messages,
                "rubrics": [
                    "The response should " + rng.choice(sentences)[0:180].lower() for _ in range(rubric_counts[at])
                ],
                "metadata": {
                    "task_id": uuid(rng), "context_id": context_id, "context_category": category,
                    "sub_category": sub_category,
                },
            }
            messages = messages + [{"role": "assistant", "content": prose(rng, sentences, 600)}]
            at += 1


def category_rows(rng, sentences, name, figures, share, with_delimiter):
    contexts, tasks, rubrics, most_tasks, most_rubrics, mean, largest, subs = figures
    if share < 1:
        kept = max(1, round(contexts * share))
        tasks, rubrics = max(kept, round(tasks * share)), 0
        contexts, most_tasks = kept, min(most_tasks, max(1, tasks - kept + 1))
        rubrics = round(figures[2] / figures[1] * tasks)
        most_rubrics = min(most_rubrics, rubrics - LEAST_RUBRICS * (tasks - 1))
    task_counts = partition(rng, tasks, contexts, 1, most_tasks)
    rubric_counts = partition(rng, rubrics, tasks, LEAST_RUBRICS, most_rubrics)
    sizes = lengths(rng, contexts, mean * 1000, largest * 1000) if contexts > 1 else [mean * 1000]
    weights = list(subs.values())
    at = 0
    for count, size in zip(task_counts, sizes):
        sub = rng.choices(list(subs), weights)[0]
        yield from context_rows(rng, sentences, (name, sub), count, rubric_counts[at:at + count], int(size),
                                with_delimiter)
        at += count


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("out")
    parser.add_argument("--seed", default="1")
    parser.add_argument("--contexts", type=int, default=500, help="fewer or more, in the same proportions")
    parser.add_argument("--no-delimiter", action="store_true", help="tasks follow the document without a mark")
    parser.add_argument("--words", nargs="*", default=[], help="text files to take sentences from")
    arguments = parser.parse_args()
    files = arguments.words or sorted(
        str(p) for p in pathlib.Path("/usr/share/common-licenses").iterdir() if p.is_file() and not p.is_symlink())
    sentences = sentences_of(files)
    with open(arguments.out, "w", encoding="utf-8") as out:
        left = arguments.contexts
        copy = 0
        while left > 0:  # beyond 500 contexts the whole is written again with other texts
            rng = random.Random(f"{arguments.seed}/{copy}")
            share = min(1.0, left / 500)
            for name, figures in TABLE_4.items():
                for row in category_rows(rng, sentences, name, figures, share, not arguments.no_delimiter):
                    out.write(json.dumps(row, ensure_ascii=False) + "\n")
            left -= 500
            copy += 1


if __name__ == "__main__":
    main()
