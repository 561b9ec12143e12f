#!/usr/bin/env python3
"""Includes point down the house: a floor may name only the floors below it (DESIGN, "The house")."""

import re

import tree

BELOW = {
    "base": [],
    "wire": ["base"],
    "ports": ["base", "wire"],
    "skill": ["base", "ports"],
    "stats": ["base", "ports"],
    "script": ["base", "wire", "ports", "skill", "stats"],
    "store": ["base", "wire", "ports", "skill", "stats"],
    "data": ["base", "wire", "ports", "skill", "stats"],
    "primitives": ["base", "wire", "ports", "skill", "stats", "script", "store", "data"],
    "engine": ["base", "wire", "ports", "skill", "stats", "script", "store", "data", "primitives"],
    "adapters": ["base", "wire", "ports", "skill"],
}
BELOW["report"] = BELOW["engine"] + ["engine"]
BELOW["app"] = BELOW["report"] + ["report", "adapters"]

# A library's header may be seen by one floor only, so that it can be replaced there.
LIBRARY_HOME = {
    r"lua\.h(?:pp)?|lauxlib\.h|lualib\.h|luaconf\.h": ["script"],
    r"sqlite3\.h|sqlite3ext\.h": ["store"],
    r"spdlog/.*": ["app"],
    # The user's configuration, and the task.toml of tasks that people have.
    r"toml\+\+/.*|toml\.hpp": ["app", "data/toml_values.cc"],
    r"CLI/.*": ["app/commands.h"],
    r"curl/.*|uv\.h|httplib\.h|git2\.h": ["adapters"],
    r"seccomp\.h|linux/seccomp\.h": ["script", "adapters"],
    r"rapidjson/.*": ["base"],
}

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')


def main():
    root = tree.root_of(__doc__)
    findings = tree.Findings()
    checked = [p for p in tree.files(root, ".cc", ".h") if p.parts[0] == "runtime" and len(p.parts) > 2]
    for path in checked:
        floor = path.parts[1]
        inside = "/".join(path.parts[1:])
        if floor not in BELOW:
            findings.add(path, 0, f"'{floor}' is no floor of the house; floors: {', '.join(sorted(BELOW))}")
            continue
        for number, line in tree.code_lines(root, path):
            match = INCLUDE.match(line)
            if not match:
                continue
            quote, name = match.groups()
            other = name.split("/")[0]
            is_lua_inside = floor == "script" and re.fullmatch(r"l\w+\.h", name)
            if quote == '"' and not is_lua_inside:
                if "/" not in name or other not in BELOW:
                    findings.add(path, number, f'write "{name}" from runtime/, as in "base/json.h"')
                elif other != floor and other not in BELOW[floor]:
                    allowed = ", ".join(BELOW[floor]) or "nothing"
                    findings.add(path, number, f"{floor} may not include {other} (only: {allowed})")
            for pattern, homes in LIBRARY_HOME.items():
                if re.fullmatch(pattern, name) and not any(
                    inside == home or floor == home for home in homes
                ):
                    findings.add(path, number, f"<{name}> belongs to {', '.join(homes)} only")
    findings.finish("includes", len(checked))


main()
