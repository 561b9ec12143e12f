#include "skill/json_extract.h"

#include <boost/test/unit_test.hpp>
#include <string>
#include <vector>

namespace hone {
namespace {

std::string Extracted(std::string_view text, JsonShape want = JsonShape::kAny) {
  const Result<Json> found = ExtractJson(text, want);
  return found.ok() ? found->Dump() : found.error().message;
}

BOOST_AUTO_TEST_SUITE(JsonExtraction)

BOOST_AUTO_TEST_CASE(FindsTheValue) {
  struct Case {
    const char* text;
    const char* want;
  };
  const std::vector<Case> cases = {
      {R"({"a":1})", R"({"a":1})"},
      {"  [1, 2]\n", "[1,2]"},
      {"Sure! Here it is:\n```json\n{\"a\": 1}\n```\nHope it helps {really}.", R"({"a":1})"},
      {"```\n{\"a\":1}\n```", R"({"a":1})"},
      {R"(The answer is {"a":{"b":[]}}, as asked.)", R"({"a":{"b":[]}})"},
      // Several values: fenced first, then objects, then the earliest.
      {R"({"a":1} or {"a":2})", R"({"a":1})"},
      {R"(As [1] says, {"a":2})", R"({"a":2})"},
      {"Not {\"a\":1} but\n```json\n{\"a\":2}\n```", R"({"a":2})"},
      // Braces and fences inside strings.
      {R"({"t":"} { ] \" }```"})", R"({"t":"} { ] \" }```"})"},
      {R"(x {"t":"```json\n{\"a\":1}\n```","u":2} y)", R"({"t":"```json\n{\"a\":1}\n```","u":2})"},
      {"x {\"t\":\"code:\n```json\n{}\n```\",\"u\":2}", R"({"t":"code:\n```json\n{}\n```","u":2})"},
      {"{\"t\":\"a\tb\r\nc\\n\"}", R"({"t":"a\tb\r\nc\n"})"},
      // Prose with brackets before the value.
      {R"(Use {braces} and [see below]: {"a":1})", R"({"a":1})"},
      {R"(A lone { in the text. {"a":1})", R"({"a":1})"},
      {R"(The form {"action": "add"|"merge"} gives {"action": "add"})", R"({"action":"add"})"},
      {"<think>maybe {\"a\":0}</think>\n{\"a\":1}", R"({"a":1})"},
      {R"({"a":1} and then [ "cut)", R"({"a":1})"},
      {R"([{"a":1},{"a":2}])", R"([{"a":1},{"a":2}])"},
  };
  for (const Case& test : cases) BOOST_TEST(Extracted(test.text) == test.want);
}

BOOST_AUTO_TEST_CASE(NeverReturnsAPieceOfABrokenValue) {
  struct Case {
    const char* text;
    const char* want;  // within the message
  };
  const std::vector<Case> cases = {
      {"", "holds no JSON"},
      {"no braces here", "holds no JSON"},
      {"Look:\n  {\"a\": {\"b\": 1}, \"c\": \"cut", "cut off; it begins at line 2, column 3"},
      {R"({"a": [{"b": 1}, {"b")", "cut off"},
      {R"({"a": {"b": 1} oops, "c": {"d": 1}})", "malformed at line 1, column 16"},
      {R"({"a": {"b": 1},})", "malformed"},
      {R"({'a': {"b": 1}})", "holds no JSON"},
      {R"({"a": 1e999})", "not valid JSON"},
      {R"({"a": "\ud800"})", "not valid JSON"},
      {"{\"a\": \"\xFF\"}", "not valid JSON"},
      {R"({"a": 1-2})", "not valid JSON"},
      {"{\"a\": tru", "cut off"},
  };
  for (const Case& test : cases) {
    const std::string got = Extracted(test.text);
    BOOST_TEST(got.find(test.want) != std::string::npos, got << " lacks " << test.want);
  }
}

