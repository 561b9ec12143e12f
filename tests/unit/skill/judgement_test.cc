#include "skill/judgement.h"

#include <boost/test/unit_test.hpp>

namespace hone {
namespace {

BOOST_AUTO_TEST_SUITE(Judgements)

BOOST_AUTO_TEST_CASE(GradesCompleteAnswers) {
  const Judgement some = ParseJudgement(
      R"({"verdicts":[{"rubric":1,"status":"yes","reason":"r1"},{"rubric":2,"status":"No ","reason":""}]})",
      "stop", 2);
  BOOST_TEST(some.graded);
  BOOST_TEST(!some.solved);
  BOOST_TEST(some.n_pass == 1);
  BOOST_TEST(some.verdicts[0].reason == "r1");
  BOOST_TEST(
      some.ToJson().Dump() ==
      R"({"graded":true,"solved":false,"n_pass":1,"n_rubrics":2,"status":["yes","no"],"reasons":["r1",""],"why":""})");
  // Another order is no guess: the numbers say where each belongs.
  const Judgement all = ParseJudgement(
      "```json\n{\"verdicts\":[{\"rubric\":2,\"status\":\"yes\",\"reason\":\"b\"},"
      "{\"rubric\":1,\"status\":\"yes\",\"reason\":\"a\"}]}\n```",
      "stop", 2);
  BOOST_TEST(all.solved);
  BOOST_TEST(all.verdicts[0].reason == "a");
}

BOOST_AUTO_TEST_CASE(NeverGuesses) {
  const std::string good = R"({"verdicts":[{"rubric":1,"status":"yes","reason":"r"}]})";
  struct Case {
    std::string answer;
    const char* finish;
    int n_rubrics;
    const char* why;  // within it
  };
  const std::vector<Case> cases = {
      {good, "length", 1, "cut off"},
      {good, "content_filter", 1, "withheld"},
      {good, "stop", 0, "no rubrics"},
      {good, "stop", 2, "1 verdicts for 2 rubrics"},
      {"All rubrics pass: yes.", "stop", 1, "no JSON object"},
      {"", "stop", 1, "no JSON object"},
      {good.substr(0, good.size() - 1), "stop", 1, "cut off"},
      {R"([{"rubric":1,"status":"yes","reason":"r"}])", "stop", 1, "no JSON object"},
      {R"({"verdict":[]})", "stop", 1, "no list 'verdicts'"},
      {R"({"verdicts":{"1":"yes"}})", "stop", 1, "no list 'verdicts'"},
      {R"({"verdicts":["yes"]})", "stop", 1, "is string, not an object"},
      {R"({"verdicts":[{"rubric":1,"status":"partially","reason":"r"}]})", "stop", 1,
       "'partially'"},
      {R"({"verdicts":[{"rubric":1,"status":"","reason":"r"}]})", "stop", 1, "status ''"},
      {R"({"verdicts":[{"rubric":1,"status":true,"reason":"r"}]})", "stop", 1, "no text 'status'"},
      {R"({"verdicts":[{"rubric":1,"reason":"r"}]})", "stop", 1, "no text 'status'"},
      {R"({"verdicts":[{"rubric":1,"status":"yes"}]})", "stop", 1, "no text 'reason'"},
      {R"({"verdicts":[{"status":"yes","reason":"r"}]})", "stop", 1, "no whole number 'rubric'"},
      {R"({"verdicts":[{"rubric":2,"status":"yes","reason":"r"}]})", "stop", 1, "rubric 2 of 1"},
      {R"({"verdicts":[{"rubric":0,"status":"yes","reason":"r"}]})", "stop", 1, "rubric 0 of 1"},
      {R"({"verdicts":[{"rubric":1,"status":"yes","reason":"r"},{"rubric":1,"status":"yes","reason":"r"}]})",
       "stop", 2, "verdict 2 repeats rubric 1"},
  };
  for (const Case& test : cases) {
    const Judgement got = ParseJudgement(test.answer, test.finish, test.n_rubrics);
    BOOST_TEST(!got.graded, test.answer);
    BOOST_TEST(!got.solved);
    BOOST_TEST(got.n_pass == 0);
    BOOST_TEST(got.n_rubrics == test.n_rubrics);
    BOOST_TEST(got.verdicts.empty());
    BOOST_TEST(got.why.find(test.why) != std::string::npos, got.why << " lacks " << test.why);
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace hone
