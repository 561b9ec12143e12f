#include "report/trace.h"

#include <array>
#include <boost/test/unit_test.hpp>

#include "base/text.h"
#include "report/list.h"
#include "report/outline.h"
#include "report/render_json.h"
#include "report/show.h"
#include "unit/report/report_fixture.h"

namespace hone {
namespace {

BOOST_AUTO_TEST_CASE(a_task_is_followed_down_to_prompts_and_the_failures_behind_its_skill) {
  ReportFixture fixture;
  fixture.FillDemo();
  const auto reader = fixture.Reader();
  const auto traced =
      Trace(*reader, {.arm = "Ctx2Skill", .replicate = "2", .item = "doc-10", .task = "t-doc-10"});
  BOOST_REQUIRE_MESSAGE(traced.ok(), (traced.ok() ? "" : traced.error().message));
  const Json& out = traced.value();
  const Json& attempt = out["attempts"].items().at(0);
  BOOST_TEST(attempt["outcome"].AsString() ==
             "not solved (1 of 2 rubrics), touched: seen in skill");
  BOOST_TEST(attempt["verdicts"].items().at(1)["status"].AsString() == "no");
  BOOST_TEST(attempt["answer_call"]["call"].AsString() == KeyOf("ctx answer 2/10").Hex());
  BOOST_TEST(attempt["answer_call"]["prompt"].items().at(0)["content"].AsString() ==
             "Answer: ctx answer 2/10");
  BOOST_TEST(attempt["judge_call"]["call"].AsString() == KeyOf("ctx judge 2/10").Hex());
  const Json& skill = out["skill"];
  BOOST_TEST(skill["hash"].AsString() == HashOf(ReportFixture::SkillText("doc-10")).Hex());
  BOOST_TEST(skill["made_in_step"].AsInt() == 1);
  BOOST_TEST(skill["selection"].items().at(0)["candidate"].AsInt() == 2);
  const Json& edit = skill["edits"].items().at(0);
  BOOST_TEST(edit["proposal"]["analysis"].AsString() == "dates were missing");
  const Json& failure = edit["failed_attempts_of_the_step"].items().at(0);
  BOOST_TEST(failure["failed_rubrics"].items().at(0).AsString() == "says when -- no date is named");

  const std::string text = RenderOutline(out, {});
  BOOST_TEST(text.find(KeyOf("ctx judge 2/10").Hex()) != std::string::npos);
  BOOST_TEST(text.find("dates were missing") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(an_arm_lists_its_items_and_wrong_names_get_the_nearest) {
  ReportFixture fixture;
  fixture.FillDemo();
  const auto reader = fixture.Reader();
  const auto arm = Trace(*reader, {.arm = "no skill"});
  BOOST_REQUIRE(arm.ok());
  BOOST_TEST(arm.value()["items"].size() == 12U);
  BOOST_TEST(arm.value()["seed"].AsString() == "1");
  BOOST_TEST(arm.value()["items"].items()[0]["tasks"].items()[0].AsString() ==
             "t-doc-01: solved (2 of 2 rubrics)");
  const std::vector<std::pair<TraceQuery, std::string>> cases = {
      {{.arm = "Ctx2Skil"}, "did you mean 'Ctx2Skill'?"},
      {{}, "which arm?"},
      {{.arm = "no skill", .replicate = "7"}, "has no seed '7'"},
      {{.arm = "no skill", .item = "doc-99"}, "did you mean 'doc-09'?"},
      {{.arm = "no skill", .item = "doc-01", .task = "t-doc-1"}, "did you mean 't-doc-01'?"},
  };
  for (const auto& [query, message] : cases) {
    const auto wrong = Trace(*reader, query);
    BOOST_REQUIRE(!wrong.ok());
    BOOST_TEST(wrong.error().message.find(message) != std::string::npos, wrong.error().message);
  }
}

BOOST_AUTO_TEST_CASE(a_call_is_rebuilt_as_it_was_asked) {
  ReportFixture fixture;
  fixture.FillDemo();
  const auto reader = fixture.Reader();
  const std::string key = KeyOf("base answer 1/1").Hex();
  const auto call = LoadStoredCall(*reader, key.substr(0, 13));
  BOOST_REQUIRE_MESSAGE(call.ok(), (call.ok() ? "" : call.error().message));
  BOOST_TEST(call->key == key);
  BOOST_TEST(call->model == "offline/reader");
  BOOST_REQUIRE_EQUAL(call->request.messages.size(), 1U);
  BOOST_TEST(call->request.messages[0].role == "user");
  BOOST_TEST(*call->request.messages[0].content[0].text == "Answer: base answer 1/1");
  BOOST_TEST(call->request.seed.value_or(0) == 7U);
  const auto shown = ShowThing(*reader, "call", key);
  BOOST_REQUIRE(shown.ok());
  BOOST_TEST(shown.value()["sends"].size() == 1U);
  BOOST_TEST(shown.value()["uses"].size() == 1U);
  const auto answer = ShowThing(*reader, "answer", key);
  BOOST_REQUIRE(answer.ok());
  BOOST_TEST(answer.value().AsString() == "answer to doc-01");
}

BOOST_AUTO_TEST_CASE(everything_can_be_shown_by_name_or_prefix) {
  ReportFixture fixture;
  fixture.FillDemo();
  const auto reader = fixture.Reader();
  const std::string unit = KeyOf("run Ctx2Skill/1/doc-01").Hex();
  const std::string skill = HashOf(ReportFixture::SkillText("doc-01")).Hex();
  const std::vector<std::array<std::string, 3>> cases = {
      {"experiment", "demo", "experiments/demo.lua"},
      {"experiment", "", "Ctx2Skill"},
      {"arm", "demo/Ctx2Skill", "ctx2skill"},
      {"run", "Ctx2Skill/2", "doc-12"},
      {"unit", unit.substr(0, 9), "finished"},
      {"skill", skill.substr(0, 16), "Look at the dates."},
      {"skill", unit.substr(0, 12) + "/skills:#1", "an earlier version"},
      {"task", "t-doc-03", "What does doc-03 say?"},
      {"task", unit.substr(0, 12) + "/tasks:1#1", "A practice question about doc-01"},
      {"text", skill.substr(0, 16), "Look at the dates."},
  };
  for (const auto& [kind, id, expected] : cases) {
    const auto shown = ShowThing(*reader, kind, id);
    BOOST_REQUIRE_MESSAGE(shown.ok(), kind + " " + (shown.ok() ? "" : shown.error().message));
    BOOST_TEST(RenderOutline(shown.value(), {}).find(expected) != std::string::npos,
               kind + " " + id);
  }
  for (const auto& [kind, id, expected] : std::vector<std::array<std::string, 3>>{
           {"cal", "abcd", "did you mean 'call'?"},
           {"call", "xyz", "4 to 64 hexadecimal digits"},
           {"call", "00000000000000", "no call whose key begins with"},
           {"unit", "", "give its id"},
           {"skill", unit.substr(0, 12) + "/skills:#77", "no skill"}}) {
    const auto wrong = ShowThing(*reader, kind, id);
    BOOST_REQUIRE(!wrong.ok());
    BOOST_TEST(wrong.error().message.find(expected) != std::string::npos, wrong.error().message);
  }
}

BOOST_AUTO_TEST_CASE(lists_and_summary_count_retries_and_unknowns) {
  ReportFixture fixture;
  fixture.FillDemo();
  // Sent twice: refused for the rate, then cut off after its bytes had left. Same item and seed.
  PutIntent lost = IntentOf("lost");
  fixture.Must(lost);
  fixture.Ended(lost.key, 1, "rate_limited", false);
  lost.send_n = 2;
  fixture.Must(lost);
  fixture.Ended(lost.key, 2, "network", true);
  const auto reader = fixture.Reader();
  const auto list = ListExperiments(*reader);
  BOOST_REQUIRE_MESSAGE(list.ok(), (list.ok() ? "" : list.error().message));
  const Json& row = list.value()["experiments"].items().at(0);
  BOOST_TEST(row["calls"].AsInt() == 117);  // 48 + (72 - 6) + (6 - 3)
  BOOST_TEST(row["spent_pico_usd"].AsInt() == 117'000'000'000);
  BOOST_TEST(row["retries"].AsInt() == 1);
  BOOST_TEST(row["unknowns"].AsInt() == 1);
  BOOST_TEST(row["possible_pico_usd"].AsInt() == 5000);
  BOOST_TEST(row["cells_planned"].AsInt() == 72);
  BOOST_TEST(row["cells_done"].AsInt() == 51);
  BOOST_TEST(row["took_ms"].AsInt() == 61'500);
  const auto runs = ListRuns(*reader, "demo");
  BOOST_REQUIRE(runs.ok());
  BOOST_TEST(runs.value()["runs"].size() == 6U);
  BOOST_TEST(runs.value()["runs"].items()[4]["cells_done"].AsInt() == 3);
  for (const Json& any : {list.value(), runs.value()}) {
    const std::string text = RenderList(any);
    BOOST_TEST(text.find('\x1b') == std::string::npos);
    BOOST_TEST(text.find("12/12") != (any.Has("runs") ? std::string::npos : 0U));
  }
  const auto found = FindExperiment(*reader, "demo");
  BOOST_REQUIRE(found.ok());
  const auto lines = SummaryLines(*reader, *found);
  BOOST_REQUIRE(lines.ok());
  BOOST_TEST(Join(*lines, "\n") ==
             "calls: 117 answered, 119 sent, 1 retries, 1 of unknown outcome\n"
             "tokens: 1170 in (0 cached), 351 out\n"
             "spend: $0.12, possibly $0.000000 more for the calls of unknown outcome\n"
             "time: 1 min 01 s (last session)");
}

BOOST_AUTO_TEST_CASE(outlines_are_safe_and_say_what_they_cut) {
  const Json value = Json::MakeObject(
      {{"a\x1b[1m", "x\x1b[2Jy"},
       {"long", std::string(2000, 'z')},
       {"empty", ""},
       {"list", Json::MakeArray({Json::MakeObject({{"n", 1}, {"t", "two\nlines"}}), "plain"})}});
  const std::string text = RenderOutline(value, {});
  BOOST_TEST(text.find('\x1b') == std::string::npos);
  BOOST_TEST(text.find("(2000 bytes; --full shows all)") != std::string::npos);
  BOOST_TEST(text.find("empty") == std::string::npos);
  BOOST_TEST(text.find("- n: 1\n") != std::string::npos);
  BOOST_TEST(text.find("| two\n") != std::string::npos);
  BOOST_TEST(RenderOutline(value, {.full = true}).find(std::string(2000, 'z')) !=
             std::string::npos);
}

}  // namespace
}  // namespace hone
