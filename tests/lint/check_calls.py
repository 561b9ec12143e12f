#!/usr/bin/env python3
"""Calls that only some floors may make: printing, sleeping, the shell, exceptions of our own."""

import re

import tree

PRINTERS = ["runtime/app/", "runtime/script/main.cc", "runtime/base/result.cc", "tests/"]

# (pattern, path prefixes where it is allowed, what to do instead)
RULES = [
    (r"(?<![\w:.>])(?:std::)?(?:v?f?printf|f?puts|putchar|perror)\s*\(", PRINTERS,
     "only app prints; return the text or an error"),
    (r"\bstd::(?:cout|cerr|clog|print|println)\b", PRINTERS,
     "only app prints; return the text or an error"),
    (r"\b(?:sleep_for|sleep_until|usleep|nanosleep|clock_nanosleep)\s*\(|(?<![\w:.>])(?:::)?sleep\s*\(",
     ["runtime/adapters/"], "nobody sleeps but adapters; wait for an event or a timer"),
    (r"(?<![\w:.>])(?:std::)?(?:system|popen)\s*\(", [], "no shell: start the program with its arguments"),
    (r"(?<![\w])throw\b(?!\s*\()", ["tests/"], "our code does not throw: return a Result"),
    (r"\busing namespace std\b", [], "name what is used"),
]


def main():
    root = tree.root_of(__doc__)
    findings = tree.Findings()
    checked = [p for p in tree.files(root, ".cc", ".h") if p.parts[0] in ("runtime", "tests")]
    for path in checked:
        for number, line in tree.code_lines(root, path):
            for pattern, homes, cure in RULES:
                match = re.search(pattern, line)
                if match and not any(str(path).startswith(home) for home in homes):
                    findings.add(path, number, f"'{match.group(0).strip()}': {cure}")
    findings.finish("calls", len(checked))


main()
