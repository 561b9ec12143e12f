#!/usr/bin/env python3
"""C++ is written as .clang-format says; ./dev format rewrites it."""

import re
import subprocess

import tree


def main():
    root = tree.root_of(__doc__)
    findings = tree.Findings()
    checked = tree.files(root, ".cc", ".h")
    if checked:
        command = ["clang-format", "--dry-run", *map(str, checked)]
        answer = subprocess.run(command, cwd=root, capture_output=True, text=True)
        if answer.returncode != 0:
            findings.add("clang-format", 0, answer.stderr.strip())
        first = {}
        for match in re.finditer(r"^(.+?):(\d+):\d+: warning: code should be clang-formatted", answer.stderr, re.M):
            first.setdefault(match.group(1), match.group(2))
        for path, line in first.items():
            findings.add(path, line, "is not formatted: ./dev format")
    findings.finish("format", len(checked))


main()
