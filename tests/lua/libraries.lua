-- json, text, re, random, skill, stats, schedule.
assert(json.encode { b = 1, a = { 1, 2.5, "x", true } } == '{"a":[1,2.5,"x",true],"b":1}')
assert(json.encode {} == "{}" and json.encode(json.array {}) == "[]")
assert(json.canonical { z = 1.0, a = 0.1 } == '{"a":0.1,"z":1}')
local value = assert(json.decode '{"a": [1, 2, {"b": null}], "c": "\\u00e4"}')
assert(value.a[2] == 2 and json.is_null(value.a[3].b) and value.c == "\u{e4}")
assert(json.encode(value) == '{"a":[1,2,{"b":null}],"c":"\u{e4}"}')
local none, why = json.decode "{"
assert(none == nil and why:find("line 1"))
assert(math.type(json.decode "3") == "integer" and math.type(json.decode "3.5") == "float")

assert(text.trim "  x \n" == "x" and #text.split("a,b,,c", ",") == 4 and #text.lines "a\r\nb\n" == 2)
assert(text.words "one two  three" == 3 and text.clip("one two three", { words = 2 }) == "one two")
assert(text.clip("\u{e4}\u{e4}", { bytes = 3 }) == "\u{e4}")
assert(text.replace("a.b.c", ".", "%1") == "a%1b%1c" and text.starts_with("abc", "ab") and text.ends_with("abc", "bc"))
assert(text.nearest("jugde", { "judge", "llm" }) == "judge" and text.nearest("zzzzzz", { "judge" }) == nil)
assert(#text.hash "x" == 64 and table.concat(text.normal_words "Don't stop, NOW!", " ") == "dont stop now")

assert(re.find("hello 42", "\\d+") == 7 and re.match("k=v", "(\\w)=(\\w)") == "k")
assert(table.concat(re.all("a1b22", "\\d+"), " ") == "1 22" and re.gsub("a1b2", "(\\d)", "<\\1>") == "a<1>b<2>")
assert(table.concat(re.split("a, b;c", "[,;]\\s*"), "|") == "a|b|c" and re.match("a.b", re.escape("a.b")))
assert(#re.all("aaa", "") == 4 and #re.all("", "x") == 0)

local a, b = random.int(1, 6), random.float()
assert(a >= 1 and a <= 6 and b >= 0 and b < 1)
local shuffled = random.shuffle { 1, 2, 3, 4, 5 }
table.sort(shuffled)
assert(table.concat(shuffled) == "12345")

local document = skill.render { name = "my-skill", description = "d", body = "one two three four" }
local parsed = skill.parse(document)
assert(parsed.name == "my-skill" and parsed.body == "one two three four" and #skill.check(document) == 0)
assert(skill.parse(skill.clip(document, { words = 2 })).body == "one two")
assert(skill.slug "Tax Rules (2024)!" == "tax-rules-2024")
assert(#skill.check(skill.normalise("A Name", "", "```markdown\n# Title\nText.\n```")) == 0)

assert(stats.mean { 1, 2, 3 } == 2 and stats.sd { 1 } == nil and stats.quantile({ 1, 2, 3 }, 0.5) == 2)
local low, high = stats.wilson(5, 10)
assert(low > 0.2 and high < 0.8)
local rate = stats.interval { values = { 1, 0, true, false, 0.5, 1 }, clusters = { "a", "a", "b", "b", "c", "c" } }
assert(rate.n == 6 and rate.clusters == 3 and rate.low < rate.value and rate.value < rate.high and rate.value > 0.58)
assert(stats.interval { values = {} }.value == nil and stats.interval { values = { 1 } }.low == nil)
local new, old = {}, {}
for i = 1, 12 do new[i], old[i] = true, i % 4 == 0 end
local test = stats.paired_test { a = new, b = old }
assert(test.difference == 0.75 and test.p == 2 / 512 and test.exact and test.clusters == 12 and test.low > 0)
test = stats.paired_test { a = { 1, 1 }, b = { 0, 0 }, clusters = { 7, 7 } }
assert(test.p == nil and test.note == "too few clusters to test" and test.difference == 1)
local gated = stats.gate { candidate = { 1, 1, 1, true, 1, 0.5 }, current = { 0, 0, 0, false, 0, 0.5 } }
assert(gated.accept and gated.p == 1 / 32 and gated.exact and gated.clusters == 6 and gated.changed == 5)
gated = stats.gate { candidate = { 1, 1, 1 }, current = { 0, 0, 0 }, level = 0.2, clusters = { 1, 1, 2 } }
assert(not gated.accept and gated.p == 1 / 4 and gated.difference == 1)
local kappa = stats.kappa { a = { "yes", "yes", "no", "no" }, b = { "yes", "no", "no", "no" } }
assert(kappa.kappa == 0.5 and kappa.observed == 0.75 and kappa.expected == 0.5)
local exact, mid = stats.mcnemar(1, 7)
assert(math.abs(exact - 18 / 256) < 1e-12 and math.abs(mid - 10 / 256) < 1e-12)
local corrected = stats.holm { 0.01, 0.04, 0.03 }
assert(corrected[1] == 0.03 and corrected[2] == 0.06 and corrected[3] == 0.06)
for _, case in ipairs {
  { function() stats.paired_test { a = { 1 }, b = { 1, 0 } } end, "b has 2 entries, a has 1" },
  { function() stats.paired_test { a = { 2 }, b = { 1 } } end, "a%[1%] must be a score from 0 to 1" },
  { function() stats.interval { values = { 1 }, cluster = { 1 } } end, "clusters" },
  { function() stats.gate { candidate = { 1 }, current = { 1 }, level = 1 } end, "level must be between 0 and 1" },
  { function() stats.gate { candidate = { 1, 0 }, current = { 1 } } end, "current has 1 entries, candidate has 2" },
  { function() stats.holm { 1.5 } end, "p_values%[1%] must be from 0 to 1" },
  { function() stats.mcnemar(-1, 2) end, "gained must be from 0" },
} do
  local ok, message = pcall(case[1])
  assert(not ok and tostring(message):find(case[2]), tostring(message))
end
assert(schedule.linear { from = 1, to = 0, step = 1, steps = 5 } == 1)
assert(schedule.cosine { from = 1, to = 0, step = 5, steps = 5 } == 0)
