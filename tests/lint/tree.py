"""The files a check looks at, and the way a finding is printed. Shared by every check of this folder."""

import argparse
import pathlib
import re
import subprocess
import sys

SKIPPED = {"build", ".deps", ".git", "node_modules", "__pycache__"}


def root_of(description):
    """The folder to check: --root, or the repository that this file is in."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--root", type=pathlib.Path, default=pathlib.Path(__file__).parents[2])
    return parser.parse_args().root.resolve()


def files(root, *suffixes):
    """Paths relative to `root`: tracked and new files in a git tree, else all; sorted."""
    listed = None
    if (root / ".git").exists():
        command = ["git", "-C", str(root), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
        answer = subprocess.run(command, capture_output=True, text=True)
        if answer.returncode == 0:
            listed = [pathlib.PurePosixPath(name) for name in answer.stdout.split("\0") if name]
    if listed is None:
        found = (path for path in root.rglob("*") if path.is_file())
        listed = [pathlib.PurePosixPath(path.relative_to(root).as_posix()) for path in found]
    kept = []
    for path in sorted(set(listed)):
        if SKIPPED.intersection(path.parts) or not (root / path).is_file():
            continue
        if not suffixes or path.suffix in suffixes or path.name in suffixes:
            kept.append(path)
    return kept


def lines(root, path):
    return (root / path).read_text(encoding="utf-8", errors="replace").splitlines()


def code_lines(root, path):
    """(number, line) of a C++ file without comments, with string literals emptied."""
    text = (root / path).read_text(encoding="utf-8", errors="replace")
    # One pass, so that a quote inside a comment or a slash inside a literal misleads nobody.
    pattern = re.compile(
        r'(?P<raw>R"(?P<tag>[^(\s]*)\(.*?\)(?P=tag)")'
        r'|(?P<comment>//[^\n]*|/\*.*?\*/)'
        r'|(?P<text>"(?:\\.|[^"\\\n])*")'
        r"|(?P<char>'(?:\\.|[^'\\\n])+')",
        re.DOTALL,
    )

    def blank(match):
        newlines = "\n" * match.group(0).count("\n")
        if match.group("text") and text[: match.start()].rsplit("\n", 1)[-1].strip().startswith("#include"):
            return match.group(0)
        return newlines if match.group("comment") else '""' + newlines

    return list(enumerate(pattern.sub(blank, text).splitlines(), start=1))


class Findings:
    def __init__(self):
        self.count = 0

    def add(self, path, line, text):
        self.count += 1
        print(f"{path}:{line}: {text}" if line else f"{path}: {text}")

    def finish(self, what, n_files):
        """Ends the check: exit status 1 when there was a finding."""
        if n_files == 0:
            print(f"{what}: no file to check, so this check proves nothing")
            sys.exit(1)
        print(f"{what}: {n_files} files, {self.count} findings")
        sys.exit(1 if self.count else 0)
