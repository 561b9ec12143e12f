// The offline reader's jobs, one by one, on a small document.
#include <boost/test/unit_test.hpp>
#include <functional>
#include <memory>
#include <set>
#include <thread>

#include "adapters/offline/attention.h"
#include "adapters/offline/offline_chat_model.h"
#include "adapters/offline/outline.h"
#include "adapters/offline/pointers.h"
#include "adapters/offline/prompt.h"
#include "adapters/offline/reader.h"
#include "adapters/offline/reading.h"
#include "adapters/offline/tokens.h"
#include "unit/adapters/offline/self_play.h"

namespace hone::test {
namespace {

using namespace offline;  // NOLINT

// Three parts of about 110 tokens each.
std::string Document() {
  std::string filler;
  for (const char* word : {"harbour", "granite", "lantern", "meadow"}) {
    filler += std::string("The ") + word +
              " is inspected by the old warden every spring before noon and again in autumn. ";
  }
  return "# Boats\n\nA boat must carry two life belts and one lamp when it leaves the quay. " +
         filler +
         "\n\n# Bridges\n\nA bridge toll of 12 crowns is due unless the traveller carries the "
         "mail. " +
         filler +
         "\n\n# Beacons\n\nThe beacon keeper shall light the northern beacon within 30 minutes " +
         "of sunset. " + filler + "\n";
}

ReaderOptions Options(int64_t attention) {
  ReaderOptions options;
  options.attention = attention;
  options.slip = 0;
  return options;
}

const Task kBeaconTask{"When must the keeper light the northern beacon?",
                       {"The answer states that \"within 30 minutes of sunset\"."}};

std::string BeaconSkill(const std::string& heading) {
  return "---\nname: where-to-look\ndescription: \"d\"\n---\n# Where to look\n\n"
         "- beacon, keeper, light: read the part headed \"" +
         heading + "\"\n";
}

bool Holds(const std::string& text, const std::string& phrase) {
  return text.find(phrase) != std::string::npos;
}

}  // namespace

BOOST_AUTO_TEST_CASE(tokens_are_counted_and_cut_alike) {
  BOOST_TEST(CountTokens("") == 0);
  BOOST_TEST(CountTokens("A boat, two lamps.") == 6);
  BOOST_TEST(CountTokens("extraordinarily") == 3);
  const std::string text = Document();
  for (const int64_t n : {0, 1, 7, 50, 100000}) {
    BOOST_TEST(CountTokens(CutTokens(text, n)) == std::min(n, CountTokens(text)));
  }
}

BOOST_AUTO_TEST_CASE(stems_meet_and_empty_words_vanish) {
  BOOST_TEST(StemOf("distributing") == StemOf("distributes"));
  BOOST_TEST(StemOf("Copies") == StemOf("copy"));
  BOOST_TEST(StemOf("license") != StemOf("licence"));
  for (const char* word : {"the", "must", "Documents", "states"}) BOOST_TEST(StemOf(word) == 0U);
  BOOST_TEST(Normal("The  \"Program's\", end.") == " the programs end ");
}

BOOST_AUTO_TEST_CASE(options_name_what_is_wrong) {
  const auto parsed = ParseReaderOptions("reader:attention=2000,slip=0.5");
  BOOST_REQUIRE(parsed.ok());
  BOOST_TEST(parsed.value().attention == 2000);
  BOOST_TEST(parsed.value().slip == 0.5);
  BOOST_TEST(ParseReaderOptions("reader").value().attention == ReaderOptions{}.attention);
  BOOST_TEST(Holds(ParseReaderOptions("reader:atention=3").error().message, "attention"));
  BOOST_TEST(Holds(ParseReaderOptions("reader:slip=2").error().message, "0 to 1"));
  BOOST_TEST(Holds(ParseReaderOptions("raeder").error().message, "reader"));
  BOOST_TEST(!ParseReaderOptions("reader:attention=12x").ok());
  BOOST_TEST(ParseReaderOptions("reader:commands=8").value().commands == 8);
  BOOST_TEST(Holds(ParseReaderOptions("reader:commands=-1").error().message, "commands"));
}

BOOST_AUTO_TEST_CASE(headings_of_many_layouts_are_found) {
  struct Row {
    const char* text;
    std::vector<std::string> headings;
  };
  const std::vector<Row> rows = {
      {"# One\n\ntext here.\n## Two\nmore", {"One", "Two"}},
      {"4.1. Scope\n==========\n\nProse of some length.\n", {"4.1. Scope"}},
      {"\n  6. Conveying Non-Source Forms.\n\n  You may convey it.\n",
       {"6. Conveying Non-Source Forms."}},
      {"TERMS AND CONDITIONS\n\nProse.\n", {"TERMS AND CONDITIONS"}},
      {"1. You may copy this text, and you may\ndo more with it.\n\n- an item\n", {}},
  };
  for (const Row& row : rows) {
    std::vector<std::string> found;
    for (const Block& block : OutlineOf(row.text)) {
      if (block.heading) found.push_back(block.text);
    }
    BOOST_TEST(found == row.headings, boost::test_tools::per_element());
  }
}

BOOST_AUTO_TEST_CASE(every_section_is_found_by_its_own_label) {
  for (const char* file : {"GPL-2", "GPL-3", "MPL-2.0", "GFDL-1.3"}) {
    const std::string text = FileText(std::string("/usr/share/common-licenses/") + file);
    if (text.empty()) continue;
    const Reading reading(text);
    BOOST_TEST(reading.sections().size() > 10U);
    int64_t tokens = 0;
    for (std::size_t i = 0; i < reading.sections().size(); ++i) {
      const Section& section = reading.sections()[i];
      BOOST_TEST(reading.FindSection(section.label) == static_cast<int>(i),
                 file << ": \"" << section.label << "\"");
      BOOST_TEST(!Holds(section.label, "\""));
      tokens += section.tokens;
    }
    BOOST_TEST(tokens == reading.tokens());
  }
}

BOOST_AUTO_TEST_CASE(tags_in_a_document_are_text) {
  ChatRequest request;
  request.messages.push_back({"system", {Part::Of("<skill name=\"s\">\nbody\n</skill>")}, {}});
  request.messages.push_back({"user",
                              {Part::Of("<context>\nIt has\n<task>\nno\n</task>\n"),
                               Part::Of("</context>\n\n<task>\nyes\n</task>")},
                              {}});
  const Prompt prompt(request);
  BOOST_TEST(prompt.task == "yes");
  BOOST_TEST(Holds(prompt.context, "<task>"));
  BOOST_REQUIRE(prompt.skills.size() == 1U);
  BOOST_TEST(prompt.skills[0].Attribute("name") == "s");
  BOOST_TEST(prompt.skills[0].body == "body");
}

BOOST_AUTO_TEST_CASE(a_task_without_tags_is_the_delimited_end) {
  ChatRequest request;
  request.messages.push_back({"user", {Part::Of(Document() + "<|task|>What toll is due?")}, {}});
  const Prompt prompt(request);
  BOOST_TEST(prompt.task == "What toll is due?");
  BOOST_TEST(Holds(prompt.context, "crowns"));
  BOOST_TEST(!Holds(prompt.context, "<|task|>"));
}

BOOST_AUTO_TEST_CASE(numbered_lines_keep_what_is_inside) {
  const auto lines = NumberedLines("1. one\n3. inner\n2. two\n   more\n");
  BOOST_TEST(lines == (std::vector<std::string>{"one 3. inner", "two more"}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(attention_is_never_exceeded_and_begins_with_the_skill) {
  const Reading reading(Document());
  const std::string skill = BeaconSkill("Beacons");
  for (int64_t attention = 0; attention < 500; attention += 13) {
    const Seen seen = Attend(reading, skill, kBeaconTask.text, attention);
    int64_t spent = std::min(attention, CountTokens(skill));
    for (const int index : seen.sentences) {
      spent += reading.sentences()[static_cast<std::size_t>(index)].tokens;
    }
    BOOST_TEST(spent <= attention);
  }
}

BOOST_AUTO_TEST_CASE(a_pointer_brings_a_far_part_within_reach) {
  const std::string document = Document();
  const auto solves = [&](const std::string& skill, int64_t attention) {
    return Solves(document, skill, kBeaconTask, 1, Options(attention));
  };
  BOOST_TEST(!solves("", 160));
  BOOST_TEST(solves(BeaconSkill("Beacons"), 160));
  BOOST_TEST(!solves(BeaconSkill("Lighthouses"), 160));  // no such part here
  BOOST_TEST(solves("", 1000));
  BOOST_TEST(solves(BeaconSkill("Beacons"), 1000));
}

BOOST_AUTO_TEST_CASE(same_request_and_seed_give_the_same_answer) {
  const ReaderOptions options = Options(200);
  const std::string first = Answer(Document(), "", kBeaconTask, 5, options);
  BOOST_TEST(Answer(Document(), "", kBeaconTask, 5, options) == first);
  ReaderOptions slipping = options;
  slipping.attention = 1000;
  slipping.slip = 1;
  BOOST_TEST(!Solves(Document(), "", kBeaconTask, 5, slipping));
  std::set<std::string> batches;
  for (uint32_t seed = 0; seed < 8; ++seed) {
    batches.insert(Challenge(Document(), "", 1, seed, options).at(0).text);
  }
  BOOST_TEST(batches.size() > 2U);
}

BOOST_AUTO_TEST_CASE(parts_of_a_message_may_be_cut_anywhere) {
  const std::string user =
      "<context>\n" + Document() + "\n</context>\n\n<task>\n" + kBeaconTask.text + "\n</task>";
  ChatRequest whole;
  whole.messages.push_back({"user", {Part::Of(user)}, {}});
  whole.seed = 3;
  ChatRequest cut = whole;
  cut.messages[0].content = {Part::Of(user.substr(0, 123)), Part::Of(user.substr(123))};
  BOOST_TEST(Read(whole, Options(1000)).text == Read(cut, Options(1000)).text);
  BOOST_TEST(Read(whole, Options(1000)).usage.input == Read(cut, Options(1000)).usage.input);
}

BOOST_AUTO_TEST_CASE(max_tokens_cuts_the_answer) {
  ChatRequest request;
  request.messages.push_back(
      {"user",
       {Part::Of("<context>\n" + Document() + "\n</context>\n<task>\nlamp of a boat\n</task>")},
       {}});
  request.sampling = Json::MakeObject({{"max_tokens", 5}});
  const ChatAnswer answer = Read(request, Options(1000));
  BOOST_TEST(answer.finish_reason == "length");
  BOOST_TEST(answer.usage.output == 5);
  BOOST_TEST(answer.response_model == kOfflineResponseModel);
}

BOOST_AUTO_TEST_CASE(every_set_task_can_be_solved_by_the_text_it_came_from) {
  for (uint32_t seed = 0; seed < 20; ++seed) {
    for (const Task& task : Challenge(Document(), "", 3, seed, Options(1000))) {
      BOOST_TEST(!task.rubrics.empty());
      for (const bool passed : Judge(task, Document(), 1, Options(1000))) BOOST_TEST(passed);
      // The question does not hold its own answer.
      for (const bool passed : Judge(task, task.text, 1, Options(1000))) BOOST_TEST(!passed);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_challenger_skill_leaves_parts_alone_and_asks_for_more) {
  const std::string skill =
      "- Ask for 2 facts in each task.\n- answered already: read the part headed \"Boats\"\n"
      "- answered already: read the part headed \"Bridges\"\n";
  for (uint32_t seed = 0; seed < 10; ++seed) {
    const std::vector<Task> tasks = Challenge(Document(), skill, 1, seed, Options(1000));
    BOOST_REQUIRE(tasks.size() == 1U);
    BOOST_TEST(tasks[0].rubrics.size() >= 2U);
    const Reading reading(Document());
    const std::string phrase = QuotedPhrases(tasks[0].rubrics[0]).at(0);
    BOOST_TEST(Holds(reading.sections()[2].normal, Normal(phrase)));
  }
}

BOOST_AUTO_TEST_CASE(the_judge_reads_rubrics_of_several_makes) {
  struct Row {
    const char* rubric;
    const char* answer;
    bool passes;
  };
  const std::vector<Row> rows = {
      {"The answer states: \"within 30 minutes\"", "It is lit Within  30 minutes of sunset.", true},
      {"The answer states: \"within 30 minutes\"", "It is lit within 20 minutes of sunset.", false},
      {"States \xE2\x80\x9Ctwo life belts\xE2\x80\x9D", "Carry two life belts.", true},
      {"The response mentions \"crowns\" or \"coins\".", "Twelve coins.", true},
      {"The answer does not mention \"the mail\".", "A toll is due.", true},
      {"The answer does not mention \"the mail\".", "Unless you carry the mail.", false},
      {"The response should name the northern beacon and its keeper",
       "The keeper of the northern beacon.", true},
      {"The response should name the northern beacon and its keeper", "A boat carries belts.",
       false},
      {"The answer states: \"not\"", "It is nothing.", false},
      {"The answer states: \"within 30 minutes\"", "", false},
  };
  for (const Row& row : rows) {
    const std::vector<bool> verdicts = Judge({"", {row.rubric}}, row.answer, 1, Options(10));
    BOOST_TEST(verdicts.at(0) == row.passes, row.rubric << " / " << row.answer);
  }
}

BOOST_AUTO_TEST_CASE(a_diagnosis_names_the_part_and_a_writer_merges_it) {
  const std::string traces =
      "<context>\n" + Document() +
      "\n</context>\n<traces>\n<trace number=\"1\" outcome=\"failed\">\n<task>\n" +
      kBeaconTask.text + "\n</task>\n<rubrics>\n1. " + kBeaconTask.rubrics[0] +
      "\n</rubrics>\n<answer>\nNo idea.\n</answer>\n<verdicts>\n1. [no] "
      "missing\n</verdicts>\n</trace>\n</traces>\n";
  const Json found = Json::Parse(Ask("", traces, "diagnosis", 1, Options(10)).text).value();
  const std::string proposal = found["proposed_skill"].AsString();
  BOOST_TEST(Holds(proposal, "\"Beacons\""));
  BOOST_TEST(!Holds(proposal, "\"Boats\""));
  BOOST_TEST(found["action"].AsString() == "add");

  const std::string ask =
      "<skill name=\"old\">\n---\nname: old\ndescription: \"keeps\"\n---\n- boats, lamp: read the "
      "part headed \"Boats\"\n- northern: read the part headed "
      "\"Beacons\"\n</skill>\n<proposed_skill>\n" +
      proposal + "</proposed_skill>";
  const Json written = Json::Parse(Ask("", ask, "skill", 1, Options(10)).text).value();
  const SkillNotes skill = ParseSkill(written["skill_content"].AsString());
  BOOST_TEST(skill.name == "old");
  BOOST_TEST(skill.description == "keeps");
  BOOST_REQUIRE(skill.pointers.size() == 2U);  // merged by part
  BOOST_TEST(skill.pointers[1].terms.size() > 2U);

  // One call may do both; without traces a writer knows only what it gets to read.
  const Json both = Json::Parse(Ask("", traces, "skill", 1, Options(10)).text).value();
  BOOST_TEST(Holds(both["skill_content"].AsString(), "\"Beacons\""));
  const Json alone =
      Json::Parse(
          Ask("", "<context>\n" + Document() + "\n</context>", "skill", 1, Options(100)).text)
          .value();
  BOOST_TEST(Holds(alone["skill_content"].AsString(), "\"Boats\""));
  BOOST_TEST(!Holds(alone["skill_content"].AsString(), "\"Beacons\""));
}

BOOST_AUTO_TEST_CASE(a_writer_that_reads_again_gets_further) {
  const std::string context = "<context>\n" + Document() + "\n</context>\n";
  std::string skill;
  for (const char* next : {"\"Boats\"", "\"Bridges\"", "\"Beacons\""}) {
    BOOST_TEST(!Holds(skill, next));
    const std::string present = skill.empty() ? "" : "<skill name=\"s\">\n" + skill + "\n</skill>";
    skill = Json::Parse(Ask("", context + present, "skill", 1, Options(100)).text)
                .value()["skill_content"]
                .AsString();
    BOOST_TEST(Holds(skill, next));
  }
  BOOST_TEST(ParseSkill(skill).pointers.size() == 3U);  // nothing was forgotten
}

BOOST_AUTO_TEST_CASE(additions_and_parts_of_skills) {
  const std::string ask =
      "<skill name=\"old\">\n---\nname: old\ndescription: \"keeps\"\n---\n- boats, lamp: read the "
      "part headed \"Boats\"\n</skill>\n<proposed_skill>\n- light: read the part headed "
      "\"Beacons\"\n</proposed_skill>";
  const auto ask_for = [&](const char* format) {
    return Json::Parse(Ask("", ask, format, 1, Options(10)).text).value();
  };
  const std::string added = ask_for("skill_addition")["skill_content"].AsString();
  BOOST_TEST(!Holds(added, "\"Boats\""));
  BOOST_TEST(Holds(added, "\"Beacons\""));
  const Json parts = ask_for("skill_parts");
  BOOST_TEST(parts["name"].AsString() == "old");
  BOOST_TEST(Holds(parts["content"].AsString(), "\"Boats\""));
  BOOST_TEST(Holds(parts["content"].AsString(), "\"Beacons\""));
  BOOST_TEST(!Holds(parts["content"].AsString(), "---"));
}

BOOST_AUTO_TEST_CASE(a_proposal_keeps_when_nothing_was_missing) {
  const auto ask = [](const std::string& status) {
    const std::string text =
        "<context>\n" + Document() +
        "\n</context>\n<traces>\n<trace number=\"1\" outcome=\"failed\">\n<task>\n" +
        kBeaconTask.text + "\n</task>\n<rubrics>\n1. " + kBeaconTask.rubrics[0] +
        "\n</rubrics>\n<answer>\nNo idea.\n</answer>\n<verdicts>\n1. [" + status +
        "] r\n</verdicts>\n</trace>\n</traces>\n";
    return Json::Parse(Ask("", text, "proposal", 1, Options(10)).text).value();
  };
  BOOST_TEST(ask("no")["action"].AsString() == "create");
  BOOST_TEST(Holds(ask("no")["proposed_guidance"].AsString(), "\"Beacons\""));
  BOOST_TEST(ask("yes")["action"].AsString() == "keep");
}

BOOST_AUTO_TEST_CASE(windows_give_skills_and_equal_parts_are_joined) {
  const Json found =
      Json::Parse(Ask("", "<context>\n" + Document() + "\n</context>\n<count>2</count>",
                      "skill_candidates", 1, Options(10))
                      .text)
          .value();
  BOOST_REQUIRE(found["skills"].size() == 2U);
  for (const Json& skill : found["skills"].items()) {
    const SkillNotes notes = ParseSkill(skill["prompt"].AsString());
    BOOST_REQUIRE(notes.pointers.size() == 1U);
    BOOST_TEST(Reading(Document()).FindSection(notes.pointers[0].label) >= 0);
    BOOST_TEST(skill["workflow_steps"].size() == 1U);
  }
  const auto one = [](const std::string& terms, const std::string& part) {
    return R"({"name":"n","prompt":"- )" + terms + R"(: read the part headed \")" + part +
           R"(\""})";
  };
  const auto decide = [](const std::string& candidate, const std::string& existing) {
    const std::string ask = "<candidate>\n" + candidate +
                            "\n</candidate>\n<existing number=\"1\">\n" + existing +
                            "\n</existing>";
    return Json::Parse(Ask("", ask, "recombination", 1, Options(10)).text).value();
  };
  const Json merged = decide(one("keeper", "Beacons"), one("light", "Beacons"));
  BOOST_TEST(merged["action"].AsString() == "merge");
  BOOST_TEST(merged["target"].AsInt() == 1);
  BOOST_TEST(Holds(merged["skill"]["prompt"].AsString(), "light, keeper"));
  BOOST_TEST(decide(one("light", "Beacons"), one("light", "Beacons"))["action"].AsString() ==
             "unchanged");
  BOOST_TEST(decide(one("light", "Boats"), one("light", "Beacons"))["action"].AsString() ==
             "create");
  BOOST_TEST(decide("no JSON", one("light", "Beacons"))["action"].AsString() == "create");
}

BOOST_AUTO_TEST_CASE(a_skill_is_judged_in_five_dimensions) {
  const auto judge = [](const std::string& skill) {
    const std::string ask =
        "<context>\n" + Document() + "\n</context>\n<skill name=\"s\">\n" + skill + "\n</skill>";
    return Json::Parse(Ask("", ask, "skill_quality", 1, Options(100)).text).value();
  };
  const auto score = [](const Json& scores, const char* name) {
    return scores[name]["score"].AsInt();
  };
  const Json good = judge(BeaconSkill("Beacons"));
  const Json wrong = judge(BeaconSkill("Dragons"));
  BOOST_TEST(score(good, "faithfulness") == 100);
  BOOST_TEST(score(wrong, "faithfulness") == 0);
  BOOST_TEST(score(good, "effectiveness") > score(wrong, "effectiveness"));
  BOOST_TEST(score(good, "clarity") == 100);
  BOOST_TEST(score(judge(BeaconSkill("Beacons") + "\n" + Document()), "conciseness") == 0);
  BOOST_TEST(score(good, "conciseness") > 50);
  const Json none = judge("");
  for (const char* name :
       {"conciseness", "faithfulness", "clarity", "effectiveness", "reusability"}) {
    BOOST_TEST(score(none, name) == 0);
    BOOST_TEST(score(good, name) <= 100);
    BOOST_TEST(!good[name]["reason"].AsString().empty());
  }
}

BOOST_AUTO_TEST_CASE(an_unknown_format_gets_the_schema_s_shape) {
  ChatRequest request;
  request.messages.push_back({"user", {Part::Of("x")}, {}});
  request.format = Json::Parse(R"({"name":"other","schema":{"type":"object","properties":{
      "list":{"type":"array","items":{"type":"string"},"minItems":2},"n":{"type":"integer"},
      "kind":{"enum":["a","b"]}}}})")
                       .value();
  BOOST_TEST(Read(request, Options(10)).text == R"({"list":["",""],"n":0,"kind":"a"})");
}

BOOST_AUTO_TEST_CASE(odd_requests_are_answered) {
  for (const std::string user :
       {"", "<context>", "<task></task>", "<context>\n\n</context>",
        "<traces>\n<trace>\n</trace>\n</traces>", "\xff\xfe<rubrics>1. </rubrics>"}) {
    for (const char* format :
         {"", "tasks", "verdicts", "diagnosis", "proposal", "skill", "skill_addition",
          "skill_parts", "skill_candidates", "recombination", "skill_quality", "other"}) {
      const ChatAnswer answer = Ask("", user, format, 1, Options(50));
      BOOST_TEST(answer.finish_reason == "stop");
      if (*format != '\0') BOOST_TEST(Json::Parse(answer.text).ok());
    }
  }
  BOOST_TEST(Read(ChatRequest{}, Options(0)).finish_reason == "stop");
}

BOOST_AUTO_TEST_CASE(many_threads_read_alike) {
  const std::string expected = Answer(Document(), "", kBeaconTask, 1, Options(1000));
  std::vector<std::string> answers(8);
  std::vector<std::thread> threads;
  for (std::string& answer : answers) {
    threads.emplace_back([&answer] {
      for (int i = 0; i < 50; ++i) {
        answer = Answer(Document(), "", kBeaconTask, 1, Options(1000));
        Answer(Document() + std::to_string(i), "", kBeaconTask, 1, Options(1000));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const std::string& answer : answers) BOOST_TEST(answer == expected);
}

namespace {

// A loop whose pool work runs when the test says so.
class HandLoop : public EventLoop {
 public:
  void Post(Task task) override { tasks_.push_back(std::move(task)); }
  TimerId After(int64_t /*delay_ms*/, Task /*task*/) override { return 0; }
  void CancelTimer(TimerId /*timer*/) override {}
  void InPool(Task work, Task done) override {
    tasks_.push_back([work = std::move(work), done = std::move(done)] {
      work();
      done();
    });
  }
  void Run() override {
    std::vector<Task> due;
    due.swap(tasks_);
    for (const Task& task : due) task();
  }
  void Stop() override {}

 private:
  std::vector<Task> tasks_;
};

}  // namespace

BOOST_AUTO_TEST_CASE(the_model_answers_later_and_can_be_cancelled) {
  HandLoop loop;
  auto model = OfflineChatModel::Make(loop, "reader:slip=0");
  BOOST_REQUIRE(model.ok());
  ChatRequest request;
  request.messages.push_back({"user", {Part::Of(Document() + "\n\nWhat toll is due?")}, {}});
  std::vector<ChatOutcome> outcomes;
  const auto done = [&](ChatOutcome outcome) { outcomes.push_back(std::move(outcome)); };
  model.value()->Start(request, done);
  const ChatModel::Handle second = model.value()->Start(request, done);
  model.value()->Cancel(second);
  model.value()->Cancel(999);
  BOOST_TEST(outcomes.empty());
  loop.Run();
  BOOST_REQUIRE(outcomes.size() == 2U);
  BOOST_TEST(Holds(std::get<ChatAnswer>(outcomes[0].result).text, "12 crowns"));
  BOOST_TEST(std::get<ChatInterruption>(outcomes[1].result).outcome == "cancelled");
  BOOST_TEST(!OfflineChatModel::Make(loop, "reader:slip=x").ok());
}

}  // namespace hone::test
