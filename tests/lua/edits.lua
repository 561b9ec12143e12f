-- edit, score, random.mt19937.
local base = "# Rules\n- one\n- two\n<!-- S -->\nkept\n<!-- /S -->\n"
local marks = { { "<!-- S -->", "<!-- /S -->" } }
local edits = {
    { op = "insert_after", target = "- one", content = "- one and a half" },
    { op = "replace", target = "- two", content = "- 2" },
    { op = "delete", target = "kept", content = "" },
    { op = "delete", target = "- three" },
    { op = "append", content = 7 }, "no edit",
}
local result = edit.apply { text = base, edits = edits, protected = marks }
assert(result.text == "# Rules\n- one\n- one and a half\n- 2\n<!-- S -->\nkept\n<!-- /S -->\n", result.text)
assert(result.applied == 2 and result.skipped == 2 and result.errors == 2 and result.total == 6)
assert(result.report[3].status == "refused_protected" and result.report[4].status == "missing_anchor")
assert(result.report[5].problem:find "content must be text" and result.report[6].problem:find "got string")
local dry = edit.apply { text = base, edits = edits, protected = marks, dry_run = true }
assert(dry.text == base and json.encode(dry.report) == json.encode(result.report))
local published = edit.apply { text = base, semantics = "published", protected = marks, edits = {
    { op = "append", content = " x " }, { op = "insert_after", target = "nowhere", content = "y" } } }
assert(published.report[1].status == "applied_append_before_protected_region")
assert(published.report[2].status == "applied_insert_after_fallback_before_protected_region")
local ok, problem = pcall(edit.apply, { text = "", edits = {}, semantics = "publish" })
assert(not ok and tostring(problem):find "did you mean 'published'")
ok, problem = pcall(edit.apply, { text = "", edits = {}, protected = { { "x" } } })
assert(not ok and tostring(problem):find "protected%[1%]")

local changed = edit.diff(base, "new\n" .. base)
assert(#changed == 1 and edit.apply { text = base, edits = changed }.text == "new\n" .. base)
assert(#edit.diff("a", "a") == 0 and json.encode(edit.diff("a", "a")) == "[]")

assert(score.exact_match("The Answer!", { "x", "answer" }) == 1 and score.exact_match("a", "b") == 0)
assert(score.token_f1("cat sat", "cat sat down") == 0.8 and score.anls("helo", "hello") == 0.8)
assert(score.contains_match("in Paris", "paris") == 1 and score.edit_distance("ab", "b") == 1)
assert(score.exact_match("$1,200 million", "1200", "figures") == 1 and score.normal("A  b.", "folded") == "a b.")
assert(score.same_cell("1.50", 1.5) and score.same_cell(nil, "") and not score.same_cell("a", nil))
assert(score.same_cell({ time = "10:20:30" }, "10:20"))
ok, problem = pcall(score.token_f1, "a", "b", "wordz")
assert(not ok and tostring(problem):find "did you mean 'words'")

-- python3: r = random.Random(42); x = list(range(10)); r.shuffle(x)
local python = random.mt19937(42)
assert(table.concat(python:shuffle { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9 }) == "7328569401")
assert(random.mt19937(42):float() == 0.6394267984578837 and random.mt19937("42"):float() == 0.6394267984578837)
assert(random.mt19937(-42):float() == random.mt19937("0x2a"):float())
assert(#python:sample({ 1, 2, 3 }, 2) == 2 and python:int(3, 3) == 3 and python:choice { 9 } == 9)
assert(tostring(python) == "random.mt19937" and getmetatable(python) == false and type(python) == "userdata")
assert(not pcall(random.mt19937, 1.5) and not pcall(random.mt19937, "x") and not pcall(python.shuffle, {}))
assert(not pcall(function() python.x = 1 end) and not pcall(json.encode, python))
