// Replies of Anthropic's Messages API: whole, as events, cut, broken, and in its own words.
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <ostream>
#include <string>
#include <vector>

#include "adapters/anthropic_models.h"
#include "adapters/anthropic_wire.h"
#include "support/reply_reading.h"

namespace hone {
namespace {

using testing::CheckStream;
using testing::Told;
using testing::ToldStream;

std::unique_ptr<ReplyReader> Plain() { return NewAnthropicReader({}); }
std::unique_ptr<ReplyReader> WithTool() {
  return NewAnthropicReader({.name = "verdict", .schema = {}, .is_wrapped = false});
}
std::unique_ptr<ReplyReader> Wrapped() {
  return NewAnthropicReader({.name = "verdict", .schema = {}, .is_wrapped = true});
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
     R"({"id":"msg_1","model":"claude-x","content":[{"type":"text","text":"a"},
        {"type":"text","text":"b"}],"stop_reason":"end_turn","usage":{"input_tokens":10,
        "cache_read_input_tokens":100,"cache_creation_input_tokens":1000,"output_tokens":7}})",
     "stop 'ab' 1110 in (100 cached, 1000 written), 7 out (0 reasoning)"},
    {"stop sequence", Plain,
     R"({"content":[{"type":"text","text":"a"}],"stop_reason":"stop_sequence"})",
     "stop 'a' no usage"},
    {"truncated", Plain, R"({"content":[{"type":"text","text":"a"}],"stop_reason":"max_tokens"})",
     "length 'a' no usage"},
    {"window full", Plain, R"({"content":[],"stop_reason":"model_context_window_exceeded"})",
     "length '' no usage"},
    {"refusal", Plain, R"({"content":[],"stop_reason":"refusal",
                           "usage":{"input_tokens":3,"output_tokens":1}})",
     "content_filter '' 3 in (0 cached, 0 written), 1 out (0 reasoning)"},
    {"negative usage", Plain, R"({"content":[],"stop_reason":"end_turn",
                                  "usage":{"input_tokens":-3,"output_tokens":1}})",
     "stop '' no usage"},
    {"calls, with the thoughts before them", Plain,
     R"({"content":[{"type":"thinking","thinking":"hm","signature":"s"},
        {"type":"text","text":"look"},{"type":"tool_use","id":"t1","name":"f","input":{"a":1}},
        {"type":"tool_use","id":"t2","name":"g","input":{}}],"stop_reason":"tool_use"})",
     R"(tool_calls 'look' calls [{"id":"t1","type":"function","function":{"name":"f","arguments":"{\"a\":1}"},"extra_content":{"anthropic":{"thinking":[{"type":"thinking","thinking":"hm","signature":"s"}]}}},{"id":"t2","type":"function","function":{"name":"g","arguments":"{}"}}] no usage)"},
    {"the answer tool", WithTool,
     R"({"content":[{"type":"text","text":"Here:"},{"type":"tool_use","id":"t","name":"verdict",
        "input":{"ok":true}}],"stop_reason":"tool_use"})",
     R"(stop '{"ok":true}' no usage)"},
    {"the answer tool, wrapped", Wrapped,
     R"({"content":[{"type":"tool_use","id":"t","name":"verdict","input":{"value":[1,2]}}],
         "stop_reason":"tool_use"})",
     "stop '[1,2]' no usage"},
    {"the answer tool, truncated", WithTool,
     R"({"content":[{"type":"tool_use","id":"t","name":"verdict","input":{"ok":true}}],
         "stop_reason":"max_tokens"})",
     R"(length '{"ok":true}' no usage)"},
    {"words instead of the answer tool", WithTool,
     R"({"content":[{"type":"text","text":"No."}],"stop_reason":"end_turn"})",
     "stop 'No.' no usage"},
    {"no content", Plain, R"({"id":"m"})",
     "fault 0: the answer holds no content; it begins: {\"id\":\"m\"}"},
    {"HTML", Plain, "<html>",
     "fault 0: the answer is not JSON (not valid JSON: Invalid value. (line 1, column 1)); it "
     "begins: <html>"},
    {"an error inside a 200", Plain,
     R"({"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}})",
     "fault 529: Overloaded (overloaded_error)"},
};

