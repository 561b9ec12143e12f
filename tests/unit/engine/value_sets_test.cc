#include "engine/value_sets.h"

#include <boost/test/unit_test.hpp>

#include "engine/experiment.h"

namespace hone {
namespace {

const char* const kTwoSets = R"({
  "name": "demo",
  "data": {"mapper": "cl_bench", "params": {"path": "bench.jsonl"}},
  "models": {"default": "p/dear", "judge": "p/judge"},
  "arms": [{"name": "A", "settings": {"recipe": "no_skill"}}],
  "sets": {
    "models": {
      "offline": {"name": "demo_offline", "models": {"default": "offline/reader"}, "data": "texts",
                  "seeds": [1, 2]},
      "cheap": {"models": {"default": "p/cheap"}}
    },
    "data": {
      "texts": {"data": {"mapper": "documents", "params": {"path": "notes", "min_words": 9}}},
      "other": {"data": {"mapper": "documents", "params": {"path": "other"}}}
    }
  }
})";

Result<Experiment> ReadWith(const std::vector<std::string>& overrides) {
  return ReadExperiment(*Json::Parse(kTwoSets), "x.lua", overrides);
}

std::string Why(const std::vector<std::string>& overrides) {
  const Result<Experiment> got = ReadWith(overrides);
  return got.ok() ? "" : got.error().message;
}

BOOST_AUTO_TEST_SUITE(value_sets)

BOOST_AUTO_TEST_CASE(sets_that_nobody_chose_leave_no_trace) {
  const Result<Experiment> got = ReadWith({});
  BOOST_TEST_REQUIRE(got.ok());
  BOOST_TEST(!got->values.Has("sets"));
  BOOST_TEST(got->mapper == "hone.data.cl_bench");
  BOOST_TEST(got->arms[0].models.at("judge") == "p/judge");
}

BOOST_AUTO_TEST_CASE(one_word_puts_a_set_in_and_what_it_chooses) {
  for (const auto& words : {std::vector<std::string>{"models=offline", "data.min_words=3"},
                            std::vector<std::string>{"models=offline"}}) {
    const Result<Experiment> got = ReadWith(words);
    BOOST_TEST_REQUIRE(got.ok());
    BOOST_TEST(got->name == "demo_offline");
    BOOST_TEST(got->arms[0].models.at("default") == "offline/reader");
    BOOST_TEST(got->arms[0].models.count("judge") == 0U);  // a field is replaced as a whole
    BOOST_TEST(got->seeds.size() == 2U);
    // A word about the data keeps the data that the experiment names.
    const bool keeps = words.size() == 2;
    BOOST_TEST(got->mapper == (keeps ? "hone.data.cl_bench" : "hone.data.documents"));
    BOOST_TEST(got->data_params["min_words"].AsInt() == (keeps ? 3 : 9));
  }
}

BOOST_AUTO_TEST_CASE(two_words_in_any_order_and_further_overrides) {
  for (const auto& words :
       {std::vector<std::string>{"models=offline", "data=other", "seeds=7", "data.min_words=5"},
        std::vector<std::string>{"data.min_words=5", "seeds=7", "data=other", "models=offline"}}) {
    const Result<Experiment> got = ReadWith(words);
    BOOST_TEST_REQUIRE(got.ok());
    BOOST_TEST(got->data_params["path"].AsString() == "other");
    BOOST_TEST(got->data_params["min_words"].AsInt() == 5);
    BOOST_TEST(got->seeds.size() == 1U);
  }
}

BOOST_AUTO_TEST_CASE(a_model_is_no_set) {
  const Result<Experiment> got = ReadWith({"models=p/another"});
  BOOST_TEST_REQUIRE(got.ok());
  BOOST_TEST(got->arms[0].models.at("default") == "p/another");
  BOOST_TEST(got->name == "demo");
  BOOST_TEST(ReadWith({"models.default=offline"})->arms[0].models.at("default") == "offline");
}

BOOST_AUTO_TEST_CASE(errors_name_the_place_and_the_nearest_name) {
  BOOST_TEST(Why({"models=ofline"}) == "x.lua: models: no set 'ofline'; did you mean 'offline'?");
  BOOST_TEST(Why({"data=text"}) == "x.lua: data: no set 'text'; did you mean 'texts'?");
  Json value = *Json::Parse(kTwoSets);
  const auto why = [&](const char* sets) {
    value.Set("sets", *Json::Parse(sets));
    return ReadExperiment(value, "x.lua", {"models=a"}).error().message;
  };
  BOOST_TEST(why(R"({"model": {}})") == "x.lua: sets.model: unknown field; did you mean 'models'?");
  BOOST_TEST(why(R"({"models": {"a": {"seed": 1}}})") ==
             "x.lua: sets.models.a.seed: unknown field; did you mean 'seeds'?");
  BOOST_TEST(why(R"({"models": {"a": {"data": "b"}}, "data": {"c": {}}})")
                 .starts_with("x.lua: sets.models.a.data: no set 'b'"));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace hone
