"""Who was asked what, in which order, as a text that a person can read and a diff can compare."""

import os
import pathlib

FOLDER = pathlib.Path(__file__).resolve().parents[1] / "golden" / "recipes"


def transcript(unit, context):
    """Every call of a unit. The context stands as {CONTEXT}; a message that came before is named."""
    seen, lines = {}, []
    for n, call in enumerate(unit.calls, 1):
        marks = [f"step {call.step}" if call.step else "", f"path {call.path}" if call.path else "",
                 f"format {call.format}" if call.format else "", f"draw {call.draw}" if call.draw else "",
                 f"sampling {call.args['sampling']}" if call.args.get("sampling") else ""]
        lines.append(f"== {n} {call.role}: " + ", ".join(mark for mark in marks if mark))
        if call.kind == "judge.rubrics":
            lines.append(f"sees rubrics, answer{''.join(', ' + s for s in call.args['sees'])}")
            lines += [f"  rubric: {rubric}" for rubric in call.args["rubrics"]]
            lines.append("  answer: " + call.args["answer"].replace(context, "{CONTEXT}"))
            continue
        for role, content in call.messages:
            content = content.replace(context, "{CONTEXT}")
            if len(content) > 200 and content in seen:
                lines.append(f"[{role}] as in call {seen[content]}")
                continue
            seen.setdefault(content, n)
            lines += [f"[{role}]", content]
    if unit.result is not None:
        lines += ["== returns", str(unit.result.get("skill"))]
    lines += [f"== warned: {text}" for text in unit.logs]
    return "\n".join(line.rstrip() for line in "\n".join(lines).splitlines()) + "\n"


def check(test, name, text):
    """Compares with tests/golden/recipes/<name>.txt; HONE_UPDATE_GOLDEN=1 writes it."""
    path = FOLDER / f"{name}.txt"
    if os.environ.get("HONE_UPDATE_GOLDEN"):
        FOLDER.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    test.maxDiff = 4000
    test.assertTrue(path.is_file(), f"{path} is missing; HONE_UPDATE_GOLDEN=1 writes it")
    test.assertEqual(path.read_text(), text, f"{path} differs; if it should, HONE_UPDATE_GOLDEN=1 writes it")
