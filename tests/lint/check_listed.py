#!/usr/bin/env python3
"""Every source and every test is named in a CMakeLists.txt, so that none is forgotten silently."""

import collections
import pathlib
import re

import tree


def main():
    root = tree.root_of(__doc__)
    findings = tree.Findings()
    lists = collections.defaultdict(str)
    for path in tree.files(root, "CMakeLists.txt", ".cmake"):
        lists[path.parent] += (root / path).read_text(encoding="utf-8")
    checked = []
    for path in tree.files(root, ".cc", ".py"):
        if path.parts[0] not in ("runtime", "tests"):
            continue
        is_test_script = re.fullmatch(r"(check_\w+|\w+_test|test_\w+)\.py", path.name)
        if path.suffix == ".py" and not is_test_script:
            continue
        checked.append(path)
        # The list of its own folder or of one above; a name may be written with its folder.
        above = [folder for folder in [path.parent, *path.parent.parents] if folder in lists]
        if path.parts[:2] == ("tests", "support"):
            above = list(lists)  # shared by tests everywhere
        names = [path.name, path.stem] if path.suffix == ".py" else [path.name]
        if not any(re.search(rf"(?<![\w.-]){re.escape(name)}(?![\w-])", lists[folder])
                   for folder in above for name in names):
            where = above[0] if above else pathlib.PurePosixPath(path.parent)
            findings.add(path, 0, f"is not listed in {where}/CMakeLists.txt, so it is never built or run")
    findings.finish("listed", len(checked))


main()
