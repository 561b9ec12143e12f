// Replies of Bedrock's Converse: whole, as an event stream, cut, broken, and in AWS's own words.
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <ostream>
#include <string>
#include <vector>

#include "adapters/aws_event_stream.h"
#include "adapters/bedrock_wire.h"
#include "support/reply_reading.h"

namespace hone {
namespace {

using testing::CheckStream;
using testing::Told;
using testing::ToldStream;

std::unique_ptr<ReplyReader> Plain() { return NewBedrockReader({}, "m"); }
std::unique_ptr<ReplyReader> WithTool() {
  return NewBedrockReader({.name = "verdict", .schema = {}, .is_wrapped = false}, "m");
}

struct Case {
  const char* name;
  std::unique_ptr<ReplyReader> (*make)();
  const char* body;
  const char* told;
};
std::ostream& operator<<(std::ostream& out, const Case& c) { return out << c.name; }

const std::vector<Case> kWhole = {
    {"text", Plain,
     R"({"output":{"message":{"role":"assistant","content":[{"text":"a"},{"text":"b"}]}},
        "stopReason":"end_turn","usage":{"inputTokens":10,"outputTokens":7,"totalTokens":1117,
        "cacheReadInputTokens":100,"cacheWriteInputTokens":1000}})",
     "stop 'ab' 1110 in (100 cached, 1000 written), 7 out (0 reasoning)"},
    {"truncated", Plain,
     R"({"output":{"message":{"content":[{"text":"a"}]}},"stopReason":"max_tokens"})",
     "length 'a' no usage"},
    {"guardrail", Plain,
     R"({"output":{"message":{"content":[{"text":"no"}]}},"stopReason":"guardrail_intervened"})",
     "content_filter 'no' no usage"},
    {"filtered", Plain, R"({"output":{"message":{"content":[]}},"stopReason":"content_filtered"})",
     "content_filter '' no usage"},
    {"calls, with the thoughts before them", Plain,
     R"({"output":{"message":{"content":[{"reasoningContent":{"reasoningText":{"text":"hm","signature":"s"}}},
        {"toolUse":{"toolUseId":"t","name":"f","input":{"a":1}}}]}},"stopReason":"tool_use"})",
     R"(tool_calls '' calls [{"id":"t","type":"function","function":{"name":"f","arguments":"{\"a\":1}"},"extra_content":{"bedrock":{"thinking":[{"reasoningContent":{"reasoningText":{"text":"hm","signature":"s"}}}]}}}] no usage)"},
    {"the answer tool", WithTool,
     R"({"output":{"message":{"content":[{"toolUse":{"toolUseId":"t","name":"verdict","input":{"ok":1}}}]}},
        "stopReason":"tool_use"})",
     R"(stop '{"ok":1}' no usage)"},
    {"no message", Plain, R"({"output":{}})",
     "fault 0: the answer holds no output message; it begins: {\"output\":{}}"},
    {"an error inside a 200", Plain,
     R"({"__type":"com.amazon.coral#ThrottlingException","message":"slow"})",
     "fault 429: slow (ThrottlingException)"},
};

std::string Event(const std::string& type, const std::string& payload) {
  return WriteAwsEvent(
      {{":event-type", type}, {":content-type", "application/json"}, {":message-type", "event"}},
      payload);
}

std::string TextStream() {
  return Event("messageStart", R"({"role":"assistant"})") +
         Event("contentBlockDelta", R"({"contentBlockIndex":0,"delta":{"text":"h\u00e9"}})") +
         Event("contentBlockDelta", R"({"contentBlockIndex":0,"delta":{"text":"llo"}})") +
         Event("contentBlockStop", R"({"contentBlockIndex":0})");
}

std::string CallStream() {
  return Event("contentBlockDelta",
               R"({"contentBlockIndex":0,"delta":{"reasoningContent":{"text":"h"}}})") +
         Event("contentBlockDelta",
               R"({"contentBlockIndex":0,"delta":{"reasoningContent":{"text":"m"}}})") +
         Event("contentBlockDelta",
               R"({"contentBlockIndex":0,"delta":{"reasoningContent":{"signature":"s"}}})") +
         Event(
             "contentBlockStart",
             R"({"contentBlockIndex":1,"start":{"toolUse":{"toolUseId":"t","name":"verdict"}}})") +
         Event("contentBlockDelta",
               R"({"contentBlockIndex":1,"delta":{"toolUse":{"input":"{\"ok\":"}}})") +
         Event("contentBlockDelta",
               R"({"contentBlockIndex":1,"delta":{"toolUse":{"input":"1}"}}})");
}

