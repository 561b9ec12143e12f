#!/usr/bin/env python3
"""SkillOpt's other stages: ranking, learning rates, rewrites, slow update, meta skill, notes, and what Hone adds.
Rules are those of its code at commit bdfdc30 unless a test says otherwise."""

import json
import sys

import golden
from recipe_test import main
from skillopt_case import SMALL, Optimizer, SkillOptCase, unit

SLOW = {"use_slow_update": True, "slow_update_samples": 6}
START, END = "<!-- SLOW_UPDATE_START -->", "<!-- SLOW_UPDATE_END -->"


def teaches(*words):
    """An analyst that writes these words, whatever it sees."""
    return lambda optimizer, call: {"batch_size": 2, "patch": {"reasoning": "r", "edits": [
        {"op": "append", "target": "", "content": f"- Word {word}"} for word in words]}}


# A stage of one's own in a few lines: a gate that also wants a short skill, and a critic after each epoch.
VARIANT = """
return extend "skillopt" {
  name = "variant", params = { words = param.int { 9, min = 1, doc = "of a skill, at most" } },
  steps = {
    gate = function(base, s, candidate)
      if text.words(candidate.text) > s.p.words then return "reject", {} end
      return base(s, candidate)
    end,
    meta_skill = function(base, s)
      base(s)
      local ask = { role = "user", content = "Critic: " .. s.current.text }
      local said = llm.chat { role = "optimizer", messages = { ask } }
      record.step { name = "critic", epoch = s.epoch, step = s.t, record = { said = said.text } }
    end,
  },
}
"""


