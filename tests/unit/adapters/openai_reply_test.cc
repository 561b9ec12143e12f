// Replies in the OpenAI form: whole, as events, cut, broken, and in the server's own words.
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <ostream>
#include <string>
#include <vector>

#include "adapters/openai_wire.h"
#include "support/reply_reading.h"

namespace hone {
namespace {

using testing::CheckStream;
using testing::Told;
using testing::ToldStream;

std::unique_ptr<ReplyReader> Plain() { return NewOpenAiReader(); }
std::unique_ptr<ReplyReader> Wrapped() {
  return NewOpenAiReader({.name = "tasks", .schema = {}, .is_wrapped = true});
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
     R"({"choices":[{"message":{"content":"ab"},"finish_reason":"stop"}],"usage":{
        "prompt_tokens":10,"completion_tokens":4,"total_tokens":14,
        "prompt_tokens_details":{"cached_tokens":3,"cache_write_tokens":2},
        "completion_tokens_details":{"reasoning_tokens":1}}})",
     "stop 'ab' 10 in (3 cached, 2 written), 4 out (1 reasoning)"},
    {"DeepSeek's cache", Plain,
     R"({"choices":[{"message":{"content":"a"}}],"usage":{"prompt_tokens":10,
        "completion_tokens":4,"prompt_cache_hit_tokens":8}})",
     "stop 'a' 10 in (8 cached, 0 written), 4 out (0 reasoning)"},
    {"reasoning apart, named", Plain,
     R"({"choices":[{"message":{"content":"a"}}],"usage":{"prompt_tokens":10,"total_tokens":19,
        "completion_tokens":4,"completion_tokens_details":{"reasoning_tokens":5}}})",
     "stop 'a' 10 in (0 cached, 0 written), 9 out (5 reasoning)"},
    {"a total of another kind", Plain,
     R"({"choices":[{"message":{"content":"a"}}],"usage":{"prompt_tokens":10,"total_tokens":90,
        "completion_tokens":4,"completion_tokens_details":{"reasoning_tokens":3}}})",
     "stop 'a' 10 in (0 cached, 0 written), 4 out (3 reasoning)"},
    {"refusal", Plain,
     R"({"choices":[{"message":{"content":null,"refusal":"no"},"finish_reason":"stop"}]})",
     "refusal 'no' no usage"},
    {"truncated", Plain, R"({"choices":[{"message":{"content":"a"},"finish_reason":"length"}]})",
     "length 'a' no usage"},
    {"a wrapped list", Wrapped,
     R"({"choices":[{"message":{"content":"{\"value\": [1, 2]}"},"finish_reason":"stop"}]})",
     "stop '[1,2]' no usage"},
    {"a wrapped list that is cut off", Wrapped,
     R"({"choices":[{"message":{"content":"{\"value\": [1, 2"},"finish_reason":"length"}]})",
     "length '{\"value\": [1, 2' no usage"},
    {"a list that came unwrapped", Wrapped,
     R"({"choices":[{"message":{"content":"[1]"},"finish_reason":"stop"}]})",
     "stop '[1]' no usage"},
    {"no machines", Plain,
     R"({"choices":[{"message":{"content":"a"},"finish_reason":"insufficient_system_resource"}]})",
     "fault 0: the answer was broken off (insufficient_system_resource)"},
    {"a gateway's error in the choice", Plain,
     R"({"choices":[{"message":{"content":""},"finish_reason":"error","error":{"code":502,
        "message":"upstream"}}]})",
     "fault 502: upstream"},
    {"an error with status 200", Plain, R"({"error":{"code":429,"message":"later"}})",
     "fault 429: later"},
    {"a stream without its type", Plain,
     ": hi\n\ndata: {\"choices\":[{\"delta\":{\"content\":\"a\"},\"finish_reason\":\"stop\"}]}\n\n",
     "stop 'a' no usage"},
    {"no JSON", Plain, "<html>",
     "fault 0: the answer is not JSON (not valid JSON: Invalid value. (line 1, column 1)); it "
     "begins: "
     "<html>"},
};

BOOST_AUTO_TEST_SUITE(openai_reply)

BOOST_DATA_TEST_CASE(whole_replies, kWhole, c) {
  BOOST_TEST(Told(c.make()->Whole(c.body)) == c.told);
}

// Pieces of text and of two calls, an empty first chunk as Azure sends it, the usage at the end.
BOOST_AUTO_TEST_CASE(a_stream_is_put_together) {
  const std::string head =
      "data: {\"choices\":[],\"prompt_filter_results\":[]}\n\n"
      "data: {\"id\":\"c\",\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":{\"role\":"
      "\"assistant\",\"content\":\"\"},\"finish_reason\":null}]}\n\n"
      ": keep-alive\n\n"
      "data: {\"choices\":[{\"index\":1,\"delta\":{\"content\":\"another choice\"}}]}\n\n"
      "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Let \"}}]}\r\n\r\n"
      "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"me.\"}}]}\n\n"
      "data: {\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[{\"index\":0,\"id\":\"t1\","
      "\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"\"}}]}}]}\n\n"
      "data: {\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[{\"index\":0,\"function\":"
      "{\"arguments\":\"{\\\"a\\\"\"}}]}}]}\n\n"
      "data: {\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[{\"index\":0,\"function\":"
      "{\"arguments\":\":1}\"}},{\"index\":1,\"id\":\"t2\",\"function\":{\"name\":\"g\","
      "\"arguments\":\"{}\"}}]}}]}\n\n";
  const std::string end =
      "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"tool_calls\"}]}\n\n";
  const std::string tail =
      "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":5,\"completion_tokens\":7}}\n\n"
      "data: [DONE]\n\n";
  const std::string told =
      "tool_calls 'Let me.' calls "
      R"([{"id":"t1","type":"function","function":{"name":"f","arguments":"{\"a\":1}"}},)"
      R"({"id":"t2","type":"function","function":{"name":"g","arguments":"{}"}}])"
      " 5 in (0 cached, 0 written), 7 out (0 reasoning)";
  // Complete with the last brace of the event that gives the finish reason.
  CheckStream(Plain, head + end + tail, told, head.size() + end.size() - 2);
  BOOST_TEST(ToldStream(Plain, head + end, 9) ==
             told.substr(0, told.find("]") + 1 + told.substr(told.find("]") + 1).find(" 5 in")) +
                 " no usage");
}

BOOST_AUTO_TEST_CASE(streams_that_make_no_sense_are_faults) {
  for (const std::string bad :
       {R"({"choices":[{"delta":{"tool_calls":[{"index":7}]}}]})",
        R"({"choices":[{"delta":{"tool_calls":[{"index":-1}]}}]})", R"({"choices":[)", "{}}",
        R"({"error":"broken"})", R"({"choices":[{"delta":{},"finish_reason":"error"}]})"}) {
    const std::string told = ToldStream(Plain, "data: " + bad + "\n\ndata: [DONE]\n\n", 5);
    BOOST_TEST(told.starts_with("fault "), told);
  }
  const std::string endless = "data: " + std::string(9 << 20, 'x');
  BOOST_TEST(ToldStream(Plain, endless, 65536) ==
             "fault 0: an event of the stream is larger than 8388608 bytes");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace hone
