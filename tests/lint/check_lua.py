#!/usr/bin/env python3
"""Recipes, experiments and the Lua library pass luacheck with our own globals (.luacheckrc)."""

import subprocess

import tree

FOLDERS = ("lua", "recipes", "experiments")


def main():
    root = tree.root_of(__doc__)
    findings = tree.Findings()
    checked = [p for p in tree.files(root, ".lua") if p.parts[0] in FOLDERS and p.parts[:2] != ("lua", "meta")]
    if checked:
        command = ["luacheck", "--config", ".luacheckrc", "--formatter", "plain", "--codes", *map(str, checked)]
        answer = subprocess.run(command, cwd=root, capture_output=True, text=True)
        for line in (answer.stdout + answer.stderr).splitlines():
            path, number, rest = (line.split(":", 2) + ["", ""])[:3]
            findings.add(path, number, rest.strip())
        if answer.returncode != 0 and findings.count == 0:
            findings.add("luacheck", 0, f"ended with status {answer.returncode}")
    findings.finish("lua", len(checked))


main()
