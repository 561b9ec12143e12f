#include "base/json.h"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <limits>
#include <random>

namespace hone {
namespace {

// A value with every type, nested at random.
Json RandomJson(std::mt19937* random, int depth) {
  static const std::vector<std::string> texts = {"",     "a",     "é漢😀", "\"\\/\b\f\n\r\t\x01\x1f",
                                                 "\x7f", "$part", "{}"};
  static const std::vector<double> numbers = {0.1,  -0.0, 1e300, 5e-324, 1.0, 9007199254740993.0,
                                              -2.5, 1e21};
  switch ((*random)() % (depth > 0 ? 7 : 5)) {
    case 0:
      return {};
    case 1:
      return (*random)() % 2 == 0;
    case 2:
      return static_cast<int64_t>((static_cast<uint64_t>((*random)()) << 32U) | (*random)());
    case 3:
      return numbers[(*random)() % numbers.size()];
    case 4:
      return texts[(*random)() % texts.size()];
    case 5: {
      Json out = Json::MakeArray();
      for (auto n = (*random)() % 4; n > 0; --n) out.Append(RandomJson(random, depth - 1));
      return out;
    }
    default: {
      Json out = Json::MakeObject();
      for (auto n = (*random)() % 4; n > 0; --n) {
        out.Set(texts[(*random)() % texts.size()], RandomJson(random, depth - 1));
      }
      return out;
    }
  }
}

std::string Canonical(std::string_view text) {
  const Result<Json> parsed = Json::Parse(text);
  BOOST_REQUIRE_MESSAGE(parsed.ok(), text);
  const Result<std::string> canonical = parsed->Canonical();
  return canonical.ok() ? *canonical : canonical.error().message;
}

BOOST_AUTO_TEST_SUITE(JsonValues)

// Golden: these bytes are part of the key of every paid call. They never change.
BOOST_AUTO_TEST_CASE(CanonicalFormIsFixed) {
  struct Case {
    const char* text;
    const char* want;
  };
  const std::vector<Case> cases = {
      {"null", "null"},
      {" true ", "true"},
      {"[]", "[]"},
      {"{}", "{}"},
      {"[ 1 , 2 ]", "[1,2]"},
      // Numbers: integral ones as integers, others in shortest form.
      {"1.0", "1"},
      {"-0.0", "0"},
      {"-0", "0"},
      {"1e2", "100"},
      {"0.1", "0.1"},
      {"0.10000000000000001", "0.1"},
      {"0.30000000000000004", "0.30000000000000004"},
      {"-2.50", "-2.5"},
      {"1e-7", "1e-07"},
      {"5e-324", "5e-324"},
      {"1e21", "1e+21"},
      {"1.7976931348623157e308", "1.7976931348623157e+308"},
      {"9007199254740991.0", "9007199254740991"},
      {"9007199254740993", "9007199254740993"},
      {"9223372036854775807", "9223372036854775807"},
      {"-9223372036854775808", "-9223372036854775808"},
      {"18446744073709551615", "18446744073709551616"},
      // Keys sorted by bytes; upper case before lower, longer after its prefix, UTF-8 last.
      {R"({"b":1,"a":2})", R"({"a":2,"b":1})"},
      {R"({"aa":1,"a":2,"B":3,"é":4,"z":5})", R"({"B":3,"a":2,"aa":1,"z":5,"é":4})"},
      {R"({"x":{"d":[{"b":0,"a":0}],"c":null}})", R"({"x":{"c":null,"d":[{"a":0,"b":0}]}})"},
      {R"({"a":1,"a":2})", R"({"a":2})"},
      // Strings: only what must be escaped is.
      {R"("\u00e9\/\u0041")", R"("é/A")"},
      {R"("\ud83d\ude00")", R"("😀")"},
      {R"("\b\f\n\r\t\u0001\u001F\u007f\"\\")", "\"\\b\\f\\n\\r\\t\\u0001\\u001f\x7f\\\"\\\\\""},
      {R"("<>&'\u2028")", "\"<>&'\xE2\x80\xA8\""},
  };
  for (const Case& test : cases) BOOST_TEST(Canonical(test.text) == test.want);
}

BOOST_AUTO_TEST_CASE(CanonicalFormRefusesWhatHasNone) {
  for (const double number : {std::nan(""), std::numeric_limits<double>::infinity()}) {
    BOOST_TEST(!Json::MakeArray({number}).Canonical().ok());
  }
  BOOST_TEST(!Json("\xFF").Canonical().ok());
  Json bad_key = Json::MakeObject();
  bad_key.Set("\xC3", 1);
  BOOST_TEST(!bad_key.Canonical().ok());
}

BOOST_AUTO_TEST_CASE(ErrorsNameLineAndColumn) {
  struct Case {
    const char* text;
    const char* want;  // within the message
  };
  const std::vector<Case> cases = {
      {"", "(line 1, column 1)"},
      {"{\n  \"a\": 1,\n  \"b\" 2\n}", "(line 3, column 7)"},
      {"[1,\n2,]", "(line 2, column 3)"},
      {"{} x", "(line 1, column 4)"},
      {"\"\n\"", "line 1"},
      {"[1e400]", "line 1"},
      {"nul", "line 1"},
      {"{'a':1}", "(line 1, column 2)"},
      {"\"\xFF\"", "line 1"},
      {R"("\ud800")", "line 1"},
      {"NaN", "(line 1"},
      {"01", "(line 1, column 2)"},
  };
  for (const Case& test : cases) {
    const Result<Json> parsed = Json::Parse(test.text);
    BOOST_REQUIRE_MESSAGE(!parsed.ok(), test.text);
    BOOST_TEST((parsed.error().code == ErrorCode::kInvalidArgument));
    BOOST_TEST(parsed.error().message.find(test.want) != std::string::npos,
               parsed.error().message << " lacks " << test.want);
  }
}

BOOST_AUTO_TEST_CASE(DepthIsBounded) {
  const auto nested = [](int depth) {
    return std::string(static_cast<std::size_t>(depth), '[') +
           std::string(static_cast<std::size_t>(depth), ']');
  };
  BOOST_TEST(Json::Parse(nested(128)).ok());
  const Result<Json> deep = Json::Parse(nested(129));
  BOOST_REQUIRE(!deep.ok());
  BOOST_TEST(deep.error().message == "JSON is nested deeper than 128 levels");
  BOOST_TEST(!Json::Parse(std::string(1'000'000, '[')).ok());
}

// A model may answer an object of any size: no member may cost a walk over all others.
BOOST_AUTO_TEST_CASE(ManyMembersAreNoTrap) {
  std::string text = "{";
  for (int i = 0; i < 200'000; ++i)
    text += "\"key" + std::to_string(i % 150'000) + "\":" + std::to_string(i) + ",";
  text += "\"last\":0}";
  const Result<Json> parsed = Json::Parse(text);
  BOOST_REQUIRE(parsed.ok());
  BOOST_TEST(parsed->size() == 150'001U);
  BOOST_TEST(parsed->members()[3].first == "key3");
  BOOST_TEST(parsed->members()[3].second.AsInt() == 150'003);  // the last of two wins
  BOOST_TEST(parsed->members()[149'999].second.AsInt() == 149'999);
}

BOOST_AUTO_TEST_CASE(WhatIsWrittenIsReadBack) {
  std::mt19937 random(11);
  for (int i = 0; i < 3000; ++i) {
    const Json value = RandomJson(&random, 4);
    for (const std::string& text : {value.Dump(), value.DumpPretty()}) {
      const Result<Json> again = Json::Parse(text);
      BOOST_REQUIRE_MESSAGE(again.ok(), text);
      BOOST_REQUIRE_MESSAGE((*again == value), text);
    }
    const Result<std::string> canonical = value.Canonical();
    BOOST_REQUIRE(canonical.ok());
    BOOST_REQUIRE(Canonical(*canonical) == *canonical);  // a fixed point
  }
}

BOOST_AUTO_TEST_CASE(AccessNeverFails) {
  const Json value = *Json::Parse(R"({"i":3,"d":2.0,"h":2.5,"s":"x","a":[1],"n":null})");
  BOOST_TEST(value["i"].AsInt() == 3);
  BOOST_TEST(value["d"].AsInt(-1) == 2);
  BOOST_TEST(value["h"].AsInt(-1) == -1);
  BOOST_TEST(value["i"].AsDouble() == 3.0);
  BOOST_TEST(value["s"].AsInt(7) == 7);
  BOOST_TEST(value["none"]["deeper"].AsString() == "");
  BOOST_TEST(value["s"].items().empty());
  BOOST_TEST(value.Has("n"));
  BOOST_TEST(!value.Has("none"));
  BOOST_TEST(value["a"].type_name() == "array");
  BOOST_TEST(Json(1e300).AsInt(-1) == -1);
  BOOST_TEST(Json(std::nan("")).AsInt(-1) == -1);
  Json built;
  built.Set("b", 1);
  built.Set("a", 2);
  built.Set("b", 3);
  BOOST_TEST(built.Dump() == R"({"b":3,"a":2})");
  built.Erase("b");
  BOOST_TEST(built.Dump() == R"({"a":2})");
}

// Each control character at each place of a long string, escaped when written and refused when raw:
// implementations that look at 16 bytes at a time have missed some.
BOOST_AUTO_TEST_CASE(EveryControlCharacterIsEscaped) {
  for (char control = 1; control < 0x20; ++control) {
    for (std::size_t at = 0; at < 40; ++at) {
      std::string text(40, 'x');
      text[at] = control;
      const std::string written = Json(text).Dump();
      BOOST_TEST(written.find(control) == std::string::npos);
      const Result<Json> back = Json::Parse(written);
      BOOST_TEST_REQUIRE(back.ok());
      BOOST_TEST(back->AsString() == text);
      BOOST_TEST(!Json::Parse("\"" + text + "\"").ok());
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace hone
