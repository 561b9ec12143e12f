#!/usr/bin/env python3
"""The report: one file that loads and runs nothing, and whose numbers the queries beside them give."""

import html.parser
import json
import pathlib
import re
import sys
import xml.etree.ElementTree

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from project import EXPERIMENT, ProjectTest, main  # noqa: E402

STUDY = "experiments/study.lua"

# What may stand in a results table and what must come out as text.
HOSTILE = '<script>alert(1)</script><img src=x onerror="alert(2)">&quot;\u202e'

# A training of two steps without a call: its first candidate passes the gate.
GATED = """\
return recipe {
  name = "gated",
  run = function()
    local current = record.skill { side = "target", name = "start", text = "Read." }
    for t = 1, 2 do
      local id = record.skill { side = "target", name = "step", text = "Read twice " .. t, step = t }
      record.edit { before_skill = current, after_skill = id, action = "append", status = "applied_append",
                    proposal = {}, step = t }
      record.gate { skill = id, accepted = t == 1, rule = "strict", scores = { score = 1 / t }, step = t }
      record.step { name = "step", action = t == 1 and "accept" or "reject", step = t }
      record.metric { name = "best_score", value = 0.5, step = t }
    end
    return { skill = "Read twice 1" }
  end,
}
"""


class Page(html.parser.HTMLParser):
    """Every element with its attributes; rows and text of the sections' tables; their queries."""

    def __init__(self, text):
        super().__init__()
        self.elements, self.sections, self.stack = [], {}, []
        self.section = self.kind = None
        self.cell = None
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        self.elements.append((tag, attributes))
        if tag == "h2":
            self.section = attributes.get("id")
            self.sections[self.section] = {"rows": [], "query": ""}
        classes = (attributes.get("class") or "").split()
        if tag == "details":
            self.kind = "rows" if "rows" in classes else "query" if "query" in classes else None
        if tag == "tr" and self.kind == "rows":
            self.sections[self.section]["rows"].append([])
        if tag in ("td", "th") and self.kind == "rows":
            self.cell = ""
        if tag == "pre" and "sql" in classes:
            self.cell = ""

    def handle_endtag(self, tag):
        if tag in ("td", "th") and self.kind == "rows":
            self.sections[self.section]["rows"][-1].append(self.cell)
            self.cell = None
        if tag == "pre" and self.kind == "query":
            self.sections[self.section]["query"] = self.cell
            self.cell = None

    def handle_data(self, data):
        if self.cell is not None:
            self.cell += data


class Report(ProjectTest):
    def report(self, experiment="study"):
        answer = self.project.hone("report", experiment, "-o", "-")
        self.assertExit(answer, 0)
        return answer.stdout

    def run_study(self):
        # A recipe with versions of a skill, edits, a selection and metrics.
        self.project.write(STUDY, EXPERIMENT.replace('base = { recipe = "small" }', 'base = { recipe = "ctx2skill", iterations = 2, tasks = 3 }')
                           .replace('{ "Small" }', '{ "Ctx2Skill" },\n    { "Last", select = "last" },\n    { "Gated", recipe = "gated" }')
                           .replace("seeds = { 1 }", "seeds = { 1, 2 }"))
        self.project.write("recipes/gated.lua", GATED)
        self.assertExit(self.project.hone("run", STUDY), 0)

    def assertInert(self, page):
        for tag, attributes in page.elements:
            self.assertNotIn(tag, ("script", "iframe", "object", "embed", "img", "link", "base", "form", "audio", "video"))
            for name, value in attributes.items():
                self.assertFalse(name.startswith("on"), f"{tag} {name}")
                self.assertNotEqual(name, "style", "a strict policy would drop it")
                if name in ("href", "src", "xlink:href", "action", "data"):
                    self.assertTrue(value.startswith("#"), f"{tag} {name}={value}")
        policy = [a["content"] for t, a in page.elements if a.get("http-equiv") == "Content-Security-Policy"]
        self.assertEqual(len(policy), 1)
        self.assertIn("default-src 'none'", policy[0])
        self.assertRegex(policy[0], "style-src 'sha256-[A-Za-z0-9+/]{43}='")
        self.assertNotIn("unsafe", policy[0])

    def test_every_number_is_what_its_query_gives(self):
        self.run_study()
        page = Page(self.report())
        self.assertInert(page)
        checked = 0
        for name in ("forest", "curve", "gates", "edits", "selection", "categories", "length", "cost", "metrics"):
            section = page.sections[name]
            answer = self.project.hone("sql", section["query"], "experiment=study", "--json")
            self.assertExit(answer, 0)
            rows = json.loads(answer.stdout)
            rows = rows["rows"] if isinstance(rows, dict) else rows
            shown = [dict(zip(section["rows"][0], row)) for row in section["rows"][1:]]
            self.assertEqual(len(rows), len(shown), name)
            for row, cells in zip(rows, shown):
                for key, value in row.items():
                    said = "-" if value is None else value if isinstance(value, str) else json.dumps(value)
                    self.assertEqual(cells[key], said, f"{name}: {key}")
                    checked += 1
        self.assertGreater(checked, 60)
        # The differences drawn are those of the table.
        table = self.project.json("table", "study")
        measured = {row["arm"]: row for row in table["rows"] if row.get("difference")}
        self.assertTrue(measured)
        for cells in [dict(zip(page.sections["forest"]["rows"][0], r)) for r in page.sections["forest"]["rows"][1:]]:
            difference = measured[cells["arm"]]["difference"]
            self.assertEqual(int(cells["pairs"]), difference["pairs"])
            points = next(difference[k] for k in ("points", "value") if k in difference)
            points = points * (1 if abs(points) > 1 or "points" in difference else 100)
            self.assertAlmostEqual(float(cells["difference_points"]), points, delta=0.06)

    def test_the_same_rows_give_the_same_bytes(self):
        self.run_study()
        self.assertEqual(self.report(), self.report())

    def test_plots_are_svg_files(self):
        self.run_study()
        for name in ("forest", "curve", "gates", "edits", "selection", "categories", "length", "cost", "metrics"):
            answer = self.project.hone("plot", name, "study")
            self.assertExit(answer, 0)
            root = xml.etree.ElementTree.fromstring(answer.stdout)
            self.assertTrue(root.tag.endswith("svg"))
            self.assertNotRegex(answer.stdout, r"\b(nan|inf)\b")
            self.assertGreater(len(list(root.iter())), 10, name)
        answer = self.project.hone("plot", "forrest", "study")
        self.assertExit(answer, 2)
        self.assertIn("did you mean 'forest'", answer.stderr)

    def test_names_from_outside_are_text(self):
        self.project.write(STUDY, EXPERIMENT.replace('"Small"', json.dumps("Small " + HOSTILE, ensure_ascii=False)
                                                     .replace("\\u", "\\u")))
        self.assertExit(self.project.hone("run", STUDY), 0)
        text = self.report()
        page = Page(text)
        self.assertInert(page)
        self.assertNotIn("<script", text)
        self.assertNotIn("\u202e", text)
        self.assertIsNone(re.search(r"<img\b", text))
        for name in ("forest", "cost"):
            svg = self.project.hone("plot", name, "study").stdout
            xml.etree.ElementTree.fromstring(svg)
            self.assertNotIn("<script", svg)


if __name__ == "__main__":
    main(sys.argv)
