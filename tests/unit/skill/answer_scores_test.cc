// Answer scores. Values marked (py) were computed by plain Python from the published formulas; the
// others follow from them by hand as said beside them.
#include "skill/answer_scores.h"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <random>

#include "skill/unicode_text.h"

namespace hone {
namespace {

using Texts = std::vector<std::string>;

BOOST_AUTO_TEST_SUITE(answer_scores)

BOOST_AUTO_TEST_CASE(normal_forms) {
  struct Case {
    std::string text;
    AnswerForm form;
    std::string normal;
  };
  const std::vector<Case> cases = {
      {"  The  U.S.A.\t", AnswerForm::kWords, "usa"},       // punctuation goes without a blank
      {"an apple a day", AnswerForm::kWords, "apple day"},  // whole words only
      {"theory of banana", AnswerForm::kWords, "theory of banana"},
      {"well-known a_b", AnswerForm::kWords, "wellknown ab"},  // the underscore is punctuation
      {"a\u2013the b", AnswerForm::kWords, "\u2013 b"},        // a dash outside ASCII ends a word
      {"\u00c9COLE\u00a0\u00c4 \u03a9 \u0416", AnswerForm::kWords,
       "\u00e9cole \u00e4 \u03c9 \u0436"},
      {"th\u00e9 \u00e0 a", AnswerForm::kWords, "th\u00e9 \u00e0"},
      {" $1,200.50 Million (nominal)", AnswerForm::kFigures, "1200.50"},
      {"-3.5% Dollars billion", AnswerForm::kFigures, "-3.5%"},
      {"millionaire", AnswerForm::kFigures, "millionaire"},
      {" A  b.\nC ", AnswerForm::kFolded, "a b. c"},  // punctuation kept
  };
  for (const Case& one : cases) {
    BOOST_TEST(NormalAnswer(one.text, one.form) == one.normal, one.text);
  }
  BOOST_TEST(!AnswerFormOf("word").ok());
  BOOST_TEST(AnswerFormOf("word").error().message.find("did you mean 'words'") !=
             std::string::npos);
}

// Plain ASCII has a way of its own: the same words come out as with a letter beside that has not.
BOOST_AUTO_TEST_CASE(ascii_and_other_texts_have_one_normal_form) {
  const std::string pieces[] = {"a", "the", "The", "an", "A",      " ", "  ", "\t", "\n",   "-",
                                "'", "_",   ".",   "x",  "theory", "9", "B",  ",",  "\x1C", "\x0B"};
  std::mt19937 random(17);
  for (int round = 0; round < 20'000; ++round) {
    std::string text;
    for (std::size_t i = random() % 9; i > 0; --i) text += pieces[random() % std::size(pieces)];
    const std::string plain = NormalAnswer(text, AnswerForm::kWords);
    const std::string beside = NormalAnswer(text + " \u00e4", AnswerForm::kWords);
    BOOST_TEST_REQUIRE((plain.empty() ? "\u00e4" : plain + " \u00e4") == beside, text);
  }
}

BOOST_AUTO_TEST_CASE(exact_and_contained) {
  BOOST_TEST(ExactMatch("The Beatles!", {"x", "beatles"}));
  BOOST_TEST(!ExactMatch("beatle", {"beatles"}));
  BOOST_TEST(!ExactMatch("", {}));
  BOOST_TEST(ExactMatch("the", {""}));                                // both empty once normal
  BOOST_TEST(!ExactMatch("1200.0", {"1200"}, AnswerForm::kFigures));  // no numeric tolerance
  BOOST_TEST(ExactMatch("1,200", {"1200"}, AnswerForm::kFigures));
  BOOST_TEST(ContainsMatch("in Paris, France", {"Paris"}));
  BOOST_TEST(ContainsMatch("", {"Paris"}));  // an empty prediction is in everything
  BOOST_TEST(!ContainsMatch("Rome", {"Paris"}));
}

BOOST_AUTO_TEST_CASE(token_f1) {
  BOOST_TEST(TokenF1("the cat sat", {"cat sat down"}) == 0.8);  // p = 1, r = 2/3 (py)
  BOOST_TEST(TokenF1("b b c", {"b c c"}) ==
             2 * (2.0 / 3) * (2.0 / 3) / (2.0 / 3 + 2.0 / 3));  // multiset
  BOOST_TEST(TokenF1("b", {"x", "b d"}) == 2.0 / 3);            // best of the answers
  BOOST_TEST(TokenF1("", {"the"}) == 1);
  BOOST_TEST(TokenF1("", {"x"}) == 0);
  BOOST_TEST(TokenF1("x", {}) == 0);
}

BOOST_AUTO_TEST_CASE(anls) {
  BOOST_TEST(Anls("Hello World", {"hello  world"}) == 1);
  BOOST_TEST(Anls("helo", {"hello"}) == 0.8);  // d = 1/5
  BOOST_TEST(Anls("ab", {"cb"}) == 0);         // d = 1/2 is not below the threshold
  BOOST_TEST(Anls("abc", {"abd"}) == 1 - 1.0 / 3);
  BOOST_TEST(Anls("", {""}) == 1);
  BOOST_TEST(Anls("", {"x"}) == 0);
  BOOST_TEST(Anls("x", {}) == 0);
  BOOST_TEST(Anls("\u00e4\u00f6\u00fc\u00df", {"\u00e4\u00f6\u00fcs"}) ==
             0.75);  // characters, not bytes
  BOOST_TEST(Anls("ab", {"cb"}, 0.6) == 0.5);
}

std::size_t PlainDistance(const std::string& a, const std::string& b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t k = 0; k <= b.size(); ++k) row[k] = k;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t corner = row[0];
    row[0] = i;
    for (std::size_t k = 1; k <= b.size(); ++k) {
      const std::size_t best =
          std::min({row[k] + 1, row[k - 1] + 1, corner + (a[i - 1] == b[k - 1] ? 0 : 1)});
      corner = row[k];
      row[k] = best;
    }
  }
  return row[b.size()];
}

