// What tests wrote and how they ended, as a verdict: by table.
#include "primitives/test_verdict.h"

#include <boost/test/unit_test.hpp>

namespace hone {
namespace {

ExecEnd Ended(int code, bool timed_out = false) {
  ExecEnd end;
  end.exit_code = code;
  end.timed_out = timed_out;
  return end;
}

struct Case {
  const char* text;  // of reward.txt; null: there is none
  const char* json;  // of reward.json
  double reward;
  const char* name;
};

BOOST_AUTO_TEST_SUITE(test_verdicts)

BOOST_AUTO_TEST_CASE(rewards) {
  const Case cases[] = {
      {"1\n", nullptr, 1, "none"},
      {" 1.0 ", nullptr, 1, "none"},
      {"+1", nullptr, 1, "none"},
      {"7", nullptr, 1, "none"},
      {"-3", nullptr, 0, "verifier_fail"},
      {"0.5", nullptr, 0.5, "verifier_fail"},
      {"0", R"({"reward":1})", 0, "verifier_fail"},  // reward.txt comes first
      {nullptr, R"({"reward":1,"style":0})", 1, "none"},
      {nullptr, R"({"a":1,"b":0})", 0.5, "verifier_fail"},
      {nullptr, "1", 1, "none"},
      {nullptr, nullptr, 0, "reward_missing"},
      {"", nullptr, 0, "reward_parse_error"},
      {"nan", nullptr, 0, "reward_parse_error"},
      {"inf", nullptr, 0, "reward_parse_error"},
      {"1 passed", nullptr, 0, "reward_parse_error"},
      {"broken", R"({"reward":1})", 1, "none"},
      {nullptr, R"({"reward":"1"})", 0, "reward_parse_error"},
      {nullptr, "[", 0, "reward_parse_error"},
  };
  for (const Case& one : cases) {
    TestFiles files;
    if (one.text != nullptr) files.reward_text = one.text;
    if (one.json != nullptr) files.reward_json = one.json;
    const Json verdict = TestVerdict(Ended(0), files, {});
    BOOST_TEST(verdict["reward"].AsDouble() == one.reward, verdict.Dump());
    BOOST_TEST(verdict["class"].AsString() == one.name, verdict.Dump());
    BOOST_TEST(verdict["passed"].AsBool() == (std::string(one.name) == "none"));
  }
}

BOOST_AUTO_TEST_CASE(the_end_of_the_command) {
  TestFiles files;
  files.reward_text = "1";
  BOOST_TEST(TestVerdict(Ended(1), files, {})["reward"].AsDouble() == 1);
  const Json cut = TestVerdict(Ended(1), files, {.zero_on_exit = true});
  BOOST_TEST(cut["reward"].AsDouble() == 0);
  BOOST_TEST(cut["class"].AsString() == "verifier_fail");
  BOOST_TEST(cut["code"].AsInt() == 1);
  const Json late = TestVerdict(Ended(-1, true), files, {});
  BOOST_TEST(late["reward"].AsDouble() == 0);
  BOOST_TEST(late["class"].AsString() == "verifier_timeout");
}

BOOST_AUTO_TEST_CASE(reports) {
  TestFiles files;
  files.reward_json = R"({"reward":0.25,"style":2})";
  files.ctrf_json = R"({"results":{"summary":{"tests":2,"passed":1},"tests":[
      {"name":"a","status":"passed","duration":3},
      {"name":"b","status":"failed","message":"no","trace":"t","extra":1},{"status":"x"}]}})";
  const Json verdict = TestVerdict(Ended(0), files, {});
  BOOST_TEST(verdict["rewards"].Dump() == R"({"reward":0.25,"style":2})");
  BOOST_TEST(verdict["ctrf"]["summary"]["passed"].AsInt() == 1);
  BOOST_TEST(verdict["ctrf"]["tests"].Dump() ==
             R"([{"name":"a","status":"passed"},)"
             R"({"name":"b","status":"failed","message":"no","trace":"t"}])");
  files.ctrf_json = R"({"results":{}})";
  BOOST_TEST(!TestVerdict(Ended(0), files, {}).Has("ctrf"));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace hone
