#!/usr/bin/env python3
"""SkillOpt's output tree: written from rows and read back. The names are those of section 2.14 of the facts."""

import json
import sys

from recipe_test import main
from skillopt_case import SkillOptCase

LAY_OUT, IMPORT = 14, 15


def rows_of(done, params):
    """The rows of one unit as the engine hands them to a layout."""
    columns = {"skill": "skill_id", "task": "task_id", "before_skill": "before_skill_id",
               "after_skill": "after_skill_id", "index": "candidate"}

    def listed(table, key):
        out = {}
        for row in done.rows:
            if row["table"] == table:
                row_id = f"{table}:{row['path']}#{row['n']}"
                fields = {columns.get(k, k): v for k, v in row["fields"].items()}
                verdict = fields.pop("verdict", {})
                out[row_id] = {**fields, **{k: verdict[k] for k in ("solved", "graded") if k in verdict},
                               key: row_id, "path": row["path"], "n": row["n"]}
        return list(out.values())

    return {"unit": {"id": "toy", "replicate": "1", "arm": "SkillOpt", "params": params}, "result": done.result,
            "tasks": listed("tasks", "task_id"), "attempts": listed("attempts", "attempt_id"),
            "skills": listed("skills", "skill_id"), "edits": listed("edits", "edit_id"),
            "gates": listed("gates", "gate_id"), "steps": listed("steps", "step_id"),
            "metrics": listed("metrics", "metric_id"), "selections": listed("selections", "selection_id"),
            "uses": [{"step": "rollout", "input_tokens": 3, "output_tokens": 2}],
            "evaluation": {"tasks": [{"task_id": "t", "name": "report-1", "text": "q", "category": "kind"}],
                           "attempts": [{"task_id": "t", "path": "1", "n": 1, "answer": "ash", "solved": True,
                                         "graded": True, "score": 1.0}], "metrics": []}}


class FilesTest(SkillOptCase):
    def tree(self, optimizer=None, **settings):
        done, _ = self.train(optimizer, **settings)
        files = self.peer.ask(LAY_OUT, {"program": "recipes.skillopt", "layout": "skillopt",
                                        "rows": [rows_of(done, {"returns": "best", **settings})]})["files"]
        return done, {f["path"]: f["text"] for f in files}

    def test_the_tree(self):
        done, tree = self.tree(num_epochs=2, batch_size=6, use_slow_update=True, use_meta_skill=True,
                               slow_update_samples=4, edit_budget=1)
        for path in ("config.json", "history.json", "runtime_state.json", "summary.json", "best_skill.md",
                     "skills/skill_v0000.md", "skills/skill_v0004.md", "selection_eval_baseline/results.jsonl",
                     "steps/step_0001/rollout/results.jsonl", "steps/step_0001/patches/minibatch_fail_000.json",
                     "steps/step_0001/merged_patch.json", "steps/step_0001/ranked_edits.json",
                     "steps/step_0001/candidate_skill.md", "steps/step_0001/edit_apply_report.json",
                     "steps/step_0001/selection_eval/results.jsonl", "steps/step_0001/trajectory_digest.json",
                     "steps/step_0001/step_record.json", "slow_update/epoch_01/slow_result.json",
                     "slow_update/epoch_02/comparison_pairs.json", "slow_update/epoch_02/candidate_skill.md",
                     "meta_skill/epoch_02/meta_skill_result.json", "test_eval/results.jsonl", "test_eval/summary.json"):
            self.assertIn(path, tree)
        history = json.loads(tree["history.json"])
        self.assertEqual([r["step"] for r in history], [1, 2, 3, 4])
        self.assertEqual(set(history[0]) >= {
            "step", "epoch", "step_in_epoch", "rollout_hard", "rollout_soft", "rollout_n", "accumulation_batches",
            "n_patches", "n_failure_patches", "n_success_patches", "n_edits_merged", "n_edits_ranked", "edit_budget",
            "lr_control_mode", "support_counts", "candidate_hash", "candidate_skill_len", "edit_apply_summary",
            "selection_hard", "selection_soft", "gate_metric", "candidate_gate_score", "action", "current_score",
            "best_score", "best_step", "current_origin", "best_origin", "skill_len"}, True)
        for record in history:  # every rollout is the one of its step
            folder = f"steps/step_{record['step']:04d}/"
            results = [json.loads(line) for line in tree[folder + "rollout/results.jsonl"].splitlines()]
            self.assertEqual(len(results), record["rollout_n"])
            self.assertAlmostEqual(sum(r["hard"] for r in results) / len(results), record["rollout_hard"])
            if record["candidate_gate_score"] is not None and folder + "selection_eval/results.jsonl" in tree:
                measured = [json.loads(line) for line in tree[folder + "selection_eval/results.jsonl"].splitlines()]
                self.assertAlmostEqual(sum(r["hard"] for r in measured) / len(measured), record["selection_hard"])
        self.assertEqual(tree["best_skill.md"], done.result["best"])
        self.assertEqual(tree["skills/skill_v0004.md"], done.result["last"])
        summary = json.loads(tree["summary.json"])
        self.assertEqual((summary["total_steps"], summary["test_hard"], summary["baseline_selection_hard"]), (4, 1, 0))
        self.assertEqual(summary["total_accepts"] + summary["total_rejects"], 4)
        self.assertEqual([stats["epoch"] for stats in summary["epoch_stats"]], [1, 2])
        self.assertEqual(summary["token_summary"]["_total"]["total_tokens"], 5)
        self.assertEqual(json.loads(tree["test_eval/summary.json"])["overall"], {"total": 1, "hard_acc": 1})

    def test_accumulated_batches_have_folders_of_their_own(self):
        done, tree = self.tree(accumulation=2, batch_size=4)
        self.assertIn("steps/step_0001/rollout/batch_1/results.jsonl", tree)
        self.assertIn("steps/step_0001/patches/batch_0/minibatch_fail_000.json", tree)
        for batch in self.records(done)[0]["accumulation_batches"]:
            lines = tree[f"steps/step_0001/rollout/batch_{batch['batch_idx']}/results.jsonl"].splitlines()
            self.assertEqual(len(lines), batch["n_envs"])

    def test_a_tree_is_read_back(self):
        done, tree = self.tree(num_epochs=2, batch_size=6, use_slow_update=True, slow_update_samples=4, edit_budget=1)
        files = [{"path": path, "text": text} for path, text in sorted(tree.items())]
        unit = self.peer.ask(IMPORT, {"program": "recipes.skillopt", "layout": "skillopt", "files": files})["units"][0]
        steps = [row for row in unit["steps"] if row["name"] == "step"]
        self.assertEqual([row["record"]["candidate_hash"] for row in steps],
                         [record["candidate_hash"] for record in self.records(done)])
        self.assertEqual([row["status"] for row in unit["edits"]], [row["status"] for row in self.rows(done, "edits")])
        self.assertEqual(unit["result"]["best"], done.result["best"])
        self.assertEqual(len(unit["evaluation"]["attempts"]), 1)
        texts = {row["text"] for row in unit["skills"]}
        self.assertLessEqual({done.result[k] for k in ("best", "last", "initial")}, texts)
        with self.assertRaisesRegex(RuntimeError, "no history.json"):
            self.peer.ask(IMPORT, {"program": "recipes.skillopt", "layout": "skillopt", "files": []})


if __name__ == "__main__":
    main(sys.argv)
