#include "base/text.h"

#include <boost/test/unit_test.hpp>
#include <random>

namespace hone {
namespace {

const std::vector<std::string> kParams = {"iterations", "tasks", "select", "smoothing", "empty"};

BOOST_AUTO_TEST_SUITE(Texts)

BOOST_AUTO_TEST_CASE(FindsTheNearestName) {
  struct Case {
    const char* name;
    const char* want;
  };
  const std::vector<Case> cases = {
      {"iteration", "iterations"},
      {"itreations", "iterations"},
      {"task", "tasks"},
      {"slect", "select"},
      {"smooting", "smoothing"},
      {"budget", ""},
      {"", ""},
      {"emtpy", "empty"},
      {"iterations", "iterations"},
      {"completely_different", ""},
  };
  for (const Case& test : cases)
    BOOST_TEST(NearestName(test.name, kParams) == test.want, test.name);
  BOOST_TEST(NearestName("ab", {"ac", "ad"}) == "ac");  // the first of equals
  BOOST_TEST(NameHint("task", kParams) == "; did you mean 'tasks'?");
  BOOST_TEST(NameHint("budget", {"a", "b"}) == "; known: a, b");
  BOOST_TEST(NameHint("x", {}) == "");
}

BOOST_AUTO_TEST_CASE(CountsEdits) {
  struct Case {
    const char* a;
    const char* b;
    std::size_t want;
  };
  const std::vector<Case> cases = {{"", "", 0},     {"", "abc", 3},           {"abc", "acb", 1},
                                   {"ab", "ba", 1}, {"kitten", "sitting", 3}, {"ca", "abc", 3}};
  for (const Case& test : cases) {
    BOOST_TEST(EditDistance(test.a, test.b) == test.want);
    BOOST_TEST(EditDistance(test.b, test.a) == test.want);
  }
}

BOOST_AUTO_TEST_CASE(MakesTextSafeForTerminals) {
  struct Case {
    std::string text;
    std::string want;
  };
  const std::vector<Case> cases = {
      {"plain é 漢 😀\n\ttext", "plain é 漢 😀\n\ttext"},
      {"\x1b[31mred\x1b[0m", "\\x1b[31mred\\x1b[0m"},
      {"\x1b]0;title\x07", "\\x1b]0;title\\x07"},                // window title
      {"\x1b]52;c;aGk=\x1b\\", "\\x1b]52;c;aGk=\\x1b\\"},        // clipboard
      {"\x1b]8;;http://x\x1b\\y", "\\x1b]8;;http://x\\x1b\\y"},  // link
      {"\x1b"
       "c",
       "\\x1b"
       "c"},                            // reset
      {"safe\rfake", "safe\\x0dfake"},  // overwrites the line
      {"a\bb\x7f", "a\\x08b\\x7f"},
      {std::string("nul\0x", 5), "nul\\x00x"},
      {"\xC2\x9B"
       "31m",
       "\\x9b"
       "31m"},  // C1: CSI as a code point
      {"\x9B"
       "31m",
       "\\x9b"
       "31m"},  // C1: CSI as a raw byte
      {"\xC2\x85\xC2\x90", "\\x85\\x90"},
      {"\xE2\x80\xAE"
       "txt.exe",
       "\\u202etxt.exe"},                                // right-to-left override
      {"\xE2\x81\xA6x\xE2\x81\xA9", "\\u2066x\\u2069"},  // isolates
      {"\xE2\x80\x8F\xD8\x9C\xEF\xBB\xBF", "\\u200f\\u061c\\ufeff"},
      {"\xFF\xC3(", "\\xff\\xc3("},         // no UTF-8
      {"\xC0\x9B", "\\xc0\\x9b"},           // overlong ESC-like
      {"\xED\xA0\x80", "\\xed\\xa0\\x80"},  // a surrogate
  };
  for (const Case& test : cases) BOOST_TEST(TerminalSafe(test.text) == test.want);
}

// Whatever bytes come, none that a terminal obeys gets through, and the result is UTF-8.
BOOST_AUTO_TEST_CASE(NoControlByteSurvives) {
  std::mt19937 random(3);
  for (int i = 0; i < 3000; ++i) {
    std::string text;
    for (auto n = random() % 40; n > 0; --n) {
      static const std::string special = "\x1b\x9b\xc2\xe2\x80\xae\x07\r\n[]";
      text += random() % 2 == 0 ? special[random() % special.size()] : static_cast<char>(random());
    }
    const std::string safe = TerminalSafe(text);
    BOOST_REQUIRE(IsValidUtf8(safe));
    for (std::size_t at = 0; at < safe.size(); ++at) {
      const auto byte = static_cast<unsigned char>(safe[at]);
      BOOST_REQUIRE(((byte >= 0x20 && byte != 0x7F) || byte == '\n' || byte == '\t'));
      BOOST_REQUIRE(!(byte == 0xC2 && static_cast<unsigned char>(safe[at + 1]) < 0xA0));
    }
    const std::string line = OneLine(text, 20);
    BOOST_REQUIRE(line.size() <= 20U);
    BOOST_REQUIRE(line.find_first_of("\n\t") == std::string::npos);
    BOOST_REQUIRE(IsValidUtf8(line));
    BOOST_REQUIRE(IsValidUtf8(ToValidUtf8(text)));
  }
}

BOOST_AUTO_TEST_CASE(KnowsUtf8) {
  struct Case {
    const char* text;
    bool is_valid;
  };
  const std::vector<Case> cases = {
      {"", true},
      {"é漢😀", true},
      {"\x80", false},
      {"\xC3", false},
      {"\xC0\x80", false},
      {"\xE0\x80\x80", false},
      {"\xF0\x80\x80\x80", false},
      {"\xED\xBF\xBF", false},
      {"\xF4\x90\x80\x80", false},
      {"\xF4\x8F\xBF\xBF", true},
      {"a\xE2\x82", false},
      {"\xFE", false},
  };
  for (const Case& test : cases) BOOST_TEST(IsValidUtf8(test.text) == test.is_valid);
  BOOST_TEST(ToValidUtf8("a\xFF"
                         "b") ==
             "a\xEF\xBF\xBD"
             "b");
  BOOST_TEST(Utf8Prefix("aé漢", 2) == "a");
  BOOST_TEST(Utf8Prefix("aé漢", 3) == "aé");
  BOOST_TEST(Utf8Prefix("aé漢", 5) == "aé");
  BOOST_TEST(Utf8Prefix("aé漢", 6) == "aé漢");
}

BOOST_AUTO_TEST_CASE(CutsAndJoins) {
  const std::vector<std::string_view> parts = Split(",a,,b", ',');
  const std::vector<std::string_view> want = {"", "a", "", "b"};
  BOOST_TEST(parts == want, boost::test_tools::per_element());
  BOOST_TEST(Split("", ',').size() == 1U);
  BOOST_TEST(Trim(" \t\r\n x y \v\f") == "x y");
  BOOST_TEST(Trim(" \n") == "");
  BOOST_TEST(ReplaceAll("aaa", "a", "aa") == "aaaaaa");
  BOOST_TEST(ReplaceAll("abc", "", "x") == "abc");
  BOOST_TEST(Join({"a", "", "b"}, "--") == "a----b");
  BOOST_TEST(ToLowerAscii("ÀBc") == "Àbc");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace hone
