// Replies of Gemini's generateContent: whole, as events, cut, broken, blocked; and schemas.
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <ostream>
#include <string>
#include <vector>

#include "adapters/gemini_schema.h"
#include "adapters/gemini_wire.h"
#include "support/reply_reading.h"

namespace hone {
namespace {

using testing::CheckStream;
using testing::Told;
using testing::ToldStream;

std::string Candidate(const std::string& parts, const std::string& reason) {
  return R"({"candidates":[{"content":{"role":"model","parts":[)" + parts + "]}" +
         (reason.empty() ? "" : R"(,"finishReason":")" + reason + "\"") + "}]}";
}

struct Case {
  const char* name;
  std::string body;
  const char* told;
};
std::ostream& operator<<(std::ostream& out, const Case& c) { return out << c.name; }

const std::vector<Case> kWhole = {
    {"text, thoughts left out, thoughts counted",
     R"({"candidates":[{"content":{"parts":[{"text":"hm","thought":true},{"text":"a"},{"text":"b"}]},
        "finishReason":"STOP"}],"modelVersion":"gemini-x","responseId":"r","usageMetadata":
        {"promptTokenCount":10,"cachedContentTokenCount":4,"toolUsePromptTokenCount":5,
         "candidatesTokenCount":3,"thoughtsTokenCount":20,"totalTokenCount":38}})",
     "stop 'ab' 15 in (4 cached, 0 written), 23 out (20 reasoning)"},
    {"truncated before a word", R"({"candidates":[{"finishReason":"MAX_TOKENS"}],
        "usageMetadata":{"promptTokenCount":10,"thoughtsTokenCount":99}})",
     "length '' 10 in (0 cached, 0 written), 99 out (99 reasoning)"},
    {"safety", Candidate("", "SAFETY"), "content_filter '' no usage"},
    {"recitation", Candidate(R"({"text":"a"})", "RECITATION"), "content_filter 'a' no usage"},
    {"another reason", Candidate("", "MALFORMED_FUNCTION_CALL"),
     "malformed_function_call '' no usage"},
    {"no reason", Candidate(R"({"text":"a"})", ""), "stop 'a' no usage"},
    {"a prompt that is blocked is an answer",
     R"({"promptFeedback":{"blockReason":"PROHIBITED_CONTENT"},
         "usageMetadata":{"promptTokenCount":8,"totalTokenCount":8}})",
     "content_filter '' 8 in (0 cached, 0 written), 0 out (0 reasoning)"},
    {"calls",
     Candidate(R"({"text":"look"},
        {"functionCall":{"name":"f","args":{"a":1}},"thoughtSignature":"c2ln"},
        {"functionCall":{"id":"x","name":"g"}})",
               "STOP"),
     R"(tool_calls 'look' calls [{"id":"call_hone_0","type":"function","function":{"name":"f","arguments":"{\"a\":1}"},"extra_content":{"google":{"thought_signature":"c2ln"}}},{"id":"x","type":"function","function":{"name":"g","arguments":"{}"}}] no usage)"},
    {"nothing", "{}", "fault 0: the answer holds no candidates; it begins: {}"},
    {"a list", "[]", "fault 0: the answer holds no candidates; it begins: []"},
    {"an error inside a 200",
     R"({"error":{"code":503,"message":"The model is overloaded.","status":"UNAVAILABLE"}})",
     "fault 503: The model is overloaded. (UNAVAILABLE)"},
};

std::string Event(const std::string& data) { return "data: " + data + "\r\n\r\n"; }

BOOST_AUTO_TEST_SUITE(gemini_reply)

BOOST_DATA_TEST_CASE(whole_responses, kWhole, test) {
  BOOST_TEST(Told(NewGeminiReader()->Whole(test.body)) == test.told);
}

BOOST_AUTO_TEST_CASE(ids_and_model_are_kept) {
  const auto reply = NewGeminiReader()->Whole(kWhole[0].body);
  BOOST_TEST(std::get<ChatAnswer>(reply).provider_request_id == "r");
  BOOST_TEST(std::get<ChatAnswer>(reply).response_model == "gemini-x");
}

BOOST_AUTO_TEST_CASE(a_stream_is_the_same_however_it_is_cut) {
  const std::string head = Event(Candidate(R"({"text":"h\u00e9"})", "")) +
                           Event(Candidate(R"({"text":"llo"})", "")) +
                           Event(Candidate(R"({"functionCall":{"name":"f","args":{}}})", ""));
  const std::string last = R"({"candidates":[{"content":{"parts":[]},"finishReason":"STOP"}],)"
                           R"("usageMetadata":{"promptTokenCount":10,"candidatesTokenCount":3}})";
  CheckStream(
      NewGeminiReader, head + Event(last),
      R"(tool_calls 'h)"
      "\xC3\xA9"
      R"(llo' calls [{"id":"call_hone_0","type":"function","function":{"name":"f","arguments":"{}"}}] 10 in (0 cached, 0 written), 3 out (0 reasoning))",
      head.size());
  CheckStream(NewGeminiReader, Event(R"({"promptFeedback":{"blockReason":"SAFETY"}})"),
              "content_filter '' no usage", 10);
}

