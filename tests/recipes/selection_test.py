#!/usr/bin/env python3
"""Selection by replay, three ways that must agree: the scorer of the runtime, SQL over the rows it left, and
brute force over the verdicts it was given. Random verdicts with ungraded ones, empty sets, equal texts, ties."""

import random
import sqlite3
import sys
from fractions import Fraction

from recipe_test import RecipeTest, main
from scripted_roles import CONTEXT

# Candidates, probes and rule come as a task of the context; verdicts come from the judge's answers.
CHOOSER = """\
return recipe {
  name = "chooser", uses = { "llm", "judge", "replay" },
  params = { smoothing = param.string { "" }, empty = param.string { "" }, combine = param.string { "" },
             hard_weight = param.number { 0.7 }, easy_weight = param.number { 0.3 } },
  run = function(context, p)
    local asked, candidates, probes = context.metadata, {}, { hard = {}, easy = {} }
    for i, text in ipairs(asked.texts) do
      candidates[i] = { text = text, step = i, id = record.skill { side = "reasoner", step = i, text = text } }
    end
    for _, set in ipairs { "hard", "easy" } do
      for k = 1, asked[set] do
        local task = record.task { origin = "self_play", text = set .. k, rubrics = { "r" }, step = k }
        probes[set][k] = { name = set .. k, id = record.probe { set = set, task = task, step = k } }
      end
    end
    local chosen = replay.select {
      candidates = candidates, probes = probes,
      answer = function(probe, candidate) return candidate.text .. "/" .. probe.name end,
      judge = function(_, answer) return judge.rubrics { rubrics = { "r" }, answer = answer } end,
      smoothing = p.smoothing, empty = p.empty, combine = p.combine,
      weights = p.combine == "weighted" and { hard = p.hard_weight, easy = p.easy_weight } or nil,
    }
    return { index = chosen.index }
  end,
}
"""

# The database's tables, as far as selection needs them, and the rule in SQL. Scores are compared as integers:
# a factor's denominator is at most n + 2, so all of them divide :scale.
SCHEMA = """
CREATE TABLE skills (skill_id TEXT PRIMARY KEY, step INT, text TEXT);
CREATE TABLE probes (probe_id TEXT PRIMARY KEY, probe_set TEXT);
CREATE TABLE replays (candidate INT, skill_id TEXT, probe_id TEXT, valid INT, solved INT);
"""
RECOMPUTED = """
WITH candidates AS (SELECT row_number() OVER (ORDER BY step) AS candidate, text FROM skills),
counts AS (
  SELECT c.candidate, s.probe_set,
         sum(coalesce(r.valid, 0)) AS n, sum(coalesce(r.valid AND r.solved, 0)) AS k
  FROM candidates c CROSS JOIN (SELECT 'hard' AS probe_set UNION SELECT 'easy') s
  LEFT JOIN skills same ON same.text = c.text
  LEFT JOIN probes p ON p.probe_set = s.probe_set
  LEFT JOIN replays r ON r.probe_id = p.probe_id AND r.skill_id = same.skill_id
  GROUP BY 1, 2),
factors AS (
  SELECT candidate, probe_set,
    CASE WHEN n = 0 THEN CASE :empty WHEN 'one' THEN :scale WHEN 'zero' THEN 0 END
         WHEN :smoothing = 'n_plus_1' THEN :scale * (k + 1) / (n + 1)
         WHEN :smoothing = 'n_plus_2' THEN :scale * (k + 1) / (n + 2)
         ELSE :scale * k / n END AS factor
  FROM counts),
scores AS (
  SELECT h.candidate, CASE :combine
      WHEN 'hard' THEN coalesce(h.factor, 0) * :scale
      WHEN 'easy' THEN coalesce(e.factor, 0) * :scale
      WHEN 'sum' THEN (coalesce(h.factor, 0) + coalesce(e.factor, 0)) * :scale
      WHEN 'weighted' THEN (coalesce(h.factor, 0) * 7 + coalesce(e.factor, 0) * 3) * :scale / 10
      ELSE CASE WHEN h.factor IS NULL AND e.factor IS NULL THEN 0
                ELSE coalesce(h.factor, :scale) * coalesce(e.factor, :scale) END END AS score
  FROM factors h JOIN factors e ON h.candidate = e.candidate AND h.probe_set = 'hard' AND e.probe_set = 'easy')
SELECT candidate, score FROM scores ORDER BY candidate
"""
SCALE = 10 * 2520  # 10, and every number up to 10


