#include "engine/sweep.h"

#include <boost/test/unit_test.hpp>
#include <set>

#include "engine/parameters.h"

namespace hone {
namespace {

const char* const kDeclared = R"([
  {"name": "a", "type": "int", "default": 2, "min": 1, "max": 9},
  {"name": "b", "type": "number", "default": 0.5, "min": 0},
  {"name": "mode", "type": "choice", "default": "x", "choices": ["x", "y", "z"]}
])";

Result<std::vector<SweepCandidate>> Candidates(const std::string& text) {
  HONE_ASSIGN(const Json value, Json::Parse(text));
  HONE_ASSIGN(const std::optional<SearchSpec> search, ReadSearch("x.lua", value));
  BOOST_REQUIRE(search.has_value());
  const Json declared = *Json::Parse(kDeclared);
  return MakeCandidates("x.lua", *search, declared, [&](const Json& settings) {
    return ResolveParameters(declared, settings, "x.lua: sweep");
  });
}

std::vector<std::string> Names(const std::string& text) {
  const auto got = Candidates(text);
  BOOST_REQUIRE_MESSAGE(got.ok(), (got.ok() ? "" : got.error().message));
  std::vector<std::string> out;
  for (const SweepCandidate& one : *got) out.push_back(one.name);
  return out;
}

BOOST_AUTO_TEST_SUITE(sweep)

BOOST_AUTO_TEST_CASE(a_grid_has_every_combination_once) {
  const std::vector<std::string> want = {"a=1 mode=x", "a=1 mode=y", "a=3 mode=x", "a=3 mode=y"};
  BOOST_TEST(Names(R"({"sweep": {"mode": ["x", "y"], "a": [1, 3, 3]}})") == want);
}

BOOST_AUTO_TEST_CASE(constraints_compare_parameters_and_values) {
  const std::vector<std::string> want = {"a=3 mode=y"};
  BOOST_TEST(Names(R"({"sweep": {"mode": ["x", "y"], "a": [1, 3]},
                       "where": [["a", ">", "b"], ["mode", "~=", "x"], ["a", ">=", 2]]})") == want);
}

BOOST_AUTO_TEST_CASE(a_longer_random_sequence_begins_with_the_shorter_one) {
  const auto few = Names(R"({"sweep": {"b": {"distribution": "log_uniform", "min": 0.01, "max": 10},
                                       "a": {"distribution": "uniform", "min": 1, "max": 9}},
                             "search": {"trials": 5}})");
  const auto many =
      Names(R"({"sweep": {"b": {"distribution": "log_uniform", "min": 0.01, "max": 10},
                                        "a": {"distribution": "uniform", "min": 1, "max": 9}},
                              "search": {"trials": 40}})");
  BOOST_TEST(few.size() == 5U);
  BOOST_TEST(many.size() == 40U);
  BOOST_TEST(std::vector<std::string>(many.begin(), many.begin() + 5) == few);
  BOOST_TEST(std::set<std::string>(many.begin(), many.end()).size() == 40U);
  const auto other =
      Names(R"({"sweep": {"b": {"distribution": "log_uniform", "min": 0.01, "max": 10},
                                         "a": {"distribution": "uniform", "min": 1, "max": 9}},
                               "search": {"trials": 5, "seed": 2}})");
  BOOST_TEST(other != few);
}

// Low discrepancy: 64 points over one dimension leave no eighth of the range with fewer than half
// of its share, where independent draws would every other time.
BOOST_AUTO_TEST_CASE(random_points_cover_the_range) {
  const auto got = Candidates(R"({"sweep": {"b": {"distribution": "uniform", "min": 0, "max": 8}},
                                  "search": {"method": "random", "trials": 64}})");
  BOOST_REQUIRE(got.ok());
  int counts[8] = {};
  for (const SweepCandidate& one : *got) {
    const double b = one.settings["b"].AsDouble();
    BOOST_TEST((b >= 0 && b <= 8));
    ++counts[std::min(7, static_cast<int>(b))];
  }
  for (const int count : counts) BOOST_TEST((count >= 6 && count <= 10), count);
}

BOOST_AUTO_TEST_CASE(whole_numbers_of_a_range_are_all_reached) {
  const auto names = Names(R"({"sweep": {"a": {"distribution": "uniform", "min": 1, "max": 5}},
                               "search": {"trials": 16}})");
  BOOST_TEST((std::set<std::string>(names.begin(), names.end()) ==
              std::set<std::string>{"a=1", "a=2", "a=3", "a=4", "a=5"}));
}

struct Bad {
  const char* value;
  const char* message;
};

BOOST_AUTO_TEST_CASE(bad_sweeps_name_field_and_cure) {
  const Bad cases[] = {
      {R"({"sweep": {"aa": [1]}})", "x.lua: sweep.aa: the recipe has no such parameter"},
      {R"({"sweep": {"moda": ["x"]}})", "did you mean 'mode'?"},
      {R"({"sweep": {"a": [0]}})", "x.lua: sweep.a"},
      {R"({"sweep": {"a": 3}})", "x.lua: sweep.a: expected a list of values"},
      {R"({"sweep": {}})", "x.lua: sweep: expected a table"},
      {R"({"sweep": {"mode": {"distribution": "uniform", "min": 0, "max": 1}}})",
       "x.lua: sweep.mode: a range goes with numbers"},
      {R"({"sweep": {"b": {"distribution": "uniform", "min": 0, "max": 1}}, "search": "grid"})",
       "x.lua: sweep.b: a grid needs lists"},
      {R"({"sweep": {"a": [1]}, "search": "gird"})", "unknown 'gird'; did you mean 'grid'?"},
      {R"({"sweep": {"a": [1]}, "search": {"trails": 3}})",
       "x.lua: search.trails: unknown field; did you mean 'trials'?"},
      {R"({"sweep": {"a": [1]}, "search": {"trials": 0}})", "search.trials: expected a whole"},
      {R"({"sweep": {"a": [1]}, "search": {"method": "grid", "trials": 4}})",
       "x.lua: search.trials: a grid has all combinations"},
      {R"({"sweep": {"a": [1]}, "search": {"select": 1.5}})", "a number between 0 and 1"},
      {R"({"sweep": {"a": [1]}, "where": [["a", "=<", 3]]})",
       "x.lua: where[1]: unknown operator '=<'"},
      {R"({"sweep": {"a": [1]}, "where": [["mod", "==", 3]]})",
       "x.lua: where[1]: no parameter 'mod'; did you mean 'mode'?"},
      {R"({"sweep": {"a": [1]}, "where": [["mode", "<", 3]]})",
       "x.lua: where[1]: '<' compares numbers; mode is a string"},
      {R"({"sweep": {"a": [1]}, "where": [["a", ">", 3]]})",
       "x.lua: where: no combination of the sweep keeps to it"},
      {R"({"where": [["a", ">", 3]]})", "x.lua: where: constrains a sweep, and there is none"},
  };
  for (const Bad& c : cases) {
    const Result<Json> value = Json::Parse(c.value);
    BOOST_REQUIRE(value.ok());
    std::string message;
    const Result<std::optional<SearchSpec>> read = ReadSearch("x.lua", *value);
    if (read.ok()) {
      const auto got = Candidates(c.value);
      message = got.ok() ? "it was fine" : got.error().message;
    } else {
      message = read.error().message;
    }
    BOOST_TEST(message.find(c.message) != std::string::npos, c.value << ": " << message);
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace hone
