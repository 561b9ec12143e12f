#!/usr/bin/env python3
"""Afterimage's files: its configuration read as it is, its output folder written, hostile names kept inside."""

import hashlib
import json
import sys

from recipe_test import RecipeTest, main
from scripted_roles import CONTEXT, Roles

READ_CONFIG, LAY_OUT = 13, 14
TEXT = CONTEXT["context"]["text"]

# As people have them: every section, stages by name and alias.
CONFIG = {
    "model": {"provider": "gemini", "model_name": "gemini-2.0-flash", "api_key_env": "GEMINI_API_KEY"},
    "respondent": {"system_prompt": "  You are a clerk.\n"},
    "documents": {"provider": "jsonl", "path": "./docs.jsonl", "content_key": "text", "preserve_ids": True,
                  "include_metadata": True},
    "generation": {"max_concurrency": 4},
    "skill": {
        "output_dir": "./skills", "iterations": 2, "probes_per_context": 4, "max_contexts": 10,
        "bootstrap_when_no_failures": True, "use_source_rubrics": True, "selection": {"enabled": False},
        "models": {
            "challenger": "gemini-2.5-pro",
            "proposer": {"provider": "openai", "model_name": "gpt-4.1", "api_key_env": "OPENAI_API_KEY"},
            "challenger_proposer": {"provider": "deepseek", "model": "deepseek-chat"},
            "judge": {"provider": "local", "model_name": "qwen", "base_url": "http://localhost:8000/v1"},
            "selector": "gemini-2.5-flash",
        },
    },
}


def rows_of(unit, context_id, **more):
    """What the engine hands to a layout, from the rows of one unit."""
    def listed(table, key, change):
        return [dict(change(dict(row)), **{key: row_id}) for row_id, row in unit.table(table).items()]

    def renamed(row, **names):
        return {**row, **{new: row.get(old) for old, new in names.items() if row.get(old) is not None}}

    def attempt(row):
        verdict = row.get("verdict", {})
        return renamed({**row, "graded": verdict.get("graded"), "solved": verdict.get("solved"), "verdicts": [
            {"status": s, "reason": r} for s, r in zip(verdict.get("status", []), verdict.get("reasons", []))]},
            task="task_id", skill="skill_id")
    return {
        "unit": {"id": context_id, "context_text": TEXT, "metadata": {"page": 1}, **more},
        "tasks": listed("tasks", "task_id", lambda row: row),
        "attempts": listed("attempts", "attempt_id", attempt),
        "skills": listed("skills", "skill_id", lambda row: row),
        "probes": listed("probes", "probe_id", lambda row: renamed(row, set="probe_set", task="task_id")),
        "replays": listed("replays", "replay_id", lambda row: row),
        "edits": listed("edits", "edit_id", lambda row: renamed(row, before_skill="before_skill_id",
                                                                after_skill="after_skill_id")),
        "selections": listed("selections", "selection_id", lambda row: renamed(row, index="candidate", skill="skill_id")),
        "result": unit.result,
    }