std::string Event(const std::string& data) {
  const std::size_t from = data.find(R"("type":")") + 8;
  return "event: " + data.substr(from, data.find('"', from) - from) + "\ndata: " + data + "\n\n";
}

std::string Start() {
  return Event(R"({"type":"message_start","message":{"id":"m","model":"claude-x","content":[],
"stop_reason":null,"usage":{"input_tokens":10,"cache_read_input_tokens":4,"output_tokens":1}}})");
}

std::string Flat(std::string text) {
  std::erase(text, '\n');
  return text;
}

std::string End(const std::string& reason) {
  return Event(R"({"type":"message_delta","delta":{"stop_reason":")" + reason +
               R"("},"usage":{"output_tokens":9}})");
}

const std::string kStop = Event(R"({"type":"message_stop"})");

std::string TextStream() {
  std::string first = Start();
  const std::size_t data = first.find("data: ");
  first = first.substr(0, data) + Flat(first.substr(data)) + "\n\n";
  return first + Event(R"({"type":"ping"})") +
         Event(
             R"({"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}})") +
         Event(
             R"({"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"h\u00e9"}})") +
         Event(
             R"({"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"llo"}})") +
         Event(R"({"type":"content_block_stop","index":0})");
}

std::string CallStream(const std::string& second_half) {
  return Event(
             R"({"type":"content_block_start","index":0,"content_block":{"type":"thinking","thinking":"","signature":""}})") +
         Event(
             R"({"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"hm"}})") +
         Event(
             R"({"type":"content_block_delta","index":0,"delta":{"type":"signature_delta","signature":"s"}})") +
         Event(
             R"({"type":"content_block_start","index":1,"content_block":{"type":"tool_use","id":"t","name":"verdict","input":{}}})") +
         Event(
             R"({"type":"content_block_delta","index":1,"delta":{"type":"input_json_delta","partial_json":"{\"ok\":"}})") +
         Event(
             R"({"type":"content_block_delta","index":1,"delta":{"type":"input_json_delta","partial_json":")" +
             second_half + R"("}})");
}

BOOST_AUTO_TEST_SUITE(anthropic_reply)

BOOST_DATA_TEST_CASE(whole_messages, kWhole, test) {
  BOOST_TEST(Told(test.make()->Whole(test.body)) == test.told);
}

BOOST_AUTO_TEST_CASE(ids_and_model_are_kept) {
  const auto reply = Plain()->Whole(kWhole[0].body);
  BOOST_TEST(std::get<ChatAnswer>(reply).provider_request_id == "msg_1");
  BOOST_TEST(std::get<ChatAnswer>(reply).response_model == "claude-x");
}

BOOST_AUTO_TEST_CASE(a_stream_is_the_same_however_it_is_cut) {
  const std::string head = TextStream();
  CheckStream(Plain, head + End("end_turn") + kStop,
              "stop 'h\xC3\xA9llo' 14 in (4 cached, 0 written), 9 out (0 reasoning)", head.size());
  CheckStream(
      Plain, CallStream("1}") + End("tool_use") + kStop,
      R"(tool_calls '' calls [{"id":"t","type":"function","function":{"name":"verdict","arguments":"{\"ok\":1}"},"extra_content":{"anthropic":{"thinking":[{"type":"thinking","thinking":"hm","signature":"s"}]}}}] no usage)",
      CallStream("1}").size());
  CheckStream(WithTool, CallStream("1}") + End("tool_use") + kStop, R"(stop '{"ok":1}' no usage)",
              CallStream("1}").size());
}

BOOST_AUTO_TEST_CASE(an_answer_cut_off_by_the_limit_keeps_what_came) {
  BOOST_TEST(ToldStream(WithTool, CallStream("[1,") + End("max_tokens") + kStop, 99) ==
             R"(length '{"ok":[1,' no usage)");
}

BOOST_AUTO_TEST_CASE(an_answer_is_complete_with_its_reason_to_stop) {
  const auto reader = Plain();
  reader->Feed(TextStream());
  BOOST_TEST(!reader->IsComplete());
  reader->Feed(End("end_turn"));
  BOOST_TEST(reader->IsComplete());
  BOOST_TEST(!reader->Feed(kStop));
}

