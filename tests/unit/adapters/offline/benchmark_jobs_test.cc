// The offline reader on tasks of benchmarks: labels of choices, actions, documents behind tools.
#include <boost/test/unit_test.hpp>
#include <set>

#include "adapters/offline/reader.h"
#include "unit/adapters/offline/self_play.h"

namespace hone::test {
namespace {

offline::ReaderOptions Steady() {
  offline::ReaderOptions options;
  options.slip = 0;
  return options;
}

std::string Said(const std::string& system, const std::string& user, uint32_t seed = 1) {
  return Ask(system, user, "", seed, Steady()).text;
}

BOOST_AUTO_TEST_CASE(a_choice_is_named_by_its_label) {
  const std::string system = "Answer between <answer> and </answer>.";
  const std::string task =
      "<task>\nWhich claim follows?\n\nA. the limit is a term\nB. the sequence is bounded\n"
      "C. the sequence is monotone\n</task>";
  const std::string theorem = "<context>\nA convergent sequence is bounded.\n</context>\n\n";
  BOOST_TEST(Said(system, theorem + task).ends_with("<answer>B</answer>"));
  // A note of the skill counts as what was read.
  const std::string skill = "\n\n<skill name=\"target\">\n- Look at what is monotone.\n</skill>";
  BOOST_TEST(Said(system + skill, task).ends_with("<answer>C</answer>"));
}

BOOST_AUTO_TEST_CASE(an_action_is_one_of_those_that_are_possible) {
  const auto act = [](const std::string& history, const std::string& skill, uint32_t seed) {
    return Said("Act.",
                skill + "<task>\nYour task is to: put a mug in shelf.\n</task>\n\n" + history +
                    "<actions>\ngo to desk 1\ngo to drawer 1\nopen drawer 1\n"
                    "take mug 1 from desk 1\n</actions>",
                seed);
  };
  BOOST_TEST(act("", "", 1).ends_with("<action>take mug 1 from desk 1</action>"));
  const std::string taken = "<history>\n[1] did: take mug 1 from desk 1\n</history>\n\n";
  std::set<std::string> others;
  for (uint32_t seed = 1; seed <= 30; ++seed) others.insert(act(taken, "", seed));
  BOOST_TEST(others.size() == 3U);  // equals are chosen among by the seed
  const std::string skill = "<skill name=\"target\">\n- Open what is closed.\n</skill>\n\n";
  for (uint32_t seed = 1; seed <= 5; ++seed) {
    BOOST_TEST(act(taken, skill, seed) ==
               "<think>It has the most to do with the goal.</think><action>open drawer 1</action>");
  }
}

BOOST_AUTO_TEST_CASE(documents_are_searched_word_by_word_and_answered_from) {
  ChatRequest request;
  const auto say = [&](const std::string& role, const std::string& text, Json extra = {}) {
    ChatMessage message;
    message.role = role;
    message.content = {Part::Of(text)};
    message.extra = std::move(extra);
    request.messages.push_back(std::move(message));
  };
  request.tools = Json::MakeArray({Json::MakeObject(
      {{"type", Json("function")}, {"function", Json::MakeObject({{"name", Json("grep")}})}})});
  say("system", "Answer between <answer> and </answer>.");
  say("user", "<task>\nWhat were the tolls of 1937?\n</task>\n\nDocuments:\n- a.txt\n- b.txt");
  std::string asked;
  ChatAnswer answer;
  for (int turn = 0; turn < 20; ++turn) {
    answer = Read(request, Steady());
    if (answer.tool_calls.size() == 0) break;
    const Json& call = answer.tool_calls.items()[0];
    const Result<Json> arguments = Json::Parse(call["function"]["arguments"].AsString());
    BOOST_REQUIRE(arguments.ok());
    const std::string& word = (*arguments)["pattern"].AsString();
    asked += (*arguments)["path"].AsString() + ":" + word + " ";
    say("assistant", "", Json::MakeObject({{"tool_calls", answer.tool_calls}}));
    const bool in_a = (*arguments)["path"].AsString() == "a.txt";
    std::string lines = "nothing found";
    if (in_a && word == "1937") lines = "3: Rents of 1937: 11\n4: Tolls of 1937: 6,249";
    if (in_a && word == "tolls") lines = "4: Tolls of 1937: 6,249\n9: Tolls of 1938: 7";
    say("tool", lines, Json::MakeObject({{"tool_call_id", call["id"]}}));
  }
  BOOST_TEST(asked == "a.txt:1937 a.txt:tolls b.txt:1937 b.txt:tolls ");
  BOOST_TEST(answer.text.ends_with("<answer>6,249</answer>"));
}

}  // namespace
}  // namespace hone::test
