// The offline optimizer: what it makes of trajectories, patches, rankings and comparisons, and that
// a line it writes does help the reader.
#include <boost/test/unit_test.hpp>
#include <string>

#include "adapters/offline/attention.h"
#include "adapters/offline/habit_notes.h"
#include "adapters/offline/reader.h"
#include "adapters/offline/skill_changes.h"
#include "unit/adapters/offline/self_play.h"

namespace hone::test {
namespace {

using namespace offline;  // NOLINT

constexpr const char* kBarnLine = "- barn, donkey: read the part headed \"[DOC] Barns\"";

// Passages of about 70 tokens; the word "quarterdeck" stands in the last one alone.
std::string Passages() {
  std::string out;
  for (const char* name : {"Barns", "Fields", "Rivers", "Towers", "Ships"}) {
    out += std::string("[DOC] ") + name + "\n-----------\n";
    for (const char* word : {"harbour", "granite", "lantern", "meadow"}) {
      out += std::string("The ") + word + " of the " + name +
             " is inspected by an old warden every spring. ";
    }
    if (std::string(name) == "Ships") out += "The quarterdeck is scrubbed with vinegar at dawn.";
    out += "\n\n";
  }
  return out;
}

std::string Trajectory(const std::string& task, const std::string& predicted,
                       const std::string& right) {
  return "<trajectory number=\"1\" id=\"q\">\nTask: " + task +
         "\nWhat the target was given: <context>\n" + Passages() + "\n</context>\n\n<task>\n" +
         task + "\n</task>\n[assistant] x\n[verification] Question: " + task +
         "\nPrediction: " + predicted + "\nRight answer: " + right +
         "\nScore: hard 0, soft 0\n</trajectory>";
}

// The same item three times: fewer ask for no general line.
std::string Trajectories(const std::string& side, const std::string& one) {
  return "<trajectories side=\"" + side + "\" count=\"3\">\n" + one + "\n---\n" + one + "\n---\n" +
         one + "\n</trajectories>";
}

std::string Skill(const std::string& body) {
  return "<skill name=\"target\">\n" + body + "\n</skill>\n\n";
}

Json AskFor(const std::string& format, const std::string& user, double slip = 0) {
  ReaderOptions options;
  options.slip = slip;
  const auto answer = Json::Parse(Ask("You improve a skill.", user, format, 1, options).text);
  BOOST_REQUIRE_MESSAGE(answer.ok(), format);
  return *answer;
}

struct Case {
  const char* what;
  std::string skill;
  std::string trajectory;
  const char* op;
  const char* target;
  std::string content;
};

BOOST_AUTO_TEST_CASE(a_failed_item_teaches_one_line) {
  const std::string scrubbed = "The quarterdeck is scrubbed with this at dawn.";
  const Case cases[] = {
      {"too long an answer", "# A", Trajectory(scrubbed, "vinegar at dawn", "vinegar"), "append",
       "", WordsNote(1)},
      {"a wrong number", "# A\n" + WordsNote(3), Trajectory(scrubbed, "vinegar at", "vinegar"),
       "replace", "- Give at most 3 words as the answer.", WordsNote(1)},
      {"too short an answer", "# A\n" + WordsNote(1), Trajectory(scrubbed, "old", "old warden"),
       "replace", "- Give at most 1 word as the answer.", WordsNote(2)},
      {"a part that a search finds", "# A", Trajectory(scrubbed, "warden", "vinegar"), "append", "",
       SearchNote()},
      // The longest word stands in every part, so a search would lead to the first three.
      {"a part that only a pointer finds", "# A",
       Trajectory("The inspected Ships have this at dawn.", "warden", "vinegar"), "append", "", ""},
  };
  for (const Case& one : cases) {
    const Json answer =
        AskFor("edit_analysis", Skill(one.skill) + Trajectories("failure", one.trajectory));
    const Json& edits = answer["patch"]["edits"];
    BOOST_REQUIRE_MESSAGE(edits.size() == 1, one.what << ": " << answer.Dump());
    BOOST_TEST(edits.items()[0]["op"].AsString() == one.op, one.what);
    BOOST_TEST(edits.items()[0]["target"].AsString() == one.target, one.what);
    const std::string& content = edits.items()[0]["content"].AsString();
    if (one.content.empty()) {
      BOOST_TEST(content.find("read the part headed \"[DOC] Ships\"") != std::string::npos,
                 content);
    } else {
      BOOST_TEST(content == one.content, one.what);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_line_that_is_there_is_no_edit_but_a_lapse) {
  const std::string asked = Trajectories(
      "failure", Trajectory("The inspected Ships have this at dawn.", "warden", "vinegar"));
  const Json first = AskFor("edit_analysis", Skill("# A") + asked);
  const std::string line = first["patch"]["edits"].items()[0]["content"].AsString();
  const Json again = AskFor("edit_analysis", Skill("# A\n" + line) + "appendix_notes\n" + asked);
  BOOST_TEST(again["patch"]["edits"].size() == 0U);
  BOOST_TEST(again["appendix_notes"].size() == 1U);
}

BOOST_AUTO_TEST_CASE(one_item_is_no_general_line) {
  const std::string one =
      Trajectory("The quarterdeck is scrubbed with this at dawn.", "vinegar at dawn", "vinegar");
  const std::string asked =
      "<trajectories side=\"failure\" count=\"1\">\n" + one + "\n</trajectories>";
  BOOST_TEST(AskFor("edit_analysis", Skill("# A") + asked)["patch"]["edits"].size() == 0U);
  const std::string solved = Trajectories("success", one);
  BOOST_TEST(AskFor("edit_analysis", Skill("# A") + solved)["patch"]["edits"].size() == 0U);
}

BOOST_AUTO_TEST_CASE(a_search_brings_a_far_part) {
  const Reading context(Passages());
  const std::string task = "The quarterdeck is scrubbed with this at dawn.";
  const auto followed = [&](const std::string& skill) {
    return Attend(context, skill, task, 120).followed.size();
  };
  BOOST_TEST(followed("") == 0U);
  BOOST_TEST(followed(SearchNote()) == 1U);
  BOOST_TEST(SectionsWithLongestWord(context, task).size() == 1U);
  BOOST_TEST(SectionsWithLongestWord(context, "Of the of the.").empty());
}

BOOST_AUTO_TEST_CASE(merging_joins_what_says_the_same) {
  const std::string patches = "<patches>\n" +
                              Json::Parse(R"([{"edits":[
        {"op":"append","target":"","content":"- Give at most 1 word as the answer.","support_count":2},
        {"op":"append","target":"","content":"- barn: read the part headed \"[DOC] Barns\""}]},
       {"edits":[
        {"op":"append","target":"","content":"- donkey: read the part headed \"[DOC] Barns\"","support_count":5},
        {"op":"append","target":"","content":"- Give at most 2 words as the answer.","support_count":3}]}])")
                                  ->Dump() +
                              "\n</patches>";
  const Json answer = AskFor("edit_merge", Skill("# A") + patches);
  const Json& edits = answer["edits"];
  BOOST_REQUIRE(edits.size() == 2U);
  BOOST_TEST(edits.items()[0]["content"].AsString() == kBarnLine);
  BOOST_TEST(edits.items()[0]["support_count"].AsInt() == 6);
  BOOST_TEST(edits.items()[1]["content"].AsString() == WordsNote(2));  // three items against two
}

BOOST_AUTO_TEST_CASE(suggestions_and_whole_skills_say_the_same_as_edits) {
  const SkillChange changes[] = {{"- new", "", "c", 1, "failure"},
                                 {"- new", "- old", "c", 1, "failure"},
                                 {"", "- old", "c", 1, "failure"}};
  for (const SkillChange& change : changes) {
    const SkillChange of_edit = ChangeOfEdit(EditOf(change));
    const SkillChange of_suggestion = ChangeOfSuggestion(SuggestionOf(change));
    BOOST_TEST(of_edit.line == change.line);
    BOOST_TEST(of_edit.replaces == change.replaces);
    BOOST_TEST(of_suggestion.line == change.line);
    BOOST_TEST(of_suggestion.replaces == change.replaces);
  }
  const std::string suggestions =
      "<suggestions>\n" + Json::MakeArray({SuggestionOf(changes[1])}).Dump() + "\n</suggestions>";
  BOOST_TEST(
      AskFor("skill_rewrite", Skill("# A\n- old\n- kept") + suggestions)["new_skill"].AsString() ==
      "# A\n- new\n- kept\n");
  const std::string trajectory =
      Trajectory("The quarterdeck is scrubbed with this at dawn.", "vinegar at dawn", "vinegar");
  const Json whole = AskFor("rewrite_analysis", Skill("# A") + Trajectories("failure", trajectory));
  BOOST_TEST(whole["patch"]["skill_candidates"].items()[0]["new_skill"].AsString() ==
             "# A\n" + WordsNote(1) + "\n");
}

BOOST_AUTO_TEST_CASE(a_ranking_takes_what_most_items_support) {
  const std::string items =
      "<items>\n[0] content=- a op=append support_count=1\n[1] content=- b\nmore of it op=append "
      "support_count=3\n[2] content=- c op=append support_count=2\n</items>\n\n<budget>\nChoose 2 "
      "of them.\n</budget>";
  const Json answer = AskFor("edit_ranking", items);
  BOOST_TEST(answer["selected_indices"].Dump() == "[1,2]");
}

BOOST_AUTO_TEST_CASE(the_worse_the_score_the_larger_the_step) {
  const auto rate = [](const std::string& hard) {
    return AskFor("learning_rate",
                  "The last rollout: 40 tasks, hard " + hard +
                      ", soft 0.5.\n\n<items count=\"8\">\n[0] a\n</items>")["learning_rate"]
        .AsInt();
  };
  BOOST_TEST(rate("0.000000") == 8);
  BOOST_TEST(rate("0.500000") == 4);
  BOOST_TEST(rate("1.000000") == 1);
}

BOOST_AUTO_TEST_CASE(guidance_puts_back_what_a_regressed_task_needs) {
  const auto guidance = [](const std::string& category) {
    const std::string user =
        "<previous>\n" + Skill(std::string("# A\n") + kBarnLine) + "</previous>\n\n" +
        Skill("# A") + "<guidance>\n\n</guidance>\n\n<comparison>\n<pair category=\"" + category +
        "\">\nTask: Where does the donkey sleep?\n<now>\n[assistant] x\n</now>\n</pair>\n"
        "</comparison>";
    return AskFor("slow_guidance", user)["slow_update_content"].AsString();
  };
  BOOST_TEST(guidance("regressed") == std::string(kBarnLine) + "\n");
  BOOST_TEST(guidance("improved") == "Keep to the rules above.\n");
}

BOOST_AUTO_TEST_CASE(notes_that_say_the_same_become_one) {
  const Json answer = AskFor("note_consolidation",
                             "<notes>\n## Notes\n- Search before reading\n- Search before reading "
                             "the passages\n- Count vessels in harbours\n</notes>");
  BOOST_TEST(answer["appendix_notes"].Dump() ==
             R"(["Search before reading the passages","Count vessels in harbours"])");
}

BOOST_AUTO_TEST_CASE(slips_write_harmful_lines) {
  const std::string trajectory =
      Trajectory("The quarterdeck is scrubbed with this at dawn.", "vinegar at dawn", "vinegar");
  const Json answer =
      AskFor("edit_analysis", Skill("# A\n- kept") + Trajectories("failure", trajectory), 1);
  const Json& edits = answer["patch"]["edits"];
  BOOST_REQUIRE(edits.size() >= 2U);
  BOOST_TEST(edits.items()[0]["op"].AsString() == "delete");
  BOOST_TEST(edits.items()[0]["target"].AsString() == "- kept");
  BOOST_TEST(edits.items()[1]["content"].AsString().size() > 100U);
}

}  // namespace
}  // namespace hone::test
