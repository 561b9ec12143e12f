// How each reply of an endpoint is told: outcomes, waits, bodies, and the key that never shows.
#include "adapters/openai_chat_model.h"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "adapters/curl_http_client.h"
#include "adapters/uv_event_loop.h"
#include "support/chat_requests.h"
#include "support/fake_clock.h"
#include "support/raw_http_server.h"

namespace hone {
namespace {

using testing::Ask;
using testing::FakeClock;
using testing::RawHttpServer;
using testing::RawReply;
using testing::Respond;
using Then = RawReply::Then;

const char* const kKey = "sk-canary-1234567890";

struct Fixture {
  UvEventLoop loop;
  FakeClock clock{784'111'777'000};  // Sun, 06 Nov 1994 08:49:37 GMT
  CurlHttpClient client{loop};

  std::unique_ptr<ChatModel> Model(const std::string& base_url, const std::string& name = "m") {
    auto made = OpenAiChatModel::Make(
        client, clock,
        {.name = "test", .base_url = base_url, .key = kKey, .model = name, .idle_timeout_ms = 60});
    BOOST_REQUIRE(made.ok());
    return std::move(made).value();
  }
  ChatOutcome Run(ChatModel& model, const ChatRequest& request) {
    ChatOutcome result;
    model.Start(request, [&](ChatOutcome outcome) {
      result = std::move(outcome);
      loop.Stop();
    });
    loop.Run();
    return result;
  }
  ChatOutcome RunAgainst(RawReply reply) {
    RawHttpServer server({std::move(reply)});
    const auto model = Model(server.url("/v1"));
    return Run(*model, Ask("hi"));
  }
  Json Body(const ChatRequest& request, const std::string& name = "m") {
    const auto model = Model("https://example.com/v1", name);
    auto parsed = Json::Parse(model->RequestBody(request));
    BOOST_REQUIRE(parsed.ok());
    return std::move(parsed).value();
  }
};

std::string Completion(const std::string& choice, const std::string& rest = "") {
  return R"({"id":"c-1","model":"m-2025","choices":[)" + choice + "]" + rest + "}";
}

struct Case {
  const char* name;
  RawReply reply;
  const char* outcome;
  bool retryable;
  bool maybe_billed;
  int64_t retry_after_ms = -1;
  const char* words = "";
};
std::ostream& operator<<(std::ostream& out, const Case& c) { return out << c.name; }

const std::vector<Case> kCases = {
    {"429 with seconds",
     Respond("429 Slow", R"({"error":{"message":"wait"}})", "Retry-After: 7\r\n"), "rate_limited",
     true, false, 7000, "answered 429: wait"},
    {"429 with a date", Respond("429 Slow", "", "Retry-After: Sun, 06 Nov 1994 08:49:47 GMT\r\n"),
     "rate_limited", true, false, 10'000},
    {"429 with a past date",
     Respond("429 Slow", "", "Retry-After: Sun, 06 Nov 1994 08:00:00 GMT\r\n"), "rate_limited",
     true, false, 0},
    {"429 negative", Respond("429 Slow", "", "Retry-After: -5\r\n"), "rate_limited", true, false,
     0},
    {"429 huge", Respond("429 Slow", "", "Retry-After: 1e300\r\n"), "rate_limited", true, false,
     86'400'000},
    {"429 garbage", Respond("429 Slow", "", "Retry-After: soon\r\n"), "rate_limited", true, false},
    {"429 in milliseconds", Respond("429 Slow", "", "Retry-After: 9\r\nretry-after-ms: 250\r\n"),
     "rate_limited", true, false, 250},
    {"429 without credit",
     Respond("429 Slow", R"({"error":{"message":"pay","code":"insufficient_quota"}})"),
     "rate_limited", false, false, -1, "pay (insufficient_quota)"},
    {"401",
     Respond("401 No", R"({"error":{"message":"Incorrect key sk-canary-1234567890 given"}})"),
     "credentials", false, false, -1, "Incorrect key [key] given"},
    {"403", Respond("403 No", ""), "credentials", false, false},
    {"500", Respond("500 Oops", R"({"error":"broken"})"), "server_error", true, false, -1,
     "answered 500: broken"},
    {"504", Respond("504 Late", "<html>gateway</html>"), "server_error", true, true, -1, "gateway"},
    {"529", Respond("529 Busy", ""), "server_error", true, false},
    {"408", Respond("408 Late", ""), "server_error", true, false},
    {"409", Respond("409 Again", ""), "server_error", true, false},
    {"400", Respond("400 Bad", R"({"error":{"message":"no \u001b[31m such","type":"bad"}})"),
     "client_error", false, false, -1, "(bad)"},
    {"404", Respond("404 Gone", "{}"), "client_error", false, false},
    {"302", Respond("302 There", "", "Location: https://evil.example/\r\n"), "client_error", true,
     false, -1, "a redirect, not followed"},
    {"HTML with 200", Respond("200 OK", "<html>Welcome</html>"), "bad_response", true, true, -1,
     "not JSON"},
    {"empty 200", Respond("200 OK", ""), "bad_response", true, true, -1, "empty"},
    {"204", {"HTTP/1.1 204 None\r\n\r\n"}, "bad_response", true, true},
    {"cut JSON", Respond("200 OK", R"({"choices":[{"mess)"), "bad_response", true, true},
    {"deep JSON", Respond("200 OK", std::string(100'000, '[')), "bad_response", true, true},
    {"no choices", Respond("200 OK", Completion("")), "bad_response", true, true, -1, "no choices"},
    {"no message", Respond("200 OK", Completion("{}")), "bad_response", true, true, -1,
     "no message"},
    {"429 inside a 200", Respond("200 OK", R"({"error":{"code":429,"message":"later"}})"),
     "rate_limited", true, false, -1, "later"},
    {"dropped",
     {"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{", Then::kClose},
     "network",
     true,
     true,
     -1,
     "closed before the whole answer"},
    {"silence", {"", Then::kSilence}, "timeout", true, true, -1, "no byte"},
};

BOOST_FIXTURE_TEST_SUITE(openai_chat_model, Fixture)

BOOST_DATA_TEST_CASE_F(Fixture, every_failure_has_its_outcome, kCases, test) {
  const ChatOutcome outcome = RunAgainst(test.reply);
  const auto* end = std::get_if<ChatInterruption>(&outcome.result);
  BOOST_REQUIRE(end != nullptr);
  BOOST_TEST(end->outcome == test.outcome);
  BOOST_TEST(end->retryable == test.retryable);
  BOOST_TEST(end->maybe_billed == test.maybe_billed);
  BOOST_TEST(end->retry_after_ms == test.retry_after_ms);
  BOOST_TEST(end->message.find(test.words) != std::string::npos, end->message);
  BOOST_TEST(end->message.find("127.0.0.1") != std::string::npos, end->message);
  BOOST_TEST(end->message.find(kKey) == std::string::npos);
  BOOST_TEST(end->message.find('\n') == std::string::npos);
  BOOST_TEST(end->message.find('\x1b') == std::string::npos);
}

struct AnswerCase {
  const char* name;
  std::string body;
  ChatAnswer expected;
};
std::ostream& operator<<(std::ostream& out, const AnswerCase& c) { return out << c.name; }

ChatAnswer Answer(std::string text, std::string finish_reason, TokenUsage usage) {
  ChatAnswer answer;
  answer.text = std::move(text);
  answer.finish_reason = std::move(finish_reason);
  answer.usage = usage;
  return answer;
}

const char* const kUsage = R"(,"usage":{"prompt_tokens":10,"completion_tokens":4})";

BOOST_DATA_TEST_CASE_F(
    Fixture, complete_answers_are_kept_whatever_they_say,
    (std::vector<AnswerCase>{
        {"plain",
         Completion(R"({"message":{"content":"hi"},"finish_reason":"length"})",
                    R"(,"usage":{"prompt_tokens":10,"completion_tokens":4,
                       "prompt_tokens_details":{"cached_tokens":99},
                       "completion_tokens_details":{"reasoning_tokens":3}})"),
         Answer("hi", "length", {.input = 10, .cached_input = 10, .output = 4, .reasoning = 3})},
        {"a streamed answer by another name",
         "data: "
         "{\"id\":\"c-1\",\"model\":\"m-2025\",\"choices\":[{\"delta\":{\"content\":\"ho\"}}]}\n\n"
         "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]" +
             std::string(kUsage) + "}\n\ndata: [DONE]\n\n",
         Answer("ho", "stop", {.input = 10, .output = 4})},
        {"hidden reasoning",
         Completion(R"({"message":{"content":"a"}})",
                    R"(,"usage":{"prompt_tokens":10,"completion_tokens":4,"total_tokens":20})"),
         Answer("a", "stop", {.input = 10, .output = 10, .reasoning = 6})},
        {"parts",
         Completion(R"({"message":{"content":[{"text":"a"},{"text":"b"}]},"finish_reason":"stop"})",
                    kUsage),
         Answer("ab", "stop", {.input = 10, .cached_input = 0, .output = 4, .reasoning = 0})},
        {"refusal",
         Completion(R"({"message":{"content":null,"refusal":"no"},"finish_reason":"stop"})",
                    kUsage),
         Answer("no", "refusal", {.input = 10, .cached_input = 0, .output = 4, .reasoning = 0})},
        {"content filter",
         Completion(R"({"message":{"content":null},"finish_reason":"content_filter"})", kUsage),
         Answer("", "content_filter",
                {.input = 10, .cached_input = 0, .output = 4, .reasoning = 0})},
        {"an echoed key",
         Completion(R"({"message":{"content":"it is sk-canary-1234567890"}})", kUsage),
         Answer("it is [key]", "stop",
                {.input = 10, .cached_input = 0, .output = 4, .reasoning = 0})},
        {"an echoed key in disguise",
         Completion(R"({"message":{"content":"\u0073k-canary-1234567890"}})", kUsage),
         Answer("[key]", "stop", {.input = 10, .cached_input = 0, .output = 4, .reasoning = 0})},
        {"invalid UTF-8", Completion("{\"message\":{\"content\":\"a\xFF\"}}", kUsage),
         Answer("a\xEF\xBF\xBD", "stop",
                {.input = 10, .cached_input = 0, .output = 4, .reasoning = 0})},
    }),
    test) {
  const ChatOutcome outcome = RunAgainst(Respond("200 OK", test.body, "X-Request-Id: r-9\r\n"));
  const auto* answer = std::get_if<ChatAnswer>(&outcome.result);
  BOOST_REQUIRE(answer != nullptr);
  BOOST_TEST(answer->text == test.expected.text);
  BOOST_TEST(answer->finish_reason == test.expected.finish_reason);
  BOOST_TEST(answer->usage.input == test.expected.usage.input);
  BOOST_TEST(answer->usage.cached_input == test.expected.usage.cached_input);
  BOOST_TEST(answer->usage.output == test.expected.usage.output);
  BOOST_TEST(answer->usage.reasoning == test.expected.usage.reasoning);
  BOOST_TEST(!answer->usage.is_estimate);
  BOOST_TEST(answer->response_model == "m-2025");
  BOOST_TEST(answer->provider_request_id == "r-9");
}

BOOST_AUTO_TEST_CASE(missing_or_negative_usage_is_estimated_and_says_so) {
  for (const char* usage : {"", R"(,"usage":{"prompt_tokens":-1,"completion_tokens":5})"}) {
    const ChatOutcome outcome =
        RunAgainst(Respond("200 OK", Completion(R"({"message":{"content":"12345"}})", usage)));
    const auto& answer = std::get<ChatAnswer>(outcome.result);
    BOOST_TEST(answer.usage.is_estimate);
    BOOST_TEST(answer.usage.output == 2);
    BOOST_TEST(answer.usage.input == (outcome.request_bytes + 3) / 4);
  }
}

BOOST_AUTO_TEST_CASE(tool_calls_are_passed_on) {
  const ChatOutcome outcome = RunAgainst(Respond(
      "200 OK",
      Completion(
          R"({"message":{"content":null,"tool_calls":[{"id":"t"}]},"finish_reason":"tool_calls"})",
          kUsage)));
  const auto& answer = std::get<ChatAnswer>(outcome.result);
  BOOST_TEST(answer.tool_calls.Dump() == R"([{"id":"t"}])");
  BOOST_TEST(answer.text == "");
}

BOOST_AUTO_TEST_CASE(what_is_sent_is_what_request_body_shows) {
  RawHttpServer server({Respond("200 OK", "{}")});
  const auto model = Model(server.url("/v1/"));
  ChatRequest request = Ask(std::string(100'000, '"') + "\xC3\xA9", "system");
  request.tools = Json::MakeArray({Json::MakeObject({{"type", "function"}})});
  Run(*model, request);
  const auto seen = server.requests();
  BOOST_REQUIRE(seen.size() == 1);
  BOOST_TEST((seen[0].body == model->RequestBody(request)));
  BOOST_TEST(seen[0].head.starts_with("POST /v1/chat/completions HTTP/1.1\r\n"));
  BOOST_TEST(seen[0].head.find(std::string("Authorization: Bearer ") + kKey) != std::string::npos);
  BOOST_TEST(seen[0].body.find(kKey) == std::string::npos);
}

BOOST_AUTO_TEST_CASE(without_a_key_there_is_no_authorization) {
  RawHttpServer server({Respond("401 No", "")});
  auto made = OpenAiChatModel::Make(client, clock, {.base_url = server.url("/v1"), .model = "m"});
  BOOST_REQUIRE(made.ok());
  const ChatOutcome outcome = Run(**made, Ask("hi"));
  BOOST_TEST(server.requests()[0].head.find("Authorization") == std::string::npos);
  BOOST_TEST(std::get<ChatInterruption>(outcome.result).message.ends_with("(no key was sent)"));
}

BOOST_AUTO_TEST_CASE(sampling_and_format_are_put_in_the_provider_s_words) {
  ChatRequest request = Ask("x");
  request.seed = 7;
  request.sampling = Json::MakeObject({{"temperature", 0.5},
                                       {"max_tokens", 9},
                                       {"stop", Json::MakeArray({"E"})},
                                       {"top_p", Json()}});
  request.format =
      Json::MakeObject({{"name", "tasks"}, {"schema", Json::MakeObject({{"type", "object"}})}});
  const Json body = Body(request);
  BOOST_TEST(body["max_tokens"].AsInt() == 9);
  BOOST_TEST(body["seed"].AsInt() == 7);
  BOOST_TEST(!body.Has("top_p"));
  BOOST_TEST(body["stop"].Dump() == R"(["E"])");
  BOOST_TEST(
      body["response_format"].Dump() ==
      R"({"type":"json_schema","json_schema":{"name":"tasks","schema":{"type":"object"},"strict":false}})");
  for (const char* name : {"o3", "o4-mini", "gpt-5-mini", "openai/o1"}) {
    BOOST_TEST(Body(request, name)["max_completion_tokens"].AsInt() == 9);
    BOOST_TEST(!Body(request, name).Has("max_tokens"));
    BOOST_TEST(!Body(request, name).Has("temperature"));
  }
  for (const char* name : {"gpt-4.1", "olmo", "o", "openai/gpt-4o"}) {
    BOOST_TEST(Body(request, name)["max_tokens"].AsInt() == 9);
    BOOST_TEST(Body(request, name)["temperature"].AsDouble() == 0.5);
  }
  request.sampling.Set("seed", Json(3));
  BOOST_TEST(Body(request)["seed"].AsInt() == 3);
  request.sampling.Set("seed", Json(false));
  BOOST_TEST(!Body(request).Has("seed"));
}

struct EffortCase {
  const char* model;
  const char* asked;
  const char* sent;
  bool takes_temperature;
};
std::ostream& operator<<(std::ostream& out, const EffortCase& c) {
  return out << c.model << " " << c.asked;
}

BOOST_DATA_TEST_CASE_F(Fixture, effort_is_what_the_model_knows,
                       (std::vector<EffortCase>{
                           {"gpt-4.1", "high", "", true},
                           {"o4-mini", "none", "low", false},
                           {"o3", "max", "high", false},
                           {"gpt-5", "none", "minimal", false},
                           {"gpt-5-mini-2025-08-07", "xhigh", "high", false},
                           {"gpt-5-chat-latest", "low", "", true},
                           {"gpt-5.1", "none", "none", true},
                           {"gpt-5.1", "minimal", "none", true},
                           {"gpt-5.1-2025-11-13", "xhigh", "high", false},
                           {"gpt-5.2-pro", "max", "xhigh", false},
                           {"openai/gpt-5.2", "medium", "medium", false},
                           {"Qwen/Qwen3.5-4B", "low", "low", true},
                           {"o3", "as much as you like", "as much as you like", false},
                       }),
                       test) {
  ChatRequest request = Ask("x");
  request.sampling = Json::MakeObject({{"temperature", 1}, {"reasoning_effort", test.asked}});
  const Json body = Body(request, test.model);
  BOOST_TEST(body["reasoning_effort"].AsString() == test.sent);
  BOOST_TEST(body.Has("temperature") == test.takes_temperature);
}

BOOST_AUTO_TEST_CASE(a_refused_response_format_says_what_to_configure) {
  const std::string refusal =
      R"({"error":{"message":"response_format type json_schema is not supported"}})";
  for (const auto& [mode, hint] : std::vector<std::pair<StructuredMode, std::string>>{
           {StructuredMode::kSchema, "set structured = \"object\" (or \"none\") for [endpoints.x]"},
           {StructuredMode::kObject, "set structured = \"none\" for [endpoints.x]"},
           {StructuredMode::kNone, ""}}) {
    RawHttpServer server({Respond("400 Bad", refusal), Respond("400 Bad", "{}")});
    auto made = OpenAiChatModel::Make(
        client, clock,
        {.name = "x", .base_url = server.url("/v1"), .model = "m", .structured = mode});
    BOOST_REQUIRE(made.ok());
    for (const bool is_named : {true, false}) {
      const auto message = std::get<ChatInterruption>(Run(**made, Ask("hi")).result).message;
      const bool has_hint = message.find("structured = ") != std::string::npos;
      BOOST_TEST(has_hint == (is_named && !hint.empty()), message);
      if (has_hint) BOOST_TEST(message.find(hint) != std::string::npos, message);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_filtered_prompt_is_an_answer) {
  const ChatOutcome outcome = RunAgainst(Respond(
      "400 Bad", R"({"error":{"message":"filtered","code":"content_filter","status":400}})"));
  BOOST_REQUIRE(std::holds_alternative<ChatAnswer>(outcome.result));
  const auto& answer = std::get<ChatAnswer>(outcome.result);
  BOOST_TEST(answer.finish_reason == "content_filter");
  BOOST_TEST(answer.text == "");
  BOOST_TEST(answer.usage.is_estimate);
}

// A stream's ends, told like every other failure.
std::string Events(const std::string& events) {
  return "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n" + events;
}
const std::string kHalf = "data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\n\n";
const std::string kEnd = "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n";

struct StreamCase {
  const char* name;
  RawReply reply;
  const char* told;  // the answer's text, or the interruption's outcome behind a "!"
  const char* words = "";
};
std::ostream& operator<<(std::ostream& out, const StreamCase& c) { return out << c.name; }

BOOST_DATA_TEST_CASE_F(
    Fixture, streams_end_as_answers_or_not,
    (std::vector<StreamCase>{
        {"whole", {Events(kHalf + kEnd + "data: [DONE]\n\n"), Then::kClose}, "a"},
        {"whole, then silence", {Events(kHalf + kEnd + "data: [DONE]\n\n"), Then::kSilence}, "a"},
        {"without [DONE]", {Events(kHalf + kEnd), Then::kClose}, "a"},
        {"reset after the finish reason", {Events(kHalf + kEnd), Then::kReset}, "a"},
        {"silence after the finish reason", {Events(kHalf + kEnd), Then::kSilence}, "a"},
        {"[DONE] without a finish reason", {Events(kHalf + "data: [DONE]\n\n"), Then::kClose}, "a"},
        {"cut between events", {Events(kHalf), Then::kClose}, "!bad_response", "ended before"},
        {"cut in an event",
         {Events(kHalf + kEnd.substr(0, 30)), Then::kClose},
         "!bad_response",
         "not JSON"},
        {"malformed", {Events(kHalf + "data: {oops\n\n" + kEnd), Then::kClose}, "!bad_response"},
        {"nothing but [DONE]", {Events("data: [DONE]\n\n"), Then::kClose}, "!bad_response"},
        {"an error in the stream",
         {Events(kHalf + "data: {\"error\":{\"message\":\"busy\",\"code\":503}}\n\n"),
          Then::kClose},
         "!server_error",
         "busy"},
        {"silence", {Events(kHalf), Then::kSilence}, "!timeout", "no byte"},
        {"reset", {Events(kHalf), Then::kReset}, "!network"},
        {"HTML", Respond("200 OK", "<html>", "Content-Type: text/html\r\n"), "!bad_response"},
        {"a whole completion instead",
         Respond("200 OK", Completion(R"({"message":{"content":"a"},"finish_reason":"stop"})")),
         "a"},
    }),
    test) {
  RawHttpServer server({test.reply});
  auto made = OpenAiChatModel::Make(client, clock,
                                    {.name = "test",
                                     .base_url = server.url("/v1"),
                                     .key = kKey,
                                     .model = "m",
                                     .idle_timeout_ms = 60,
                                     .stream = true});
  BOOST_REQUIRE(made.ok());
  const ChatOutcome outcome = Run(**made, Ask("hi"));
  if (const auto* answer = std::get_if<ChatAnswer>(&outcome.result)) {
    BOOST_TEST(answer->text == test.told);
  } else {
    const auto& end = std::get<ChatInterruption>(outcome.result);
    BOOST_TEST("!" + end.outcome == test.told, end.message);
    BOOST_TEST(end.message.find(test.words) != std::string::npos, end.message);
    BOOST_TEST(end.maybe_billed);
    BOOST_TEST(end.retryable);
  }
  const Json body = *Json::Parse(server.requests()[0].body);
  BOOST_TEST(body["stream"].AsBool());
  BOOST_TEST(body["stream_options"]["include_usage"].AsBool());
}

BOOST_AUTO_TEST_CASE(endpoints_that_cannot_be_right_are_refused) {
  const auto code = [&](ModelEndpoint endpoint) {
    const auto made = OpenAiChatModel::Make(client, clock, std::move(endpoint));
    BOOST_REQUIRE(!made.ok());
    BOOST_TEST(made.error().message.find("sk-") == std::string::npos);
    return made.error().code;
  };
  BOOST_TEST((code({.base_url = "ftp://x/"}) == ErrorCode::kInvalidArgument));
  BOOST_TEST((code({.base_url = "https://u:sk-1@x/v1"}) == ErrorCode::kRefused));
  BOOST_TEST((code({.base_url = "https://x/v1?a=b"}) == ErrorCode::kInvalidArgument));
  BOOST_TEST(
      (code({.base_url = "https://x/v1", .key = "sk-1\r\nX: y"}) == ErrorCode::kCredentials));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace hone
