#!/usr/bin/env python3
"""Tables in every format, comparisons, why a unit ran; and names that mean something to a spreadsheet, a
browser, TeX, Markdown, SQL or a terminal, which come out as text everywhere."""

import csv
import html.parser
import io
import json
import pathlib
import re
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from project import ProjectTest, main  # noqa: E402

csv.field_size_limit(1 << 24)
STUDY = "experiments/study.lua"
FORMATS = ("text", "markdown", "latex", "csv", "json", "html")

# As file names (no slash), arms and the experiment's name.
HOSTILE = [
    "=cmd|' calc'!A0",
    "@SUM(1)",
    "<script>alert(1)<b>",
    "[x](javascript:alert(1)) ![y](z) | a |",
    "\\input{x} $y$ & % # _ ~ ^^",
    "\x1b]0;owned\x07\x1b[2J",
    "a\u202egnp.exe",
    "'; DROP TABLE calls; --",
    "`id` $(id)",
]

EVIL_RECIPE = """\
local formats = require "hone.formats"
local evil = %s

return recipe {
  name = "evil",
  doc = "Says what hurts whoever prints it.",
  uses = { "llm", "judge" },
  run = function(context, p)
    log.info(evil)
    print(evil)
    local task = record.task { origin = "self_play", step = 1, text = evil, rubrics = { evil, evil } }
    local skill = "---\\nname: notes\\ndescription: " .. evil:gsub("[\\n\\r]", " ") .. "\\n---\\n\\n" .. evil .. "\\n"
    record.skill { side = "reasoner", step = 1, text = skill }
    record.metric { name = "loss", value = 1, step = 1 }
    local reply = llm.chat { role = "reasoner", messages = context:messages { task = evil, skill = "" } }
    record.attempt {
      task = task, answer = evil, purpose = "loop", step = 1, call = reply.call,
      verdict = judge.rubrics { rubrics = { evil }, answer = evil },
    }
    return { skill = skill }
  end,
}
"""

EVIL_EXPERIMENT = """\
return experiment {
  name = %s,
  data = data.documents { path = "../evil", context_words = 300, min_words = 50, tasks_per_context = 2 },
  models = { default = "offline/reader" },
  base = { recipe = "evil" },
  arms = { { %s, recipe = "no_skill" }, %s },
  evaluate = { with = "rubrics", judge = "offline/reader" },
  table = { baseline = %s, reference = "evil.csv" },
}
"""


def lua(text):
    """A Lua string of any bytes."""
    return '"' + "".join(f"\\{byte:03d}" for byte in text.encode()) + '"'


def unsafe(text):
    """What no output may hold as it is."""
    return [c for c in text if (ord(c) < 32 and c not in "\n\t") or ord(c) == 127 or c in "\u202e\u2066\x9b"]


class Tags(html.parser.HTMLParser):
    """Every tag and attribute that a page has."""

    def __init__(self, page):
        super().__init__()
        self.tags, self.attributes = set(), set()
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes.update(name for name, _ in attrs)