class StagesTest(SkillOptCase):
    extra = {**SkillOptCase.extra, "variant": VARIANT}

    def test_goldens(self):
        """Every prompt of a small training, as a person reads it."""
        small = {"num_epochs": 3, "batch_size": 3, "edit_budget": 1, "slow_update_samples": 2, "use_slow_update": True,
                 "use_meta_skill": True, "use_skill_aware_reflection": True}
        for name, settings in (("skillopt_guide", {}), ("skillopt_published_code", {"preset": "published_code"})):
            done = self.play("skillopt", Optimizer(), unit(n_train=3, n_select=2), **{**small, **settings})
            golden.check(self, name, golden.transcript(done, "CONTEXT"))

    def test_a_variant_replaces_and_adds_stages(self):
        optimizer = Optimizer(**{"None": lambda *_: "fine"})
        done = self.play("variant", optimizer, unit(), prompts_of=["skillopt"],
                         **{**SMALL, "use_meta_skill": True, "num_epochs": 2, "edit_budget": 1})
        self.assertEqual([row["record"]["said"] for row in self.rows(done, "steps", "critic")], ["fine"] * 2)
        self.assertLessEqual(len(done.result["best"].replace("#", "").replace("-", "").split()), 9)
        self.assertIn("reject", [r["action"] for r in self.records(done)])

    def test_the_analysts_prompt(self):
        done, optimizer = self.train(num_epochs=3, batch_size=12, **{**SLOW, "use_meta_skill": True})
        first, last = optimizer.of("edit_analysis")[0], optimizer.of("edit_analysis")[-1]
        order = [last.text.index(tag) for tag in ('<skill name="target">', "<budget>", "<meta_skill>", "<trajectories")]
        self.assertEqual(order, sorted(order))
        self.assertEqual(first.tagged("budget"), ["At most 4 edits."])
        self.assertEqual(first.args["sampling"], {"max_tokens": 16384, "reasoning_effort": "medium"})
        self.assertEqual(first.tagged("benchmark"), ["Look at the words."])
        self.assertNotIn("<meta_skill>", first.text)
        self.assertEqual(last.tagged("meta_skill"), ["Words help."])  # first effect in epoch 3
        self.assertIn("[verification] Right answer:", first.text)
        self.assertIn("Why it failed: wrong word: none", first.text)
        # the select split and its answers are never shown to the optimizer
        self.assertFalse(any("select-" in call.text for call in optimizer.asked if call.role == "optimizer"))

    def test_the_budget_of_an_analyst_is_the_learning_rate(self):
        done, _ = self.train(Optimizer(edit_analysis=teaches(*"abcdefg")), edit_budget=3, batch_size=2)
        self.assertEqual(self.records(done)[0]["n_edits_merged"], 3)

    def test_ranked_edits_keep_the_models_order(self):
        def ranking(optimizer, call):
            return {"selected_indices": [3, 3, 99, -1, "1", 1, 0]}

        done, optimizer = self.train(Optimizer(edit_analysis=teaches(*"abcd"), edit_ranking=ranking), edit_budget=4,
                                     min_edit_budget=2, lr_scheduler="linear", num_epochs=2, batch_size=12)
        # T = 2: step 1 has round(4 - 2/2) = 3, step 2 has 2
        self.assertEqual([r["edit_budget"] for r in self.records(done)], [3, 2])
        chosen = [[e["proposal"]["content"][-1] for e in self.rows(done, "edits") if e["step"] == t] for t in (1, 2)]
        self.assertEqual(chosen, [["d", "b", "a"], ["d", "b"]])
        self.assertEqual(optimizer.of("edit_ranking")[0].tagged("budget"), ["Choose 3 of them."])

    def test_a_budget_of_nothing(self):
        settings = {"edit_budget": 4, "lr_control_mode": "autonomous", "batch_size": 12}
        for zero, kept in (("none", 0), ("one", 1)):
            done, _ = self.train(Optimizer(learning_rate=lambda *_: {"learning_rate": 0}), zero_budget=zero, **settings)
            self.assertEqual(self.records(done)[0]["n_edits_ranked"], kept)

    def test_learning_rates_of_the_optimizer(self):
        """Booleans are invalid, texts give their first number, negative ones are 0, all is clamped to the pool."""
        for said, rate, fallback in ((2, 2, False), (99, 3, False), ("about 1 or 2", 1, False), (-4, 0, False),
                                     (True, 0, True), ("none", 0, True), (1.0, 1, False), (1.5, 0, True)):
            with self.subTest(said):
                done, _ = self.train(Optimizer(learning_rate=lambda *_: {"learning_rate": said}), batch_size=12,
                                     lr_control_mode="autonomous")
                decision = self.rows(done, "steps", "lr_decision")[0]["record"]
                self.assertEqual((decision["learning_rate"], decision["fallback"]), (rate, fallback))
                self.assertEqual(decision["available_update_items"], 3)

    def test_rewrite_from_suggestions(self):
        done, optimizer = self.train(skill_update_mode="rewrite_from_suggestions", batch_size=12, use_slow_update=True)
        record = self.records(done)[0]
        self.assertEqual((record["action"], record["rewrite_change_summary"]), ("accept_new_best", ["one line"]))
        self.assertTrue(done.result["best"].startswith("# New\n- Word ash\n"))
        self.assertEqual(optimizer.of("skill_rewrite")[0].args["sampling"]["max_tokens"], 64000)
        done, _ = self.train(Optimizer(skill_rewrite=lambda *_: {"new_skill": "  "}), batch_size=12,
                             skill_update_mode="rewrite_from_suggestions")
        self.assertEqual(self.records(done)[0]["action"], "skip_no_rewrite")

    def test_whole_skills(self):
        def writes(optimizer, call):
            return {"batch_size": 2, "patch": {"reasoning": "r", "skill_candidates": [
                {"title": "t", "change_summary": ["c"], "new_skill": "# Whole\n- Word ash"}]}}

        merged = {"reasoning": "r", "skill_candidates": [
            {"title": "empty", "new_skill": " "}, {"title": "t", "new_skill": "# Whole\n- Word ash"}]}
        optimizer = Optimizer(rewrite_analysis=writes, rewrite_merge=lambda *_: merged)
        done, _ = self.train(optimizer, skill_update_mode="full_rewrite_minibatch", batch_size=12)
        self.assertEqual(done.result["best"], "# Whole\n- Word ash\n")
        self.assertEqual(self.records(done)[0]["edit_budget"], 2)  # no budget: all of the pool
        self.assertEqual(optimizer.of("edit_ranking"), [])
        self.assertEqual(optimizer.of("rewrite_analysis")[0].args["sampling"]["max_tokens"], 64000)

    def test_regions_survive_a_rewrite(self):
        """Sound: put back as they were. Published: the prompt asks, and nobody checks."""
        calls = {"rewrite_analysis": lambda optimizer, call: {"batch_size": 2, "patch": {"skill_candidates": [
            {"title": "t", "change_summary": [], "new_skill": f"# Whole {len(optimizer.asked)}\n- Word ash"}]}}}
        for protection, survives in (("restored", True), ("asked", False)):
            done, _ = self.train(Optimizer(**calls, rewrite_merge=lambda *_: "no JSON"), rewrite_protection=protection,
                                 skill_update_mode="full_rewrite_minibatch", num_epochs=2, batch_size=12,
                                 use_slow_update=True, slow_update_samples=2)
            second = [row["text"] for row in self.rows(done, "skills") if row["name"] == "step_0002"][0]
            self.assertEqual(START in second, survives)

    def slow(self, optimizer=None, **settings):
        done, optimizer = self.train(optimizer, num_epochs=2, batch_size=12, **{**SLOW, **settings})
        return done, [row["record"] | {"action": row["action"]} for row in self.rows(done, "steps", "slow_update")]

    def test_slow_update(self):
        done, results = self.slow(edit_budget=1, lr_scheduler="constant")
        self.assertEqual([r["action"] for r in results], ["inject_placeholder", "force_accept"])
        self.assertTrue(done.result["last"].endswith(f"{START}\nKeep the words.\n{END}\n"))
        self.assertEqual(done.result["best"], done.result["last"])  # guide: current and best
        # epoch 1 learned one word, epoch 2 another: of six sampled items some improved, some still fail
        categories = {pair["category"] for pair in results[1]["pairs"]}
        self.assertEqual(categories, {"improved", "persistent_fail", "stable_success"})
        done, results = self.slow(edit_budget=1, lr_scheduler="constant", slow_update_target="current",
                                  slow_update_score="carried", eval_test=False)
        self.assertNotIn("Keep the words", done.result["best"])  # code: into current alone
        self.assertIn("Keep the words", done.result["last"])
        done, results = self.slow(Optimizer(slow_guidance=lambda *_: {"slow_update_content": " "}))
        self.assertEqual(results[1]["action"], "no_content")

    def test_pair_policies(self):
        for policy, allowed in (("mixed", {"improved", "persistent_fail", "stable_success"}),
                                ("changed", {"improved", "regressed"}),
                                ("unchanged", {"persistent_fail", "stable_success"})):
            done, results = self.slow(edit_budget=1, lr_scheduler="constant", longitudinal_pair_policy=policy)
            found = [pair["category"] for pair in results[1]["pairs"]]
            self.assertLessEqual(set(found), allowed)
            if policy == "changed":  # topped up from the other items: four of twelve improved in all
                self.assertEqual(len(found), 4)
                self.assertEqual(len(results[1]["all_pairs"]), 12)

    def test_gated_slow_update(self):
        done, results = self.slow(slow_update_gate_with_selection=True)
        self.assertEqual(results[1]["action"], "reject")  # guidance that changes no answer ties
        self.assertNotIn("Keep the words", done.result["last"])
        gates = self.rows(done, "gates")
        self.assertEqual(gates[-1]["scores"]["action"], "reject")

    def test_the_last_skill_is_measured_and_may_become_the_best(self):
        def knows_guidance(optimizer, call):
            return "ash" if "number 0" in call.text and "Keep the words" in call.text else "none"

        settings = {"slow_update_target": "current", "slow_update_score": "carried"}
        optimizer = Optimizer(target=knows_guidance, edit_analysis=teaches())
        done, _ = self.train(optimizer, num_epochs=2, batch_size=12, **SLOW, **settings)
        self.assertIn("Keep the words", done.result["best"])
        self.assertEqual(self.rows(done, "gates")[-1]["rule"], "final:hard")
        done, _ = self.train(Optimizer(target=knows_guidance, edit_analysis=teaches()), num_epochs=2, batch_size=12,
                             eval_test=False, **SLOW, **settings)
        self.assertNotIn("Keep the words", done.result["best"])

    def test_meta_skill(self):
        settings = {"num_epochs": 4, "batch_size": 12, "use_meta_skill": True}
        said = iter(["First notes.", "", "Third notes."])
        done, optimizer = self.train(Optimizer(meta_guidance=lambda *_: {"meta_skill_content": next(said)}), **settings)
        self.assertEqual([r["action"] for r in self.rows(done, "steps", "meta_skill")],
                         ["skip_first_epoch", "write_meta_skill", "no_content", "write_meta_skill"])
        for kept, notes in (("kept", ["First notes."]), ("lost", [])):
            said = iter(["First notes.", "", "Third notes."])
            done, optimizer = self.train(Optimizer(meta_guidance=lambda *_: {"meta_skill_content": next(said)}),
                                         meta_skill_without_content=kept, **settings)
            self.assertEqual(optimizer.of("edit_analysis")[-1].tagged("meta_skill"), notes)

    def test_skill_aware_reflection(self):
        def lapses(optimizer, call):
            return {"batch_size": 2, "patch": {}, "appendix_notes": ["Mind the words.", "mind the words"]}

        settings = {"use_skill_aware_reflection": True, "batch_size": 12}
        done, optimizer = self.train(Optimizer(edit_analysis=lapses), **settings)
        self.assertIn("EXECUTION_LAPSE", optimizer.of("edit_analysis")[0].text)
        self.assertIn("## Execution Notes Appendix\n- Mind the words.\n<!-- APPENDIX_END -->", done.result["last"])
        self.assertNotIn("Mind the words", done.result["best"])  # best is taken before the notes of its step
        record = self.records(done)[0]
        self.assertEqual((record["n_execution_lapse_notes"], record["n_appendix_notes_added"]), (12, 1))
        notes = iter(range(100))
        done, optimizer = self.train(Optimizer(edit_analysis=lambda *_: {
            "patch": {}, "appendix_notes": [f"note {next(notes)}", f"note {next(notes)}"]}), **settings,
            skill_aware_consolidate_threshold=1)
        self.assertIn("- one note\n<!-- APPENDIX_END -->", done.result["last"])
        self.assertEqual(len(optimizer.of("note_consolidation")), 1)
        for mode in ("rewrite_from_suggestions", "full_rewrite_minibatch"):  # guide: not supported
            done = self.peer.run("skillopt", Optimizer(), unit(), {**settings, "skill_update_mode": mode})
            self.assertIn("use_skill_aware_reflection", done.error["message"])

    def test_an_existing_skill_stays_as_it_is(self):
        mine = "---\nname: mine\ndescription: d\n---\n# Mine\n\n\n- Word oak \n"

        def edits(optimizer, call):
            return {"batch_size": 2, "patch": {"edits": [
                {"op": "replace", "target": "Word oak", "content": "gone"},
                {"op": "delete", "target": "# Mine", "content": ""},
                {"op": "append", "target": "", "content": "- Word ash"}]}}

        done, _ = self.train(Optimizer(edit_analysis=edits), skill_init=mine, existing_skill="protected", batch_size=12,
                             **SLOW)
        self.assertTrue(done.result["last"].startswith(mine))
        self.assertIn("- Word ash", done.result["best"])
        done, _ = self.train(Optimizer(edit_analysis=edits), skill_init=mine, batch_size=12)
        self.assertIn("gone", done.result["best"])

    def test_a_skill_of_several_files(self):
        mine = "# Main\n- Word oak\n\n<!-- FILE: references/a.md -->\n# A\n- Word elm\n"

        def edits(optimizer, call):
            return {"batch_size": 2, "patch": {"edits": [
                {"op": "append", "file": "SKILL.md", "target": "", "content": "- Word ash"},
                {"op": "replace", "file": "references/a.md", "target": "elm", "content": "birch"},
                {"op": "append", "file": "references/b.md", "target": "", "content": "- Word cedar"},
                {"op": "append", "file": "../b.md", "target": "", "content": "x"},
                {"op": "delete", "file": "c.md", "target": "x", "content": ""}]}}

        done, optimizer = self.train(Optimizer(edit_analysis=edits), skill_init=mine, skill_files="several",
                                     edit_budget=5, lr_scheduler="constant", batch_size=2, minibatch_size=8, **SLOW)
        self.assertIn("its `file`", optimizer.of("edit_analysis")[0].text)
        self.assertEqual([row["status"] for row in self.rows(done, "edits")[:5]],
                         ["applied"] * 3 + ["refused_file", "missing_file"])
        # the region goes to the end of SKILL.md, not of the whole text
        self.assertEqual(done.result["last"], "# Main\n- Word oak\n\n- Word ash\n\n" + f"{START}\n{END}\n"
                         "<!-- FILE: references/a.md -->\n# A\n- Word birch\n"
                         "<!-- FILE: references/b.md -->\n- Word cedar\n")
        self.assertEqual(self.records(done)[0]["current_score"], 1.0)

    def test_returns_start_and_patience(self):
        done, optimizer = self.train(returns="initial")
        self.assertEqual((done.result["skill"], optimizer.asked), ("# Words\n", []))
        done, _ = self.train(returns="last", start="blank", batch_size=12)
        self.assertEqual(done.result["initial"], "")
        done, _ = self.train(Optimizer(edit_analysis=teaches()), num_epochs=9, patience=4)
        self.assertEqual(len(self.records(done)), 4)

    def test_the_cost_cap_of_a_step(self):
        # 12 rollouts; 6 to measure; then room for (cap - 18 - 4) / 2 analysts
        for cap, analysts, action in ((26, 2, "accept_new_best"), (23, 0, "skip_step_calls"),
                                      (0, 6, "accept_new_best")):
            done, optimizer = self.train(step_calls=cap, batch_size=12)
            self.assertEqual((self.records(done)[0]["n_patches"], self.records(done)[0]["action"]), (analysts, action))
            if cap:
                self.assertLessEqual(len(optimizer.asked) - 6, cap)  # without the first measurement

    def test_a_gate_that_knows_noise(self):
        settings = {"gate_rule": "paired_test", "batch_size": 12, "edit_budget": 1}
        done, _ = self.train(context=unit(n_select=6), **settings)
        self.assertEqual(self.records(done)[0]["action"], "reject")  # two of six items improved: may be luck
        done, _ = self.train(context=unit(n_select=60), **settings)
        self.assertEqual(self.records(done)[0]["action"], "accept_new_best")
        done, optimizer = self.train(gate_repeats=3, batch_size=12)
        evaluations = [c for c in optimizer.asked if c.role == "target" and "select-0:" in c.text]
        self.assertEqual(len(evaluations), 6)  # two skills, three times

    def test_published_labels_are_positional(self):
        def says(optimizer, call):
            return {**optimizer.edit_analysis(call), "failure_summary": [
                {"failure_type": "type", "count": 1, "description": "what it is"}]}

        for labels, patterns in (("positional", ["type: what it is"]),
                                 ("reported", ["wrong word"] + ["type: what it is"] * 6)):
            done, _ = self.train(Optimizer(edit_analysis=says), failure_labels=labels, batch_size=12)
            found = [p["pattern"] for p in self.records(done)[0]["trajectory_digest"]["failure_patterns"]]
            self.assertEqual(found, patterns)

    def test_two_objects_are_no_answer_by_the_published_rule(self):
        def two(optimizer, call):
            return json.dumps({"patch": {"edits": []}}) + "\nor\n" + json.dumps(optimizer.edit_analysis(call))

        for rule, patches in (("sound", 6), ("published", 0)):
            done, _ = self.train(Optimizer(edit_analysis=two), json_answers=rule, batch_size=12)
            self.assertEqual(self.records(done)[0]["n_patches"], patches)

    def test_bounds_hold(self):
        for settings in ({}, {"skill_update_mode": "rewrite_from_suggestions"}, {"num_epochs": 3, **SLOW},
                         {"use_meta_skill": True, "num_epochs": 2}, {"accumulation": 2, "num_epochs": 2},
                         {"lr_control_mode": "autonomous", "answer_tries": 2}, {"gate_repeats": 2},
                         {"gate_rule": "paired_test", "use_skill_aware_reflection": True, "num_epochs": 3, **SLOW},
                         {"slow_update_gate_with_selection": True, "num_epochs": 3, **SLOW},
                         {"longitudinal_pair_policy": "changed", "num_epochs": 3, **SLOW},
                         {"slow_update_target": "current", "slow_update_score": "carried", "num_epochs": 3, **SLOW}):
            notes = iter(range(1000))  # a new one each time, so that every step changes the current skill
            done, optimizer = self.train(Optimizer(edit_analysis=lambda o, call: {
                **o.edit_analysis(call), "appendix_notes": [f"note {next(notes)}"]}), **settings)
            bound = self.peer.ask(8, {"program": "recipes.skillopt", "unit": {"fields": {"train": 12, "val": 6}},
                                      "params": self.peer.parameters("skillopt", {**SMALL, **settings})})
            self.assertLessEqual(len(optimizer.asked), bound["calls"], settings)
            made = {}
            for call in optimizer.asked:
                made[call.step] = made.get(call.step, 0) + 1
            for stage, count in made.items():
                self.assertLessEqual(count, bound["parts"].get(stage, 0), (stage, settings))


if __name__ == "__main__":
    main(sys.argv)