BOOST_AUTO_TEST_CASE(trouble_in_a_stream_is_told) {
  const std::string head = Event(Candidate(R"({"text":"h"})", ""));
  BOOST_TEST(ToldStream(NewGeminiReader, head + Event(R"({"error":{"code":429,"message":"slow"}})"),
                        3) == "fault 429: slow");
  BOOST_TEST(ToldStream(NewGeminiReader, head + Event("{\"cand"), 3)
                 .starts_with("fault 0: an event of the stream is not a JSON object"));
  BOOST_TEST(ToldStream(NewGeminiReader, head, 3) ==
             "fault 0: the stream ended before its answer did");
}

struct Fault {
  const char* body;
  int status;
  int64_t retry_after_ms;
  const char* text;
};
std::ostream& operator<<(std::ostream& out, const Fault& f) { return out << f.text; }

BOOST_DATA_TEST_CASE(
    errors_in_its_own_words,
    (std::vector<Fault>{
        {R"({"error":{"code":429,"message":"Quota.","status":"RESOURCE_EXHAUSTED","details":[
            {"@type":"x"},{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"34.5s"}]}})",
         429, 34'500, "Quota. (RESOURCE_EXHAUSTED)"},
        {R"({"error":{"code":400,"message":"API key not valid.","status":"INVALID_ARGUMENT",
            "details":[{"reason":"API_KEY_INVALID"}]}})",
         401, -1, "API key not valid. (INVALID_ARGUMENT)"},
        {R"([{"error":{"code":404,"message":"no such model","status":"NOT_FOUND"}}])", 404, -1,
         "no such model (NOT_FOUND)"},
        {R"({"error":{"code":7,"message":"odd","details":[{"retryDelay":"soon"}]}})", 0, -1, "odd"},
        {"<html>busy</html>", 0, -1, "<html>busy</html>"},
    }),
    test) {
  const ProviderFault fault = ReadGeminiFault(test.body);
  BOOST_TEST(fault.status == test.status);
  BOOST_TEST(fault.retry_after_ms == test.retry_after_ms);
  BOOST_TEST(fault.text == test.text);
}

struct Schema {
  const char* given;
  const char* subset;  // "" when the subset cannot say it
};
std::ostream& operator<<(std::ostream& out, const Schema& s) { return out << s.given; }

BOOST_DATA_TEST_CASE(
    schemas_lose_what_gemini_refuses,
    (std::vector<Schema>{
        {R"({"type":"string","format":"uri","default":"x","$comment":"c"})",
         R"({"type":"STRING"})"},
        {R"({"type":"string","format":"date-time"})", R"({"type":"STRING","format":"date-time"})"},
        {R"({"type":"array","items":{"type":"boolean"},"uniqueItems":true,"maxItems":3})",
         R"({"type":"ARRAY","items":{"type":"BOOLEAN"},"maxItems":3})"},
        {R"({"anyOf":[{"type":"integer"},{"type":"null"}],"description":"d"})",
         R"({"type":"INTEGER","nullable":true,"description":"d"})"},
        {R"({"oneOf":[{"type":"integer"},{"type":"string"}]})",
         R"({"anyOf":[{"type":"INTEGER"},{"type":"STRING"}]})"},
        {R"({"allOf":[{"type":"number"}],"description":"d"})",
         R"({"type":"NUMBER","description":"d"})"},
        {R"({"enum":[1,2]})", R"({"type":"INTEGER"})"},
        {R"({"properties":{"a":{"type":"string"}},"required":["a","b"]})",
         R"({"type":"OBJECT","properties":{"a":{"type":"STRING"}},"required":["a"],"propertyOrdering":["a"]})"},
        {R"({"allOf":[{"type":"number"},{"minimum":1}]})", ""},
        {R"({"type":"object"})", ""},
        {R"({"type":"array"})", ""},
        {R"({})", ""},
        {R"(true)", ""},
        {R"({"$ref":"#/$defs/gone"})", ""},
        {R"({"$ref":"#/$defs/a","$defs":{"a":{"type":"array","items":{"$ref":"#/$defs/a"}}}})", ""},
    }),
    test) {
  const auto given = Json::Parse(test.given);
  BOOST_REQUIRE(given.ok());
  const std::optional<Json> subset = GeminiSchema(*given);
  BOOST_TEST((subset ? subset->Dump() : "") == test.subset);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace hone