def brute_force(verdicts, texts, counts, rule):
    """The score of every candidate, from the verdicts themselves."""
    smoothing, empty, combine = rule
    scores = []
    for text in texts:
        factors = {}
        for name in ("hard", "easy"):
            graded = [verdicts[f"{text}/{name}{k + 1}"] for k in range(counts[name])]
            graded = [v for v in graded if v is not None]
            if graded:
                extra, more = {"n_plus_1": (1, 1), "n_plus_2": (1, 2), "none": (0, 0)}[smoothing]
                factors[name] = Fraction(sum(graded) + extra, len(graded) + more)
            elif empty != "skip":
                factors[name] = Fraction(1 if empty == "one" else 0)
        if combine in ("hard", "easy"):
            score = factors.get(combine, Fraction(0))
        elif combine == "sum":
            score = sum(factors.values(), Fraction(0))
        elif combine == "weighted":
            score = Fraction(7, 10) * factors.get("hard", 0) + Fraction(3, 10) * factors.get("easy", 0)
        else:
            score = Fraction(bool(factors))
            for factor in factors.values():
                score *= factor
        scores.append(score)
    return scores


class SelectionTest(RecipeTest):
    extra = {"chooser": CHOOSER}

    def select(self, verdicts, texts, counts, rule):
        def answer(call):
            solved = verdicts[call.args["answer"]]
            graded = solved is not None
            return {"status": ["yes" if solved else "no"] if graded else [], "reasons": [""] if graded else [],
                    "graded": graded, "solved": bool(solved), "n_pass": int(bool(solved)), "n_rubrics": 1,
                    **({} if graded else {"why": "planned"}), "calls": []}
        context = {**CONTEXT, "metadata": {"texts": texts, **counts}}
        unit = self.peer.run("chooser", answer, context, dict(zip(("smoothing", "empty", "combine"), rule)))
        self.assertIsNone(unit.error, unit.error)
        return unit

    def recomputed(self, unit, rule):
        database = sqlite3.connect(":memory:")
        database.executescript(SCHEMA)
        for row_id, row in unit.table("skills").items():
            database.execute("INSERT INTO skills VALUES (?, ?, ?)", (row_id, row["step"], row["text"]))
        for row_id, row in unit.table("probes").items():
            database.execute("INSERT INTO probes VALUES (?, ?)", (row_id, row["set"]))
        for row in unit.table("replays").values():
            database.execute("INSERT INTO replays VALUES (?, ?, ?, ?, ?)",
                             (row["index"], row["candidate"], row["probe"], row["valid"], row["correct"]))
        found = database.execute(RECOMPUTED, {"scale": SCALE, "smoothing": rule[0], "empty": rule[1],
                                              "combine": rule[2]}).fetchall()
        return [Fraction(score, SCALE * SCALE) for _, score in found]

    def test_random_verdicts(self):
        draw = random.Random(20260427)
        ties = empties = copies = 0
        for trial in range(600):
            # Few probes, so that ties are common, as they are in the method.
            counts = {name: draw.choice((0, 1, 1, 2, 3, 5)) for name in ("hard", "easy")}
            texts = [f"skill{draw.randint(1, 4 if trial % 3 else 99)}" for _ in range(draw.randint(1, 6))]
            chance = draw.choice(((1, 1, 0), (1, 0, None), (0,), (1,), (None,)))
            verdicts = {f"{text}/{name}{k + 1}": draw.choice(chance)
                        for text in texts for name in counts for k in range(counts[name])}
            rule = (draw.choice(("n_plus_1", "n_plus_2", "none")), draw.choice(("one", "zero", "skip")),
                    draw.choice(("product", "sum", "hard", "easy", "weighted")))
            unit = self.select(verdicts, texts, counts, rule)
            wanted = brute_force(verdicts, texts, counts, rule)
            (selection,) = unit.table("selections").values()
            case = (trial, rule, texts, verdicts)
            self.assertEqual([Fraction(score["score"]) for score in selection["scores"]], wanted, case)
            self.assertEqual(self.recomputed(unit, rule), wanted, case)
            best = wanted.index(max(wanted)) + 1
            self.assertEqual((unit.result["index"], selection["index"]), (best, best), case)
            # A text is answered once, however many versions have it.
            self.assertEqual(len(unit.calls), len(set(texts)) * (counts["hard"] + counts["easy"]), case)
            ties += wanted.count(max(wanted)) > 1
            empties += 0 in counts.values() or chance == (None,)
            copies += len(set(texts)) < len(texts)
        self.assertGreater(min(ties, empties, copies), 100, "the cases that matter occurred")

    def test_weights_are_checked(self):
        for weight, says in ((0.7005, "at most three decimals"), (1.5, "from 0 to 1"), (0.0, "both are 0")):
            unit = self.peer.run("chooser", lambda call: {}, {**CONTEXT, "metadata": {"texts": ["a"], "hard": 0, "easy": 0}},
                                 {"combine": "weighted", "hard_weight": weight, "easy_weight": 0.0})
            self.assertIn(says, unit.error["message"])


if __name__ == "__main__":
    main(sys.argv)
