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
assert(schedule.linear { from = 1, to = 0, step = 1, steps = 5 } == 1)
assert(schedule.cosine { from = 1, to = 0, step = 5, steps = 5 } == 0)
