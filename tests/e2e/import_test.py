#!/usr/bin/env python3
"""hone import: what a layout writes comes back as the same rows; once, whole or not at all."""

import os
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))

from project import EXPERIMENT, ProjectTest, main  # noqa: E402

# Writes its rows down as they are, and reads them again.
RECIPE = """\
local function steps(t)
  local current = record.skill { side = "target", name = "start", text = "Read." }
  for i = 1, 2 do
    local id = record.skill { side = "target", name = "step", text = ("Read twice. "):rep(200) .. i, step = i }
    local task = record.task { origin = "train", text = "Why?", rubrics = { "says why", "says when" }, step = i,
                               cluster = "page" }
    record.attempt { task = task, skill = id, answer = "Because " .. i, purpose = "loop", score = 0.5, step = i,
                     failure_class = "assertion",
                     verdict = { graded = true, solved = false, n_pass = 1, n_rubrics = 2, status = { "yes", "no" },
                                 reasons = { "it does", "" } } }
    record.edit { before_skill = current, after_skill = id, action = "append", status = "applied",
                  proposal = { i, { deep = "x" } }, step = i }
    record.gate { skill = id, accepted = i == 1, rule = "strict", scores = { score = 1 / i }, step = i }
    record.step { name = "step", action = "accept", step = i, epoch = 1, skill = id, record = { n = i } }
    record.metric { name = "best_score", value = 0.5, step = i }
  end
  record.artifact { name = "notes.md", text = "kept " .. t }
end

return recipe {
  name = "system",
  run = function()
    steps "root"
    parallel.map({ 1, 2 }, steps)
    return { skill = "Read twice." }
  end,
  layout = { tree = function(rows)
    local files = {}
    for i, unit in ipairs(rows) do files[i] = { path = "units/" .. i .. ".json", text = json.encode(unit) } end
    return files
  end },
  import = { tree = function(files)
    local units = json.array {}
    for _, file in ipairs(files) do
      if file.path:find("^units/") then units[#units + 1] = json.decode(file.text) end
    end
    return { units = units, notes = { #files .. " files" } }
  end },
}
"""

# Every column that a recipe gives, of one experiment's units, in the order of the program.
COMPARED = {
    "tasks": "x.step, x.origin, x.text, x.cluster, x.words, x.n_rubrics",
    "skills": "x.step, x.side, x.name, x.words, (SELECT hex(hash) FROM texts WHERE text_id = x.text_id)",
    "attempts": "x.step, x.purpose, x.graded, x.solved, x.n_pass, x.n_rubrics, x.score, x.failure_class, x.answer_words, "
                "(SELECT path || n FROM tasks WHERE task_id = x.task_id), "
                "(SELECT path || n FROM skills WHERE skill_id = x.skill_id), "
                "(SELECT group_concat(status || reason) FROM verdicts v WHERE v.attempt_id = x.attempt_id)",
    "edits": "x.step, x.action, x.status, x.proposal_json, "
             "(SELECT path || n FROM skills WHERE skill_id = x.before_skill_id), "
             "(SELECT path || n FROM skills WHERE skill_id = x.after_skill_id)",
    "gates": "x.step, x.accepted, x.rule, x.scores_json",
    "steps": "x.step, x.epoch, x.name, x.action, x.record_json, (SELECT path || n FROM skills WHERE skill_id = x.skill_id)",
    "metrics": "x.step, x.name, x.value",
    "artifacts": "x.name, (SELECT hex(hash) FROM texts WHERE text_id = x.text_id)",
}


