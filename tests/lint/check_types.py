#!/usr/bin/env python3
"""A type name is defined once: two structs hone::X in two headers are silently merged by the linker."""

import re

import tree

# Only definitions at the left margin: nested types are indented, and belong to their owner.
DEFINITION = re.compile(r"^(?:struct|class|enum class|enum|union)\s+(?:\[\[\w+\]\]\s+)?(\w+)\b(?!\s*<|::)[^;]*\{")
NAMESPACE = re.compile(r"^namespace ([\w:]+) \{")


def main():
    root = tree.root_of(__doc__)
    findings = tree.Findings()
    checked = [p for p in tree.files(root, ".h") if p.parts[0] == "runtime"]
    first = {}
    for path in checked:
        namespace = ""
        for number, line in tree.code_lines(root, path):
            opened = NAMESPACE.match(line)
            if opened:
                namespace = opened.group(1) + "::"
            match = DEFINITION.match(line)
            if not match:
                continue
            name = namespace + match.group(1)
            if name in first and first[name][0] != path:
                findings.add(path, number, f"{name} is also defined in {first[name][0]}:{first[name][1]}")
            first.setdefault(name, (path, number))
    findings.finish("types", len(checked))


main()
