-- Feedback, masking, names of tests, failure classes, scores.
local masking, feedback = require "hone.masking", require "hone.feedback"
local outcomes, classes = require "hone.test_outcomes", require "hone.failure_class"

local function same(got, wanted)
  assert(got == wanted, "got: " .. tostring(got) .. "\nwanted: " .. tostring(wanted))
end

-- The original's rule, with what the specification verified about it.
for input, output in pairs {
  ["Expected 42.5 but GOT 7"] = "expected <VALUE> but got <VALUE>",
  ["assert 3 == 4"] = "assert <VALUE> OP <VALUE>",
  ["Expected: 42"] = "Expected: 42",
  ["expected error"] = "expected <VALUE>rror",
  ["test_a[x 1]"] = "test_a[<PARAMS>]",
  ["expected 'blue'"] = "expected 'blue'",
} do same(masking.published(input), output) end

-- Ours: what stays and what goes.
for input, output in pairs {
  ["tests/test_outputs.py::test_total[5 kg-a::b] FAILED  [ 50%]"] = "tests/test_outputs.py::test_total[<PARAMS>] FAILED",
  ["FAILED test_outputs.py::test_total - AssertionError: blue != green"] =
    "test_outputs.py::test_total FAILED - AssertionError",
  ["AssertionError: blue != green"] = "AssertionError: <VALUE>",
  ["E       assert total == 17"] = "E assert <VALUE> == <VALUE>",
  ["ModuleNotFoundError: No module named 'openpyxl'"] = "ModuleNotFoundError: No module named <VALUE>",
  ['  File "/tests/test_outputs.py", line 12, in test_total'] = '  File "/tests/test_outputs.py", line 12, in test_total',
  ["Expected: a plain word"] = "Expected <VALUE>",
  ["row 3 holds 12.5 kg of salt"] = "row <VALUE> holds <VALUE> of salt",
  ["permission denied while opening the file"] = "permission denied while opening the file",
  ["expected:\n  blue\n  green\n\nthe end"] = "expected <VALUE>\n<VALUE>\n\nthe end",
} do same(masking.thorough(input), output) end

-- 200 planted values in all the forms in which verifiers tell what they wanted: none is left.
local plain = { "8317", "-42.625", "3.0e+17", "0x7fBEEF", "1,204,511", "2031-07-19", "23:59:07", "77.25%", "$9,431.07", "918.5 kg",
  "66 km/h", "451°C", "12GiB", "berlin", "north-east", "crimson king", "Zürich", "a1b2c3d4", "user@host.example", "/srv/out/x.csv" }
