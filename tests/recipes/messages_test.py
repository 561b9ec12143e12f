#!/usr/bin/env python3
"""Every role's messages: who sees what, in which order, and who never sees what."""

import sys

import golden
from recipe_test import RecipeTest, main
from scripted_roles import CONTEXT, Roles

TEXT = CONTEXT["context"]["text"]
TURNS = {"id": "turns", "context": {"delimiter": "<|task|>", "messages": [
    {"role": "system", "content": "You are the harbour master. Sign every answer."},
    {"role": "user", "content": "When does the harbour open?"},
    {"role": "assistant", "content": "At six."},
    {"role": "user", "content": "These are the fees: four crowns a night."},
]}}
SMALL = {"iterations": 2, "tasks": 3}
OTHER = {"reasoner": "CHALLENGER-", "challenger": "REASONER-"}


def side_of(call):
    """Whose business a call is; the judge's and the reasoner's is the reasoner's."""
    if call.role in ("challenger", "probe_generator") or call.role.startswith("challenger_"):
        return "challenger"
    if call.role in ("proposer", "generator"):
        return (call.tagged("side") or ["reasoner"])[0]
    return "reasoner"


class MessagesTest(RecipeTest):
    def test_goldens(self):
        for name, recipe, context, settings in (
            ("ctx2skill_paper", "ctx2skill", CONTEXT, SMALL),
            ("ctx2skill_published_code", "ctx2skill", CONTEXT, {**SMALL, "preset": "published_code"}),
            ("ctx2skill_merged_append", "ctx2skill", CONTEXT,
             {**SMALL, "split_proposer_generator": False, "skill_store": "append", "select": "last"}),
            ("ctx2skill_merged_turns", "ctx2skill", TURNS,
             {**SMALL, "split_proposer_generator": False, "iterations": 2, "judge_sees": "task_and_context"}),
            ("afterimage", "afterimage", CONTEXT, {"iterations": 2, "probes_per_context": 3, "respondent": "Be brief."}),
            ("prompting_matched", "prompting", CONTEXT,
             {"preset": "matched", "best_of": 2, "passes": 2, "rounds": 1, "tasks": 3}),
        ):
            with self.subTest(name):
                unit = self.play(recipe, context=context, **settings)
                whole = TEXT if context is CONTEXT else "\n\n".join(
                    f"[{m['role']}]: {m['content']}" for m in context["context"]["messages"])
                golden.check(self, name, golden.transcript(unit, whole))

    def test_no_prompt_shows_the_other_sides_skill(self):
        runs = 0
        for settings in ({}, {"preset": "published_code"}, {"update_policy": "joint"}, {"skills_seen": "summary_only"},
                         {"split_proposer_generator": False}, {"skill_store": "append"}):
            unit = self.play("ctx2skill", **settings)
            for call in unit.calls:
                runs += 1
                self.assertNotIn(OTHER[side_of(call)], str(call.args), (settings, call.role))
            shown = [call for call in unit.calls if side_of(call).upper() + "-SKILL" in str(call.args)]
            self.assertGreater(len(shown), 20, "the test would see a skill that is shown")
        for call in self.play("afterimage").calls:
            self.assertNotIn(OTHER[side_of(call)], str(call.args), call.role)
            runs += 1
        self.assertGreater(runs, 500)

    def test_what_each_role_sees(self):
        for preset in ("paper", "published_code"):
            unit = self.play("ctx2skill", preset=preset)
            self.assertEqual({call.role for call in unit.calls},
                             {"challenger", "reasoner", "judge", "proposer", "generator"})
            for call in unit.of("challenger") + unit.of("proposer") + unit.of("reasoner"):
                self.assertIn(TEXT, call.text)
            for call in unit.of("generator"):
                self.assertNotIn(TEXT, call.text)
                self.assertNotIn("<trace", call.text)
                self.assertNotIn("ANSWER to", call.text)
            for call in unit.of("judge"):
                self.assertEqual(call.args["sees"], [])
            for call in unit.of("proposer"):
                outcomes = {line.split('outcome="')[1].split('"')[0] for line in call.text.splitlines()
                            if line.startswith("<trace ")}
                self.assertEqual(outcomes, {"failed" if side_of(call) == "reasoner" else "solved"})
                # The overview tells of every task of the round, the traces only of those that teach.
                self.assertEqual(len(call.tagged("overview")[0].splitlines()), 3)
            # A later writer sees the text of the paper's skill, and of the released code's its description.
            late = [call.text for call in unit.of("proposer") + unit.of("generator")
                    if side_of(call) == "reasoner" and "<skill name=" in call.text]
            self.assertEqual(len(late), 8)
            whole = preset == "paper"
            self.assertTrue(all(("\nREASONER-SKILL-" in text) == whole for text in late))
            self.assertTrue(all("Description of reasoner-skill-" in text for text in late))

    def test_the_order_of_a_round(self):
        unit = self.play("ctx2skill", iterations=1, select="last")
        self.assertEqual([call.role for call in unit.calls],
                         ["challenger", "reasoner", "reasoner", "reasoner", "judge", "judge", "judge",
                          "proposer", "generator", "proposer", "generator"])
        self.assertEqual([side_of(call) for call in unit.calls[-4:]],
                         ["reasoner", "reasoner", "challenger", "challenger"])

    def test_every_order_of_answers_is_the_same_unit(self):
        for recipe in ("ctx2skill", "afterimage"):
            def keys(order, recipe=recipe):
                # What a real model gives does not depend on when it is asked: a function of the request.
                roles = Roles(batches=lambda n: [("Task A FAIL", 1), ("Task B FAIL", 1), ("Task C", 1)])
                unit = self.peer.run(recipe, roles, CONTEXT, order=order)
                self.assertIsNone(unit.error, unit.error)
                return sorted((call.path, call.role, str(call.args)) for call in unit.calls), unit.result
            self.assertEqual(keys(None), keys(lambda n: n - 1), recipe)

    def test_the_skill_stands_where_it_should(self):
        for position, first in (("prepend", True), ("append", False)):
            unit = self.play("ctx2skill", context=TURNS, skill_position=position, iterations=2, select="last")
            system = unit.of("reasoner")[-1].messages[0]
            self.assertEqual(system[0], "system")
            self.assertIn("You are the harbour master. Sign every answer.", system[1])
            self.assertEqual(system[1].startswith("<skill"), first)
            self.assertEqual(system[1].endswith("</skill>"), not first)
            # The turns stay as they are; the task is put behind the last one.
            self.assertEqual([role for role, _ in unit.of("reasoner")[-1].messages], ["system", "user", "assistant", "user"])
            self.assertRegex(unit.of("reasoner")[-1].messages[-1][1], r"four crowns a night\.<\|task\|>Task 2\.")

    def test_afterimage_stages(self):
        hinted = {**CONTEXT, "hints": ["SOURCE-RUBRIC one", "SOURCE-RUBRIC two"]}
        for use in (True, False):
            unit = self.play("afterimage", context=hinted, use_source_rubrics=use, respondent="RESPONDENT")
            for call in unit.calls:
                is_hinted = use and call.role == "probe_generator"
                self.assertEqual("SOURCE-RUBRIC one\nSOURCE-RUBRIC two" in call.text, is_hinted, call.role)
                self.assertNotIn("SOURCE-RUBRIC", "" if is_hinted else str(call.args))
                if call.kind != "judge.rubrics":
                    self.assertIn("RESPONDENT", call.text, call.role)
                else:
                    self.assertEqual(call.args["sees"], ["task", "context"])
            self.assertEqual(
                {call.role for call in unit.calls},
                {"probe_generator", "reasoner", "judge", "reasoner_proposer", "reasoner_generator", "challenger_proposer",
                 "challenger_generator", "selector_reasoner", "selector_judge"})
        self.assertEqual({c.args["sampling"]["temperature"] for c in unit.of("probe_generator")}, {0.5})
        self.assertTrue(all("sampling" not in c.args for c in self.play("afterimage", send_temperatures=False).calls))

    def test_a_cut_context_is_cut_for_all(self):
        unit = self.play("afterimage", preset="published_code", context_chars=20)
        for call in unit.calls:
            shown = call.args.get("context") or call.text
            if call.role.endswith("generator") or call.role.endswith("reasoner") or call.role.endswith("judge"):
                self.assertIn(TEXT[:20] + "\n\n[Here the context is cut", shown, call.role)
            self.assertNotIn(TEXT[:21], shown, call.role)
            self.assertNotIn(TEXT[:21], call.text, call.role)

    def test_prompting_sees_no_task(self):
        unit = self.play("prompting", preset="matched")
        writers = unit.of("generator")
        self.assertEqual(len(writers), 20)
        for call in writers:
            self.assertNotIn("Task ", call.text)
            self.assertNotIn("ANSWER", call.text)
        # Its probes are those of Ctx2Skill's first round: the same requests at the same places.
        first = self.play("ctx2skill", iterations=1, select="last")
        for role in ("challenger", "reasoner"):
            ours = [(call.path, call.args) for call in unit.of(role)][: len(first.of(role))]
            self.assertEqual(ours, [(call.path, call.args) for call in first.of(role)], role)


if __name__ == "__main__":
    main(sys.argv)
