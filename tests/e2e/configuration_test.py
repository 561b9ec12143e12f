#!/usr/bin/env python3
"""Configurations of published systems: files that build on files, options, what is refused; texts of files as values."""

import json
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))

from project import ProjectTest, main  # noqa: E402

RECIPE = """\
-- Stands for a system whose files name the one that they build on, and whose options are dotted.
local function config(values, given)
  local last = given.layers[#given.layers]
  if last and last.values.base then return { needs = last.values.base } end
  local out = { params = {}, errors = {}, notes = {}, files = {}, experiment = {
    models = { default = "offline/reader" },
    data = { mapper = "documents", params = { path = "notes", context_words = 400, min_words = 100 } },
  } }
  for i = #given.layers, 1, -1 do
    local layer = given.layers[i].values
    for key, value in pairs(layer.train or {}) do out.params[key] = value end
    if layer.skill then out.files.text = layer.skill end
    out.paths = layer.paths or out.paths
  end
  for _, setting in ipairs(given.overrides) do
    local key, value = setting:match("^train%.(%w+)=(.*)$")
    if key then
      out.params[key] = tonumber(value) or value
    else
      local near = text.nearest(setting:match("^[^=]*"), { "train.rounds", "train.size" })
      out.errors[#out.errors + 1] = setting .. ": unknown" .. (near and "; did you mean '" .. near .. "'?" or "")
    end
  end
  out.notes[1] = #given.layers .. " files; " .. table.concat(given.overrides, " ")
  return out
end

return recipe {
  name = "system", params = {
    rounds = param.int { 1 }, size = param.int { 1 }, text = param.string { "none" },
  },
  config = config,
  run = function(_, p) return { skill = p.text .. "\\n" .. p.rounds .. " " .. p.size } end,
}
"""


class ConfigurationTest(ProjectTest):
    def setUp(self):
        super().setUp()
        self.project.write("recipes/system.lua", RECIPE)

    def skill(self, *arguments, code=0):
        answer = self.project.hone("run", "recipes/system", "--limit", "1", *arguments)
        self.assertExit(answer, code)
        if code:
            return answer.stderr
        config = self.project.one("SELECT a.config_json FROM arms a JOIN experiments USING (experiment_id) "
                                  "ORDER BY started_at_ms DESC, experiment_id DESC LIMIT 1")
        self.stderr = answer.stderr
        return json.loads(config)["params"]

    def test_files_that_build_on_files(self):
        self.project.write("configs/deep/own.yaml", "base: ../shared.yaml\ntrain: {rounds: 3}\n")
        self.project.write("configs/shared.yaml", "base: root/empty.yaml\ntrain: {rounds: 5, size: 7}\nskill: start.md\n")
        self.project.write("configs/root/empty.yaml", "")
        self.project.write("configs/deep/start.md", "beside the file\n")
        self.project.write("start.md", "where the user stands\n")
        self.project.edit("configs/deep/own.yaml", "base", "paths: folder\nbase")
        params = self.skill("--config", "configs/deep/own.yaml")
        self.assertEqual((params["rounds"], params["size"], params["text"]), (3, 7, "where the user stands"))
        self.assertIn("note: 3 files; ", self.stderr)

        # What is no parameter and no field is the configuration's; a parameter is the recipe's and comes last.
        params = self.skill("--config", "configs/deep/own.yaml", "train.size=9", "rounds=4", "seeds=1",
                            "--cfg-options", "train.rounds=6", "rounds=8", code=2)
        self.assertIn("configs/deep/own.yaml: rounds=8: unknown", params)
        params = self.skill("--config", "configs/deep/own.yaml", "train.size=9", "rounds=4", "--cfg-options",
                            "train.rounds=6", "train.text=x")
        self.assertEqual((params["rounds"], params["size"], params["text"]), (4, 9, "where the user stands"))
        self.assertIn("3 files; train.rounds=6 train.text=x train.size=9", self.stderr)

    def test_options_without_a_file(self):
        self.assertEqual(self.skill("train.size=9")["size"], 9)
        self.assertIn("system: trian.size=9: unknown; did you mean 'train.size'?", self.skill("trian.size=9", code=2))

    def test_what_is_refused(self):
        self.project.write("circle.yaml", "base: ./one/../circle.yaml\n")
        self.assertIn("circle.yaml: builds on circle.yaml, which builds on it", self.skill("--config", "circle.yaml", code=2))
        self.project.write("away.yaml", "base: /etc/passwd\n")
        self.assertIn("away.yaml: asks for '/etc/passwd': only a path relative", self.skill("--config", "away.yaml", code=2))
        for n in range(17):
            self.project.write(f"{n}.yaml", f"base: {n + 1}.yaml\n")
        self.assertIn("0.yaml: builds on more than 16 files", self.skill("--config", "0.yaml", code=2))
        self.project.write("lost.yaml", "base: nowhere.yaml\n")
        self.assertIn("nowhere.yaml", self.skill("--config", "lost.yaml", code=2))
        answer = self.project.hone("run", "experiments/study.lua", "--cfg-options", "a=1")
        self.assertIn("goes with a recipe", answer.stderr)

    def test_texts_of_files(self):
        hostile = "line, with \"quotes\" and [brackets]\n42\n"
        self.project.write("mine.md", hostile)
        self.assertEqual(self.skill("text=@mine.md", "train.size=2")["text"], hostile)
        self.assertEqual(self.skill("text=@@mine", "train.size=2")["text"], "@mine")
        self.assertIn("text=@FILE takes the text of a file", self.skill("text=@none.md", "train.size=2", code=2))

        self.project.write("experiments/texts/start.md", hostile)
        self.project.write("experiments/texts/two.lua", """\
return experiment {
  name = "two", data = data.documents { path = "../../notes", context_words = 400, min_words = 100 },
  models = { default = "offline/reader" }, base = { recipe = "system", text = { file = "start.md" } },
  arms = { { "Base" }, { "Own", text = { file = "../../mine.md" }, rounds = 2 } },
}
""")
        self.assertExit(self.project.hone("run", "experiments/texts/two.lua", "--limit", "1"), 0)
        texts = [json.loads(row[0])["params"]["text"] for row in self.project.rows(
            "SELECT a.config_json FROM arms a JOIN experiments e USING (experiment_id) WHERE e.name = 'two'")]
        self.assertEqual(texts, [hostile, hostile])
        # The text is part of what was run: another one is another experiment.
        self.project.write("experiments/texts/start.md", "else\n")
        self.assertExit(self.project.hone("run", "experiments/texts/two.lua", "--limit", "1"), 0)
        self.assertEqual(self.project.one("SELECT count(*) FROM experiments WHERE name = 'two'"), 2)
        (self.project.folder / "experiments/texts/start.md").unlink()
        answer = self.project.hone("run", "experiments/texts/two.lua")
        self.assertExit(answer, 2)
        self.assertIn("experiments/texts/two.lua: base.text: ", answer.stderr)


if __name__ == "__main__":
    main(sys.argv)
