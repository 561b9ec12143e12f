#include "engine/parameters.h"

#include <boost/test/unit_test.hpp>

namespace hone {
namespace {

const char* const kDeclared = R"([
  {"name": "iterations", "type": "int", "default": 5, "min": 1, "max": 50},
  {"name": "select", "type": "choice", "default": "replay", "choices": ["replay", "last", "fixed"]},
  {"name": "rate", "type": "number", "default": 0.5, "min": 0},
  {"name": "evolve", "type": "bool", "default": true},
  {"name": "paths", "type": "list", "default": []}
])";

struct Case {
  const char* given;
  const char* want;  // the canonical result, or the error's message
};

BOOST_AUTO_TEST_SUITE(parameters)

BOOST_AUTO_TEST_CASE(table) {
  const Case cases[] = {
      {"{}", R"({"evolve":true,"iterations":5,"paths":[],"rate":0.5,"select":"replay"})"},
      {R"({"iterations": 3.0})",
       R"({"evolve":true,"iterations":3,"paths":[],"rate":0.5,"select":"replay"})"},
      {R"({"paths": "one"})",
       R"({"evolve":true,"iterations":5,"paths":["one"],"rate":0.5,"select":"replay"})"},
      {R"({"itertions": 3})", "arm 'A'.itertions: unknown parameter; did you mean 'iterations'?"},
      {R"({"iterations": "3"})", "arm 'A'.iterations: expected a whole number, got \"3\""},
      {R"({"iterations": 2.5})", "arm 'A'.iterations: expected a whole number, got 2.5"},
      {R"({"iterations": 0})", "arm 'A'.iterations: 0 is below the minimum 1"},
      {R"({"iterations": 51})", "arm 'A'.iterations: 51 is above the maximum 50"},
      {R"({"select": "lsat"})",
       "arm 'A'.select: 'lsat' is not one of replay, last, fixed; did you mean 'last'?"},
      {R"({"evolve": 1})", "arm 'A'.evolve: expected true or false, got 1"},
  };
  const Json declared = *Json::Parse(kDeclared);
  for (const Case& c : cases) {
    const Result<Json> got = ResolveParameters(declared, *Json::Parse(c.given), "arm 'A'");
    BOOST_TEST((got.ok() ? *got->Canonical() : got.error().message) == c.want);
  }
}

BOOST_AUTO_TEST_CASE(presets_lie_under_the_other_settings) {
  Json description = Json::MakeObject({{"name", "play"}, {"params", *Json::Parse(kDeclared)}});
  description.Set("presets", *Json::Parse(R"({"code": {"iterations": 3, "select": "last"},
                                              "paper": {}})"));
  const Case cases[] = {
      {R"({"rate": 1})", R"({"rate":1})"},
      {R"({"preset": "paper", "rate": 1})", R"({"rate":1})"},
      {R"({"preset": "code"})", R"({"iterations":3,"select":"last"})"},
      {R"({"preset": "code", "select": "fixed"})", R"({"iterations":3,"select":"fixed"})"},
      {R"({"preset": "cod"})",
       "arm 'A'.preset: recipe 'play' has no preset 'cod'; did you mean 'code'?"},
      {R"({"preset": 1})", "arm 'A'.preset: expected one of code, paper"},
  };
  for (const Case& c : cases) {
    const Result<Json> got = ApplyPreset(description, *Json::Parse(c.given), "arm 'A'");
    BOOST_TEST((got.ok() ? *got->Canonical() : got.error().message) == c.want);
  }
  BOOST_TEST(CheckPresets(description, "recipe 'play'").ok());
  description.Set("presets", *Json::Parse(R"({"code": {"iterations": 0}})"));
  const Status wrong = CheckPresets(description, "recipe 'play'");
  BOOST_REQUIRE(!wrong.ok());
  BOOST_TEST(wrong.error().message ==
             "recipe 'play': presets.code.iterations: 0 is below the minimum 1");
  description.Set("presets", Json::MakeObject());
  const Result<Json> none = ApplyPreset(description, *Json::Parse(R"({"preset": "x"})"), "arm 'A'");
  BOOST_TEST(none.error().message == "arm 'A'.preset: recipe 'play' has no presets");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace hone
