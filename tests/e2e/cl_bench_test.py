#!/usr/bin/env python3
"""CL-bench's form: how contexts and tasks are told apart, bad rows, groups, memory, and that nothing leaks."""

import json
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
from project import LICENCES, ProjectTest, main  # noqa: E402

EXPERIMENT = """\
return experiment {
  name = "bench",
  data = data.cl_bench { path = "../bench.jsonl" },
  models = { default = "offline/reader" },
  base = { recipe = "ctx2skill", iterations = 2, tasks = 3 },
  arms = { { "Base", recipe = "no_skill" }, { "Ctx2Skill" } },
  evaluate = { with = "rubrics", judge = "offline/reader", by = "sub_category" },
  table = { baseline = "Base" },
}
"""


def paragraphs():
    text = "\n\n".join(pathlib.Path("/usr/share/common-licenses", name).read_text() for name in LICENCES)
    return [p for p in text.split("\n\n") if len(p) > 200]


TEXTS = paragraphs()


def document(number, size=6):
    """Different text for every number."""
    return "\n\n".join(TEXTS[(number * size + i) % len(TEXTS)] for i in range(size))


def message(role, content):
    return {"role": role, "content": content}


def row(context, task, messages, rubrics, sub_category="Finance"):
    return {"messages": messages, "rubrics": rubrics,
            "metadata": {"task_id": task, "context_id": context, "context_category": "Domain Knowledge Reasoning",
                         "sub_category": sub_category}}


class Bench:
    """A file with one context of each kind. Every secret is a word that stands nowhere else."""

    def __init__(self):
        self.rows, self.secrets, self.exposed = [], {}, []

    def secret(self, kind, context):
        word = f"zq{kind}{len(self.secrets)}xv"
        self.secrets[word] = (kind, context)
        return word

    def task(self, context):
        return f"What does the text say about {self.secret('task', context)} and the duties of a distributor?"

    def rubrics(self, context):
        return [f'The answer says "{self.secret("rubric", context)}".', 'The answer names "the licence".']

    def add(self, context, messages, **more):
        self.rows.append(row(context, f"{context}-{len(self.rows)}", messages, self.rubrics(context), **more))

    def single(self, context, number, delimiter, tasks=2, first=False):
        for _ in range(tasks):
            parts = [document(number), self.task(context)]
            content = delimiter.join(reversed(parts) if first else parts)
            self.add(context, [message("system", "You are a clerk."), message("user", content)])

    def conversation(self, context, number, delimiter, turns=3, with_first=True):
        messages = [message("system", "You are a clerk.")]
        for turn in range(turns):
            # A first turn that has no row of its own is nobody's report task.
            task = self.task(context) if turn > 0 or with_first else "What is this text about, in one sentence?"
            content = document(number) + delimiter + task if turn == 0 else task
            messages = messages + [message("user", content)]
            if turn > 0 or with_first:
                self.add(context, messages, sub_category="Science")
            answer = f"The answer of {self.secret('answer', context)} is given in the third section."
            messages = messages + [message("assistant", answer)]

    def write(self, path):
        # Rows of a context are not neighbours.
        order = sorted(range(len(self.rows)), key=lambda i: (i % 3, i))
        path.write_text("".join(json.dumps(self.rows[i]) + "\n" for i in order))


def whole_bench():
    bench = Bench()
    bench.single("delimiter", 0, "<|task|>")
    bench.single("upper", 1, "\n<|TASK|>\n")
    bench.single("prefix", 2, "\n\n")
    bench.single("suffix", 3, "\n\n", first=True)
    bench.conversation("talk", 4, "<|task|>")
    bench.conversation("later", 5, "\n\n", with_first=False)
    return bench


# All texts that were sent in calls of units of this kind.
SENT = """
SELECT DISTINCT hone_text(p.value) AS text FROM units u JOIN uses USING (unit_id) JOIN calls c USING (call_id),
  json_tree(c.request_json) p WHERE u.kind = '{kind}' AND p.key = '$text'
UNION SELECT DISTINCT c.request_json FROM units u JOIN uses USING (unit_id) JOIN calls c USING (call_id)
WHERE u.kind = '{kind}'
"""


