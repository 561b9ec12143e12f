// The offline evolver in a workspace, and guides in one answer.
#include <boost/test/unit_test.hpp>

#include "adapters/offline/reader.h"
#include "skill/skill_document.h"
#include "unit/adapters/offline/self_play.h"
#include "unit/adapters/offline/shell_talk.h"

namespace hone::test {
namespace {

using namespace offline;  // NOLINT

const std::string kOpening =
    "<workspace>\nskills/\n</workspace>\n<task_results>\n{\"task_id\":\"ledger-orders\"}\n"
    "</task_results>";
const std::string kPath = "evolution/observations/ledger-orders.md";
const std::string kSkillPath = "skills/csv-conventions/SKILL.md";
const std::string kTask =
    "Write the table `/data/orders.csv` as a ledger in the house format to `/out/orders.led`.";
const std::string kManual =
    "# Ledgers of the house\n\n## Dates\n\nA ledger of the house is written without months. Cats "
    "sleep.\n\n## Writing a ledger from a table\n\nThe tool must be given the table as it "
    "came.\n\n```sh\nledgerfmt write table.csv > book.led\n```\n\n## Feeding the "
    "cat\n\n```sh\nfeed "
    "cat/\n```\n";

std::string Observed(const std::string& transcript, const std::string& category = "csv") {
  return "# Failed task\n\n- Category: " + category + "\n\n## Task\n\n" + kTask +
         "\n\n## Transcript\n[tool]\n<terminal>\n" + transcript +
         "<\\/terminal>\n\n[assistant]\nEnd.\n";
}

ReaderOptions Options(int64_t attention = 1500, double slip = 0) {
  ReaderOptions options;
  options.attention = attention;
  options.slip = slip;
  return options;
}

// What stands between the lines of a here-document.
std::string Written(const std::string& command) {
  const std::size_t mark = command.find("<<'") + 3;
  const std::string end = command.substr(mark, command.find('\'', mark) - mark);
  const std::size_t begin = command.find('\n', mark) + 1;
  BOOST_REQUIRE(command.ends_with("\n" + end));
  return command.substr(begin, command.size() - begin - end.size());
}

void CheckValid(const std::string& skill) {
  for (const SkillProblem& problem : CheckSkill(skill)) {
    // SkillsBench's own addition to the header.
    if (problem.text.find("unknown key 'category'") == std::string::npos) {
      BOOST_ERROR(problem.Text());
    }
  }
}

// The skill that is written for one observation; "" when none is. `present`: the skill that is
// there.
std::string Evolved(const std::string& observation, const std::string& present,
                    ReaderOptions options = Options()) {
  ShellTalk talk(ShellStyle::kWorkspace, kOpening, options);
  talk.Step();
  talk.Show(kPath + "\nevolution/observations/older.md\nskills/data-formats/SKILL.md" +
            (present.empty() ? "" : "\n" + kSkillPath));
  BOOST_TEST(talk.Step().command == "# read " + kPath + "\ncat -- " + kPath);
  talk.Show(observation);
  ShellStep step = talk.Step();
  if (!present.empty()) {
    BOOST_TEST(step.command == "# read " + kSkillPath + "\ncat -- " + kSkillPath);
    talk.Show(present);
    step = talk.Step();
  }
  if (step.command.empty()) return "";
  BOOST_TEST(step.command.starts_with("# write skills/"));
  talk.Show("(no output)");
  const ChatAnswer last = talk.Next();
  BOOST_TEST(last.tool_calls.is_null());
  BOOST_TEST(!last.text.empty());
  return Written(step.command);
}

std::string InOneAnswer(const std::string& user, const char* format) {
  const Json json = Json::Parse(Ask("", user, format, 1, Options()).text).value();
  CheckValid(json["skill"].AsString());
  return json["skill"].AsString();
}

bool Holds(const std::string& text, const std::string& phrase) {
  return text.find(phrase) != std::string::npos;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_manual_in_an_observation_becomes_a_skill_with_places) {
  const std::string skill = Evolved(Observed(kManual), "");
  CheckValid(skill);
  BOOST_TEST(Holds(skill, "name: csv-conventions\n"));
  BOOST_TEST(Holds(skill, "Ledgers of the house: Writing a ledger from a table"));
  BOOST_TEST(Holds(skill, "category: csv"));
  BOOST_TEST(Holds(skill, "ledgerfmt write <input.csv> > <output.led>"));
  BOOST_TEST(Holds(skill, "- The tool must be given the table as it came."));
  BOOST_TEST(Holds(skill, "- A ledger of the house is written without months."));
  // Neither this task's names nor what does not speak of it.
  for (const char* foreign : {"orders", "book.led", "feed", "Cats", "Write the table"}) {
    BOOST_TEST(!Holds(skill, foreign), foreign);
  }
}

BOOST_AUTO_TEST_CASE(a_skill_that_is_there_is_extended_and_nothing_else_written) {
  const std::string first = Evolved(Observed(kManual), "");
  const std::string other =
      "# Ledgers of the house\n\n## Closing a ledger of a table\n\n```sh\nledgerfmt close t.csv > "
      "b.led\n```\n";
  const std::string second = Evolved(Observed(other), first);
  CheckValid(second);
  BOOST_TEST(Holds(second, "ledgerfmt write"));
  BOOST_TEST(Holds(second, "ledgerfmt close"));
  BOOST_TEST(Evolved(Observed(other), second).empty());  // nothing new
  // What a loaded skill says in the transcript does not stand in the way of what the manual adds.
  const std::string task_of_both = first + "\n</loaded_skill>\n\n" + kManual + other;
  BOOST_TEST(Holds(Evolved(Observed(task_of_both), first), "ledgerfmt close"));
}

BOOST_AUTO_TEST_CASE(nothing_seen_is_nothing_learned) {
  const std::string advice = Evolved(Observed("cp: no such thing\n"), "");
  CheckValid(advice);
  BOOST_TEST(!Holds(advice, "```"));
  BOOST_TEST(Holds(advice, "Check every output"));
  const std::string learned = Evolved(Observed(kManual), "");
  BOOST_TEST(Evolved(Observed("cp: no such thing\n"), learned).empty());
  BOOST_TEST(!Holds(Evolved(Observed(kManual), advice), "Check every output"));
  BOOST_TEST(!Holds(Evolved(Observed(kManual), "", Options(10)), "```"));       // no attention
  BOOST_TEST(!Holds(Evolved(Observed(kManual), "", Options(1500, 1)), "```"));  // a slip
}

BOOST_AUTO_TEST_CASE(categories_name_folders_and_never_leave_them) {
  for (const char* category : {"../../etc", "a/b c", "", "$(id)"}) {
    ShellTalk talk(ShellStyle::kWorkspace, kOpening, Options());
    talk.Step();
    talk.Show(kPath + "\n../../../etc/evil.md\nevolution/observations/x;id.md");
    BOOST_TEST(talk.Step().command == "# read " + kPath + "\ncat -- " + kPath);
    talk.Show(Observed(kManual, category));
    const std::string command = talk.Step().command;
    const std::string path = command.substr(8, command.find('\n') - 8);
    BOOST_TEST(path.starts_with("skills/"));
    BOOST_TEST(path.ends_with("/SKILL.md"));
    BOOST_TEST(path.find_first_not_of("abcdefghijklmnopqrstuvwxyz-/.SKILLMD") == std::string::npos,
               path);
    BOOST_TEST(!Holds(path, ".."));
  }
}

BOOST_AUTO_TEST_CASE(permissions_are_kept) {
  const auto writes = [](const std::string& permission) {
    ShellTalk talk(ShellStyle::kWorkspace,
                   "<workspace>\nYou may change:\n" + permission + "\n</workspace>", Options());
    const ShellStep first = talk.Step();
    if (first.command.empty()) return std::string();
    talk.Show(kPath + "\n" + kSkillPath);
    talk.Step();
    talk.Show(Observed(kManual));
    ShellStep step = talk.Step();
    if (step.command.starts_with("# read ")) {
      talk.Show("---\nname: csv-conventions\n---\n");
      step = talk.Step();
    }
    return step.command.substr(0, step.command.find('\n'));
  };
  const std::string make_only = "- skills/: make new ones; those that are there stay as they are";
  BOOST_TEST(writes("- skills/: make, change and remove") == "# write " + kSkillPath);
  BOOST_TEST(writes(make_only + "\n\nBudget: at most 5 new skills") ==
             "# write skills/csv-conventions-2/SKILL.md");
  BOOST_TEST(writes(make_only + "\n\nBudget: at most 0 new skills").empty());
  BOOST_TEST(writes("- prompts/system.md").empty());
  BOOST_TEST(writes("- nothing").empty());
}

BOOST_AUTO_TEST_CASE(the_end_mark_of_a_file_does_not_stand_in_it) {
  const std::string manual =
      "# M\n\n## Writing a ledger from a table\n\n```sh\ncat <<'END_OF_SKILL' > "
      "book.led\nEND_OF_SKILL\n"
      "w table.csv > book.led\n```\n";
  const std::string skill = Evolved(Observed(manual), "");
  BOOST_TEST(Holds(skill, "END_OF_SKILL"));
}

BOOST_AUTO_TEST_CASE(guides_in_one_answer) {
  const std::string task = "<task id=\"ledger-orders\" category=\"csv\">\n" + kTask + "\n</task>\n";
  const std::string blank = InOneAnswer(task, "task_skill");
  BOOST_TEST(Holds(blank, "name: ledger-orders-guide\n"));
  BOOST_TEST(!Holds(blank, "```"));
  const std::string taught = InOneAnswer(task + "<transcript>\n" + kManual, "task_skill");
  BOOST_TEST(Holds(taught, "ledgerfmt write <input.csv>"));
  const std::string long_skill =
      "<skill name=\"csv\">\n---\nname: csv-conventions\ndescription: d\n---\n" + kManual +
      "\n</skill>";
  const std::string present = "<present_skill name=\"csv\">\n" + kManual + "\n</present_skill>";
  BOOST_TEST(Holds(InOneAnswer(present, "distilled_skill"), "feed <folder>"));
  const std::string distilled = InOneAnswer(long_skill, "distilled_skill");
  BOOST_TEST(Holds(distilled, "name: csv-conventions\n"));
  BOOST_TEST(Holds(distilled, "ledgerfmt write <input.csv>"));
  BOOST_TEST(Holds(distilled, "feed <folder>"));
  const Json draft =
      Json::Parse(Ask("", task + kManual, "success_draft", 1, Options()).text).value();
  BOOST_TEST(draft["support_key"].AsString() == "csv-conventions");
  CheckValid(draft["skill"].AsString());
}

}  // namespace hone::test
