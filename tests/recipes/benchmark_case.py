"""Benchmarks in the real hone-script: rows of data become tasks, tasks become results, and the test answers."""

import json

from recipe_test import RecipeTest

MAP_DATA, DATA_ROW, DATA_END = 5, 6, 7

PROBE = """\
local benchmarks = require "hone.benchmarks"
return recipe {
  name = "probe", uses = benchmarks.capabilities { "llm" },
  params = { split = param.string { "train" }, skill = param.string { "" }, seed = param.int { 42 },
             feedback = param.bool { false }, infrastructure_as_wrong = param.bool { false } },
  run = function(context, p)
    local b, settings = benchmarks.of(context)
    local run = { seed = p.seed, phase = p.split, feedback = p.feedback,
                  infrastructure_as_wrong = p.infrastructure_as_wrong }
    local results = benchmarks.run(b, benchmarks.split(context, p.split), p.skill, settings, run)
    return { results = results, mean = benchmarks.mean(results, run) }
  end,
}
"""


class BenchmarkCase(RecipeTest):
    extra = {"probe": PROBE}

    def map_rows(self, rows, **params):
        """The one unit that data.benchmark makes of rows {"row": ..., "split"?: ..., "where"?: ...}, the reader that
        it asks for, and the rows that cannot be used."""
        described = self.peer.ask(4, {"program": "hone.data.benchmark"})
        values = {p["name"]: p["default"] for p in described["params"] if "default" in p}
        values.update(params)
        reader = self.peer.ask(MAP_DATA, {"program": "hone.data.benchmark", "params": values})
        bad = []
        for i, row in enumerate(rows, 1):
            reply = self.peer.ask(DATA_ROW, {"row": dict({"where": f"items.json:{i}"}, **row)})
            bad += reply.get("bad", [])
        units = self.peer.ask(DATA_END, {})["units"]
        return units[0], reader, bad

    def unit_of(self, name, rows, **params):
        """A unit whose rows are all training items."""
        return self.map_rows([{"row": row, "split": "train"} for row in rows], name=name, split_dir="x", **params)[0]

    def attempt(self, unit, replies, **settings):
        """The results of a unit's training items; `replies` are the target's texts in order, or a function."""
        queue = list(replies) if not callable(replies) else None

        def answer(call):
            reply = replies(call) if queue is None else queue.pop(0)
            return reply if isinstance(reply, dict) else said(reply)

        done = self.peer.run("probe", answer, unit, settings)
        self.assertIsNone(done.error, done.error)
        return done


def said(text, tool_calls=None):
    """A target's answer as the engine gives it."""
    value = {"text": text, "finish_reason": "stop", "usage": {}, "call": "0" * 64}
    if tool_calls:
        value["tool_calls"] = [
            {"id": f"call-{i}", "type": "function", "function": {"name": name, "arguments": json.dumps(arguments)}}
            for i, (name, arguments) in enumerate(tool_calls)]
    return value
