-- Takes values out of a verifier's output, so that who reads it learns what kind of thing is wrong and not what
-- the right answer is.
--
-- masking.thorough (ours) works line by line:
--   * a test's line keeps its name (without the brackets of a parametrised id) and its status;
--   * a place ('File "x.py", line 3, in f') and a rule of dashes stay;
--   * a line that compares (expected, got, assert, ==, should, ...) keeps the words that compare and nothing
--     else: values stand before those words as often as after them, and need no quotes;
--   * so does what follows an assertion error, a colon or an equals sign, and every line of a difference
--     (-, +, ?, E); a comparison that ends its line hides the lines below it up to an empty one;
--   * what is left loses quoted strings, containers, and numbers with their units.
-- masking.published is the original's rule to the letter; it misses strings, colons, variables and more
-- (specs: four patterns, one after the other).
local masking = {}

local VALUE, PARAMS = "<VALUE>", "[<PARAMS>]"

-- Words that say that something is compared with something.
local COMPARES = "(?i)\\b(?:un)?expect(?:ed|s|ing|ation)?\\b|\\bgot\\b|\\bactual(?:ly)?\\b|\\bwant(?:ed|s)?\\b"
  .. "|\\breceived\\b|\\bfound\\b|\\bshould\\b|\\bmust\\b|\\binstead\\b|\\brather\\b|\\bdiffer(?:s|ed|ent|ence)?\\b"
  .. "|\\bmismatch(?:es|ed)?\\b|\\bwrong\\b|\\bincorrect\\b|\\bcorrect\\b|\\bequals?\\b|\\bis not\\b|\\bnot in\\b"
  .. "|\\bwas\\b|\\bvalues?\\b|\\bresults?\\b|\\banswers?\\b|\\bmissing\\b|\\bextra\\b|\\bfirst\\b|\\bsecond\\b"
  .. "|\\bassert\\w*|[=!<>]=|\u{2260}|\\bvs\\.?(?:\\s|$)|->|=>"

-- With a sign or currency before it and a unit after it.
local NUMBER = "[-+$\u{20ac}\u{a3}]?(?:0[xX][0-9a-fA-F]+|\\d[\\d_,.:/eE+\\-]*)"
  .. "(?:\\s?(?:%|\u{b0}?[A-Za-z\u{b5}\u{3bc}]{1,4}\\b(?:/[A-Za-z]+)?))?"
local QUOTED = "[bBfFrRuU]?(?:\"\"\".*?\"\"\"|'''.*?'''|\"(?:[^\"\\\\]|\\\\.)*\"|'(?:[^'\\\\]|\\\\.)*'|`[^`]*`)"

local STATUS = "PASSED|FAILED|ERROR|XFAIL|XPASS|SKIPPED"
local EXCEPTION = "^(\\s*(?:E\\s+)?(?:[\\w.]+\\.)?\\w*(?:Error|Exception|Warning|Interrupt|Exit))(?::|$)"
local PLACE = "^\\s*(?:E\\s+)?(?:File \"[^\"]*\", line \\d+(?:, in [\\w.<>]+)?"
  .. "|[\\w./-]+\\.\\w+:\\d+:(?: in [\\w.<>]+)?)\\s*$"
local RULE = "^[\\s=_\\-*~.+]*$"

-- A test's name without what its parameters tell.
function masking.test_name(name)
  local bare, count = name:gsub("%[.*$", "")
  return text.trim(bare), count > 0
end

local CONTAINER = "\\[[^\\[\\](){}]*\\]|\\{[^\\[\\](){}]*\\}|\\([^\\[\\](){}]*[,\\d<>'\"][^\\[\\](){}]*\\)"

-- Containers from the innermost outwards.
local function without_containers(line)
  local count
  repeat
    line, count = re.gsub(line, CONTAINER, VALUE)
  until count == 0
  return line
end

