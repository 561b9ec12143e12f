#!/usr/bin/env python3
"""A file is named after the one thing in it and stays readable: over 400 lines warns, over 600 fails."""

import re

import tree

EMPTY_NAMES = {"util", "utils", "helper", "helpers", "common", "manager", "misc"}
WARN_LINES = 400
FAIL_LINES = 600


def main():
    root = tree.root_of(__doc__)
    findings = tree.Findings()
    checked = tree.files(root, ".cc", ".h", ".lua", ".py", ".sh", ".mjs", ".sql")
    for path in checked:
        for part in [*path.parts[:-1], path.stem]:
            words = set(re.split(r"[_\-.]", part.lower()))
            if words & EMPTY_NAMES:
                findings.add(path, 0, f"'{part}' says nothing; name it after the one thing in it")
        if path.suffix in (".cc", ".h") and not re.fullmatch(r"[a-z0-9_]+\.(cc|h)", path.name):
            findings.add(path, 0, "C++ files are named in snake_case")
        n_lines = len(tree.lines(root, path))
        if n_lines > FAIL_LINES:
            findings.add(path, 0, f"{n_lines} lines (limit {FAIL_LINES}): more than one thing is in it")
        elif n_lines > WARN_LINES:
            print(f"warning: {path}: {n_lines} lines (aim: {WARN_LINES})")
    findings.finish("names and sizes", len(checked))


main()
