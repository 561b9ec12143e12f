#!/usr/bin/env python3
"""SkillForge's loop against containers in memory: what is tried, learned, kept apart, rolled back and written down."""

import json
import sys

from container_world import HOME, INFRASTRUCTURE
from recipe_test import RecipeTest, main
from skillforge_roles import SECRET, SKILL, Models, calls, stream, task, world

QUIET = {"task_skill_mode": "off", "success_mode": "off", "shuffle": False, "native_profile": "strands", "retry_max": 0}


class LoopTest(RecipeTest):
    def grind(self, names=("a", "b"), models=None, unit=None, **settings):
        models = models or Models(world(names))
        played = self.play("skillforge", models, unit or stream(*names), **{**QUIET, **settings})
        played.workspace = models.world.workspaces["#1"]
        played.models = models
        return played

    def steps(self, unit, name):
        return [row for row in unit.table("steps").values() if row["name"] == name]

    def attempts(self, unit, purpose="loop"):
        return [row for row in unit.table("attempts").values() if row["purpose"] == purpose]

    def test_a_failure_teaches_and_the_next_attempt_passes(self):
        for profile in ("strands", "terminus2", "terminus2_legacy"):
            unit = self.grind(native_profile=profile)
            got = [(row["step"], row["verdict"]["solved"], row.get("failure_class")) for row in self.attempts(unit)]
            self.assertEqual(got, [(1, False, "assertion"), (2, True, ""), (1, True, "")], profile)
            self.assertEqual([row["record"]["cycles_used"] for row in self.steps(unit, "task")], [2, 1])
            tags = [commit["tag"] for commit in unit.workspace.log if commit["tag"]]
            self.assertEqual(tags, ["pre-evo-1", "evo-1"])
            self.assertEqual(unit.workspace.tagged("evo-1")["message"], "evo-1: 1 skills added")
            self.assertIn('<file path="skills/house-csv/SKILL.md"', unit.result["skill"])
            used = [(row["event"], row["name"]) for row in unit.table("skill_uses").values() if row["injected"]]
            self.assertEqual(used.count(("load", "house-csv")), 2)
            metrics = [(row["name"], row["value"], row["step"]) for row in unit.table("metrics").values()]
            self.assertEqual(metrics, [("egl", 1000.0, 1), ("solved_within_k", 0.5, 1), ("solved_within_k", 1, 2),
                                       ("solved_within_k", 1, 3)])

    def test_nothing_that_the_verifier_knows_reaches_the_evolver(self):
        for level in ("none", "score", "tests", "masked", "full"):
            unit = self.grind(("a",), feedback_level=level, no_direct_answers=False, task_skill_mode="retry_only")
            seen = json.dumps([call.args for call in unit.of("evolver")])
            seen += json.dumps([c.files for c in unit.models.world.evolvers()]) + json.dumps(unit.workspace.log)
            self.assertEqual("SECRET" in seen, level == "full", level)
            self.assertEqual("test_house" in seen, level in ("tests", "masked", "full"), level)
            results = json.loads(unit.of("evolver")[-1].tagged("task_results")[0])
            self.assertEqual("score" in results, level != "none")
            self.assertEqual("success" in results, level in ("tests", "masked", "full"))

    def test_the_evolver_sees_the_workspace_and_nothing_else(self):
        unit = self.grind(("a", "b"), batch_size=2)
        (box,) = unit.models.world.evolvers()
        self.assertTrue(all(path.startswith("/workspace/") for path in box.files))
        self.assertEqual(box.opened["image"], "hone/base:bookworm")
        self.assertNotIn("network", box.opened["limits"])
        seen = [path for path in box.files if "observations/" in path]
        self.assertEqual(seen, ["/workspace/evolution/observations/a.md", "/workspace/evolution/observations/b.md"])
        self.assertIn("The house format", box.files[seen[0]]["text"])
        published = self.grind(("a", "b"), batch_size=2, published_observation=True)
        (box,) = published.models.world.evolvers()
        self.assertEqual([path for path in box.files if "evolution/" in path], ["/workspace/evolution/current_observation.md"])
        self.assertIn("## Task: b", box.files["/workspace/evolution/current_observation.md"]["text"])

    def test_forbidden_changes_are_undone_and_recorded(self):
        before = self.grind(max_cycles=1).workspace.files
        def attack(call):
            return ["write prompts/system.md evil", "write memory/m.jsonl {}", "write evolution/observations/a.md nothing happened",
                    "write ../results.jsonl x\nwrite manifest.yaml x\nlink skills/out /etc/passwd", "drop skills/data-formats/SKILL.md",
                    "write skills/bad/SKILL.md no header", "write harness.py import os", "write skills/house-csv/SKILL.md " + SKILL]
        unit = self.grind(("a",), Models(world(("a",)), evolver=attack), protect_skills=True)
        (row,) = [row for row in self.steps(unit, "evolve") if row["action"] == "reverted"]
        why = {entry["path"]: entry["why"] for entry in row["record"]["paths"]}
        self.assertEqual(why, {
            "prompts/system.md": "prompts", "memory/m.jsonl": "memory", "manifest.yaml": "outside of what may be changed",
            "evolution/observations/a.md": "outside of what may be changed", "harness.py": "outside of what may be changed",
            "skills/out": "a link", "skills/data-formats/SKILL.md": "a protected skill",
            "skills/bad/SKILL.md": "a SKILL.md without a description"})
        after = unit.workspace.files
        self.assertEqual({path for path in after if after[path] != before.get(path)},
                         {"skills/house-csv/SKILL.md", "evolution/observations/a.md"})
        # Leave is leave: what may be changed is.
        unit = self.grind(("a",), Models(world(("a",)), evolver=lambda call: ["write prompts/system.md Be kind.", "drop skills/data-formats/SKILL.md"]),
                          evolve_prompts=True)
        self.assertEqual(unit.workspace.files["prompts/system.md"], {"text": "Be kind."})
        self.assertNotIn("skills/data-formats/SKILL.md", unit.workspace.files)
        self.assertEqual(unit.workspace.tagged("evo-1")["message"], "evo-1: 1 skills removed")

    def test_edits_are_mutations_and_budgets_hold(self):
        edit = lambda call: ["write skills/data-formats/SKILL.md " + SKILL]  # noqa: E731
        unit = self.grind(("a",), Models(world(("a",)), evolver=edit), max_cycles=2)
        self.assertEqual(unit.workspace.tagged("evo-1")["message"], "evo-1: 1 skills changed")
        self.assertEqual([row["action"] for row in self.steps(unit, "evolve")], ["mutation"])
        many = lambda call: [f"write skills/s{i}/SKILL.md " + SKILL for i in range(4)]  # noqa: E731
        unit = self.grind(("a",), Models(world(("a",)), evolver=many), max_skills=2, max_cycles=2)
        self.assertEqual([p for p in unit.workspace.files if p.startswith("skills/s") and "usage" not in p],
                         ["skills/s0/SKILL.md", "skills/s1/SKILL.md"])
        unit = self.grind(("a",), Models(world(("a",)), evolver=lambda call: ["list"]), max_cycles=2)
        self.assertEqual(unit.workspace.tagged("evo-1")["message"], "evo-1: no mutation")
        self.assertEqual([row["action"] for row in self.steps(unit, "evolve")], ["no_mutation"])

    def test_direct_answers_are_refused(self):
        leak = lambda call: ["write skills/house-csv/SKILL.md " + SKILL + "The answer is " + SECRET.format("a")]  # noqa: E731
        unit = self.grind(("a",), Models(world(("a",)), evolver=leak), feedback_level="full")
        self.assertNotIn("skills/house-csv/SKILL.md", unit.workspace.files)
        (row, *_) = [row for row in self.steps(unit, "evolve") if row["action"] == "reverted"]
        self.assertEqual(row["record"]["paths"], [{"path": "skills/house-csv/SKILL.md", "why": "a direct answer"}])
        unit = self.grind(("a",), Models(world(("a",)), evolver=leak), feedback_level="full", no_direct_answers=False)
        self.assertIn("SECRET", unit.workspace.files["skills/house-csv/SKILL.md"]["text"])

    def test_infrastructure_teaches_nobody_and_is_tried_again(self):
        opened = []
        def broken(kind, container):
            opened.append(kind)
            return INFRASTRUCTURE if kind == "open" and opened.count("open") in (1, 2) else None
        unit = self.grind(("a",), Models(world(("a",), broken=broken)), retry_max=1, max_cycles=2)
        got = [(row["step"], row["infrastructure"], row["verdict"]["graded"]) for row in self.attempts(unit)]
        self.assertEqual(got, [(1, True, False), (1, True, False), (2, False, True)])
        self.assertEqual(unit.of("evolver"), [])
        crash = lambda asset, files: {"passed": False, "stdout": "Traceback: boom"}  # noqa: E731
        for retry_set, tries in (("infrastructure", 1), ("published", 3)):
            models = Models(world(("a",)))
            models.world.verify = crash
            unit = self.grind(("a",), models, retry_max=2, max_cycles=1, retry_set=retry_set)
            self.assertEqual(len(self.attempts(unit)), tries, retry_set)

    def test_controls(self):
        unit = self.grind(("a", "b"), solver="oracle", max_cycles=1)
        self.assertEqual([row["verdict"]["solved"] for row in self.attempts(unit)], [True, True])
        unit = self.grind(("a", "b"), solver="nop", max_cycles=1)
        self.assertEqual([row["verdict"]["solved"] for row in self.attempts(unit)], [False, False])
        self.assertEqual([call for call in unit.calls if call.kind == "llm.chat"], [])
        unit = self.grind(("a",), retry_without_evolution=True)
        self.assertEqual([row["step"] for row in self.attempts(unit)], [1, 2, 3])
        self.assertEqual(unit.of("evolver"), [])
        self.assertEqual(len(unit.workspace.log), 1)
        unit = self.grind(("a",), max_cycles=0)
        self.assertEqual(self.attempts(unit), [])
        self.assertIn("skills/data-formats/SKILL.md", unit.result["skill"])

    def test_a_harness_is_read(self):
        def harness(name, step, call):
            assert call.tagged("library")
            return {"text": json.dumps({"verifier_result": {"rewards": {"reward": 1.0}}} if name == "a" else {"score": 0.4}),
                    "finish_reason": "stop", "usage": {}}
        unit = self.grind(("a", "b"), Models(world(()), solver=harness), solver="exec", max_cycles=1)
        self.assertEqual([(row["verdict"]["solved"], row["score"]) for row in self.attempts(unit)], [(True, 1), (False, 0.4)])
        nonsense = lambda name, step, call: {"text": "no JSON", "finish_reason": "stop", "usage": {}}  # noqa: E731
        unit = self.grind(("a",), Models(world(()), solver=nonsense), solver="exec", max_cycles=1)
        self.assertEqual([row["infrastructure"] for row in self.attempts(unit)], [True])

    def test_published_order_is_marked(self):
        unit = self.grind(("a",), max_cycles=1, published_order=True)
        self.assertEqual([row["unsafe"] for row in self.attempts(unit)], [True])
        box = next(iter(unit.models.world.containers.values()))
        self.assertEqual(box.opened["published_tests"]["$asset"], "a-tests")
        self.assertEqual([row["unsafe"] for row in self.attempts(self.grind(("a",), max_cycles=1))], [False])

    def test_skills_of_an_image(self):
        images = world(("a",))
        images.images["a"][HOME + "/.claude/skills/house-csv/SKILL.md"] = {"text": SKILL.replace("\\n", "\n")}
        unit = self.grind(("a",), Models(images), max_cycles=1)
        self.assertEqual([(row["action"], row["record"]["skills"]) for row in self.steps(unit, "skills_in_image")], [("removed", ["house-csv"])])
        self.assertFalse(self.attempts(unit)[0]["verdict"]["solved"])
        images = world(("a",))
        images.images["a"][HOME + "/.claude/skills/house-csv/SKILL.md"] = {"text": SKILL.replace("\\n", "\n")}
        unit = self.grind(("a",), Models(images), max_cycles=1, use_skills=True)
        self.assertEqual(self.steps(unit, "skills_in_image"), [])
        self.assertTrue(self.attempts(unit)[0]["verdict"]["solved"])
        self.assertEqual([(row["event"], row["injected"]) for row in unit.table("skill_uses").values() if row["name"] == "house-csv"],
                         [("offer", False), ("load", False)])

    def test_the_gate_rolls_back(self):
        names = ("a", "b", "c", "d", "e")
        # Whoever has the skill "bad" fails, and without it everybody passes but "a".
        def solver(name, step, call):
            bad = "- bad:" in call.text
            if step == 0:
                return calls("", ("bash", {"command": f"write /out {'no' if bad or name == 'a' else 'HOUSE ' + name}"}))
            return calls("Done.")
        bad = lambda call: ["write skills/bad/SKILL.md " + SKILL.replace("house-csv", "bad")]  # noqa: E731
        unit = self.grind(names, Models(world(names), solver=solver, evolver=bad), gate="holdout", holdout_ratio=0.4, max_cycles=2,
                          unit={**stream(*names), "tasks": [task(n, split="select" if n in "de" else "train") for n in names]})
        (gate,) = unit.table("gates").values()
        self.assertEqual((gate["accepted"], gate["rule"], gate["scores"]), (False, "holdout", {"after": 0.5, "before": 1}))
        self.assertNotIn("skills/bad/SKILL.md", unit.workspace.files)
        self.assertIn("skills/bad/SKILL.md", unit.workspace.tagged("evo-1")["files"])
        self.assertEqual(unit.workspace.log[-1]["message"], "rollback to pre-evo-1: the holdout score fell")
        self.assertEqual(len(self.attempts(unit, "replay")), 4)
        self.assertNotIn("skills/bad/", unit.result["skill"])
        # A share of the tasks where the data sets none aside; they are not ground.
        unit = self.grind(names, gate="holdout", holdout_ratio=0.4, max_cycles=2)
        self.assertEqual(len(self.steps(unit, "task")), 3)
        self.assertEqual([row["accepted"] for row in unit.table("gates").values()], [True])

    def test_convergence(self):
        names = tuple("abcdefg")
        idle = lambda call: ["list"]  # noqa: E731
        for action, evolutions, tasks in (("stop_evolving", 3, 7), ("stop_run", 3, 3), ("ignore", 7, 7)):
            unit = self.grind(names, Models(world(names), evolver=idle), max_cycles=2, on_convergence=action)
            self.assertEqual(len(self.steps(unit, "evolve")), evolutions, action)
            self.assertEqual(len(self.steps(unit, "task")), tasks, action)
            self.assertEqual([row["action"] for row in self.steps(unit, "convergence")], [action])

    def test_stagnation(self):
        names = ("a", "b", "c")
        useless = lambda call: ["write skills/u/SKILL.md " + SKILL.replace("HOUSE", "nothing").replace("house-csv", "u") + call.text[-20:]]  # noqa: E731
        unit = self.grind(names, Models(world(names), evolver=useless), max_cycles=2, stagnation=2)
        self.assertEqual([(row["accepted"], row["rule"], row["scores"]["back_to"]) for row in unit.table("gates").values()],
                         [(False, "stagnation", "pre-evo-1")])
        unit = self.grind(("a", "b"), batch_size=2, evolve_trigger="task", max_cycles=2)
        self.assertEqual([commit["tag"] for commit in unit.workspace.log if commit["tag"]], ["pre-evo-1", "evo-1", "pre-evo-2", "evo-2"])

    def test_task_skills(self):
        def writer(call):
            lines = "\n".join(f"Line {n}." for n in range(157))
            return {"skill": lines + ("\nSECOND" if call.tagged("feedback") else "")}
        unit = self.grind(("a", "b"), Models(world(("a", "b")), writer=writer, evolver=lambda call: ["list"]), max_cycles=2,
                          task_skill_mode="pre_generate_and_retry")
        text = unit.workspace.files["task_skills/a/SKILL.md"]["text"]
        self.assertEqual(text.count("\n"), 100)
        self.assertTrue(text.startswith('---\nname: a-guide\ndescription: "How to solve the task a."\ncategory: "csv"\n---\n'))
        injected = {row["name"] for row in unit.table("skill_uses").values() if row["event"] == "offer" and row["injected"]}
        self.assertLessEqual({"a", "b"}, injected)
        for box in unit.models.world.containers.values():
            others = {p.split("/")[5] for p in box.files if p.startswith(HOME + "/.agents/skills/")} & {"a", "b"}
            self.assertLessEqual(others, {box.asset})
        self.assertNotIn("task_skills", unit.result["skill"])
        for mode, prompts in (("retry_only", 2), ("off", 0)):
            unit = self.grind(("a", "b"), Models(world(("a", "b")), writer=writer, evolver=lambda call: ["list"]), max_cycles=2,
                              task_skill_mode=mode)
            self.assertEqual(len([call for call in unit.of("evolver") if call.format == "task_skill"]), prompts)

    def test_successes_leave_drafts_that_are_joined(self):
        names = ("a", "b", "c")
        def easy(name, step, call):
            return calls("", ("bash", {"command": f"write /out HOUSE {name}"})) if step == 0 else calls("Done.")
        def writer(call):
            if call.format == "distilled_skill":
                return {"skill": "JOINED " + str(call.tagged("drafts")[0].count("WORKED"))}
            return {"skill": "WORKED " + call.tagged("transcript")[0][:1], "support_key": "House Work!"}
        unit = self.grind(names, Models(world(names), solver=easy, writer=writer), success_mode="gated_promotion", promotion_threshold=3)
        self.assertIn("JOINED 3", unit.workspace.files["skills/house-work/SKILL.md"]["text"])
        self.assertEqual([p for p in unit.workspace.files if "_drafts" in p], [])
        self.assertEqual([row["record"]["supporting_tasks"] for row in self.steps(unit, "promotion")], [["a", "b", "c"]])
        unit = self.grind(names, Models(world(names), solver=easy, writer=writer), success_mode="draft_only")
        drafts = unit.workspace.files["skills/_drafts/house-work.md"]["text"]
        self.assertEqual(drafts.count("WORKED"), 3)
        self.assertNotIn("WORKED", unit.result["skill"])

    def test_bloated_skills_are_made_shorter(self):
        long = lambda call: ["write skills/house-csv/SKILL.md " + SKILL + "HOUSE and more.\\n" * 400]  # noqa: E731
        for written, kept in (("---\nname: house-csv\ndescription: d\n---\nSHORT HOUSE", "SHORT HOUSE"), ("x\n" * 300, "and more")):
            unit = self.grind(("a",), Models(world(("a",)), evolver=long, writer=lambda call, w=written: {"skill": w}), distill=True,
                              max_cycles=2)
            self.assertIn(kept, unit.workspace.files["skills/house-csv/SKILL.md"]["text"])

    def test_calls_are_within_the_bound(self):
        names = ("a", "b", "c")
        for settings in ({}, {"evolve_trigger": "task", "batch_size": 2}, {"gate": "holdout", "holdout_ratio": 0.4},
                         {"task_skill_mode": "pre_generate_and_retry", "success_mode": "gated_promotion"}, {"solver": "nop"}):
            settings = {**QUIET, "max_turns": 3, "evolver_max_turns": 3, **settings}
            unit = self.play("skillforge", Models(world(names), evolver=lambda call: ["list", "list"]), stream(*names), **settings)
            bound = self.peer.ask(8, {"program": "recipes.skillforge", "unit": {"fields": {"tasks": 3}},
                                      "params": self.peer.parameters("skillforge", settings)})
            made = sum(call.kind in ("llm.chat", "llm.embed") for call in unit.calls)
            self.assertLessEqual(made, bound["calls"], settings)
            self.assertEqual(made > 0, bound["calls"] > 0, settings)

    def test_the_order_is_the_replicates(self):
        names = tuple("abcdefghij")
        first = [row["record"]["task"] for row in self.steps(self.grind(names, max_cycles=1, shuffle=True), "task")]
        again = [row["record"]["task"] for row in self.steps(self.grind(names, max_cycles=1, shuffle=True), "task")]
        self.assertEqual(first, again)
        self.assertNotEqual(first, sorted(first))
        self.assertEqual(sorted(first), list(names))


if __name__ == "__main__":
    main(sys.argv)
