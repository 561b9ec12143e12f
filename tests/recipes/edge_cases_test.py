#!/usr/bin/env python3
"""The routing edges of Ctx2Skill and Afterimage: what happens when there is nothing to learn from, or when a
role gives nothing that can be used. A skill is never lost, and no failure of ours becomes a task's failure."""

import sys

from recipe_test import RecipeTest, main
from script_peer import ROOT
from scripted_roles import CONTEXT, Roles, error

SOLVED = [("Task a", 2), ("Task b", 1), ("Task c", 1)]
FAILED = [("Task d FAIL", 1), ("Task e FAIL", 4), ("Task f FAIL", 4)]
PRESETS = ("paper", "published_code")


def batches(*rounds):
    return lambda n: rounds[min(n, len(rounds)) - 1]


def skills(unit, side):
    """(step, text) of every version of a side, in order."""
    return [(row["step"], row["text"]) for row in unit.table("skills").values() if row["side"] == side]


def probes(unit):
    tasks = unit.table("tasks")
    return [(row["set"], row["step"], tasks[row["task"]]["text"]) for row in unit.table("probes").values()]


def only_round(number, role):
    """Fails a role's answers in one round: the n-th side's n-th turn, with all its tries."""
    def answer(roles, call):
        return "no JSON" if f"Round {number}, all tasks" in call.text and roles.side(call) == role.upper() else None
    return answer