class ImportTest(ProjectTest):
    def setUp(self):
        super().setUp()
        self.project.write("recipes/system.lua", RECIPE)
        self.project.write("experiments/study.lua", EXPERIMENT.replace('recipe = "small"', 'recipe = "system"')
                           .replace('{ "No skill", recipe = "no_skill" },', '').replace('"No skill"', '"Small"'))
        self.assertExit(self.project.hone("run", "experiments/study.lua", "--limit", "2"), 0)
        self.assertExit(self.project.hone("export", "study", "--layout", "tree", "out"), 0)

    def rows_of(self, experiment):
        found = {}
        for table, columns in COMPARED.items():
            found[table] = self.project.rows(
                f"SELECT ru.name, x.path, x.n, {columns} FROM experiments e JOIN arms USING (experiment_id) "
                f"JOIN runs USING (arm_id) JOIN run_units ru USING (run_id) JOIN {table} x ON x.unit_id = ru.unit_id "
                "WHERE e.name = ? ORDER BY ru.position, x.path, x.n", experiment)
        found["report"] = self.project.rows(
            "SELECT item, task, cluster, graded, solved, n_pass FROM report_attempts WHERE experiment = ? "
            "ORDER BY item, task", experiment)
        return found

    def test_what_a_layout_writes_comes_back(self):
        answer = self.project.hone("import", "tree", "out", "--name", "back")
        self.assertExit(answer, 0)
        self.assertIn("note: 2 files", answer.stderr)
        original, back = self.rows_of("study"), self.rows_of("back")
        for table, rows in original.items():
            self.assertTrue(rows, table)
            self.assertEqual(back[table], rows, table)
        self.assertEqual(self.project.one("SELECT origin FROM arms JOIN experiments e USING (experiment_id) "
                                          "WHERE e.name = 'back'"), "imported")
        # Again: nothing is there twice.
        counts = "SELECT (SELECT count(*) FROM skills), (SELECT count(*) FROM units), (SELECT count(*) FROM verdicts)"
        before = self.project.rows(counts)
        self.assertExit(self.project.hone("import", "tree", "out", "--name", "back"), 0)
        self.assertEqual(self.project.rows(counts), before)
        # It reads like any other.
        for verb in (["table", "back"], ["ls", "back"], ["report", "back", "-o", "back.html"], ["trace", "back", "Small"],
                     ["compare", "study", "back"], ["plot", "curve", "back"]):
            self.assertExit(self.project.hone(*verb), 0)
        self.assertIn("imported from out", self.project.hone("table", "back").stdout)
        self.assertExit(self.project.hone("export", "back", "--layout", "tree", "again"), 0)

    def test_files_that_are_no_texts_and_links_are_left_out(self):
        self.project.write("out/cache.bin", "\0\1\2")
        os.symlink("/etc/passwd", self.project.folder / "out" / "units" / "3.json")
        answer = self.project.hone("import", "tree", "out")
        self.assertExit(answer, 0)
        self.assertIn("1 files are no texts and are left out, such as cache.bin", answer.stderr)
        self.assertIn("note: 2 files", answer.stderr)

    def test_all_of_it_or_nothing(self):
        before = self.project.rows("SELECT count(*) FROM units")
        for unit, why in (
                ('{"unit": {"id": "a"}, "skills": [{"skill_id": 1, "side": "x", "text": "t"}], '
                 '"gates": [{"skill_id": 2, "accepted": 1, "rule": "r"}]}',
                 "units[1].gates[1].skill_id: no row of skills before it has the id 2"),
                ('{"unit": {"id": "a"}, "metrics": [{"name": "m", "value": "much"}]}', "metrics.value: expected a number"),
                ('{"unit": {"id": "a"}, "steps": [{"nam": "m"}]}', "steps.nam: no such field; did you mean 'name'?"),
                ('{"unit": {"id": "a"}, "metrics": [{"n": 2, "name": "m", "value": 1}, {"n": 2, "name": "m", "value": 1}]}',
                 "units[1].metrics[2].n: rows of a path are counted upwards")):
            self.project.write("bad/units/1.json", unit)
            answer = self.project.hone("import", "tree", "bad")
            self.assertExit(answer, 2)
            self.assertIn(why, answer.stderr)
            self.assertEqual(self.project.rows("SELECT count(*) FROM units"), before)
            self.assertEqual(self.project.one("SELECT count(*) FROM experiments WHERE name = 'bad'"), 0)
        answer = self.project.hone("import", "tre", "out")
        self.assertIn("no recipe reads the layout 'tre'; did you mean 'tree'?", answer.stderr)
        self.assertIn("nowhere: no folder", self.project.hone("import", "tree", "nowhere").stderr)


if __name__ == "__main__":
    main(sys.argv)