BOOST_AUTO_TEST_CASE(TheShapeIsWhatWasAskedFor) {
  BOOST_TEST(Extracted(R"([1] {"a":1})", JsonShape::kArray) == "[1]");
  BOOST_TEST(Extracted(R"([1] {"a":1})", JsonShape::kObject) == R"({"a":1})");
  BOOST_TEST(Extracted(R"([{"a":1}])", JsonShape::kObject).find("no JSON object") !=
             std::string::npos);
}

BOOST_AUTO_TEST_CASE(ASchemaTellsTheAnswerFromExamples) {
  const Json schema = *Json::Parse(
      R"({"type":"object","properties":{"grade":{},"why":{},"note":{}},"required":["grade","why"]})");
  struct Case {
    const char* text;
    const char* want;  // the value, or a part of the message
  };
  const std::vector<Case> cases = {
      {R"(I use {"note":1}. {"grade":"yes","why":"b"} and {"grade":"no","why":"c"})",
       R"({"grade":"yes","why":"b"})"},
      {"```json\n{\"grade\":\"no\"}\n```\nor rather {\"why\":\"x\",\"grade\":\"yes\"}",
       R"({"why":"x","grade":"yes"})"},
      {R"([1,2] then {"note":1} then {"grade":1})", R"({"grade":1})"},
      {R"({"x":1} or [2])", R"({"x":1})"},
      {R"({"grade":{"grade":1,"why":2},"why":3})", R"({"grade":{"grade":1,"why":2},"why":3})"},
      // The real answer is broken: the example before it is not handed out instead.
      {R"(A verdict is {"grade":"yes"}. Mine: {"grade":"no","why":"beca)", "cut off"},
      {R"(As {"note":1} shows: {"grade":"no", oops})", "malformed"},
      // It is whole, and what follows it does not matter.
      {R"({"grade":"no","why":"b"} {"grade":"yes","wh)", R"({"grade":"no","why":"b"})"},
      {R"({"grade":1e999,"why":2} {"grade":1,"why":2})", R"({"grade":1,"why":2})"},
  };
  for (const Case& test : cases) {
    const Result<Json> found = ExtractJson(test.text, JsonShape::kAny, schema);
    const std::string got = found.ok() ? found->Dump() : found.error().message;
    BOOST_TEST(got.find(test.want) != std::string::npos, got << " lacks " << test.want);
  }
  const auto with = [](const char* text, const char* of) {
    const Result<Json> found = ExtractJson(text, JsonShape::kAny, *Json::Parse(of));
    return found.ok() ? found->Dump() : found.error().message;
  };
  BOOST_TEST(with(R"({"a":1} [2])", R"({"type":"array"})") == "[2]");
  BOOST_TEST(with(R"({"a":1} [2])", R"({"type":["array","null"]})") == "[2]");
  BOOST_TEST(with(R"([2] {"b":1} {"a":1})", R"({"type":"object","properties":{"a":{}}})") ==
             R"({"a":1})");
  BOOST_TEST(with(R"([2] {"b":1})", "{}") == R"({"b":1})");
}

// Every cut of a good answer is an error, whatever stands inside it.
BOOST_AUTO_TEST_CASE(EveryTruncationIsSeen) {
  const std::string whole =
      R"({"skill":"x {} [1] \"{}\" ```{\"b\":2}```","list":[{"a":1},{}],"n":null})";
  BOOST_TEST(ExtractJson(whole).ok());
  for (std::size_t cut = 0; cut < whole.size(); ++cut) {
    BOOST_TEST(!ExtractJson(whole.substr(0, cut)).ok(), "cut at " << cut);
  }
}

// Hostile texts end: each takes a quadratic or exponential reader minutes.
BOOST_AUTO_TEST_CASE(HostileTextsEnd) {
  for (const char* unit :
       {"{", "[", "{a ", "[1,", "{\"a\":", "{a\"", "[\"\",", "{\"", "}[", "[{]"}) {
    std::string text;
    while (text.size() < 100'000) text += unit;
    BOOST_TEST(!ExtractJson(text).ok());
  }
  std::string many;
  while (many.size() < 100'000) many += "{}";
  BOOST_TEST(Extracted(many) == "{}");
  BOOST_TEST(ExtractJson(many, JsonShape::kAny, *Json::Parse(R"({"required":["a"]})")).ok());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace hone
