#!/usr/bin/env python3
"""Recipes and mappers of a project's own: variants by step, folders, prompts, the user's own data."""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from project import ProjectTest, main  # noqa: E402

STUDY = "experiments/study.lua"

TERSE = """\
return extend "ctx2skill" {
  name = "terse",
  doc = "Ctx2Skill whose skills have a signature.",
  params = { signature = param.string { "kept short", doc = "last line of a skill" } },
  steps = {
    generate = function(base, s, side, diagnosis)
      local text, call = base(s, side, diagnosis)
      if not text then return nil, call end
      return text .. "\\n" .. s.p.signature .. "\\n", call
    end,
  },
}
"""

FURTHER = """\
return extend "terse" {
  name = "further",
  steps = { generate = function(base, s, ...)
    local text, call = base(s, ...)
    return text and text .. "further\\n", call
  end },
}
"""

FOLDER_INIT = """\
local words = require "parts.words"
return recipe {
  name = "parts", uses = { "llm" }, params = words.params,
  run = function(context, p)
    local reply = llm.chat { role = "reasoner", prompt = "ask", vars = { what = words.what(p), text = context:text() } }
    return { skill = words.skill(reply.text) }
  end,
}
"""

FOLDER_WORDS = """\
local words = { params = { what = param.string { "summary", doc = "what is asked for" } } }
function words.what(p) return p.what:upper() end
function words.skill(text) return "---\\nname: parts\\ndescription: Parts of a text.\\n---\\n\\n" .. text end
return words
"""

ASK = """\
<!-- system -->
You write a {{what}}.
<!-- user -->
<context>
{{text}}
</context>
"""

MAPPER = """\
local names = require "hone.formats"  -- the library is there
return mapper {
  name = "mine",
  params = { path = param.list { doc = "files" }, prefix = param.string { "note", doc = "of the items" } },
  reader = function(p)
    return { kind = "documents", path = p.path, context_words = 400, min_words = 100, tasks_per_context = 2 }
  end,
  unit = function(row, p)
    return {
      id = p.prefix .. "-" .. row.id, cluster = row.cluster, category = "mine", context = { text = row.text },
      separation = "delimiter", tasks = row.tasks,
    }
  end,
}
"""