local quoted = { "'berlin wall'", '"it\'s blue"', "b'\\x00\\x01'", "`make all`", '"""long\\ntext"""' }
local containers = { "[1, 2, 3]", "{'a': 1, 'b': 2}", "(7, 'x')", "{3, 5, 8}", "[['p', 1], ['q', 2]]", "{'k': [9, {'z': 0.5}]}" }
local forms = {
  "expected %s, got 1", "Expected: %s", "got %s instead of 1", "assert x == %s", "E   assert 'q' == %s", "AssertionError: %s != 0",
  "self.assertEqual(total, %s)", "E  - %s", "+ %s", "actual=%s", "the result should be %s", "%s was expected here",
  "total: %s", "wrong value %s in row", "expected:\n    %s\n", "x.py::test_y[%s] FAILED", "FAILED x.py::test_y[%s] - assert 1",
}
local planted, values = 0, {}
for _, list in ipairs { plain, quoted, containers } do
  for _, value in ipairs(list) do values[#values + 1] = value end
end
for i, form in ipairs(forms) do
  for k, value in ipairs(values) do
    if (i + k) % 2 == 0 or i > 12 then
      local shown = masking.thorough((text.replace(form, "%s", value)))
      assert(not shown:find(value, 1, true), form .. " shows " .. value .. ": " .. shown)
      local core = value:match("[%w.,]+%w") or value
      assert(#core < 4 or not shown:find(core, 1, true), form .. " shows " .. core .. " of " .. value .. ": " .. shown)
      planted = planted + 1
    end
  end
end
assert(planted >= 200, planted)

-- Names and counts.
local seen = outcomes.of { stdout = [[
tests/test_outputs.py::test_a PASSED
tests/test_outputs.py::test_b[two words 17] FAILED
[FAILED] test_c: it broke
Failed test(s): test_d, test_e[3]; test_f
HTTP 404 error
=== 4 failed, 1 passed, 1 error in 0.12s ===]] }
same(table.concat(seen.failed, " "), "test_b test_c test_d test_e test_f")
same(table.concat(seen.passed, " "), "test_a")
assert(seen.n_failed == 5 and seen.n_passed == 1, seen.n_failed .. "/" .. seen.n_passed)
seen = outcomes.of { stdout = "3 passed in 0.1s" }
assert(seen.n_passed == 3 and seen.partial_score == 1.0)
seen = outcomes.of { stdout = "Score: 0.25\nFailed: 3\nPassed: 1" }
assert(seen.partial_score == 0.25 and seen.n_failed == 3)
seen = outcomes.of { stdout = "1 failed", ctrf = { tests = {
  { name = "test_outputs.py::test_x[7 kg]", status = "failed" }, { name = "test_y", status = "passed" },
  { name = "test_y", status = "passed" }, { name = "total equals 42", status = "failed" } } } }
same(table.concat(seen.failed, "|"), "equals <VALUE>|test_x")
assert(seen.n_passed == 2 and seen.n_failed == 2)

-- Levels, each with all before it.
local outcome = {
  task = "  Make it blue.\nAnd more.", category = "csv", difficulty = "easy", class = "assertion", reward = 0.5, passed = false,
  tests = { failed = { "test_b" }, passed = { "test_a" }, n_failed = 1, n_passed = 1, partial_score = 0.5 },
  output = "test_outputs.py::test_b[42] FAILED\nAssertionError: 'red' != 'blue'",
}
local function shown(level, rule) return feedback.text(outcome, { level = level, masking = rule or "thorough" }) end
same(shown "none", "assertion [csv/easy]\nTask: Make it blue.")
same(shown "score", shown "none" .. "\nReward score: 0.500\nTests: 1 failed, 1 passed (partial score: 0.50)")
same(shown "tests", shown "score" .. "\nFailed tests:\n- test_b\nPassed tests:\n- test_a")
same(shown "masked", shown "tests" .. "\nVerifier output (values masked):\n"
  .. "test_outputs.py::test_b[<PARAMS>] FAILED\nAssertionError: <VALUE>")
same(shown "full", shown "tests" .. "\nVerifier output:\n" .. outcome.output)
assert(shown("masked", "published"):find("'red' != 'blue'", 1, true), "the original's rule shows strings")
assert(feedback.at_least("tests", "score") and not feedback.at_least("none", "score"))
same(feedback.diagnostic("Get:1 http\n\nall well\nAssertionError: 5 != 6", "thorough"), "AssertionError: <VALUE> | <VALUE>")
same(feedback.diagnostic(" \n", "thorough"), "(no output)")

-- Classes.
for output, class in pairs {
  ["AssertionError: x"] = "assertion", ["ModuleNotFoundError"] = "module_missing", ["cat: x: No such file or directory"] = "file_missing",
  ["1 failed (pytest)"] = "test_fail", ["Traceback"] = "runtime_exception", ["hm"] = "verifier_fail",
} do same(classes.of_output(output), class) end
same(classes.of({ passed = true, class = "none" }, { timed_out = true }), "none")
same(classes.of({ passed = false, class = "verifier_timeout" }, {}), "verifier_timeout")
same(classes.of({ passed = false, class = "verifier_fail", stdout = "assert" }, { timed_out = true }), "agent_timeout")
assert(classes.is_retried("runtime_exception", "published") and not classes.is_retried("runtime_exception", "infrastructure"))

-- Scores.
local tests = { partial_score = 34 / 37 }
for _, case in ipairs {
  { { passed = false, reward = 0 }, "dual", 34 / 37 }, { { passed = false, reward = 0 }, "binary", 0.0 },
  { { passed = true, reward = 0 }, "reward", 1.0 }, { { passed = false, reward = 0.25 }, "reward", 0.25 },
} do same(feedback.score(case[1], tests, case[2]), case[3]) end