class ConfigTest(RecipeTest):
    def read(self, values, *overrides):
        return self.peer.ask(READ_CONFIG, {"program": "recipes.afterimage", "values": values,
                                           "given": {"layers": [], "overrides": list(overrides)}})

    def test_a_whole_file(self):
        got = self.read(CONFIG)
        self.assertEqual(got["params"], {
            "iterations": 2, "probes_per_context": 4, "bootstrap_when_no_failures": True, "use_source_rubrics": True,
            "select": "last", "respondent": "You are a clerk."})
        # A specific stage comes before its alias, whatever the order of the file.
        self.assertEqual(got["experiment"]["models"], {
            "default": "gemini/gemini-2.0-flash", "probe_generator": "gemini/gemini-2.5-pro",
            "reasoner_proposer": "openai/gpt-4.1", "challenger_proposer": "deepseek/deepseek-chat",
            "judge": "compatible/qwen", "selector_judge": "gemini/gemini-2.5-flash"})
        self.assertEqual(got["experiment"]["data"], {"mapper": "afterimage", "params": {
            "path": "./docs.jsonl", "content_key": "text", "source_rubrics": True}})
        self.assertEqual(got["unknown"], [])
        notes = "\n".join(got["notes"])
        for says in ("--limit 10", "model.api_key_env: ", "skill.models.judge.base_url: ", "skill.output_dir: ", "generation: "):
            self.assertIn(says, notes)
        # The parameters are the recipe's own.
        self.peer.parameters("afterimage", got["params"])

    def test_nothing_passes_in_silence(self):
        got = self.read({"skil": {}, "skill": {"iteration": 3, "selection": {"enable": True}, "models": {
            "resoner": "m", "judge": {"name": "m"}}}, "documents": {"provider": "qdrant", "glob": "*"},
            "respondent": {"system_prompt_file": "clerk.txt"}})
        self.assertEqual(got["unknown"], [
            "documents.glob", "skil", "skill.iteration", "skill.models.judge.name",
            "skill.models.resoner (did you mean 'reasoner'?)", "skill.selection.enable"])
        self.assertIn("documents.provider: 'qdrant' cannot be read here", "\n".join(got["notes"]))
        self.assertEqual(got["files"], {"respondent": "clerk.txt"})
        self.assertEqual(self.read({}, "iteratons=2", "x.y=1")["errors"], [
            "iteratons: no parameter of afterimage; did you mean 'iterations'?", "x.y: no parameter of afterimage"])

    def test_hostile_values(self):
        for values in ({"skill": 1}, {"skill": {"models": "x"}}, {"model": "x"}, {"documents": []}, {1: 2}, {}):
            self.assertEqual(self.read(values)["experiment"]["models"]["default"].count("/"), 1)
        with self.assertRaisesRegex(RuntimeError, "'ctx2skill': config.. is not there"):
            self.peer.ask(READ_CONFIG, {"program": "recipes.ctx2skill", "values": {}, "given": {}})


