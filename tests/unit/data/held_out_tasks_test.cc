#include "data/held_out_tasks.h"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <set>

#include "base/text.h"
#include "data/document_sections.h"
#include "data/question_forms.h"
#include "data/statements.h"
#include "data/text_file.h"
#include "unit/data/sample_files.h"

namespace hone {
namespace {

std::string Folded(const std::string& text) {
  std::string out;
  for (const char c : ToLowerAscii(text)) {
    const bool space = c == '\n' || c == ' ' || c == '\t';
    if (!space) out += c;
    if (space && !out.empty() && out.back() != ' ') out += ' ';
  }
  return out;
}

std::string QuotedPhrase(const std::string& rubric) {
  const std::size_t open = rubric.find('"');
  const std::size_t close = rubric.rfind('"');
  BOOST_REQUIRE(open != std::string::npos && close > open + 1);
  BOOST_REQUIRE_EQUAL(rubric.find('"', open + 1), close);
  return rubric.substr(open + 1, close - open - 1);
}

// What holds for the tasks of any text.
std::size_t CheckTasks(const std::string& context, std::size_t count) {
  const std::vector<HeldOutTask> tasks = MakeHeldOutTasks(context, count);
  const std::string folded = Folded(context);
  BOOST_TEST(tasks.size() <= count);
  std::set<std::string> seen;
  std::size_t before = 0;
  for (const HeldOutTask& task : tasks) {
    BOOST_TEST(seen.insert(task.task).second, "twice: " << task.task);
    BOOST_TEST(task.span.first >= before);
    before = task.span.last;
    BOOST_REQUIRE_LE(task.span.last, context.size());
    BOOST_TEST(task.span_text == context.substr(task.span.first, task.span.last - task.span.first));
    BOOST_REQUIRE(!task.rubrics.empty() && task.rubrics.size() <= 3);
    BOOST_REQUIRE_EQUAL(task.rubrics.size(), task.rubric_spans.size());
    BOOST_TEST(IsValidUtf8(task.task));
    for (std::size_t i = 0; i < task.rubrics.size(); ++i) {
      const std::string phrase = Folded(QuotedPhrase(task.rubrics[i]));
      BOOST_TEST(IsValidUtf8(task.rubrics[i]));
      BOOST_TEST(Folded(task.span_text).find(phrase) != std::string::npos, phrase);
      BOOST_TEST(Folded(task.task).find(phrase) == std::string::npos, task.task << " / " << phrase);
      BOOST_TEST(folded.find(phrase) == folded.rfind(phrase), "not distinctive: " << phrase);
      const ByteSpan& span = task.rubric_spans[i];
      BOOST_TEST((span.first >= task.span.first && span.last <= task.span.last));
      BOOST_TEST(Folded(context.substr(span.first, span.last - span.first)) == phrase);
    }
    // Retrievable: the question shares topic words with its statement.
    std::size_t shared = 0;
    const std::string question = Folded(task.task);
    for (const std::string_view word : Split(question, ' ')) {
      const std::string bare(Trim(word.substr(0, word.find_first_of("?,."))));
      shared += bare.size() > 3 && !IsFunctionWord(bare) &&
                        Folded(task.span_text).find(bare) != std::string::npos
                    ? 1U
                    : 0U;
    }
    BOOST_TEST(shared >= 1U, task.task << " <- " << task.span_text);
  }
  const std::vector<HeldOutTask> again = MakeHeldOutTasks(context, count);
  BOOST_REQUIRE_EQUAL(again.size(), tasks.size());
  for (std::size_t i = 0; i < tasks.size(); ++i) {
    BOOST_TEST(HeldOutTaskToJson(again[i], "x").Dump() == HeldOutTaskToJson(tasks[i], "x").Dump());
  }
  return tasks.size();
}

BOOST_AUTO_TEST_CASE(tasks_are_spread_over_the_whole_context) {
  const std::string context = SampleDocument("kettle", 12);
  BOOST_TEST(CheckTasks(context, 6) == 6U);
  const std::vector<HeldOutTask> tasks = MakeHeldOutTasks(context, 6);
  for (std::size_t i = 0; i < tasks.size(); ++i) {
    const std::size_t middle = (tasks[i].span.first + tasks[i].span.last) / 2;
    BOOST_TEST(middle * 6 / context.size() == i);
  }
}

BOOST_AUTO_TEST_CASE(real_licences_keep_the_properties) {
  // Debian's base-files has these texts; elsewhere the sample document above must do.
  for (const std::string name : {"GPL-3", "GPL-2", "Apache-2.0", "MPL-2.0", "LGPL-2.1"}) {
    const auto file = ReadTextFile("/usr/share/common-licenses/" + name, 1 << 20);
    if (!file.ok()) continue;
    for (const Context& part : SplitIntoContexts(file->text, 3000)) {
      BOOST_TEST(CheckTasks(file->text.substr(part.first, part.last - part.first), 6) >= 4U);
    }
  }
}

BOOST_AUTO_TEST_CASE(damaged_texts_keep_the_properties) {
  std::string text = SampleDocument("spoon", 5);
  uint64_t state = 3;
  for (int round = 0; round < 100; ++round) {
    state = state * 6364136223846793005ULL + 1442695040888963407ULL;
    const std::size_t at = (state >> 33U) % text.size();
    const std::string inserts[] = {"\"", "(", "\n", ".", " If ", ", ", "unless ", "\xE2\x80\x9C"};
    if (round % 3 == 0) {
      // Between characters only: the text stays valid UTF-8.
      std::size_t place = at;
      while (place > 0 && (static_cast<unsigned char>(text[place]) & 0xC0U) == 0x80U) --place;
      text.insert(place, inserts[(state >> 20U) % 8]);
    } else if (static_cast<unsigned char>(text[at]) < 0x80) {
      text.erase(at, 1);
    }
    CheckTasks(text, 5);
  }
}

struct Form {
  std::string sentence;
  std::string question;  // one of those asked
  std::string answer;    // first words of its answer
};
std::ostream& operator<<(std::ostream& out, const Form& f) { return out << f.sentence; }

const std::vector<Form> kForms = {
    {"If the kettle leaks, the keeper must return it to the maker.",
     "What applies if the kettle leaks?", "the keeper"},
    {"The keeper must polish the kettle unless the office grants a written waiver.",
     "Which exception does the text make to the rule that the keeper must polish the kettle?",
     "the office"},
    {"A \"covered kettle\" means any kettle with a lid made of brass.",
     "What does a \"covered kettle\" mean?", "any kettle"},
    {"Keepers may sell a kettle, provided that its lid is sealed with wax.",
     "On which condition does the text say that keepers may sell a kettle?", "its lid"},
    {"The annual report must be signed by the oldest keeper of the town.",
     "By what must the annual report be signed?", "the oldest"},
    {"However, the warden shall publish a corrected list of all lost kettles.",
     "What shall the warden publish?", "a corrected"},
};

BOOST_DATA_TEST_CASE(sentence_forms, boost::unit_test::data::make(kForms), f) {
  const std::string text =
      f.sentence + " Some keepers and the warden wait. An annual day. Keepers\n";
  const auto statements = FindStatements(text);
  BOOST_REQUIRE(!statements.empty());
  bool asked = false;
  std::string all;
  for (const Question& question : AskAbout(statements[0], Vocabulary("keepers the"), 0)) {
    all += question.text + " | ";
    if (question.text != f.question) continue;
    asked = true;
    const std::size_t first = statements[0].words[question.answer_first].first;
    BOOST_TEST(statements[0].text.substr(first, f.answer.size()) == f.answer);
  }
  BOOST_TEST(asked, all);
}

BOOST_AUTO_TEST_CASE(layout_gives_no_statements) {
  BOOST_TEST(FindStatements("| a | b | c |\n| Every row must be a full table row. |\n").empty());
  BOOST_TEST(FindStatements("THIS KETTLE IS PROVIDED WITHOUT ANY WARRANTY WHATSOEVER.\n").empty());
  BOOST_TEST(FindStatements("This line never ends with a stop and goes on\n").empty());
  BOOST_TEST(CheckTasks("", 5) == 0U);
  BOOST_TEST(CheckTasks(SampleDocument("lamp", 3), 0) == 0U);
}

}  // namespace
}  // namespace hone
