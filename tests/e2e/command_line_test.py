#!/usr/bin/env python3
"""Wrong input to `hone`: one clear line with place, cause and cure, the right exit code, nothing made."""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

HONE = str(pathlib.Path(sys.argv.pop(1)).resolve() / "hone")
VERBS = "run plan check new ls show table trace sql export doctor serve-model".split()
READING = "run plan check ls show table trace sql export doctor".split()

# arguments, exit code, what the line must say
WRONG = [
    (["runn"], 2, "did you mean 'run'?"),
    ([], 2, "subcommand"),
    (["ls", "--jsn"], 2, "did you mean --json?"),
    (["run"], 2, "name an experiment file or a recipe"),
    (["run", "none.lua", "--limit", "0"], 2, "--limit"),
    (["run", "none.lua", "--limit", "many"], 2, "--limit"),
    (["run", "none.lua", "--endpoint", "x"], 2, "NAME=URL"),
    (["run", "none.lua", "--endpoint", "x=gopher:1"], 2, "https://"),
    (["ls"], 2, "hone run makes one"),
    (["sql", "SELECT 1"], 2, "hone run makes one"),
    (["sql", "@none"], 2, "results/queries/none.sql"),
    (["sql", "@task_word"], 2, "did you mean 'task_words'?"),
    (["sql", "SELECT 1", "nonsense"], 2, "expected name=value"),
    (["sql", "SELECT 1", "--json", "--csv"], 2, "choose one"),
    (["--db", "text.db", "sql", "SELECT 1"], 2, "text.db"),
    (["--db", "text.db", "ls"], 2, "text.db"),
    (["show", "cal", "abcd"], 2, "did you mean 'call'?"),
    (["new", "Bad-Name"], 2, "lower-case"),
    (["new", "../escape"], 2, "lower-case"),
    (["new", "mine", "--extend", "ctx2skil"], 2, "did you mean 'ctx2skill'?"),
    (["new", "taken"], 2, "there already"),
    (["serve-model", "openai/gpt-4o"], 2, "only offline models"),
    (["serve-model", "ofline/reader"], 2, "did you mean 'offline'?"),
    (["serve-model", "offline/reader:atention=1"], 2, "did you mean 'attention'?"),
    (["serve-model", "offline/reader", "--port", "99999"], 2, "--port"),
]


class CommandLineTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        (self.folder / "recipes").mkdir()
        (self.folder / "recipes" / "ctx2skill.lua").write_text("return recipe {}\n")
        (self.folder / "recipes" / "taken.lua").write_text("return recipe {}\n")
        (self.folder / "text.db").write_text("this is no database\n" * 100)

    def hone(self, *arguments, **variables):
        environment = {"PATH": os.environ["PATH"], "HOME": str(self.folder), **variables}
        return subprocess.run(
            [HONE, *arguments], cwd=self.folder, env=environment, capture_output=True, text=True, timeout=60
        )

    def listing(self):
        return {str(p.relative_to(self.folder)): p.read_bytes() for p in self.folder.rglob("*") if p.is_file()}

    def test_wrong_input_is_one_line_and_changes_nothing(self):
        before = self.listing()
        for arguments, code, says in WRONG:
            with self.subTest(arguments=arguments):
                answer = self.hone(*arguments)
                self.assertEqual(answer.returncode, code, answer.stderr)
                self.assertEqual(answer.stdout, "")
                self.assertIn(says, answer.stderr)
                self.assertTrue(answer.stderr.startswith("error: "), answer.stderr)
                self.assertEqual(answer.stderr.count("\n"), 1, answer.stderr)
        self.assertEqual(self.listing(), before)

    def test_every_verb_has_help(self):
        self.assertEqual(self.hone("--help").returncode, 0)
        for verb in VERBS:
            with self.subTest(verb=verb):
                answer = self.hone(verb, "--help")
                self.assertEqual(answer.returncode, 0)
                self.assertIn("Usage: hone " + verb, answer.stdout)
                self.assertEqual("--json" in answer.stdout, verb in READING)

    def test_terminal_escapes_in_arguments_are_made_visible(self):
        answer = self.hone("show", "\x1b]0;owned\x07", "x")
        self.assertNotIn("\x1b", answer.stderr)

    def test_bad_configuration_is_named_before_anything_else(self):
        config = self.folder / "config.toml"
        config.write_text('[endpoints.local]\nbase_ulr = "http://127.0.0.1:1/v1"\n')
        answer = self.hone("doctor", "--json", HONE_CONFIG=str(config))
        failed = [f["detail"] for f in json.loads(answer.stdout) if f["status"] == "failed"]
        self.assertEqual(answer.returncode, 3)
        self.assertTrue(any("config.toml:2" in detail and "base_url" in detail for detail in failed), failed)

    def test_new_writes_a_recipe_prompts_and_an_experiment(self):
        answer = self.hone("new", "mine")
        self.assertEqual(answer.returncode, 0, answer.stderr)
        written = answer.stdout.split()
        self.assertEqual(
            written, ["recipes/mine.lua", "recipes/prompts/mine/generator.md", "experiments/mine.lua"]
        )
        for name in written:
            self.assertNotIn("NAME", (self.folder / name).read_text())


if __name__ == "__main__":
    unittest.main(verbosity=0)
