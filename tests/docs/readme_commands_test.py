#!/usr/bin/env python3
"""Every command in a fenced block of README.md marked sh is run, in order, and must succeed.

They run in a folder that looks like the repository but has its own recipes, experiments and results,
so that nothing of the user's is touched. `./dev quickstart` is run as the `hone run` it ends in, and
`./dev test` is what runs this file.
"""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

SOURCE = pathlib.Path(sys.argv[1])
BUILD = pathlib.Path(sys.argv[2])
COPIED = ("recipes", "experiments", "lua")
INSTEAD = {
    "./dev quickstart": "build/dev/hone run experiments/quickstart.lua",
    "./dev test": None,
}


def commands(text):
    found = []
    for block in re.findall(r"^```sh\n(.*?)^```$", text, re.MULTILINE | re.DOTALL):
        joined = re.sub(r"\\\n\s*", "", block)
        found += [line.strip() for line in joined.splitlines() if line.strip()]
    return found


def make_workspace(folder):
    for entry in SOURCE.iterdir():
        if entry.name in COPIED:
            shutil.copytree(entry, folder / entry.name)
        elif entry.name not in ("build", "results", ".git"):
            (folder / entry.name).symlink_to(entry)
    shutil.copytree(SOURCE / "results", folder / "results", ignore=shutil.ignore_patterns("*.db*", "*.lock"))
    (folder / "build").mkdir()
    (folder / "build" / "dev").symlink_to(BUILD)


def main():
    listed = commands((SOURCE / "README.md").read_text())
    if len(listed) < 8:
        sys.exit(f"only {len(listed)} commands found in README.md: this test would prove nothing")
    # Nothing of this machine's configuration, and no key, may be needed.
    with tempfile.TemporaryDirectory() as name, tempfile.TemporaryDirectory() as home:
        environment = {"PATH": os.environ["PATH"], "HOME": home, "NO_COLOR": "1"}
        folder = pathlib.Path(name)
        make_workspace(folder)
        for command in listed:
            real = INSTEAD.get(command, command)
            if real is None:
                continue
            answer = subprocess.run(
                ["bash", "-euc", real], cwd=folder, env=environment, capture_output=True, text=True, timeout=600
            )
            if answer.returncode != 0:
                sys.exit(f"README.md: {command}\nended with status {answer.returncode}\n{answer.stdout}{answer.stderr}")
            print(f"ok: {command}")


main()