std::string End(const std::string& reason) {
  return Event("messageStop", R"({"stopReason":")" + reason + "\"}") +
         Event("metadata", R"({"usage":{"inputTokens":10,"outputTokens":7},"metrics":{}})");
}

BOOST_AUTO_TEST_SUITE(bedrock_reply)

BOOST_DATA_TEST_CASE(whole_responses, kWhole, test) {
  const auto reply = test.make()->Whole(test.body);
  BOOST_TEST(Told(reply) == test.told);
  if (const auto* answer = std::get_if<ChatAnswer>(&reply)) {
    BOOST_TEST(answer->response_model == "m");
  }
}

BOOST_AUTO_TEST_CASE(a_stream_is_the_same_however_it_is_cut) {
  CheckStream(Plain, TextStream() + End("end_turn"),
              "stop 'h\xC3\xA9llo' 10 in (0 cached, 0 written), 7 out (0 reasoning)",
              TextStream().size());
  CheckStream(WithTool, CallStream() + End("tool_use"),
              R"(stop '{"ok":1}' 10 in (0 cached, 0 written), 7 out (0 reasoning))",
              CallStream().size());
  CheckStream(
      Plain, CallStream() + End("tool_use"),
      R"(tool_calls '' calls [{"id":"t","type":"function","function":{"name":"verdict","arguments":"{\"ok\":1}"},"extra_content":{"bedrock":{"thinking":[{"reasoningContent":{"reasoningText":{"text":"hm","signature":"s"}}}]}}}] 10 in (0 cached, 0 written), 7 out (0 reasoning))",
      CallStream().size());
}

BOOST_AUTO_TEST_CASE(trouble_in_a_stream_is_told) {
  const std::string exception =
      WriteAwsEvent({{":exception-type", "throttlingException"}, {":message-type", "exception"}},
                    R"({"message":"slow down"})");
  BOOST_TEST(ToldStream(Plain, TextStream() + exception, 9) ==
             "fault 429: slow down (ThrottlingException)");
  const std::string error = WriteAwsEvent(
      {{":error-code", "InternalError"}, {":error-message", "oops"}, {":message-type", "error"}},
      "");
  BOOST_TEST(ToldStream(Plain, TextStream() + error, 9) == "fault 0: oops (InternalError)");
  std::string broken = TextStream();
  broken[broken.size() - 1] = static_cast<char>(broken[broken.size() - 1] ^ 1);
  BOOST_TEST(ToldStream(Plain, broken + End("end_turn"), 9) ==
             "fault 0: the event stream is broken: a message does not fit its checksum");
  BOOST_TEST(ToldStream(Plain, Event("contentBlockDelta", R"({"contentBlockIndex":5})"), 9)
                 .starts_with("fault 0: a message of the event stream is out of order"));
}

struct Fault {
  const char* header;
  const char* body;
  int status;
  const char* text;
};
std::ostream& operator<<(std::ostream& out, const Fault& f) { return out << f.text; }

BOOST_DATA_TEST_CASE(errors_in_its_own_words,
                     (std::vector<Fault>{
                         {"ThrottlingException:http://internal.example/",
                          R"({"message":"Too many tokens"})", 429,
                          "Too many tokens (ThrottlingException)"},
                         {"", R"({"__type":"a.b#ExpiredTokenException","Message":"expired"})", 401,
                          "expired (ExpiredTokenException)"},
                         {"ModelErrorException", R"({"originalMessage":"broke"})", 500,
                          "broke (ModelErrorException)"},
                         {"ValidationException", R"({"message":"bad model"})", 400,
                          "bad model (ValidationException)"},
                         {"", R"({"type":"error","error":{"message":"wrapped"}})", 0, "wrapped"},
                         {"", "<html>busy</html>", 0, "<html>busy</html>"},
                     }),
                     test) {
  HttpResponse response;
  response.status = 400;
  response.body = test.body;
  if (*test.header != '\0') response.headers = {{"x-amzn-errortype", test.header}};
  const ProviderFault fault = ReadBedrockFault(response);
  BOOST_TEST(fault.status == test.status);
  BOOST_TEST(fault.text == test.text);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace hone
