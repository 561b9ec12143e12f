#!/usr/bin/env python3
"""The pure modules of lua/hone and of SkillForge: each script of tests/recipes/lua is the body of run() and must end. A
script skillforge_NAME is a sibling of SkillForge's modules."""

import pathlib
import sys

from recipe_test import RecipeTest, main

FOLDER = pathlib.Path(__file__).with_name("lua")
SCRIPTS = {path.stem: path.read_text() for path in sorted(FOLDER.glob("*.lua"))}


def recipe_of(name):
    return f"skillforge.test_{name}" if name.startswith("skillforge_") else f"test_{name}"


class LibraryTest(RecipeTest):
    extra = {f"recipes.{recipe_of(name)}": f'return recipe {{ name = "{name}", params = {{}}, uses = {{}}, run = function() {source}\n'
                                           "return { ended = true } end }" for name, source in SCRIPTS.items()}

    def ends(self, name):
        unit = self.peer.run(recipe_of(name), lambda call: {}, {"id": "x", "context": {"text": "x"}}, prompts_of=[])
        self.assertIsNone(unit.error, (unit.error or {}).get("message"))
        self.assertEqual(unit.result, {"ended": True})


for script in SCRIPTS:
    setattr(LibraryTest, f"test_{script}", lambda self, name=script: self.ends(name))

if __name__ == "__main__":
    main(sys.argv)