BOOST_AUTO_TEST_CASE(edit_distance_equals_the_table) {
  std::mt19937 random(2);
  for (int round = 0; round < 1500; ++round) {
    std::string a, b;
    const std::size_t most = round % 10 == 0 ? 300 : 12;
    for (std::size_t i = random() % most; i > 0; --i) a += static_cast<char>('a' + random() % 4);
    for (std::size_t i = random() % most; i > 0; --i) b += static_cast<char>('a' + random() % 4);
    BOOST_TEST_REQUIRE(LevenshteinDistance(a, b) == PlainDistance(a, b), a << " " << b);
  }
  BOOST_TEST(LevenshteinDistance("\u4e2d\u56fd", "\u4e2d") == 1U);
}

BOOST_AUTO_TEST_CASE(cells) {
  const auto time = [](const char* text) { return Json::MakeObject({{"time", text}}); };
  const auto date = [](double days) { return Json::MakeObject({{"datetime", days}}); };
  struct Case {
    Json a, b;
    bool same;
  };
  const std::vector<Case> cases = {
      {Json(), "", true},
      {Json(), 0, false},
      {true, 1, true},
      {"1.50", 1.5, true},
      {" 1e1 ", 10, true},
      {"1_000", 1000, true},
      {"1__0", 10, false},
      {"abc", "abc", true},
      {"abc", "Abc", false},
      {1.004, 1.0, true},
      {2.675, 2.67, true},
      {2.675, 2.68, false},  // (py) round(2.675, 2) == 2.67
      {0.125, 0.12, true},   // (py) half to even
      {"1", "one", false},
      {time("10:20:30"), "10:20", true},
      {date(45000.5), 45000, true},  // (py) round(45000.5) == 45000
      {date(45001.5), 45002, true},
      {"nan", "nan", false},
      {"0x10", 16, false},
      {"inf", "Infinity", true},
  };
  for (const Case& one : cases) {
    BOOST_TEST(SameCell(one.a, one.b) == one.same, one.a.Dump() << " " << one.b.Dump());
    BOOST_TEST(SameCell(one.b, one.a) == one.same);
  }
}

// (py) sums over all code points: str.isalnum() or "_", and ord of a changed one-letter str.lower()
BOOST_AUTO_TEST_CASE(letters_are_those_of_python) {
  std::size_t words = 0, spaces = 0, changed = 0;
  uint64_t sum = 0;
  for (uint32_t code = 0; code < 0x110000; ++code) {
    if (code >= 0xD800 && code < 0xE000) continue;
    words += IsWordCharacter(code) ? 1 : 0;
    spaces += IsPythonSpace(code) ? 1 : 0;
    const uint32_t small = SmallLetter(code);
    changed += small != code ? 1 : 0;
    if (small != code) sum += uint64_t{small} * code % 1000003;
  }
  BOOST_TEST(words == 133548U);
  BOOST_TEST(spaces == 29U);
  BOOST_TEST(changed == 1432U);
  BOOST_TEST(sum == 656624743U);
}

BOOST_AUTO_TEST_CASE(any_bytes_are_scored) {
  std::mt19937 random(8);
  for (int round = 0; round < 3000; ++round) {
    std::string a, b;
    for (std::size_t i = random() % 30; i > 0; --i) a += static_cast<char>(random());
    for (std::size_t i = random() % 30; i > 0; --i) b += static_cast<char>(random());
    for (const AnswerForm form : {AnswerForm::kWords, AnswerForm::kFigures, AnswerForm::kFolded}) {
      const std::string once = NormalAnswer(a, form);
      BOOST_TEST_REQUIRE(ExactMatch(a, {a}, form));
      BOOST_TEST_REQUIRE(TokenF1(a, {b, a}, form) == 1);
      if (form == AnswerForm::kFolded) BOOST_TEST_REQUIRE(NormalAnswer(once, form) == once);
    }
    const double value = Anls(a, {b});
    BOOST_TEST_REQUIRE((value == 0 || (value > 0.5 && value <= 1)));
    BOOST_TEST_REQUIRE(value == Anls(b, {a}));
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace hone