class Tables(ProjectTest):
    def test_formats_and_chosen_columns(self):
        self.assertExit(self.project.hone("run", STUDY), 0)
        outputs = {}
        for name in FORMATS:
            answer = self.project.hone("table", "--format", name)
            self.assertExit(answer, 0)
            outputs[name] = answer.stdout
        self.assertIn("\\begin{tabular}{@{}llrlll@{}}\n\\toprule\narm & solved \\% (graded)", outputs["latex"])
        self.assertIn("| Small |", outputs["markdown"])
        self.assertIn("default-src 'none'", outputs["html"])
        rows = list(csv.DictReader(io.StringIO(outputs["csv"])))
        numbers = {row["arm"]: row for row in json.loads(outputs["json"])["rows"]}
        for row in rows:
            self.assertAlmostEqual(float(row["solved"]), numbers[row["arm"]]["solved"]["value"], places=5)
        self.assertEqual(self.project.hone("table", "--csv").stdout, outputs["csv"])
        self.assertEqual(self.project.hone("table", "--markdown").stdout, outputs["markdown"])

        chosen = self.project.hone("table", "--columns", "solved_all,calls_alone,cost", "--extras")
        self.assertExit(chosen, 0)
        self.assertRegex(chosen.stdout, r"\narm +\(all\) +calls alone +cost alone\n")
        self.assertIn("McNemar", chosen.stdout)
        wrong = self.project.hone("table", "--columns", "sovled")
        self.assertExit(wrong, 2)
        self.assertIn("did you mean 'solved'", wrong.stderr)
        self.assertExit(self.project.hone("table", "--format", "latx"), 2)
        self.assertExit(self.project.hone("table", "--format", "csv", "--json"), 2)

    def test_every_number_has_its_query(self):
        self.assertExit(self.project.hone("run", STUDY, "seeds=1,2"), 0)
        table = {row["arm"]: row for row in self.project.json("table")["rows"]}
        queries = {query["column"]: query["sql"] for query in self.project.json("table", "--queries")}
        self.assertGreaterEqual(set(queries), {"solved", "difference", "mark", "calls_alone", "cost"})
        for column, sql in queries.items():
            rows = {row["arm"]: row for row in self.project.json("sql", sql)}
            for arm, row in rows.items():
                wanted = table[arm]
                if column in ("solved", "rubrics"):
                    self.assertAlmostEqual(row[column], wanted[column]["value"] * 100)
                    self.assertAlmostEqual(row["low"], wanted[column]["interval"][0] * 100)
                elif column == "difference":
                    self.assertAlmostEqual(row["difference"], wanted["difference"]["value"] * 100)
                    self.assertAlmostEqual(row["high"], wanted["difference"]["interval"][1] * 100)
                elif column == "calls_alone":
                    self.assertEqual(row["alone"], wanted["calls_alone"])
        # Those without an interval run in any shell.
        self.assertEqual(dict(self.project.rows(queries["clusters"])),
                         {arm: row["clusters"] for arm, row in table.items()})

    def test_published_numbers_stand_beside(self):
        self.project.write(
            "experiments/paper.csv",
            "table,block,backbone,method_or_row,column,value\n3,A,GPT-4.1,Base,overall,11.1\n",
        )
        self.project.edit(STUDY, 'baseline = "No skill"',
                          'baseline = "No skill", reference = { file = "paper.csv", rows = { ["No skill"] = "Base" } }')
        self.assertExit(self.project.hone("run", STUDY), 0)
        (self.project.folder / "experiments/paper.csv").unlink()  # the table is a function of the database
        table = self.project.json("table")
        self.assertEqual(table["rows"][0]["published"], {"percent": 11.1, "difference_points": None})
        self.assertFalse(table["reference"]["comparable"])
        self.assertIn("NOT COMPARABLE", self.project.hone("table").stdout)
        self.project.edit(STUDY, '["No skill"] =', '["No skil"] =')
        wrong = self.project.hone("plan", STUDY)
        self.assertExit(wrong, 2)
        self.assertIn("did you mean 'No skill'", wrong.stderr)

    def test_what_changed_and_what_flipped(self):
        self.assertExit(self.project.hone("run", STUDY), 0)
        self.assertExit(self.project.hone("run", STUDY, "iterations=3"), 0)
        why = self.project.json("trace", "study", "Small", "--why")
        arm = why["arms"][0]
        self.assertEqual([(c["input"], c["before"], c["now"]) for c in arm["changed"]], [("params.iterations", 2, 3)])
        self.assertGreater(arm["calls_from_ledger"], 0)
        other = self.project.json("trace", "study", "No skill", "--why")
        self.assertEqual({unit["how"] for unit in other["units"]}, {"recalled"})
        self.assertEqual({unit["counterpart"] for unit in other["units"]}, {"the same unit"})
        # An edited prompt is named, and shown.
        self.project.edit("recipes/prompts/small/challenger.md", "can be checked", "can be checked at once")
        self.assertExit(self.project.hone("run", STUDY, "iterations=3"), 0)
        why = self.project.json("trace", "study", "Small", "--why")
        self.assertEqual([c["input"] for c in why["arms"][0]["changed"]], ["prompt challenger"])
        hashes = [row["hash"] for row in self.project.json("ls")["experiments"]]
        prompts = self.project.hone("compare", "--prompts", hashes[1], hashes[0])
        self.assertIn("+You set questions on a text. Every question has rubrics that can be checked at once.",
                      prompts.stdout)
        config = self.project.json("compare", "--config", f"{hashes[2]}:Small", f"{hashes[1]}:Small")
        self.assertIn({"field": "params.iterations", "a": 2, "b": 3}, config["differences"])
        compared = self.project.json("compare", "No skill", "Small", "--all")["arms"][0]
        self.assertEqual(compared["pairs"], len(compared["items"]))
        flips = [item for item in compared["items"] if item["a"].split()[0] != item["b"].split()[0]]
        self.assertEqual(flips, compared["flips"])