BOOST_AUTO_TEST_CASE(trouble_in_a_stream_is_told) {
  BOOST_TEST(
      ToldStream(
          Plain,
          TextStream() +
              Event(R"({"type":"error","error":{"type":"overloaded_error","message":"Busy"}})"),
          5) == "fault 529: Busy (overloaded_error)");
  BOOST_TEST(ToldStream(Plain, TextStream() + "data: {\"type\":\n\n", 5)
                 .starts_with("fault 0: an event of the stream is not JSON"));
  BOOST_TEST(ToldStream(Plain, Event(R"({"type":"content_block_delta","index":7,"delta":{}})"), 5)
                 .starts_with("fault 0: an event of the stream is out of order"));
  BOOST_TEST(ToldStream(Plain, "", 1) == "fault 0: the stream ended before its answer did");
}

struct Fault {
  const char* body;
  int status;
  const char* text;
};
std::ostream& operator<<(std::ostream& out, const Fault& f) { return out << f.text; }

BOOST_DATA_TEST_CASE(
    errors_in_its_own_words,
    (std::vector<Fault>{
        {R"({"type":"error","error":{"type":"rate_limit_error","message":"slow"}})", 429,
         "slow (rate_limit_error)"},
        {R"({"error":{"type":"odd_error","message":"odd_error \u001b[1m"}})", 0,
         "odd_error \\x1b[1m"},
        {R"({"error":{"message":"plain"}})", 0, "plain"},
        {"<html>busy</html>", 0, "<html>busy</html>"},
        {"", 0, ""},
    }),
    test) {
  const ProviderFault fault = ReadAnthropicFault(test.body);
  BOOST_TEST(fault.status == test.status);
  BOOST_TEST(fault.text == test.text);
}

struct Traits {
  const char* model;
  const char* thinking;  // with "high" and a limit of 64000
  bool takes_sampling;
  bool takes_both_ps;
  int64_t max_output_tokens;
};
std::ostream& operator<<(std::ostream& out, const Traits& t) { return out << t.model; }

const char* const kBudget = R"({"thinking":{"type":"enabled","budget_tokens":24576}})";
const char* const kAdaptive =
    R"({"thinking":{"type":"adaptive"},"output_config":{"effort":"high"}})";

BOOST_DATA_TEST_CASE(models_are_known_by_their_names,
                     (std::vector<Traits>{
                         {"claude-2.1", "null", true, true, 4096},
                         {"claude-3-haiku-20240307", "null", true, true, 4096},
                         {"claude-3-5-sonnet-20241022", "null", true, true, 8192},
                         {"claude-3-7-sonnet-latest", kBudget, true, true, 64'000},
                         {"claude-opus-4-20250514", kBudget, true, true, 32'000},
                         {"claude-opus-4-1-20250805", kBudget, true, false, 32'000},
                         {"claude-sonnet-4-20250514", kBudget, true, true, 64'000},
                         {"claude-haiku-4-5", kBudget, true, false, 64'000},
                         {"us.anthropic.claude-opus-4-5-20251101-v1:0", kBudget, true, false,
                          64'000},
                         {"us.anthropic.claude-opus-4-6-v1", kAdaptive, true, false, 128'000},
                         {"claude-sonnet-4-6", kAdaptive, true, false, 64'000},
                         {"claude-opus-4-7", kAdaptive, false, false, 128'000},
                         {"claude-sonnet-5", kAdaptive, false, false, 64'000},
                         {"gpt-4", "null", true, true, 8192},
                     }),
                     test) {
  const ClaudeTraits traits = ClaudeTraitsOf(test.model);
  BOOST_TEST(ClaudeThinking(traits, "high", 64'000).Dump() == test.thinking);
  BOOST_TEST(traits.takes_sampling == test.takes_sampling);
  BOOST_TEST(traits.takes_both_ps == test.takes_both_ps);
  BOOST_TEST(traits.max_output_tokens == test.max_output_tokens);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace hone
