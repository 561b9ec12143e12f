#include "skill/skill_document.h"

#include <boost/test/unit_test.hpp>
#include <random>

#include "base/text.h"

namespace hone {
namespace {

SkillReading Parsed(std::string_view text) {
  const Result<SkillReading> reading = ParseSkill(text);
  BOOST_REQUIRE_MESSAGE(reading.ok(), text);
  return *reading;
}

std::string FirstError(std::string_view text, std::string_view folder = "") {
  for (const SkillProblem& problem : CheckSkill(text, folder)) {
    if (problem.is_error) return problem.Text();
  }
  return "";
}

// Text of pieces that a frontmatter reader stumbles over.
std::string RandomText(std::mt19937* random, std::size_t max_pieces) {
  static const std::vector<std::string> pieces = {"a",
                                                  "Word",
                                                  " ",
                                                  "  ",
                                                  "\n",
                                                  "\n\n",
                                                  ": ",
                                                  ":",
                                                  "#",
                                                  " #",
                                                  "---",
                                                  "\"",
                                                  "'",
                                                  "\\",
                                                  "|",
                                                  ">",
                                                  "- ",
                                                  "[",
                                                  "{",
                                                  "&",
                                                  "*",
                                                  "!",
                                                  "%",
                                                  "@",
                                                  "`",
                                                  "```",
                                                  "yes",
                                                  "1",
                                                  "\t",
                                                  "é",
                                                  "漢",
                                                  "\x01",
                                                  "~",
                                                  "?",
                                                  ",",
                                                  "name: x",
                                                  "\ndescription: y\n",
                                                  "\n---\n",
                                                  "\r\n",
                                                  "\xEF\xBB\xBF"};
  std::string out;
  const std::size_t n = (*random)() % (max_pieces + 1);
  for (std::size_t i = 0; i < n; ++i) out += pieces[(*random)() % pieces.size()];
  return out;
}

BOOST_AUTO_TEST_SUITE(SkillDocuments)

BOOST_AUTO_TEST_CASE(ReadsWhatPeopleWrite) {
  struct Case {
    const char* text;
    const char* name;
    const char* description;
    const char* body;
    std::size_t warnings;
  };
  const std::vector<Case> cases = {
      {"---\nname: a-b\ndescription: Do it.\n---\n\n# Title\n\nText.\n", "a-b", "Do it.",
       "# Title\n\nText.", 0},
      {"---\nname: a # why\ndescription: \"x: \\\"y\\\" \\u00e9\"\n---\nB", "a", "x: \"y\" é", "B",
       0},
      {"---\nname: 'it''s'\ndescription: one\n  two\n\n  three\n---\nB", "it's", "one two\nthree",
       "B", 0},
      {"---\nname: a\ndescription: >-\n  one\n  two\n\n  three\n---\n", "a", "one two\nthree", "",
       0},
      {"---\nname: a\ndescription: |\n  one\n    two\n---\n", "a", "one\n  two", "", 0},
      {"---\nname: a\ndescription: \"one\n  two\"\n---\n", "a", "one two", "", 0},
      {"---\nname: a\ndescription: Use when: always\n---\nB", "a", "Use when: always", "B", 1},
      {"---\nname: a\ndescription: [x, y]\n---\nB", "a", "[x, y]", "B", 1},
      {"---\nname: a\nname: b\ndescription: c\n---\nB", "a", "c", "B", 1},
      {"---\nname: a\ndescription: c\nwhatever\n---\nB", "a", "c", "B", 1},
      {"---\nname: a\ndescription: c\nversion: 1\n---\nB", "a", "c", "B", 1},
      {"\xEF\xBB\xBF---\r\nname: a\r\ndescription: c\r\n---\r\nB\r\nC\r\n", "a", "c", "B\nC", 2},
      {"```markdown\n---\nname: a\ndescription: c\n---\nB\n```", "a", "c", "B", 2},
      {"```\n---\nname: a\ndescription: c\n---\n```sh\nx\n```\n```", "a", "c", "```sh\nx\n```", 2},
      {"Just a body.\n\n---\n\nMore.", "", "", "Just a body.\n\n---\n\nMore.", 1},
      {"```python\nx\n```", "", "", "```python\nx\n```", 1},
      {"---\n\nA rule first", "", "", "---\n\nA rule first", 1},
      {"", "", "", "", 1},
      // A rule in the body ends nothing.
      {"---\nname: a\ndescription: c\n---\nB\n---\nC", "a", "c", "B\n---\nC", 0},
  };
  for (const Case& test : cases) {
    const SkillReading got = Parsed(test.text);
    BOOST_TEST(got.document.name == test.name);
    BOOST_TEST(got.document.description == test.description);
    BOOST_TEST(got.document.body == test.body);
    BOOST_TEST(got.warnings.size() == test.warnings,
               test.text << " warns " << got.warnings.size() << ": " << Join(got.warnings, " / "));
  }
  const Result<SkillReading> open = ParseSkill("---\nname: a\ndescription: b\n\n# Title");
  BOOST_REQUIRE(!open.ok());
  BOOST_TEST(open.error().message ==
             "SKILL.md:1: the frontmatter never ends; close it with a line '---'");
}

BOOST_AUTO_TEST_CASE(ReadsOptionalFields) {
  const SkillReading got = Parsed(
      "---\nname: a\ndescription: b\nlicense: MIT\nmetadata:\n  author: Ann\n  version: \"1\"\n"
      "allowed-tools: Bash Read\n---\nB");
  const std::vector<SkillField> other = {{"license", "MIT"}, {"allowed-tools", "Bash Read"}};
  const std::vector<SkillField> metadata = {{"author", "Ann"}, {"version", "1"}};
  BOOST_TEST((got.document.other == other));
  BOOST_TEST((got.document.metadata == metadata));
  BOOST_TEST(got.warnings.empty());
  BOOST_TEST(RenderSkill(got.document) ==
             "---\nname: a\ndescription: b\nlicense: MIT\nallowed-tools: Bash Read\nmetadata:\n"
             "  author: Ann\n  version: \"1\"\n---\n\nB\n");
}

BOOST_AUTO_TEST_CASE(ChecksStrictly) {
  const std::string good = "---\nname: a-1\ndescription: b\n---\n\nB\n";
  BOOST_TEST(IsValidSkill(good));
  BOOST_TEST(CheckSkill(good).empty());
  struct Case {
    std::string text;
    const char* want;  // the beginning
  };
  const std::vector<Case> cases = {
      {"B", "SKILL.md:1: has no frontmatter"},
      {"\n" + good, "SKILL.md:1: the first line must be '---'"},
      {"---\ndescription: b\n---\nB", "SKILL.md:1: 'name' is missing"},
      {"---\nname: a\n---\nB", "SKILL.md:1: 'description' is missing"},
      {"---\nname: a\ndescription: \" \"\n---\nB", "SKILL.md:3: 'description' is missing"},
      {"---\nname: My Skill\ndescription: b\n---\nB",
       "SKILL.md:2: name 'My Skill' must be 1-64 of a-z, 0-9 and single hyphens; 'my-skill' would "
       "do"},
      {"---\nname: a--b\ndescription: b\n---\nB", "SKILL.md:2: name 'a--b'"},
      {"---\nname: -a\ndescription: b\n---\nB", "SKILL.md:2: name '-a'"},
      {"---\nname: " + std::string(65, 'a') + "\ndescription: b\n---\nB", "SKILL.md:2: name"},
      {"---\nname: a\ndescription: " + std::string(1025, 'x') + "\n---\nB",
       "SKILL.md:3: description has 1025 characters"},
      {"---\nname: a\ndescription: b\nlicence: MIT\n---\nB",
       "SKILL.md:4: unknown key 'licence'; did you mean 'license'?"},
      {"---\nname: a\ndescription: b --- c\n---\nB", "SKILL.md:2: the frontmatter holds '---'"},
      {"---\nname: a\ndescription: when: x\n---\nB", "SKILL.md:3: a text with ': ' must be quoted"},
      {"---\nname: a\ndescription: b\nmetadata: x\n---\nB", "SKILL.md:4: 'metadata' must be a map"},
      {"---\nname: a\ndescription: b\ncompatibility: " + std::string(501, 'x') + "\n---\nB",
       "SKILL.md:4: 'compatibility'"},
      {"---\nname: a\ndescription: \xFF\n---\nB", "SKILL.md:1: SKILL.md: not valid UTF-8"},
  };
  for (const Case& test : cases) {
    const std::string got = FirstError(test.text);
    BOOST_TEST(got.starts_with(test.want), got << " does not begin with " << test.want);
  }
  BOOST_TEST(FirstError(good, "a-1") == "");
  BOOST_TEST(FirstError(good, "b") == "SKILL.md:2: name 'a-1' differs from the folder 'b'");
  // 1024 characters are not 1024 bytes.
  std::string wide;
  for (int i = 0; i < 1024; ++i) wide += "é";
  BOOST_TEST(IsValidSkill("---\nname: a\ndescription: " + wide + "\n---\nB"));
}

BOOST_AUTO_TEST_CASE(MakesNames) {
  struct Case {
    std::string text;
    std::string want;
  };
  const std::vector<Case> cases = {
      {"Tax Rules (2024)!", "tax-rules-2024"},
      {"  --a__b--  ", "a-b"},
      {"Don't panic", "dont-panic"},
      {"Über die Straße", "uber-die-strasse"},
      {"漢字", "skill"},
      {"", "skill"},
      {"already-fine", "already-fine"},
      {"../../etc/passwd", "etc-passwd"},
      {std::string(80, 'x'), std::string(64, 'x')},
      {std::string(60, 'x') + " yyyyyyyy", std::string(60, 'x')},
  };
  for (const Case& test : cases) BOOST_TEST(Slugify(test.text) == test.want);
}

BOOST_AUTO_TEST_CASE(NormalisesWhatAModelProposes) {
  const SkillDocument named = NormaliseSkill("Tax Rules", "Use it\nfor taxes.", "# Tax\n\nPay.\n");
  BOOST_TEST(RenderSkill(named) ==
             "---\nname: tax-rules\ndescription: Use it for taxes.\n---\n\n# Tax\n\nPay.\n");
  const SkillDocument inner =
      NormaliseSkill("", "", "```md\n---\nname: In Side\ndescription: d\nfoo: x\n---\nB\n```");
  BOOST_TEST(RenderSkill(inner) == "---\nname: in-side\ndescription: d\n---\n\nB\n");
  const SkillDocument headed =
      NormaliseSkill("", "", "# Reading dates\n\nDates come first. Then months.");
  BOOST_TEST(headed.name == "reading-dates");
  BOOST_TEST(headed.description == "Dates come first. Then months.");
}

// Whatever comes in, what goes out is a valid skill, and reading it gives back what was written.
BOOST_AUTO_TEST_CASE(NormalisedSkillsAreValidAndRoundTrip) {
  std::mt19937 random(7);
  for (int i = 0; i < 4000; ++i) {
    const SkillDocument document =
        NormaliseSkill(RandomText(&random, 6), RandomText(&random, 12), RandomText(&random, 24));
    const std::string text = RenderSkill(document);
    BOOST_REQUIRE_MESSAGE(IsValidSkill(text), FirstError(text) << "\n" << text);
    BOOST_REQUIRE_MESSAGE((Parsed(text).document == document), text);
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace hone
