#include "skill/text_measure.h"

#include <boost/test/unit_test.hpp>
#include <random>

#include "base/text.h"
#include "skill/shingles.h"

namespace hone {
namespace {

std::string Joined(const std::vector<std::string_view>& items) {
  std::vector<std::string> owned(items.begin(), items.end());
  return Join(owned, "|");
}

BOOST_AUTO_TEST_SUITE(TextMeasures)

BOOST_AUTO_TEST_CASE(CountsWords) {
  BOOST_TEST(WordCount("") == 0U);
  BOOST_TEST(WordCount(" one\ttwo\n\nthree ") == 3U);
  BOOST_TEST(FirstWords(" one  two three ", 2) == " one  two");
  BOOST_TEST(FirstWords("one two", 9) == "one two");
  BOOST_TEST(FirstWords("one two", 0) == "");
}

BOOST_AUTO_TEST_CASE(NormalisesWords) {
  struct Case {
    const char* text;
    const char* want;
  };
  const std::vector<Case> cases = {
      {"The QUICK, brown-fox!", "the quick brown fox"},
      {"Don't 'quote' it’s rock’n", "dont quote its rockn"},
      {"“Straße”\u00A0ÉTÉ — ΑΒΓ Привет", "straße été αβγ привет"},
      {"第3条。", "第 3 条"},
      {"a\xFF"
       "b \xE2\x82",
       "a b"},
      {"3.14 x_y", "3 14 x y"},
      {" ... ", ""},
  };
  for (const Case& test : cases) BOOST_TEST(Join(NormalWords(test.text), " ") == test.want);
}

BOOST_AUTO_TEST_CASE(SplitsSentences) {
  struct Case {
    const char* text;
    const char* want;
  };
  const std::vector<Case> cases = {
      {"One. Two! Three? Four", "One.|Two!|Three?|Four"},
      {"Pay 3.14 now. See e.g. Dr. J. Smith (cf. p. 3).",
       "Pay 3.14 now.|See e.g. Dr. J. Smith (cf. p. 3)."},
      {"He said \"Stop.\" Then left.", "He said \"Stop.\"|Then left."},
      {"A line\nthat wraps. Next", "A line\nthat wraps.|Next"},
      {"# Title\nText here\n\n- first\n- second\n1. third",
       "# Title|Text here|- first|- second|1. third"},
      {"Wait... what?! Yes.", "Wait...|what?!|Yes."},
      {"一。二！三", "一。|二！|三"},
      {"", ""},
  };
  for (const Case& test : cases) BOOST_TEST(Joined(Sentences(test.text)) == test.want);
}

// Sentences lose and repeat nothing but white space, whatever the bytes.
BOOST_AUTO_TEST_CASE(SentencesCoverTheText) {
  static const std::vector<std::string> pieces = {"a",  "Dr",   ".",   "!",  "?",  " ",
                                                  "\n", "\n\n", "# ",  "- ", "1.", "|",
                                                  ")",  "\"",   "```", "。", "”",  "\xE3"};
  std::mt19937 random(13);
  for (int i = 0; i < 3000; ++i) {
    std::string text;
    for (auto n = random() % 30; n > 0; --n) text += pieces[random() % pieces.size()];
    std::string joined;
    for (const std::string_view sentence : Sentences(text)) {
      BOOST_REQUIRE(!sentence.empty());
      BOOST_REQUIRE(sentence == Trim(sentence));
      joined += sentence;
    }
    const auto without_space = [](std::string value) {
      std::erase_if(value, [](char c) { return c == ' ' || c == '\n'; });
      return value;
    };
    BOOST_REQUIRE_MESSAGE(without_space(joined) == without_space(text), text);
    NormalWords(text);
  }
}

BOOST_AUTO_TEST_CASE(FindsTextsInTexts) {
  BOOST_TEST(OccursIn("The  quick\nfox.", "...said the \"Quick\" FOX, and"));
  BOOST_TEST(!OccursIn("quick fo", "the quick fox"));  // whole words only
  BOOST_TEST(!OccursIn("uick fox", "the quick fox"));
  BOOST_TEST(!OccursIn("", "text"));
  BOOST_TEST(!OccursIn("...", "text ..."));
  BOOST_TEST(OccursIn("text", "Text"));
}

BOOST_AUTO_TEST_CASE(MeasuresContainment) {
  const ShingleSet part("b c d e", 2);
  const ShingleSet whole("a b c d e f", 2);
  BOOST_TEST(part.size() == 3U);
  BOOST_TEST(part.ContainedIn(whole) == 1.0);
  BOOST_TEST(whole.ContainedIn(part) == 0.6);
  BOOST_TEST(part.Resemblance(whole) == 0.6);
  BOOST_TEST(ShingleSet("b a", 2).ContainedIn(whole) == 0.0);  // order counts
  BOOST_TEST(ShingleSet("", 2).ContainedIn(whole) == 0.0);
  BOOST_TEST(ShingleSet("", 2).Resemblance(ShingleSet("", 2)) == 0.0);
  BOOST_TEST(ShingleSet("A b!", 5).Resemblance(ShingleSet("a, B", 5)) ==
             1.0);  // shorter than the width
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace hone
