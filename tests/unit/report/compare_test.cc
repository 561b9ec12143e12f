// hone compare: sides by name, pairs, flips, texts and settings; trace --why.
#include "report/compare.h"

#include <boost/test/unit_test.hpp>

#include "report/why.h"
#include "unit/report/report_fixture.h"

namespace hone {
namespace {

struct CompareFixture : ReportFixture {
  std::unique_ptr<ReadDatabase> reader;
  CompareFixture() {
    FillDemo();
    reader = Reader();
  }
};

BOOST_FIXTURE_TEST_SUITE(compare, CompareFixture)

BOOST_AUTO_TEST_CASE(sides_are_found_in_every_form) {
  const std::string hash = experiment.Hex().substr(0, 8);
  const std::vector<std::array<std::string, 3>> cases = {
      {"Ctx2Skill", "Ctx2Skill", ""},
      {"Ctx2Skill@2", "Ctx2Skill", "2"},
      {"demo:Ctx2Skill", "Ctx2Skill", ""},
      {hash + ":no skill@1", "no skill", "1"},
      {"demo", "", ""},
      {"demo@2", "", "2"},
  };
  for (const auto& [name, arm, seed] : cases) {
    const auto side = FindCompareSide(*reader, name);
    BOOST_REQUIRE_MESSAGE(side.ok(), name + (side.ok() ? "" : side.error().message));
    BOOST_TEST(side->arm == arm, name);
    BOOST_TEST(side->replicate == seed, name);
  }
  const auto wrong = FindCompareSide(*reader, "demo:Ctx2Skil");
  BOOST_REQUIRE(!wrong.ok());
  BOOST_TEST(wrong.error().message ==
             "experiment 'demo' has no arm 'Ctx2Skil'; did you mean 'Ctx2Skill'?");
  BOOST_TEST(!CompareRuns(*reader, {.a = "demo", .b = "Ctx2Skill"}).ok());
}

BOOST_AUTO_TEST_CASE(pairs_and_flips_are_those_of_the_hand_calculation) {
  const auto compared = CompareRuns(*reader, {.a = "no skill", .b = "Ctx2Skill"});
  BOOST_REQUIRE_MESSAGE(compared.ok(), (compared.ok() ? "" : compared.error().message));
  const Json& arm = (*compared)["arms"].items().at(0);
  BOOST_TEST(arm["pairs"].AsInt() == 24);
  BOOST_TEST(arm["both_solved"].AsInt() == 6);
  BOOST_TEST(arm["only_a_solved"].AsInt() == 0);
  BOOST_TEST(arm["only_b_solved"].AsInt() == 9);
  BOOST_TEST(arm["neither_solved"].AsInt() == 8);
  BOOST_TEST(arm["ungraded"].AsInt() == 1);
  BOOST_TEST(arm["flips"].size() == 10U);  // nine solved and one that cannot be told
  const std::string text = RenderCompare(*compared);
  BOOST_TEST(text.find("Flips") != std::string::npos);
  BOOST_TEST(text.find("ungraded: the judge's answer was cut off") != std::string::npos);

  // One seed each: they meet whatever they are called.
  const auto seeds = CompareRuns(*reader, {.a = "Ctx2Skill@1", .b = "Ctx2Skill@2"});
  BOOST_REQUIRE(seeds.ok());
  const Json& pair = (*seeds)["arms"].items().at(0);
  BOOST_TEST(pair["pairs"].AsInt() == 12);
  BOOST_TEST(pair["only_a_solved"].AsInt() == 3);
  BOOST_TEST(pair["flips"].items().at(0)["seed"].AsString() == "1 / 2");

  const auto same = CompareRuns(*reader, {.a = "demo", .b = "demo", .all_items = true});
  BOOST_REQUIRE(same.ok());
  BOOST_TEST((*same)["arms"].size() == 3U);
  for (const Json& one : (*same)["arms"].items()) BOOST_TEST(one["flips"].size() == 0U);
}

BOOST_AUTO_TEST_CASE(skills_are_compared_as_texts) {
  const auto diff = CompareSkills(*reader, HashOf(SkillText("doc-01")).Hex().substr(0, 10),
                                  HashOf(SkillText("doc-02")).Hex());
  BOOST_REQUIRE_MESSAGE(diff.ok(), (diff.ok() ? "" : diff.error().message));
  const std::string& text = (*diff)["diffs"].items().at(0)["diff"].AsString();
  BOOST_TEST(text.find("-description: Notes on doc-01.") != std::string::npos);
  BOOST_TEST(text.find("+description: Notes on doc-02.") != std::string::npos);
  const auto sides = CompareSkills(*reader, "Ctx2Skill@1", "Ctx2Skill@2");
  BOOST_REQUIRE(sides.ok());
  BOOST_TEST((*sides)["diffs"].size() == 12U);
  BOOST_TEST(RenderDifferences(*sides) == "12 are the same\n");
}

PutArm ArmWith(const Hash& experiment, const std::string& config) {
  PutArm arm;
  arm.experiment = experiment;
  arm.position = 1;
  arm.name = "Ctx2Skill";
  arm.recipe = "ctx2skill";
  arm.config_json = config;
  return arm;
}

// The demo again under another hash: one unit changed its parameters, the rest are the same.
BOOST_AUTO_TEST_CASE(what_changed_between_two_runs_is_read_from_the_record) {
  const std::string prompt = HashOf("an old prompt").Hex();
  Must(ArmWith(experiment,
               R"({"params":{"select":"replay"},"models":{"default":"offline/reader"},"program":{)"
               R"("module":"recipes.ctx2skill","files":{},"prompts":{"judge":{"hash":")" +
                   prompt + R"("}}}})"));
  PutExperiment put;
  put.hash = HashOf("demo 2");
  put.name = "demo";
  put.file = "experiments/demo.lua";
  put.config_json = R"({"seeds":["1"]})";
  put.sources_json = put.data_json = put.prices_json = "{}";
  put.hone_version = "test";
  put.now_ms = 1'700'000'100'000;
  Must(put);
  Must(ArmWith(put.hash,
               R"({"params":{"select":"last"},"models":{"default":"offline/reader"},"program":{)"
               R"("module":"recipes.ctx2skill","files":{},"prompts":{"judge":{"hash":"00"}}}})"));
  const RunName run{put.hash, "Ctx2Skill", "1"};
  Must(PutRun{.run = run, .program_hash = KeyOf("p"), .status = "running", .now_ms = 2});
  Unit("changed", "run", "doc-01", "1");
  EndUnit end;
  end.unit_key = KeyOf("changed");
  end.status = "finished";
  end.now_ms = 9;
  Must(end);
  for (const int item : {1, 2}) {
    PutRunUnit cell = CellOfItem("Ctx2Skill", "1", item);
    cell.run = run;
    cell.unit_key = KeyOf(item == 1 ? "changed" : "run Ctx2Skill/1/doc-02");
    Must(cell);
  }
  reader = Reader();
  const auto why = Why(*reader, {.experiment = "demo", .arm = "Ctx2Skill"});
  BOOST_REQUIRE_MESSAGE(why.ok(), (why.ok() ? "" : why.error().message));
  const Json& arm = (*why)["arms"].items().at(0);
  BOOST_TEST(arm["units_ran"].AsInt() == 1);
  BOOST_TEST(arm["units_recalled"].AsInt() == 1);
  std::string changed;
  for (const Json& one : arm["changed"].items()) {
    changed += one["input"].AsString() + ": " + one["before"].AsString() + " -> " +
               one["now"].AsString() + "; ";
  }
  BOOST_TEST(changed ==
             "params.select: replay -> last; prompt judge: " + prompt.substr(0, 12) + " -> 00; ");
  const Json& first = (*why)["units"].items().at(0);
  BOOST_TEST(first["why"].AsString() == "no unit with its key was on record");
  const Json& second = (*why)["units"].items().at(1);
  BOOST_TEST(second["counterpart"].AsString() == "the same unit");
  BOOST_TEST(second["why"].AsString().find("Ctx2Skill @ 1") != std::string::npos);

  const auto configs = CompareConfigs(*reader, experiment.Hex() + ":Ctx2Skill", "Ctx2Skill");
  BOOST_REQUIRE(configs.ok());
  const std::string text = RenderDifferences(*configs);
  BOOST_TEST(text.find("params.select") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace hone
