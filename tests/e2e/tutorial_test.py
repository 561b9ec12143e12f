#!/usr/bin/env python3
"""The walk of Afterimage's tutorial, as commands: convert, discover with both systems, inspect, compare texts, and
evaluate pass rates by task source; on data made here, with the tutorial's names."""

import json
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
from project import ProjectTest, main  # noqa: E402

CONFIG = """\
model:
  provider: openai
  model_name: gpt-4.1-mini
  api_key_env: OPENAI_API_KEY
respondent:
  system_prompt_file: persona.txt
documents:
  provider: jsonl
  path: ./documents.jsonl
  content_key: text
  preserve_ids: true
  include_metadata: true
skill:
  output_dir: ./skills
  iterations: 2
  probes_per_context: 4
  bootstrap_when_no_failures: true
  iteratons: 5
"""

# Answers from a few hundred tokens only, so that some tasks fail.
MODEL = "offline/reader:attention=500"
METRICS = {"tasks", "passed", "pass_rate", "avg_score", "avg_rubric_satisfaction"}


def lines(path):
    return [json.loads(line) for line in path.read_text().splitlines()]


class TutorialTest(ProjectTest):
    def setUp(self):
        super().setUp()
        for name in ("GPL-2", "GPL-3"):
            self.project.write(f"notes/{name}.txt", pathlib.Path("/usr/share/common-licenses", name).read_text())

    def hone(self, *arguments, code=0):
        answer = self.project.hone(*arguments)
        self.assertExit(answer, code)
        return answer

    def test_the_whole_walk(self):
        folder = self.project.folder
        # Convert: texts in CL-bench's form, then Afterimage's documents.
        self.hone("convert", "texts_to_cl_bench", "notes", "contexts.jsonl", "context_words=900", "max_contexts=6",
                  "sequential=true")
        self.hone("convert", "cl_bench_to_documents", "contexts.jsonl", "documents.jsonl")
        documents = lines(folder / "documents.jsonl")
        self.assertEqual([list(row) for row in documents], [["id", "text", "metadata", "rubrics"]] * 6)
        self.assertTrue(documents[0]["text"].startswith(
            "## Message 1: system\n\nAnswer from the text that you are given.\n\n---\n\n## Message 2: user\n\n"))

        # Discover, with both systems.
        self.project.write("persona.txt", "  You help readers.\n")
        self.project.write("config.yaml", CONFIG)
        answer = self.hone("run", "recipes/afterimage", "--config", "config.yaml", f"models={MODEL}")
        self.assertIn("skill.iteratons: unknown key", answer.stderr)
        self.assertIn("never from a file like this one", answer.stderr)
        self.hone("run", "recipes/ctx2skill", "data.path=contexts.jsonl", f"models={MODEL}", "iterations=2", "tasks=4")

        # Inspect: the output folders of both.
        self.hone("export", "afterimage", "--layout", "afterimage", "afterimage-out")
        self.hone("export", "ctx2skill", "--layout", "ctx2skill", "ctx2skill-out")
        manifest = lines(folder / "afterimage-out" / "manifest.jsonl")
        self.assertEqual([row["context_id"] for row in manifest], [row["id"] for row in documents])
        one = folder / "afterimage-out" / documents[0]["id"]
        self.assertEqual({p.name for p in one.iterdir()} & {"probes.jsonl", "results.jsonl", "versions.jsonl",
                                                            "challenger_versions.jsonl"},
                         {"probes.jsonl", "results.jsonl", "versions.jsonl", "challenger_versions.jsonl"})
        chosen = json.loads((one / "selection.json").read_text())
        versions = {row["id"]: row for row in lines(one / "versions.jsonl")}
        self.assertEqual(versions[chosen["selected_version_id"]]["iteration"], chosen["selected_iteration"])
        self.assertEqual((one / "SKILL.md").read_text(),
                         (one / f"skill-iter-{chosen['selected_iteration']}.md").read_text())
        loop = lines(folder / "ctx2skill-out" / "outputs" / "adversarial_loop.jsonl")
        self.assertEqual(len(loop), 6 * 2)
        for record in loop:
            self.assertEqual(record["num_tasks"], len(record["task_results"]))
            self.assertEqual(record["num_passed"] + record["num_failed"], record["num_tasks"])

        # Compare the texts.
        skills = ["--skills", "ctx2skill=ctx2skill-out/skills", "--skills", "afterimage=afterimage-out"]
        compared = json.loads(self.hone("compare", "--skills", "ctx2skill=ctx2skill-out/skills",
                                        "afterimage=afterimage-out", "--json").stdout)
        self.assertEqual(set(compared["summary"]), {
            "total_contexts", "paired_contexts", "ctx2skill_only", "afterimage_only", "avg_token_jaccard",
            "avg_sequence_ratio", "avg_sequence_ratio_no_junk"})
        paired = compared["summary"]["paired_contexts"]
        self.assertGreater(paired, 1)

        # Evaluate.
        answer = self.hone("eval", "contexts.jsonl", *skills, "--model", MODEL, "--judge", "offline/reader",
                           "--limit-contexts", paired, "--limit-tasks", 2, "--json")
        got = json.loads(answer.stdout)
        sources = got["summary"]["by_source"]
        self.assertLessEqual({"held-out", "afterimage-probe"}, set(sources))
        self.assertTrue({"ctx2skill-hard-set", "ctx2skill-easy-set"} & set(sources))
        for source, variants in sources.items():
            self.assertEqual(list(variants), ["baseline", "ctx2skill", "afterimage"])
            for variant, rates in variants.items():
                self.assertLessEqual(METRICS, set(rates))
                # A method's own tasks are in-sample for it, and for nobody else.
                self.assertEqual(rates["in_sample"], source.startswith(variant + "-"), (source, variant))
        rows = got["rows"]
        self.assertEqual(len({(row["context_id"]) for row in rows}), paired)
        for variant, rates in got["summary"]["by_variant"].items():
            mine = [row for row in rows if row["variant"] == variant]
            self.assertEqual(rates["tasks"], len(mine))
            self.assertEqual(rates["passed"], sum(row["passed"] for row in mine))
            self.assertAlmostEqual(rates["pass_rate"], rates["passed"] / rates["tasks"])
            self.assertAlmostEqual(rates["avg_score"], rates["pass_rate"])
            self.assertAlmostEqual(rates["avg_rubric_satisfaction"],
                                   sum(row["satisfied"] / row["total_rubrics"] for row in mine) / len(mine))
            held_out = [row for row in mine if row["source"] == "held-out"]
            self.assertEqual(rates["held_out"]["tasks"], len(held_out))
        per_source = {}
        for row in rows:
            if row["variant"] == "baseline":
                key = (row["context_id"], row["source"])
                per_source[key] = per_source.get(key, 0) + 1
        self.assertEqual(max(per_source.values()), 2)
        # The same again costs nothing; the text says what is in-sample; the usual table has it by source.
        again = self.hone("eval", "contexts.jsonl", *skills, "--model", MODEL, "--judge", "offline/reader",
                          "--limit-contexts", paired, "--limit-tasks", 2)
        self.assertIn("0 new calls", again.stderr)
        self.assertIn("*: in-sample", again.stdout)
        self.assertIn("afterimage-probe", self.hone("table", "eval-contexts", "--by", "category").stdout)

    def test_skills_are_told_apart_and_mistakes_are_named(self):
        self.hone("convert", "texts_to_cl_bench", "notes", "contexts.jsonl", "max_contexts=2")
        for arguments, says in [
            (["--skills", "here"], "write LABEL=FOLDER"),
            (["--skills", "baseline=."], "the answers without a skill"),
            (["--skills", "a=none"], "none"),
            ([], "name skills"),
        ]:
            answer = self.hone("eval", "contexts.jsonl", *arguments, "--model", MODEL, code=2)
            self.assertIn(says, answer.stderr)
        self.project.write("mine/unknown/SKILL.md", "---\nname: mine\ndescription: x\n---\n\nRead it.\n")
        answer = self.hone("eval", "contexts.jsonl", "--skills", "mine=mine", "--model", MODEL, code=2)
        self.assertIn("none of the 2 contexts has a skill in every folder", answer.stderr)
        one = self.hone("eval", "contexts.jsonl", "--skill", "mine/unknown/SKILL.md", "--model", MODEL, "--json")
        self.assertEqual(list(json.loads(one.stdout)["summary"]["by_variant"]), ["baseline", "skill"])


if __name__ == "__main__":
    main(sys.argv)
