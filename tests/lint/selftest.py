#!/usr/bin/env python3
"""Every check can fail: each row is a small tree that is wrong in one way, and what must be said."""

import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).parent
REPOSITORY = HERE.parents[1]

GOOD = {
    "runtime/base/name.h": "#pragma once\nnamespace hone {\nstruct Name {};\n}  // namespace hone\n",
    "runtime/base/name.cc": '#include "base/name.h"\n',
    "runtime/base/CMakeLists.txt": "hone_floor(base SOURCES name.cc)\n",
    "recipes/plain.lua": 'return recipe({ name = "plain" })\n',
    ".clang-format": (REPOSITORY / ".clang-format").read_text(),
    ".luacheckrc": (REPOSITORY / ".luacheckrc").read_text(),
}

# check, file, its text, what the check must say (None: the tree must pass)
CASES = [
    ("types", "runtime/report/twice.h", "namespace hone {\nclass Name final : public Thing {\n};\n", "hone::Name is also defined"),
    ("types", "runtime/report/twice.h", "namespace hone::other {\nclass Name {\n};\n", None),
    ("includes", None, None, None),
    ("includes", "runtime/base/up.cc", '#include "engine/session.h"\n', "base may not include engine"),
    ("includes", "runtime/store/side.cc", '#include "script/vm.h"\n', "store may not include script"),
    ("includes", "runtime/engine/wing.cc", '#include "adapters/curl.h"\n', "engine may not include adapters"),
    ("includes", "runtime/adapters/up.cc", '#include "store/store.h"\n', "adapters may not include store"),
    ("includes", "runtime/adapters/down.cc", '#include "ports/clock.h"\n', None),
    ("includes", "runtime/app/all.cc", '#include "adapters/curl.h"\n#include "base/name.h"\n', None),
    ("includes", "runtime/base/bare.cc", '#include "name.h"\n', "from runtime/"),
    ("includes", "runtime/script/seal.cc", '#include "lgc.h"\n', None),
    ("includes", "runtime/attic/x.cc", "int x;\n", "'attic' is no floor"),
    ("includes", "runtime/engine/vm.cc", "#include <lua.h>\n", "<lua.h> belongs to script"),
    ("includes", "runtime/report/db.cc", "#  include <sqlite3.h>\n", "<sqlite3.h> belongs to store"),
    ("includes", "runtime/store/db.cc", "#include <sqlite3.h>\n", None),
    ("includes", "runtime/engine/log.cc", "#include <spdlog/spdlog.h>\n", "belongs to app"),
    ("includes", "runtime/app/run.cc", "#include <CLI/CLI.hpp>\n", "belongs to app/commands.h"),
    ("includes", "runtime/base/quoted.cc", '// #include "engine/session.h"\n', None),
    ("names_and_sizes", None, None, None),
    ("names_and_sizes", "runtime/base/string_utils.h", "\n", "'string_utils' says nothing"),
    ("names_and_sizes", "runtime/common/x.h", "\n", "'common' says nothing"),
    ("names_and_sizes", "runtime/base/CamelCase.h", "\n", "snake_case"),
    ("names_and_sizes", "runtime/base/long.cc", "\n" * 601, "601 lines"),
    ("names_and_sizes", "runtime/base/longish.cc", "\n" * 599, None),
    ("calls", None, None, None),
    ("calls", "runtime/base/p.cc", 'void f() { std::printf("x"); }\n', "only app prints"),
    ("calls", "runtime/engine/p.cc", "void f() { std::cout << 1; }\n", "only app prints"),
    ("calls", "runtime/engine/q.cc", 'void f() { std::snprintf(b, 1, "x"); }  // printf("x")\n', None),
    ("calls", "runtime/app/p.cc", 'void f() { std::printf("x"); }\n', None),
    ("calls", "runtime/engine/s.cc", "void f() { std::this_thread::sleep_for(1s); }\n", "nobody sleeps"),
    ("calls", "tests/unit/base/s_test.cc", "void f() { ::usleep(1); }\n", "nobody sleeps"),
    ("calls", "runtime/adapters/s.cc", "void f() { std::this_thread::sleep_for(1s); }\n", None),
    ("calls", "runtime/engine/c.cc", 'void f() { std::system("ls"); }\n', "no shell"),
    ("calls", "runtime/engine/t.cc", "void f() { throw std::runtime_error(x); }\n", "does not throw"),
    ("calls", "runtime/engine/u.cc", 'const char* k = "it\'s a throw away /* text";\nint y;\n', None),
    ("types", None, None, None),
    ("types", "runtime/report/name.h", "namespace hone {\nclass Name;\n", None),
    ("portable", None, None, None),
    ("portable", "README.md", "see http" + "://packages.somewhere.net/x\n", "packages.somewhere.net"),
    ("portable", "README.md", "see http" + "s://127.0.0.1:8080/x and https" + "://api.example.com/\n", None),
    ("portable", "README.md", "cd /" + "home/somebody/hone\n", "on one machine only"),
    ("portable", "tests/a/package-lock.json", '  "resolved": "x"\n', "tie the lock"),
    ("listed", None, None, None),
    ("listed", "runtime/base/lost.cc", "int x;\n", "never built or run"),
    ("listed", "tests/unit/base/lost_test.cc", "int x;\n", "never built or run"),
    ("listed", "tests/e2e/lost_test.py", "pass\n", "never built or run"),
    ("format", None, None, None),
    ("format", "runtime/base/bad.cc", "int   x ;\n", "is not formatted"),
    ("lua", None, None, None),
    ("lua", "recipes/typo.lua", "return recpie({})\n", "recpie"),
    ("lua", "experiments/files.lua", 'return experiment({ name = io.open("x") })\n', "io"),
    ("lua", "lua/hone/unused.lua", "local unused = 1\nreturn {}\n", "unused"),
]


def run(check, name, text):
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        tree = dict(GOOD)
        if name:
            tree[name] = text
        for path, content in tree.items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(content)
        command = [sys.executable, str(HERE / f"check_{check}.py"), "--root", str(root)]
        return subprocess.run(command, capture_output=True, text=True)


def main():
    wrong = 0
    for check, name, text, expected in CASES:
        answer = run(check, name, text)
        said = answer.stdout + answer.stderr
        if expected is None:
            good = answer.returncode == 0
        else:
            good = answer.returncode == 1 and expected in said
        if not good:
            wrong += 1
            print(f"check_{check} on {name}: exit {answer.returncode}, expected {expected!r}, said:\n{said}")
    untested = {path.stem.removeprefix("check_") for path in HERE.glob("check_*.py")} - {c[0] for c in CASES}
    for check in sorted(untested):
        wrong += 1
        print(f"check_{check} has no case here")
    print(f"selftest: {len(CASES)} cases, {wrong} wrong")
    sys.exit(1 if wrong else 0)


main()