class SeparationTest(ProjectTest):
    def setUp(self):
        super().setUp()
        self.project.write("experiments/bench.lua", EXPERIMENT)
        self.path = self.project.folder / "bench.jsonl"

    def test_each_kind_of_context_is_cut_where_it_says(self):
        bench = whole_bench()
        bench.single("exposed", 6, "\n\n", tasks=1)  # nothing tells its task apart
        bench.write(self.path)
        got = self.project.json("check", "experiments/bench.lua")
        # "later" has no delimiter, but all its tasks are later turns.
        self.assertEqual(got["separation"], {"delimiter": 3, "none": 1, "prefix": 3})
        self.assertEqual(got["exposed_tasks"], 1)
        self.assertEqual(self.project.json("plan", "experiments/bench.lua", "--sample", "0")["report_tasks"],
                         len(bench.rows))
        left = self.project.json("check", "experiments/bench.lua", "data.exposed=leave_out")
        self.assertEqual(left["separation"], {"delimiter": 3, "prefix": 3})

    def test_no_prompt_of_a_recipe_holds_tasks_rubrics_or_answers_of_the_file(self):
        bench = whole_bench()
        bench.write(self.path)
        answer = self.project.hone("run", "experiments/bench.lua")
        self.assertExit(answer, 0)

        def seen(kind):
            rows = self.project.json("sql", SENT.format(kind=kind), "--rows", "100000")
            text = "\n".join(one["text"] for one in rows)
            self.assertGreater(len(text), 10_000)
            return text
        recipe, evaluation = seen("run"), seen("evaluate")
        self.assertIn("You are a clerk.", recipe)
        for word, (kind, context) in bench.secrets.items():
            self.assertFalse(word in recipe, f"a {kind} of the context '{context}' reached the recipe")
        # The words are really asked about: the evaluation has all tasks and rubrics, and earlier answers.
        unseen = [kind for word, (kind, _) in bench.secrets.items() if word not in evaluation]
        self.assertEqual(unseen, ["answer", "answer"])  # those to the last tasks, which are in no row

    def test_the_evaluation_sends_a_row_as_it_is_with_the_skill_in_the_system_message(self):
        bench = Bench()
        bench.conversation("talk", 4, "<|task|>", turns=2)
        bench.write(self.path)
        self.assertExit(self.project.hone("run", "experiments/bench.lua"), 0)
        found = self.project.rows(
            "SELECT DISTINCT c.call_id, c.request_json FROM units u JOIN uses USING (unit_id) JOIN calls c USING (call_id) "
            "WHERE u.kind = 'evaluate' AND uses.role = 'reasoner' AND u.name = 'talk'")
        texts = {}
        for call, _ in found:
            for one in self.project.json("sql", "SELECT p.value AS hash, hone_text(p.value) AS text FROM calls c, "
                                         f"json_tree(c.request_json) p WHERE c.call_id = {call} AND p.key = '$text'"):
                texts[one["hash"]] = one["text"]
        wanted = [[(m["role"], m["content"]) for m in one["messages"]] for one in bench.rows]
        plain = []
        for call, request in found:
            messages = json.loads(request)["messages"]
            plain.append([(m["role"], "".join(texts[p["$text"]] if isinstance(p, dict) else p
                                              for p in m["content"])) for m in messages])
        # The arm without a skill sends exactly the rows; with one only the system message is longer.
        for conversation in wanted:
            self.assertIn(conversation, plain)
        for got in plain:
            match = [w for w in wanted if w[1:] == got[1:]]
            self.assertEqual(len(match), 1)
            self.assertIn(match[0][0][1], got[0][1])
            if got[0] != match[0][0]:
                self.assertIn("<skill name=", got[0][1])

    def test_sub_categories_are_the_groups_of_the_table(self):
        whole_bench().write(self.path)
        self.assertExit(self.project.hone("run", "experiments/bench.lua", "--arm", "Base"), 0)
        rows = self.project.rows("SELECT DISTINCT name, category FROM run_units ORDER BY name")
        self.assertEqual(dict(rows), {"delimiter": "Finance", "upper": "Finance", "prefix": "Finance",
                                      "suffix": "Finance", "talk": "Science", "later": "Science"})
        answer = self.project.hone("check", "experiments/bench.lua", "evaluate.by=sub_categorie")
        self.assertExit(answer, 2)
        self.assertIn("evaluate.by: no item has a field 'sub_categorie'; did you mean 'sub_category'?", answer.stderr)

    def test_rubrics_may_be_objects(self):
        bench = whole_bench()
        for one in bench.rows:
            one["rubrics"] = [{"rubric_criteria": text} for text in one["rubrics"]]
        bench.write(self.path)
        self.assertEqual(self.project.json("check", "experiments/bench.lua")["items"], 6)