class VariantsTest(ProjectTest):
    SHORT = "models.default=offline/reader:attention=150"

    def sent(self, role, arm, kind):
        """The requests of an arm's units, as they were sent."""
        keys = self.project.rows(
            "SELECT DISTINCT lower(hex(key)) FROM uses JOIN calls USING (call_id) JOIN units u USING (unit_id) "
            "JOIN run_units ru ON u.unit_id = ru.unit_id JOIN runs USING (run_id) JOIN arms a USING (arm_id) "
            "WHERE uses.role = ? AND a.name = ? AND u.kind = ?", role, arm, kind)
        return [self.project.hone("show", "call", key).stdout for (key,) in keys]

    def test_a_step_is_replaced_and_replaced_again(self):
        p = self.project
        p.write("recipes/terse.lua", TERSE)
        p.write("recipes/further.lua", FURTHER)
        p.edit(STUDY, '{ "Small" }', '{ "Base", recipe = "ctx2skill" }, { "Terse", recipe = "terse" }, '
               '{ "Further", recipe = "further", signature = "signed" }')
        p.edit(STUDY, 'base = { recipe = "small" }', 'base = { recipe = "ctx2skill", iterations = 1, tasks = 2 }')
        answer = p.hone("run", STUDY, self.SHORT)
        self.assertExit(answer, 0)
        made = p.json(
            "sql",
            "SELECT DISTINCT a.name AS arm, hone_text(s.text_id) AS text FROM skills s JOIN run_units ru USING (unit_id) "
            "JOIN runs USING (run_id) JOIN arms a USING (arm_id) WHERE side = 'reasoner'",
        )
        endings = {}
        for row in made:
            if row["text"]:
                endings.setdefault(row["arm"], set()).add("\n".join(row["text"].splitlines()[-2:]))
        self.assertEqual(set(endings), {"Base", "Terse", "Further"})
        self.assertTrue(all("signed" not in text and "kept" not in text for text in endings["Base"]))
        self.assertTrue(all(text.endswith("kept short") for text in endings["Terse"]), endings)
        self.assertEqual(endings["Further"], {"signed\nfurther"})
        # What the variants have in common is bought once.
        shared = p.one(
            "SELECT count(*) FROM (SELECT call_id FROM run_calls WHERE arm IN ('Base', 'Terse', 'Further') "
            "GROUP BY call_id HAVING count(DISTINCT arm) = 3)"
        )
        self.assertGreater(shared, 20)
        # The provenance names every file of the chain.
        sources = p.one("SELECT sources_json FROM experiments")
        for name in ("ctx2skill/init.lua", "ctx2skill/roles.lua", "hone/self_play.lua", "terse.lua", "further.lua", "challenger.md"):
            self.assertIn(name, sources)

    def test_a_folder_with_siblings_and_prompts(self):
        p = self.project
        p.write("recipes/parts/init.lua", FOLDER_INIT)
        p.write("recipes/parts/words.lua", FOLDER_WORDS)
        p.write("recipes/prompts/parts/ask.md", ASK)
        p.edit(STUDY, 'base = { recipe = "small" }', 'base = { recipe = "parts" }')
        self.assertExit(p.hone("run", STUDY, "--arm", "Small", "what=list"), 0)
        sent = self.sent("reasoner", "Small", "run")
        self.assertEqual(len(sent), 5)
        self.assertTrue(all("You write a LIST." in text for text in sent), sent)
        # A sibling is part of the program: an edit of it is another experiment.
        p.edit("recipes/parts/words.lua", "Parts of a text.", "Parts of this text.")
        self.assertExit(p.hone("run", STUDY, "--arm", "Small", "what=list"), 0)
        self.assertEqual(p.one("SELECT count(DISTINCT hash) FROM experiments"), 2)

    def test_a_recipe_reaches_no_other_recipes_parts(self):
        p = self.project
        p.write("recipes/parts/init.lua", FOLDER_INIT)
        p.write("recipes/parts/words.lua", FOLDER_WORDS)
        p.edit("recipes/small.lua", 'local formats = require "hone.formats"',
               'local formats = require "hone.formats"\nlocal words = require "parts.words"')
        answer = p.hone("run", STUDY)
        self.assertExit(answer, 2)
        self.assertIn("recipes/small.lua:2:", answer.stderr)
        self.assertIn("parts.words", answer.stderr)

    def test_a_prompt_is_replaced_by_an_arm(self):
        p = self.project
        p.write("experiments/mine.md", "<!-- system -->\nSet odd questions.\n<!-- user -->\n"
                "<context>\n{{context}}\n</context>\nWrite <count>{{count}}</count> questions.\n")
        p.edit(STUDY, '{ "Small" }', '{ "Small" }, { "Odd", prompts = { challenger = "mine.md" } }')
        self.assertExit(p.hone("run", STUDY, "--limit", "1"), 0)
        for name, is_odd in (("Small", False), ("Odd", True)):
            sent = self.sent("challenger", name, "run")
            self.assertEqual(len(sent), 2)
            self.assertTrue(all(("Set odd questions." in text) == is_odd for text in sent), sent)

    def test_a_mapper_of_the_users_own(self):
        p = self.project
        p.write("experiments/my_mapper.lua", MAPPER)
        p.edit(STUDY, 'data.documents { path = "../notes", context_words = 400, min_words = 100, tasks_per_context = 3 }',
               'data.file { "my_mapper.lua", path = "../notes", prefix = "mine" }')
        self.assertExit(p.hone("run", STUDY, "--limit", "2"), 0)
        self.assertEqual(p.rows("SELECT DISTINCT name, category FROM run_units ORDER BY 1"),
                         [("mine-Apache-2.0.txt#1", "mine"), ("mine-Apache-2.0.txt#2", "mine")])
        # Checked like any other: parameters, units, and what it may not do.
        for change, code, says in (
            (('prefix = "mine"', 'prefx = "mine"'), 2, "data.prefx: unknown parameter; did you mean 'prefix'?"),
            (('prefix = "mine"', "prefix = 7"), 2, "data.prefix: expected a text, got 7"),
        ):
            p.edit(STUDY, *change)
            answer = p.hone("run", STUDY)
            self.assertExit(answer, code)
            self.assertIn(says, answer.stderr)
            p.edit(STUDY, *reversed(change))
        for change, says in (
            (('separation = "delimiter"', 'seperation = "delimiter"'), "unknown field 'seperation'; did you mean 'separation'?"),
            (("tasks = row.tasks", "tasks = rows.tasks"), "experiments/my_mapper.lua:11: "),
            (("context = { text = row.text }", "context = {}"), "context has either text or messages"),
            (('kind = "documents"', 'kind = "document"'), "did you mean 'documents'?"),
        ):
            with self.subTest(says):
                p.edit("experiments/my_mapper.lua", *change)
                answer = p.hone("run", STUDY)
                self.assertExit(answer, 2)
                self.assertIn(says, answer.stderr)
                self.assertIn("experiments/", answer.stderr.splitlines()[0])
                p.edit("experiments/my_mapper.lua", *reversed(change))
        # An edited mapper is other data, hence another experiment.
        p.edit("experiments/my_mapper.lua", 'category = "mine"', 'category = "ours"')
        self.assertExit(p.hone("run", STUDY, "--limit", "2"), 0)
        self.assertEqual(p.one("SELECT count(*) FROM experiments"), 2)


if __name__ == "__main__":
    main(sys.argv)
