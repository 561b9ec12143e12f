// Short answers of the offline reader: which words of the best sentence, and what a skill does to
// it.
#include <boost/test/unit_test.hpp>

#include "adapters/offline/reader.h"
#include "unit/adapters/offline/self_play.h"

namespace hone::test {
namespace {

// Two passages of about 100 tokens each.
std::string Passages() {
  std::string filler;
  for (const char* word : {"harbour", "granite", "lantern", "meadow"}) {
    filler +=
        std::string(" The ") + word + " is inspected by an old warden every spring and autumn.";
  }
  return "[DOC] Barns\n-----------\nThe red barn has a roof of slate. The sturdy grey donkey "
         "sleeps in "
         "the red barn at night." +
         filler + "\n\n[DOC] Fields\n------------\nWheat grows on the long field near the river." +
         filler + "\n";
}

std::string AnswerOf(const std::string& skill, const std::string& question, int64_t attention) {
  offline::ReaderOptions options;
  options.attention = attention;
  options.slip = 0;
  const std::string text =
      Ask("Answer between <answer> and </answer>.\n\n<skill name=\"target\">\n" + skill +
              "\n</skill>",
          "<context>\n" + Passages() + "\n</context>\n\n<task>\n" + question + "\n</task>", "", 1,
          options)
          .text;
  const std::size_t open = text.rfind("<answer>") + 8;
  return text.substr(open, text.rfind("</answer>") - open);
}

struct Case {
  const char* skill;
  const char* question;
  const char* answer;
};

BOOST_AUTO_TEST_CASE(the_answer_is_what_the_question_leaves_out) {
  const char* const question = "The this sleeps in the red barn at night.";
  const Case cases[] = {
      {"", question, "sturdy grey donkey"},
      {"- Give at most two words.", question, "sturdy grey"},
      {"- Up to 1 word is enough.", question, "sturdy"},
      {"- At most three words.\n- No more than one word.", question, "sturdy"},
      {"- Answer in words.", question, "sturdy grey donkey"},
      {"- At most a few words.", question, "sturdy grey donkey"},
      {"", "Wheat grows on the this near the river.", "long field"},
  };
  for (const Case& one : cases) {
    BOOST_TEST(AnswerOf(one.skill, one.question, 1000) == one.answer, one.skill);
  }
}

BOOST_AUTO_TEST_CASE(what_was_not_read_is_not_known) {
  const char* const question = "Wheat grows on the this near the river.";
  BOOST_TEST(AnswerOf("", question, 60) != "long field");
  // A pointer spends the attention on the part that it names.
  BOOST_TEST(AnswerOf("- wheat: read the part headed \"[DOC] Fields\"", question, 60) ==
             "long field");
  BOOST_TEST(AnswerOf("", question, 0) == "unknown");
}

}  // namespace
}  // namespace hone::test