local function without_values(line)
  line = re.gsub(line, QUOTED, VALUE)
  line = without_containers(line)
  line = re.gsub(line, "([:=])\\s+\\S.*$", "\\1 " .. VALUE)
  line = re.gsub(line, "(^|[^\\w<])" .. NUMBER, "\\1" .. VALUE)
  -- What is left of a quotation or container that another line ends.
  line = re.gsub(line, "[\"'`\\[{].*$", VALUE)
  return (re.gsub(line, "(?:" .. VALUE .. "[\\s,;]*)+" .. VALUE, VALUE))
end

local function comparison(line)
  local words = {}
  for _, word in ipairs(re.all(line, COMPARES)) do words[#words + 1] = text.trim(word) .. " " .. VALUE end
  return table.concat(words, " ")
end

-- "tests/x.py::test_a[1-b c] FAILED [ 3%]", pytest's summary "FAILED x.py::test_a[1] - message", and unittest's
-- "FAIL: test_a (tests.Case.test_a)".
local function test_line(line)
  if re.find(line, "^(?:FAIL|ERROR|ok): \\w+ \\([\\w.]+\\)$") then return line end
  if not line:find("::", 1, true) then return nil end
  local status = re.match(line, "\\b(" .. STATUS .. ")\\b")
  local head = re.match(line, "([\\w./\\-]+::[\\w:.]+)")
  if not status or not head then return nil end
  local after = line:sub(select(2, line:find(head, 1, true)) + 1)
  local exception = re.match(line, " - (\\w*(?:Error|Exception))\\b")
  return head .. (after:sub(1, 1) == "[" and PARAMS or "") .. " " .. status .. (exception and " - " .. exception or "")
end

local function ends_open(line)
  return re.find(line, "[:=]\\s*$") ~= nil or re.find(line, "(?i)(?:expected|got|actual)\\s*$") ~= nil
end

-- One line; then whether the lines below it belong to a comparison that it begins.
local function masked_line(line)
  if re.find(line, RULE) then return line, false end
  local test = test_line(line)
  if test then return test, false end
  if re.find(line, PLACE) then return line, false end
  if re.find(line, "^Traceback \\(most recent call last\\):$") then return line, false end
  local exception = re.match(line, EXCEPTION)
  if exception then
    if exception:find("Assert", 1, true) then return exception .. ": " .. VALUE, line:find("%S%s*$") ~= nil end
    local message = without_values(text.trim(line:sub(#exception + 2)))
    return message == "" and line or exception .. ": " .. message, false
  end
  if re.find(line, "^\\s*(?:E\\s|[-+?>|] )") then
    local words = comparison(line)
    return line:match("^%s*%S") .. " " .. (words ~= "" and words or VALUE), true
  end
  if re.find(line, COMPARES) then return comparison(line), ends_open(line) end
  return without_values(line), ends_open(line)
end

function masking.thorough(output)
  local out, open, last = {}, false, nil
  for _, line in ipairs(text.lines(output)) do
    local shown
    if line:find("^%s*$") then
      shown, open = line, false
    else
      local masked, opens = masked_line(line)
      -- Inside an open comparison only lines of a known form are more than a value.
      local structure = re.find(line, RULE) or test_line(line) or re.find(line, PLACE) or re.find(line, EXCEPTION)
        or line:find("^Traceback")
      shown = open and not structure and VALUE or masked
      open = opens or (open and not structure)
    end
    if not (shown == VALUE and last == VALUE) then out[#out + 1] = shown end
    last = shown
  end
  return table.concat(out, "\n")
end

function masking.published(output)
  local run = "[\\d.eE+\\-]+"
  output = re.gsub(output, "(?i)\\bexpected\\s+" .. run, "expected " .. VALUE)
  output = re.gsub(output, "(?i)\\bgot\\s+" .. run, "got " .. VALUE)
  local compared = "(?i)\\bassert\\s+" .. run .. "\\s*[=!<>]+\\s*" .. run
  output = re.gsub(output, compared, "assert " .. VALUE .. " OP " .. VALUE)
  return (re.gsub(output, "\\[[^\\]]*\\d[^\\]]*\\]", PARAMS))
end

function masking.of(rule, output)
  return rule == "published" and masking.published(output) or masking.thorough(output)
end

return masking
