#!/usr/bin/env python3
"""Nothing in the tree points at one machine or at an outside service that was not thought about."""

import re

import tree

# Hosts that may be written down: reserved names, loopback, published interfaces, licence and format pages.
KNOWN_HOSTS = re.compile(
    r"^(127(\.\d+)+|0\.0\.0\.0|(.*\.)?example(\.(com|org|net))?|.*\.(test|invalid)"
    r"|api\.(openai|anthropic|deepseek|moonshot)\.com|api\.(x|mistral|moonshot)\.ai|api\.minimaxi?\.(io|com)|api\.groq\.com"
    r"|api\.together\.xyz|generativelanguage\.googleapis\.com|bedrock-runtime\..*|(.*\.)?(openai\.)?azure\.com|169\.254\.169\.254"
    r"|openrouter\.ai|arxiv\.org|www\.(apache|w3)\.org|json-schema\.org|schemas\.openxmlformats\.org|[A-Z_%${<\[(].*)$"
)
URL = re.compile(r"\b(?:https?|ftp|git|ssh)://(?:[^\s/@\"']*@)?(\[[^\]]*\]|[^\s/:\"'`)>}\\,;]*)")
MACHINE_PATH = re.compile(r"(?<![\w.$}/~-])/(?:work|root|home/[a-z]\w*|Users/\w+)/[\w.-]+")
TEXT = (
    ".cc .h .lua .py .sh .mjs .js .json .md .txt .cmake .sql .toml .yaml .yml .csv dev run CMakeLists.txt "
    ".gitignore .editorconfig .luacheckrc .clang-format"
).split()


def main():
    root = tree.root_of(__doc__)
    findings = tree.Findings()
    checked = tree.files(root, *TEXT)
    for path in checked:
        for number, line in enumerate(tree.lines(root, path), start=1):
            for match in URL.finditer(line):
                host = match.group(1)
                if "." in host and not KNOWN_HOSTS.match(host):
                    findings.add(path, number, f"host '{host}' is not in this check's list of known hosts")
            for match in MACHINE_PATH.finditer(line):
                findings.add(path, number, f"'{match.group(0)}' exists on one machine only")
            if path.name == "package-lock.json" and '"resolved"' in line:
                findings.add(path, number, 'delete "resolved" lines: they tie the lock to one registry')
    findings.finish("portable", len(checked))


main()