class Ctx2SkillEdges(RecipeTest):
    def test_no_failed_task(self):
        for preset in PRESETS:
            unit = self.play("ctx2skill", Roles(batches(FAILED, SOLVED)), iterations=2, preset=preset)
            (_, first), (_, second) = skills(unit, "reasoner")
            # No note, no placeholder: the text stays, so its replays are shared too.
            self.assertEqual(first, second)
            self.assertEqual({row["index"] for row in unit.table("replays").values()}, {1})
            self.assertEqual(unit.result["skill"], first)
            self.assertEqual(len(unit.of("proposer")), 2, "one for each side's round with lessons")
            # Already in the first round: there is no skill, and none is made up.
            unit = self.play("ctx2skill", Roles(batches(SOLVED)), iterations=2, preset=preset)
            self.assertEqual([text for _, text in skills(unit, "reasoner")], ["", ""])
            self.assertEqual(unit.result["skill"], "")
            self.assertEqual([s for s, _, _ in probes(unit)], ["easy", "easy"])

    def test_no_solved_task(self):
        for preset in PRESETS:
            unit = self.play("ctx2skill", Roles(batches(FAILED)), iterations=2, preset=preset)
            self.assertEqual([text for _, text in skills(unit, "challenger")], ["", ""])
            self.assertEqual([s for s, _, _ in probes(unit)], ["hard", "hard"])
            self.assertIn("REASONER-SKILL-1", unit.result["skill"])

    def test_fewer_tasks_than_asked(self):
        unit = self.play("ctx2skill", Roles(batches(SOLVED[:1])), iterations=1, tasks=5, select="last")
        self.assertEqual(len(unit.table("tasks")), 1)
        self.assertEqual(len(unit.of("challenger")), 1, "it is not asked again")
        # More than asked: the surplus is left out.
        unit = self.play("ctx2skill", Roles(batches(SOLVED + FAILED)), iterations=1, tasks=2, select="last")
        self.assertEqual([row["text"] for row in unit.table("tasks").values()], ["Task a", "Task b"])

    def test_zero_rubrics(self):
        unit = self.play("ctx2skill", Roles(batches([("Task z", 0), ("Task a", 1)])), iterations=1, select="last")
        self.assertEqual([row["text"] for row in unit.table("tasks").values()], ["Task a"])
        # A batch without a single usable task is asked for again, then the round is over.
        unit = self.play("ctx2skill", Roles(batches([("Task z", 0)], [("Task z", 0)], [("Task z", 0)], FAILED)),
                         iterations=2)
        self.assertEqual(len(unit.of("challenger")), 4)
        self.assertEqual([step for step, _ in skills(unit, "reasoner")], [1, 2])
        self.assertIn("no usable tasks (no usable answer in 3 tries: no task with rubrics)", unit.logs[0])
        self.assertEqual([bool(text) for _, text in skills(unit, "reasoner")], [False, True])

    def test_a_proposal_that_cannot_be_read(self):
        for preset in PRESETS:
            unit = self.play("ctx2skill", Roles(batches(FAILED), diagnosis=only_round(2, "reasoner")),
                             iterations=3, preset=preset)
            first, second, third = (text for _, text in skills(unit, "reasoner"))
            self.assertEqual(first, second)
            # The released code lost everything that was learned before; here the third builds on it.
            self.assertIn("REASONER-SKILL-1" if preset == "published_code" else "REASONER-SKILL-2", third)
            self.assertIn("the reasoner's skill stays as it was: no usable answer in 3 tries", unit.logs[0])
            self.assertEqual(len(unit.of("proposer")), 1 + 3 + 1)

    def test_a_generator_that_is_exhausted(self):
        for preset in PRESETS:
            def generator(roles, call):
                return "no JSON" if roles.count("generator") in (2, 3, 4) else None
            unit = self.play("ctx2skill", Roles(batches(FAILED), generator=generator), iterations=3, preset=preset)
            first, second, third = (text for _, text in skills(unit, "reasoner"))
            self.assertEqual(first, second)
            self.assertNotEqual(second, third)
            self.assertEqual(len(unit.table("edits")), 2)
            if preset == "published_code":
                self.assertTrue(third.startswith(first.strip()))
                self.assertIn("\n\n## Round 3 Update\n\n**reasoner-skill-2**: Description of reasoner-skill-2.\n\nREASONER-SKILL-2\n",
                              third)
                self.assertEqual(third.count("\n---\n"), 1, "no frontmatter inside the body")

    def test_a_reasoner_that_fails(self):
        def reasoner(roles, call):
            return error() if "Task d" in call.text and call.draw is None else None
        unit = self.play("ctx2skill", Roles(batches(FAILED + SOLVED), reasoner=reasoner), iterations=1, tasks=6)
        trials = [row for row in unit.table("attempts").values() if row["purpose"] == "loop"]
        self.assertEqual([row["verdict"]["graded"] for row in trials], [False] + [True] * 5)
        # It is neither the hardest probe nor a lesson: the proposer never sees it among the traces.
        self.assertEqual(probes(unit), [("easy", 1, "Task b"), ("hard", 1, "Task e FAIL")])
        for call in unit.of("proposer"):
            self.assertIn("1. [ungraded] Task d FAIL", call.text)
            self.assertNotIn("Task d", call.tagged("traces")[0])
        self.assertEqual(len(unit.of("judge")), 5 + 2)

    def test_a_judge_that_fails(self):
        def judge(roles, call):
            return roles.ungraded(call) if "Task d" in call.args["answer"] else None
        unit = self.play("ctx2skill", Roles(batches(FAILED + SOLVED), judge=judge), iterations=1, tasks=6)
        self.assertEqual(probes(unit), [("easy", 1, "Task b"), ("hard", 1, "Task e FAIL")])
        metrics = {row["name"]: row["value"] for row in unit.table("metrics").values()}
        self.assertEqual(metrics, {"solved": 3, "failed": 2})

    def test_a_failure_in_replay_does_not_count(self):
        def reasoner(roles, call):
            return error() if call.draw == "replay" and "Task d" in call.text else None
        def judge(roles, call):
            return roles.ungraded(call) if call.draw == "replay" and "Task b" in call.args["answer"] else None
        unit = self.play("ctx2skill", Roles(batches(FAILED + SOLVED), reasoner=reasoner, judge=judge), iterations=2,
                         tasks=6)
        self.assertEqual({row["valid"] for row in unit.table("replays").values()}, {False})
        (selection,) = unit.table("selections").values()
        self.assertEqual([score["score"] for score in selection["scores"]], ["1", "1"])
        self.assertEqual(selection["index"], 1)

    def test_nothing_at_all(self):
        unit = self.play("ctx2skill", Roles(tasks=lambda roles, call: "no JSON"), iterations=2)
        self.assertEqual(unit.result, {"skill": ""})
        self.assertEqual(len(unit.calls), 2 * 3)
        self.assertEqual(list(unit.table("replays")), [])

    def test_who_lost_a_mixed_round(self):
        mixed = [("Task 1 FAIL", 1), ("Task 2", 1), ("Task 3", 1)]
        even = [("Task 1 FAIL", 1), ("Task 2", 1)]
        for rule, batch, sides in (("majority", mixed, ["challenger"]), ("majority", even, ["reasoner"]),
                                   ("any", mixed, ["reasoner"]), ("any", SOLVED, ["challenger"]),
                                   ("majority", FAILED, ["reasoner"])):
            unit = self.play("ctx2skill", Roles(batches(batch)), iterations=1, select="last",
                             update_policy="loser_only", loser_rule=rule)
            self.assertEqual([call.tagged("side")[0] for call in unit.of("proposer")], sides, (rule, batch))
        unit = self.play("ctx2skill", Roles(batches(mixed)), iterations=1, select="last", update_policy="joint")
        for call in unit.of("proposer"):
            self.assertEqual(call.text.count("<trace "), 3)
            self.assertIn("1 " if call.tagged("side") == ["reasoner"] else "2 ", call.text)

    def test_ties_of_the_easiest(self):
        ties = [(f"Task {n}", 1) for n in range(8)]
        def easy(**settings):
            return [task for _, _, task in probes(self.play("ctx2skill", Roles(batches(ties)), tasks=8, select="last",
                                                            **settings))]
        self.assertEqual(easy(), ["Task 0"] * 5)
        drawn = easy(easy_ties="random")
        self.assertGreater(len(set(drawn)), 1)
        self.assertEqual(drawn, easy(easy_ties="random"), "seeded: the same again")

    def test_replay_reuse(self):
        roles = lambda: Roles(batches(FAILED + SOLVED))  # noqa: E731
        fresh = self.play("ctx2skill", roles(), iterations=3, tasks=6)
        reused = self.play("ctx2skill", roles(), iterations=3, tasks=6, replay_reuse=True)
        # The probes of rounds 2 and 3, of both sets, under the version they were answered with.
        self.assertEqual(len(fresh.calls) - len(reused.calls), 2 * 2 * 2)
        self.assertEqual(len(fresh.table("replays")), len(reused.table("replays")))

    def test_calls_are_within_the_bound_and_reach_it(self):
        cases = [dict(), dict(update_policy="loser_only"), dict(split_proposer_generator=False),
                 dict(challenger_evolves=False), dict(probe_sets="hard"), dict(select="last"), dict(tasks=1),
                 dict(preset="published_code", iterations=2, tasks=3), dict(tasks=1, update_policy="joint")]
        for settings in cases:
            tasks = settings.get("tasks", 5)
            full = [(f"Task {n}" + ("" if n % 2 else " FAIL"), 1) for n in range(tasks)]
            unit = self.play("ctx2skill", Roles(batches(full)), **settings)
            bound = self.peer.bound("ctx2skill", **settings)["parts"]
            in_replay = sum(call.draw is not None for call in unit.calls)
            self.assertEqual(len(unit.calls) - in_replay, bound["loop"], settings)
            self.assertEqual(in_replay, bound.get("replay", 0), settings)
        self.assertEqual(self.peer.bound("ctx2skill")["parts"], {"loop": 75, "replay": 100, "retries": 200})

        class Stubborn(Roles):  # every answer is unusable as often as may be
            def __call__(self, call):
                usable = self.count(f"{call.path} {call.args.get('messages') or call.args['rubrics']}") % 3 == 0
                return super().__call__(call) if usable or not call.format else {
                    "text": "no JSON", "finish_reason": "stop", "usage": {}, "call": "0" * 64}
        unit = self.play("ctx2skill", Stubborn(lambda n: FAILED + SOLVED), tasks=5)
        # Judges ask again inside their effect, which is one call here: 2 more for each of 25 + 50 judgements.
        self.assertEqual(len(unit.calls) + 2 * len(unit.of("judge")), 375)
        self.assertEqual(self.peer.bound("ctx2skill")["calls"], 375)


