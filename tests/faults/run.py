#!/usr/bin/env python3
"""All fault tests of one build, one after the other, with their figures: run.py BUILD [NAME...]

HONE_FAULT_SEED repeats the random moments of a run, HONE_FAULT_KILLS changes how many kills there are.
"""

import os
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).parent


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__.splitlines()[0])
    build, wanted = sys.argv[1], sys.argv[2:]
    programs = {path.stem.removesuffix("_test"): path for path in sorted(HERE.glob("*_test.py"))}
    for name in wanted:
        if name not in programs:
            sys.exit(f"no fault test '{name}'; there are {', '.join(programs)}")
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    failed = []
    for name in wanted or programs:
        print(f"== {name}", flush=True)
        if subprocess.run([sys.executable, programs[name], build], env=environment).returncode != 0:
            failed.append(name)
    if failed:
        sys.exit(f"failed: {', '.join(failed)}")


if __name__ == "__main__":
    main()