class HostileNames(ProjectTest):
    def test_every_verb_prints_them_as_text(self):
        everything = " ".join(HOSTILE)
        self.project.write("recipes/evil.lua", EVIL_RECIPE % lua(everything + "\n" + "A" * 200_000))
        arms = ", ".join("{ %s }" % lua(name) for name in HOSTILE[1:])
        self.project.write(STUDY, EVIL_EXPERIMENT % (lua(everything), lua(HOSTILE[0]), arms, lua(HOSTILE[0])))
        self.project.write("experiments/evil.csv",
                           "table,block,backbone,method_or_row,column,value\n3,A,,=cmd|,overall,1\n")
        text = (pathlib.Path("/usr/share/common-licenses") / "MPL-2.0").read_text()
        for i, name in enumerate(HOSTILE[:5]):
            self.project.write(f"evil/{name.replace('/', '')}.txt", text[i * 3000:i * 3000 + 4000])
        run = self.project.hone("run", STUDY)
        self.assertExit(run, 0)
        outputs = {"run": run.stdout, "run log": run.stderr}
        item = self.project.json("trace", "", HOSTILE[3])["items"][0]["item"]
        verbs = {"ls": ["ls"], "ls runs": ["ls", everything], "plan": ["plan", STUDY],
                 "show experiment": ["show", "experiment"], "trace": ["trace", "", HOSTILE[3]],
                 "trace item": ["trace", "", HOSTILE[3], item], "why": ["trace", "", HOSTILE[3], "--why"],
                 "compare": ["compare", HOSTILE[0], HOSTILE[5]],
                 "config": ["compare", "--config", HOSTILE[2], HOSTILE[7]],
                 "skills": ["compare", "--skill", HOSTILE[2], HOSTILE[7]],
                 "queries": ["table", "--queries"],
                 "verify": ["run", STUDY, "--json"]}
        for name in FORMATS:
            verbs["table " + name] = ["table", "--format", name, "--extras", "--by", "category"]
            verbs["sql " + name] = ["sql", "SELECT name, text, span_text FROM tasks UNION ALL "
                                    "SELECT name, description, '' FROM skills UNION ALL SELECT name, file, hash "
                                    "FROM experiments", "--format", name]
        for what, arguments in verbs.items():
            answer = self.project.hone(*arguments)
            self.assertExit(answer, 0)
            outputs[what] = answer.stdout + answer.stderr
        for what, output in outputs.items():
            self.assertEqual(unsafe(output), [], what)
        for what in ("table html", "sql html"):
            page = Tags(outputs[what])
            self.assertLessEqual(page.tags, {"html", "head", "body", "meta", "title", "style", "section", "div",
                                             "table", "thead", "tbody", "tr", "th", "td", "h1", "h2", "p", "ul", "li"})
            self.assertLessEqual(page.attributes, {"class", "colspan", "lang", "charset", "content", "http-equiv",
                                                   "name"})
        for what in ("table csv", "sql csv"):
            for record in csv.reader(io.StringIO(outputs[what])):
                for field in record:
                    if not re.fullmatch(r"[-+0-9.e]*", field):
                        self.assertNotIn(field.lstrip()[:1], ("=", "+", "-", "@"), (what, field[:60]))
        for what in ("table latex", "sql latex"):
            body = "\n".join(line for line in outputs[what].splitlines() if not line.startswith("%"))
            self.assertNotIn("\\input", body)
            self.assertNotIn("^^", body)
            self.assertNotRegex(body, r"(?<!\\)\$")
        for what in ("table markdown", "sql markdown"):
            self.assertNotRegex(outputs[what], r"(?<!\\)(\]\(|<[A-Za-z/!])")
        for what in ("table json", "sql json"):
            json.loads(outputs[what])
        # Nothing of it was obeyed.
        self.assertGreater(self.project.one("SELECT count(*) FROM calls"), 0)
        for query in self.project.json("table", "--queries"):
            rows = self.project.json("sql", query["sql"])
            if query["column"] == "solved":
                self.assertEqual({row["arm"] for row in rows}, set(HOSTILE))

        exported = self.project.hone("export", "--skills", "out")
        self.assertExit(exported, 0)
        for path in (self.project.folder / "out").rglob("*"):
            self.assertRegex(path.name, r"^[a-z0-9.-]+$|^SKILL\.md$|^manifest\.json$")


if __name__ == "__main__":
    main(sys.argv)
