#include "engine/experiment.h"

#include <boost/test/unit_test.hpp>

#include "engine/override.h"

namespace hone {
namespace {

const char* const kGood = R"({
  "name": "demo",
  "data": {"mapper": "documents", "params": {"path": "texts"}},
  "models": {"default": "offline/reader"},
  "seeds": [1, 2],
  "base": {"recipe": "ctx2skill", "iterations": 4},
  "arms": [
    {"name": "No skill", "settings": {"recipe": "no_skill", "iterations": null}},
    {"name": "Full", "settings": {}},
    {"name": "Last", "settings": {"select": "last"}}
  ],
  "evaluate": {"with": "rubrics", "judge": "offline/reader", "by": "category"},
  "table": {"baseline": "No skill"}
})";

Result<Experiment> ReadChanged(const char* patch, const std::vector<std::string>& overrides = {}) {
  Json value = *Json::Parse(kGood);
  const Json changes = *Json::Parse(patch);
  for (const auto& [key, member] : changes.members()) value.Set(key, member);
  return ReadExperiment(value, "x.lua", overrides);
}

BOOST_AUTO_TEST_SUITE(experiment)

BOOST_AUTO_TEST_CASE(arms_take_the_base_and_their_own_settings) {
  const Result<Experiment> got = ReadChanged("{}");
  BOOST_REQUIRE_MESSAGE(got.ok(), (got.ok() ? "" : got.error().message));
  BOOST_TEST(got->arms.size() == 3U);
  BOOST_TEST(got->arms[0].recipe == "no_skill");
  BOOST_TEST(got->arms[0].baseline == "");
  BOOST_TEST(got->arms[1].settings["iterations"].AsInt() == 4);
  BOOST_TEST(got->arms[2].settings["select"].AsString() == "last");
  BOOST_TEST(got->arms[2].baseline == "No skill");
  BOOST_TEST((got->seeds == std::vector<std::string>{"1", "2"}));
}

BOOST_AUTO_TEST_CASE(overrides_reach_settings_data_and_seeds) {
  const Result<Experiment> got =
      ReadChanged("{}", {"iterations=7", "data.path=other", "seeds=5",
                         "models.judge=offline/reader", "budget.usd=0.5"});
  BOOST_REQUIRE_MESSAGE(got.ok(), (got.ok() ? "" : got.error().message));
  BOOST_TEST(got->arms[1].settings["iterations"].AsInt() == 7);
  BOOST_TEST(got->data_params["path"].AsString() == "other");
  BOOST_TEST((got->seeds == std::vector<std::string>{"5"}));
  BOOST_TEST(got->arms[1].models.at("judge") == "offline/reader");
  BOOST_TEST(got->budget.whole.usd->value == PicoUsd::kPerUsd / 2);
}

BOOST_AUTO_TEST_CASE(the_budget_is_no_part_of_what_is_compared) {
  const Result<Experiment> with = ReadChanged(R"({"budget": {"usd": 1}})");
  const Result<Experiment> without = ReadChanged("{}");
  BOOST_REQUIRE(with.ok() && without.ok());
  BOOST_TEST((with->values == without->values));
}

struct Bad {
  const char* patch;
  const char* message;
};

BOOST_AUTO_TEST_CASE(bad_values_name_field_and_cure) {
  const Bad cases[] = {
      {R"({"sedes": [1]})", "x.lua: sedes: unknown field; did you mean 'seeds'?"},
      {R"({"endpoints": {"local": {"base_url": "http://h"}}})", "which key goes to which host"},
      {R"({"models": {"default": "openai/gpt@https://evil.example"}})",
       "names an endpoint, not a host"},
      {R"({"models": {"default": 5}})",
       "x.lua: models.default: expected \"provider/model\", got integer"},
      {R"({"models": {"judge": "offline/reader"}})", "x.lua: models.default: missing"},
      {R"({"seeds": []})", "x.lua: seeds: expected a list of replicate labels"},
      {R"({"seeds": [1, "1"]})", "x.lua: seeds[2]: the replicate 1 is listed twice"},
      {R"({"table": {"baseline": "No skil"}})",
       "'No skil', which is not there; did you mean 'No skill'?"},
      {R"({"arms": [{"name": "A", "settings": {}}, {"name": "A", "settings": {}}]})",
       "a second arm named 'A'"},
      {R"({"budget": {"eur": 1}})", "x.lua: budget.eur: unknown field; known: usd, calls"},
      {R"({"budget": {"usd": -1}})", "expected a number of dollars"},
      {R"({"evaluate": {"judge": "offline/reader"}})", "evaluate.with: missing"},
      {R"({"data": null})", "x.lua: data: missing"},
      {R"({"name": ""})", "x.lua: name: missing"},
  };
  for (const Bad& c : cases) {
    const Result<Experiment> got = ReadChanged(c.patch);
    BOOST_TEST_CONTEXT(c.patch) {
      BOOST_REQUIRE(!got.ok());
      BOOST_TEST(got.error().message.find(c.message) != std::string::npos, got.error().message);
    }
  }
}

BOOST_AUTO_TEST_CASE(override_values) {
  const std::pair<const char*, const char*> cases[] = {
      {"a=1", "1"},         {"a=1.5", "1.5"},
      {"a=true", "true"},   {"a=x", "\"x\""},
      {"a='1'", "\"1\""},   {"a=1,2,x", "[1,2,\"x\"]"},
      {"a=[1,2]", "[1,2]"}, {"a={\"b\":1}", "{\"b\":1}"},
      {"a=", "\"\""},       {"a=/etc/passwd", "\"/etc/passwd\""},
      {"a=null", "null"}};
  for (const auto& [text, want] : cases) {
    const Result<Override> got = ParseOverride(text);
    BOOST_REQUIRE(got.ok());
    BOOST_TEST(got->value.Dump() == want);
  }
  BOOST_TEST(!ParseOverride("no equals").ok());
  BOOST_TEST(!ParseOverride("=1").ok());
  BOOST_TEST(!ParseOverride("a..b=1").ok());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace hone