class AfterimageEdges(RecipeTest):
    def test_nothing_failed(self):
        unit = self.play("afterimage", Roles(batches(SOLVED)))
        self.assertEqual(unit.result, {})
        self.assertEqual(list(unit.table("selections")), [])
        unit = self.play("afterimage", Roles(batches(SOLVED)), bootstrap_when_no_failures=True)
        (edit,) = [row for row in unit.table("edits").values() if row["action"] == "bootstrap"]
        self.assertEqual(edit["proposal"], {"generation_reason": "bootstrap_no_failed_probes"})
        bootstrap = unit.of("reasoner_generator")
        self.assertEqual(len(bootstrap), 1)
        self.assertEqual(bootstrap[0].tagged("solved")[0].count("<trace "), 5)
        self.assertIn("REASONER-SKILL-1", unit.result["skill"])

    def test_a_skill_is_carried_forward(self):
        unit = self.play("afterimage", Roles(batches(FAILED, SOLVED)), iterations=3)
        self.assertEqual(len(skills(unit, "reasoner")), 3)
        self.assertEqual(len({text for _, text in skills(unit, "reasoner")}), 1)
        reasons = [row["proposal"].get("carry_forward_reason") for row in unit.table("edits").values()
                   if row["action"] == "carry_forward"]
        self.assertEqual(reasons, ["no_reasoner_routed_results"] * 2)
        # The copies are candidates, but nobody pays for their replay again.
        self.assertEqual({row["index"] for row in unit.table("replays").values()}, {1})
        (selection,) = unit.table("selections").values()
        self.assertEqual(len(selection["scores"]), 3)

    def test_a_proposer_that_keeps(self):
        keep = {"action": "keep", "name": "", "description": "", "target_failure_modes": [], "proposed_guidance": ""}
        def proposal(roles, call):
            return keep if call.role == "reasoner_proposer" and "<skill name" in call.text else None
        unit = self.play("afterimage", Roles(batches(FAILED), proposal=proposal), iterations=2)
        self.assertEqual(len(unit.of("reasoner_generator")), 1)
        reasons = [row["proposal"].get("carry_forward_reason") for row in unit.table("edits").values()]
        self.assertEqual(reasons, [None, "reasoner_proposal_keep"])
        # Without a skill to keep, one is written all the same.
        guided = dict(keep, proposed_guidance="G")
        unit = self.play("afterimage", Roles(batches(FAILED), proposal=lambda roles, call: guided), iterations=1)
        self.assertIn("REASONER-SKILL-1", unit.result["skill"])

    def test_what_is_kept_for_replay(self):
        # Equal shares: the fewest rubrics decides; then the first.
        failed = [("Task 1 FAIL", 4), ("Task 2 FAIL", 2), ("Task 3 FAIL", 2)]
        def judge(roles, call):
            n = len(call.args["rubrics"])
            return roles.verdict(call, ["no"] * (n // 2) + ["yes"] * (n - n // 2)) if "FAIL" in call.args["answer"] else None
        unit = self.play("afterimage", Roles(batches(failed + SOLVED), judge=judge), iterations=1, probes_per_context=6)
        self.assertEqual(probes(unit), [("hard", 1, "Task 2 FAIL"), ("easy", 1, "Task b")])

    def test_roles_that_give_nothing(self):
        unit = self.play("afterimage", Roles(tasks=lambda roles, call: "no JSON"))
        self.assertEqual(unit.result, {})
        unit = self.play("afterimage", Roles(batches(FAILED), skill_parts=lambda roles, call: "no JSON"), iterations=1)
        self.assertEqual(unit.result, {})
        self.assertIn("the reasoner's skill stays as it was", unit.logs[0])

    def test_weighted_scores(self):
        # Version 1 solves the hard probes and no easy one, version 2 the other way round.
        def judge(roles, call):
            if call.role != "selector_judge":
                return None
            return roles.verdict(call, ["yes"] * len(call.args["rubrics"]) if roles.count("replay") % 2 else None)
        unit = self.play("afterimage", Roles(batches(FAILED + SOLVED), judge=judge), iterations=2, probes_per_context=6,
                         scoring="weighted", laplace_smoothing=False)
        (selection,) = unit.table("selections").values()
        for score in selection["scores"]:
            hard, easy = score["hard"], score["easy"]
            wanted = 7 * hard["correct"] * easy["valid"] + 3 * easy["correct"] * hard["valid"]
            over, _, under = score["score"].partition("/")
            self.assertEqual(int(over) * 10 * hard["valid"] * easy["valid"], wanted * int(under or 1))

    def test_calls_are_the_published_count(self):
        self.assertEqual(self.peer.bound("afterimage", probes_per_context=1)["parts"],
                         {"loop": 15, "replay": 18, "retries": 42})
        unit = self.play("afterimage", Roles(batches(FAILED + SOLVED)), probes_per_context=5)
        bound = self.peer.bound("afterimage")["parts"]
        self.assertEqual(len(unit.calls), bound["loop"] + bound["replay"])


class OtherEdges(RecipeTest):
    def test_prompting(self):
        unit = self.play("prompting", Roles(skill=lambda roles, call: "no JSON"))
        self.assertEqual((unit.result, len(unit.calls)), ({}, 3))
        unit = self.play("prompting")
        self.assertEqual(len(unit.calls), 1)
        for settings in ({}, {"preset": "matched"}, {"best_of": 3, "rounds": 2, "tasks": 4}):
            unit = self.play("prompting", Roles(batches(FAILED + SOLVED)), **settings)
            bound = self.peer.bound("prompting", **settings)["parts"]
            self.assertEqual(len(unit.calls), bound["loop"] + bound.get("replay", 0), settings)
        matched, play = self.peer.bound("prompting", preset="matched"), self.peer.bound("ctx2skill")
        self.assertEqual(matched, play)
        # A reading that gives nothing leaves the skill of the one before.
        def skill(roles, call):
            return "no JSON" if "This is reading 2" in call.text else None
        unit = self.play("prompting", Roles(skill=skill), passes=2)
        self.assertIn("REASONER-SKILL-1", unit.result["skill"])

    def test_the_readme_shows_the_variant_as_it_is(self):
        def code(text):
            return [line for line in text.splitlines() if line.strip() and not line.strip().startswith(("--", "doc ="))]
        readme = (ROOT / "README.md").read_text()
        block = next(b for b in readme.split("```lua\n")[1:] if "ctx2skill_terse" in b).split("```")[0]
        self.assertEqual(code(block), code((ROOT / "recipes" / "ctx2skill_terse.lua").read_text()))
        self.assertLessEqual(len(code(block)), 32)
        unit = self.play("ctx2skill_terse", prompts_of=["ctx2skill", "ctx2skill_terse"])
        base = self.play("ctx2skill")
        # The same requests at the same places, until the first draft of a skill is there.
        place = next(n for n, call in enumerate(base.calls) if call.role == "generator")
        self.assertEqual([(c.path, c.args) for c in unit.calls[:place + 1]],
                         [(c.path, c.args) for c in base.calls[:place + 1]])
        self.assertLessEqual(len(unit.calls), self.peer.bound("ctx2skill_terse")["calls"])

    def test_no_extra_setting_is_taken(self):
        unit = self.peer.run("ctx2skill", Roles(), CONTEXT, {"iterations": 1, "select": "fixed", "fixed_iteration": 9})
        (selection,) = unit.table("selections").values()
        self.assertEqual((selection["rule"], selection["index"]), ("fixed", 1))


if __name__ == "__main__":
    main(sys.argv)
