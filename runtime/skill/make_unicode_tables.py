"""Writes unicode_tables.cc from the Unicode data of the running Python: make_unicode_tables.py > unicode_tables.cc

Python 3.11 (Unicode 14) wrote the one that is kept.
"""
import sys, unicodedata

CODES = [c for c in range(0x110000) if not 0xD800 <= c < 0xE000]


def word_ranges():
    ranges = []
    for code in CODES:
        if not (chr(code).isalnum() or code == 0x5F):
            continue
        if ranges and ranges[-1][1] == code - 1:
            ranges[-1][1] = code
        else:
            ranges.append([code, code])
    return ranges


def small_runs():
    """[first, last, step, difference]: every step-th code has its small letter at the difference."""
    runs = []
    for code in CODES:
        small = chr(code).lower()
        if len(small) != 1 or ord(small) == code:
            continue
        difference = ord(small) - code
        if runs and runs[-1][3] == difference:
            first, last, step, _ = runs[-1]
            if code - last == step or first == last and code - last <= 2:
                runs[-1][1:3] = [code, code - last]
                continue
        runs.append([code, code, 1, difference])
    return runs


def rows(items):
    line = "   "
    for item in items:
        piece = " {" + ", ".join(f"{v:#x}" if k < 2 else str(v) for k, v in enumerate(item)) + "},"
        if len(line) + len(piece) > 100:
            print(line)
            line = "   "
        line += piece
    print(line)


print("// Written by make_unicode_tables.py: Unicode " + unicodedata.unidata_version + ".")
print('#include "skill/unicode_tables.h"\n\nnamespace hone {\n')
print("// clang-format off")
for name, kind, items in (("kWordRanges", "CodeRange", word_ranges()), ("kSmallRuns", "SmallRun", small_runs())):
    print(f"const std::array<{kind}, {len(items)}> {name} = {{{{")
    rows(items)
    print("}};")
    sys.stderr.write(f"{name} {len(items)}\n")
print("// clang-format on\n\n}  // namespace hone")