class LayoutTest(RecipeTest):
    extra = {"escaping": 'return recipe { name = "escaping", run = function() end, layout = { out = function(rows) '
                         "return { { path = rows[1], text = '' } } end } }"}

    def files(self, *rows):
        return {file["path"]: file["text"] for file in self.peer.ask(
            LAY_OUT, {"program": "recipes.afterimage", "layout": "afterimage", "rows": list(rows)})["files"]}

    def test_the_folder(self):
        batches = [[("Task a FAIL", 2), ("Task b", 1), ("Task c", 2)], [("Task d", 1)]]
        unit = self.play("afterimage", Roles(lambda n: batches[n - 1]), iterations=2)
        files = self.files(rows_of(unit, "harbour"))
        self.assertEqual(sorted(files), sorted(["manifest.jsonl"] + ["harbour/" + name for name in (
            "SKILL.md", "challenger-skill-iter-1.md", "challenger-skill-iter-2.md", "challenger_versions.jsonl",
            "probes.jsonl", "results.jsonl", "selection.json", "skill-iter-1.md", "skill-iter-2.md", "versions.jsonl")]))
        lines = {name: [json.loads(line) for line in text.splitlines()] for name, text in files.items()
                 if name.endswith("jsonl")}
        (entry,) = lines["manifest.jsonl"]
        self.assertEqual(entry, {"context_id": "harbour", "document_id": "harbour", "metadata": {"page": 1},
                                 "context_hash": hashlib.sha256(TEXT.strip().encode()).hexdigest()})
        probes = lines["harbour/probes.jsonl"]
        self.assertEqual([(p["id"], p["task"], len(p["rubrics"]), p["iteration"]) for p in probes],
                         [("probe-1-1", "Task a FAIL", 2, 1), ("probe-1-2", "Task b", 1, 1), ("probe-1-3", "Task c", 2, 1),
                          ("probe-2-1", "Task d", 1, 2)])
        self.assertEqual(set(probes[0]), {"id", "context_id", "task", "rubrics", "iteration", "metadata"})
        results = lines["harbour/results.jsonl"]
        self.assertEqual([(r["passed"], r["score"], r["rubric_status"], r["skill_version_id"]) for r in results], [
            (False, 0.0, [False, True], None), (True, 1.0, [True], None), (True, 1.0, [True, True], None),
            (True, 1.0, [True], "reasoner-1-1")])
        self.assertEqual(results[0]["probe"], probes[0])
        self.assertEqual(set(results[0]), {"probe", "answer", "score", "passed", "rubric_status", "judge_feedback",
                                           "skill_version_id", "metadata"})
        versions = lines["harbour/versions.jsonl"]
        self.assertEqual([(v["id"], v["source_probe_ids"], v["metadata"]) for v in versions], [
            ("reasoner-1-1", ["probe-1-1"], {}),
            ("reasoner-2-2", [], {"carry_forward_reason": "no_reasoner_routed_results"})])
        self.assertEqual([(v["side"], v["source_probe_ids"]) for v in lines["harbour/challenger_versions.jsonl"]],
                         [("challenger", ["probe-1-2", "probe-1-3"]), ("challenger", ["probe-2-1"])])
        selection = json.loads(files["harbour/selection.json"])
        # One hard probe failed, of two easy ones both were solved.
        self.assertEqual(selection, {
            "context_id": "harbour", "selected_version_id": "reasoner-1-1", "selected_iteration": 1, "hard_score": 0.5,
            "easy_score": 1.0, "combined_score": 0.5, "all_results": [
                {"version_id": v, "iteration": i, "hard_score": 0.5, "easy_score": 1.0, "combined_score": 0.5}
                for v, i in (("reasoner-1-1", 1), ("reasoner-2-2", 2))]})
        self.assertEqual(files["harbour/SKILL.md"], files["harbour/skill-iter-1.md"])
        self.assertEqual(files["harbour/skill-iter-1.md"], "\n".join([
            "---", 'name: "reasoner-skill-1"', 'description: "Description in REASONER-SKILL-1."', 'context_id: "harbour"',
            'version_id: "reasoner-1-1"', "iteration: 1", "side: reasoner", "---", "", "REASONER-SKILL-1", ""]))

    def test_a_context_without_a_skill(self):
        unit = self.play("afterimage", Roles(lambda n: [("Task b", 1)]), iterations=1)
        names = {name.split("/")[1] for name in self.files(rows_of(unit, "x")) if "/" in name}
        self.assertEqual(names, {"probes.jsonl", "results.jsonl", "versions.jsonl", "challenger_versions.jsonl",
                                 "challenger-skill-iter-1.md"})

    def test_selection_by_the_last_version(self):
        unit = self.play("afterimage", select="last")
        selection = json.loads(self.files(rows_of(unit, "x"))["x/selection.json"])
        self.assertEqual((selection["combined_score"], selection["all_results"]), (0.0, []))

    def test_hostile_ids_stay_inside(self):
        unit = self.play("afterimage", iterations=1)
        ids = ["../../etc/passwd", "/etc/passwd", "..", ".", "", "a/b", "a\\b", "a\nb", "a\x00b", ".hidden", "con:1", "ä",
               "x" * 4000, "a-b", "manifest.jsonl", "-rf"]
        files = self.files(*(rows_of(unit, one) for one in ids))
        folders = {path.split("/")[0] for path in files if "/" in path}
        self.assertEqual(len(folders), len(ids), "each has a folder of its own")
        for path in files:
            parts = path.split("/")
            self.assertLessEqual(len(parts), 2)
            self.assertRegex(path, r"\A[A-Za-z0-9._/-]+\Z")
            self.assertFalse(any(part in ("", ".", "..") or part.startswith("-") for part in parts), path)
        self.assertEqual([json.loads(line)["context_id"] for line in files["manifest.jsonl"].splitlines()], ids)
        self.assertNotIn("manifest.jsonl", folders)

    def test_the_runtime_checks_paths_by_itself(self):
        for path in ("../x", "/x", "a//b", "a/./b", "", "a\\b", "a\nb"):
            with self.assertRaisesRegex(RuntimeError, "leaves the folder"):
                self.peer.ask(LAY_OUT, {"program": "recipes.escaping", "layout": "out", "rows": [path]})
        with self.assertRaisesRegex(RuntimeError, "there is no layout 'afterimag'; did you mean 'afterimage'"):
            self.peer.ask(LAY_OUT, {"program": "recipes.afterimage", "layout": "afterimag", "rows": []})


if __name__ == "__main__":
    main(sys.argv)
