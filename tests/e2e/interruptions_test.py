#!/usr/bin/env python3
"""on_interruption: an interrupted call suspends its unit, or is an answer that is on record until it is retried."""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from project import ProjectTest, main  # noqa: E402

RECIPE = """\
return recipe {
  name = "asker", uses = { "llm" },
  run = function()
    local first, err = llm.chat { role = "r", messages = { { role = "user", content = "one" } } }
    local second = llm.chat { role = "r", messages = { { role = "user", content = "two" } } }
    return { skill = tostring(first == nil) .. " " .. tostring(second == nil) .. " " .. err.code .. " "
      .. tostring(err.infrastructure) }
  end,
}
"""
# Nothing listens on the port "discard".
CONFIG = '[endpoints.dead]\nbase_url = "http://127.0.0.1:9/v1"\n[tries]\nmost = 2\nbackoff = 0.01\n'
EXPERIMENT = """\
return experiment {
  name = "asking", data = data.documents { path = "../notes", context_words = 400, min_words = 100 },
  models = { default = "openai/m@dead" }, seeds = { 1 }, base = { recipe = "asker" }, arms = { { "a" } },
}
"""


class Interruptions(ProjectTest):
    def setUp(self):
        super().setUp()
        self.project.write("recipes/asker.lua", RECIPE)
        self.project.write(".config/hone/config.toml", CONFIG)
        self.project.write("experiments/asking.lua", EXPERIMENT)

    def run_with(self, *arguments):
        return self.project.hone("run", "experiments/asking.lua", "--limit", "1", *arguments)

    def sends(self):
        return self.project.one("SELECT count(*) FROM sends")

    def test_the_unit_is_suspended_unless_told_otherwise(self):
        for arguments in ((), ("on_interruption=suspend",)):
            self.assertExit(self.run_with(*arguments), 3)
            self.assertEqual(self.project.one("SELECT status FROM units"), "suspended")
            self.assertEqual(self.project.one("SELECT count(*) FROM journal"), 0)

    def test_an_interruption_is_on_record_until_it_is_retried(self):
        record = "on_interruption=record"
        self.assertExit(self.run_with(record), 0)
        self.assertIn("true true unavailable true", self.project.one("SELECT result_json FROM units"))
        self.assertEqual(self.project.rows("SELECT kind, ordinal FROM journal ORDER BY 2"), [("call", 1), ("call", 2)])
        self.assertEqual(self.sends(), 4)
        # Executed again, nothing is sent: the record says what came of it.
        self.assertExit(self.run_with(record, "--verify"), 0)
        self.assertEqual(self.sends(), 4)
        self.assertExit(self.run_with(record, "--retry-recorded"), 0)
        self.assertEqual(self.sends(), 8)

    def test_other_words_are_refused(self):
        done = self.run_with("on_interruption=later")
        self.assertExit(done, 2)
        self.assertIn("on_interruption: expected 'suspend' or 'record'", done.stderr)


if __name__ == "__main__":
    main(sys.argv)