class QualityTest(ProjectTest):
    def test_every_skill_is_graded_once_in_five_dimensions(self):
        self.project.write("experiments/bench.lua", EXPERIMENT)
        whole_bench().write(self.project.folder / "bench.jsonl")
        answer = self.project.hone("run", "experiments/bench.lua", "evaluate.with=quality",
                                   "models.default=offline/reader:attention=300")
        self.assertExit(answer, 0)
        skills = self.project.one("SELECT count(*) FROM run_units WHERE evaluate_unit_id IS NOT NULL AND unit_id IN "
                                  "(SELECT unit_id FROM units WHERE result_json ->> 'skill' <> '')")
        self.assertGreater(skills, 2)
        judged = self.project.one("SELECT count(*) FROM uses JOIN units USING (unit_id) WHERE kind = 'evaluate'")
        self.assertEqual(judged, skills)  # one call a context, however many tasks it has
        names = dict(self.project.rows("SELECT name, count(*) FROM metrics WHERE name LIKE 'quality.%' GROUP BY name"))
        dimensions = ["conciseness", "faithfulness", "clarity", "effectiveness", "reusability"]
        self.assertEqual(names, {f"quality.{d}": skills for d in dimensions + ["average"]})
        for unit, *scores in self.project.rows(
                "SELECT unit_id, " + ", ".join(f"max(CASE WHEN name = 'quality.{d}' THEN value END)"
                                               for d in dimensions + ["average"])
                + " FROM metrics WHERE name LIKE 'quality.%' GROUP BY unit_id"):
            self.assertTrue(all(0 <= score <= 100 for score in scores), (unit, scores))
            self.assertAlmostEqual(scores[5], sum(scores[:5]) / 5)
        query = pathlib.Path(__file__).resolve().parents[2] / "results/queries/skill_quality.sql"
        [row] = self.project.json("sql", query.read_text(), "experiment=bench")
        self.assertEqual((row["arm"], row["skills"], row["ungraded"]), ("Ctx2Skill", skills, 0))


class BadRowTest(ProjectTest):
    def setUp(self):
        super().setUp()
        self.project.write("experiments/bench.lua", EXPERIMENT)
        bench = whole_bench()
        bench.write(self.project.folder / "bench.jsonl")
        good = bench.rows[0]
        self.first_bad = len(bench.rows) + 1
        bad = [
            "{not json",
            json.dumps({**good, "messages": []}),
            json.dumps({**good, "rubrics": []}),
            json.dumps({**good, "metadata": {"task_id": "x"}}),
            json.dumps({**good, "messages": good["messages"] + [message("assistant", "done")]}),
            json.dumps({**good, "messages": [message("wizard", "x")]}),
            json.dumps(good),  # its task is there already
        ]
        with open(self.project.folder / "bench.jsonl", "a", encoding="utf-8") as out:
            out.write("\n".join(bad) + "\n")
        self.bad = len(bad)

    def test_bad_rows_are_counted_and_named(self):
        answer = self.project.hone("check", "experiments/bench.lua")
        self.assertExit(answer, 2)
        self.assertIn(f"bench.jsonl:{self.first_bad}: ", answer.stderr)
        self.assertIn(f"{self.bad} bad rows in all", answer.stderr)
        for line in range(self.first_bad, self.first_bad + self.bad):
            self.assertIn(f"bench.jsonl:{line}", answer.stderr)
        self.assertIn("data.skip_bad_rows=true leaves them out", answer.stderr)

    def test_they_are_left_out_on_request_only_and_with_a_note(self):
        answer = self.project.hone("check", "experiments/bench.lua", "data.skip_bad_rows=true")
        self.assertExit(answer, 0)
        self.assertIn("6 items", answer.stdout)
        self.assertIn(f"{self.bad} bad rows left out: ", answer.stderr)
        self.assertIn("no rubrics", answer.stderr)


class MemoryTest(ProjectTest):
    def test_memory_does_not_grow_with_the_data(self):
        path = self.project.folder / "bench.jsonl"
        text = document(0, 40)
        with open(path, "w", encoding="utf-8") as out:
            size = number = 0
            while size < 64 << 20:
                line = json.dumps(row(f"c{number}", f"t{number}", [
                    message("user", f"{number} " + text * 3 + f"<|task|>What is {number}?")], ["It says so."])) + "\n"
                out.write(line)
                size += len(line)
                number += 1
        self.project.write("experiments/bench.lua", EXPERIMENT)
        program = ("import resource, subprocess, sys; code = subprocess.run(sys.argv[1:]).returncode; "
                   "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, file=sys.stderr); sys.exit(code)")
        answer = subprocess.run(
            [sys.executable, "-c", program, self.project.program, "plan", "experiments/bench.lua", "--sample", "0",
             "--json"],
            cwd=self.project.folder, env=self.project.environment(), capture_output=True, text=True, timeout=120)
        self.assertEqual(answer.returncode, 0, answer.stderr)
        self.assertEqual(json.loads(answer.stdout)["items"], number)
        self.assertLess(int(answer.stderr.split()[-1]), 64 << 10)  # KiB, of the larger of both processes


if __name__ == "__main__":
    main(sys.argv)
