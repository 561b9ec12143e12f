#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include "data/document_sections.h"
#include "unit/data/sample_files.h"

namespace hone {
namespace {

struct Case {
  std::string text;
  std::string title;  // of the only heading, "" when there must be none
};
std::ostream& operator<<(std::ostream& out, const Case& c) { return out << c.text.substr(0, 30); }

const std::vector<Case> kCases = {
    {"# Kettles\n\ntext", "Kettles"},
    {"### 3 Kettles\ntext", "3 Kettles"},
    {"#hashtag is text", ""},
    {"Kettles\n=======\ntext", "Kettles"},
    {"Kettles\n==\ntext", ""},
    {"a | b\n-----\n", "a | b"},
    {"* * *\n-----\n", ""},
    {"12.4. Kettles and pots\n\ntext", "12.4. Kettles and pots"},
    {"3.1 Kettles\n\ntext", "3.1 Kettles"},
    {"3 kettles were sold\n\ntext", ""},
    {"1998. A good year\n\ntext", ""},
    {"text before\n4. Kettles\n\ntext", ""},
    {"Section 3.\n\ntext", "Section 3."},
    {"Chapter IV: Pots\n\ntext", "Chapter IV: Pots"},
    {"KETTLES AND POTS\n\ntext", "KETTLES AND POTS"},
    {"  KETTLES\n  AND POTS\n\ntext", "KETTLES AND POTS"},
    {"THIS KETTLE IS SOLD\nwithout warranty\n", ""},
    {"1. You may heat the kettle. It whistles\nwhen it boils", "1. You may heat the kettle."},
};

BOOST_DATA_TEST_CASE(headings, boost::unit_test::data::make(kCases), c) {
  const std::vector<Heading> found = FindHeadings(c.text);
  BOOST_REQUIRE_EQUAL(found.size(), c.title.empty() ? 0U : 1U);
  if (!found.empty()) BOOST_TEST(found[0].title == c.title);
}

// Whatever the text, contexts are in order, bounded, count their words right and lose no word.
void CheckPartition(const std::string& text, std::size_t max_words) {
  std::size_t words = 0;
  std::size_t at = 0;
  for (const Context& context : SplitIntoContexts(text, max_words)) {
    BOOST_REQUIRE_LE(at, context.first);
    BOOST_REQUIRE_LT(context.first, context.last);
    BOOST_REQUIRE_LE(context.last, text.size());
    const std::string between = text.substr(at, context.first - at);
    BOOST_TEST(CountWords(between) == 0U);
    BOOST_TEST(CountWords(text.substr(context.first, context.last - context.first)) ==
               context.words);
    BOOST_TEST(context.words <= max_words);
    BOOST_TEST(context.words > 0U);
    words += context.words;
    at = context.last;
  }
  BOOST_TEST(CountWords(text.substr(at)) == 0U);
  BOOST_TEST(words == CountWords(text));
}

BOOST_AUTO_TEST_CASE(contexts_partition_the_text) {
  uint64_t state = 7;
  const auto next = [&state](uint64_t n) {
    state = state * 6364136223846793005ULL + 1442695040888963407ULL;
    return (state >> 33U) % n;
  };
  const std::vector<std::string> pieces = {
      "word ",    "two words\n", "\n", "\n\n",           "HEADING LINE\n\n",
      "# Mark\n", "   ",         "x",  "1.2. Title\n\n", "Under\n-----\n"};
  for (int round = 0; round < 200; ++round) {
    std::string text;
    const uint64_t length = next(120);
    for (uint64_t i = 0; i < length; ++i) text += pieces[next(pieces.size())];
    CheckPartition(text, 1 + next(30));
  }
  CheckPartition(SampleDocument("kettle", 20), 150);
  CheckPartition(std::string(), 10);
}

BOOST_AUTO_TEST_CASE(cuts_fall_on_headings_and_leave_no_small_rest) {
  const std::string text = SampleDocument("kettle", 12);
  const std::size_t section = CountWords(text) / 12;
  const std::vector<Context> contexts = SplitIntoContexts(text, section * 5);
  BOOST_REQUIRE_EQUAL(contexts.size(), 3U);
  for (std::size_t i = 0; i < contexts.size(); ++i) {
    if (i > 0) BOOST_TEST(text.find("Rules for", contexts[i].first) - contexts[i].first < 5U);
    BOOST_TEST(contexts[i].words > section * 3);
  }
  BOOST_TEST(contexts[1].title == "5. Rules for kettle5");
}

}  // namespace
}  // namespace hone
