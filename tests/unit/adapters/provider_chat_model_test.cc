// Anthropic, Gemini and Bedrock over HTTP: where requests go and with which headers, how each
// trouble is told, and the key that never shows.
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <functional>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "adapters/anthropic_chat_model.h"
#include "adapters/aws_event_stream.h"
#include "adapters/bedrock_chat_model.h"
#include "adapters/curl_http_client.h"
#include "adapters/gemini_chat_model.h"
#include "adapters/uv_event_loop.h"
#include "base/hash.h"
#include "base/text.h"
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
using Made = Result<std::unique_ptr<ChatModel>>;

const char* const kKey = "sk-canary-1234567890";

struct Fixture {
  UvEventLoop loop;
  FakeClock clock{1'440'938'160'000};  // 2015-08-30 12:36:00 UTC
  CurlHttpClient client{loop};

  ChatOutcome Run(ChatModel& model, const ChatRequest& request) {
    ChatOutcome result;
    model.Start(request, [&](ChatOutcome outcome) {
      result = std::move(outcome);
      loop.Stop();
    });
    loop.Run();
    return result;
  }
};

Made Anthropic(Fixture& world, const std::string& url, bool stream) {
  return AnthropicChatModel::Make(world.client, world.clock,
                                  {.name = "a",
                                   .base_url = url,
                                   .key = kKey,
                                   .model = "claude-3-5-haiku-latest",
                                   .stream = stream,
                                   .idle_timeout_ms = 200});
}
Made Gemini(Fixture& world, const std::string& url, bool stream) {
  return GeminiChatModel::Make(world.client, world.clock,
                               {.name = "g",
                                .base_url = url,
                                .key = kKey,
                                .model = "gemini-x",
                                .stream = stream,
                                .idle_timeout_ms = 200});
}
Made Bedrock(Fixture& world, const std::string& url, bool stream) {
  return BedrockChatModel::Make(
      world.client, world.clock,
      {.name = "b",
       .base_url = url,
       .identity = {.keys = {"AKIDEXAMPLE", kKey, "session-1234"}, .region = "us-east-1"},
       .model = "anthropic.claude-x-v1:0",
       .stream = stream,
       .idle_timeout_ms = 200});
}
Made BedrockToken(Fixture& world, const std::string& url, bool stream) {
  return BedrockChatModel::Make(world.client, world.clock,
                                {.name = "b",
                                 .base_url = url,
                                 .identity = {.bearer_token = kKey, .region = "us-east-1"},
                                 .model = "anthropic.claude-x-v1:0",
                                 .stream = stream});
}
using Maker = Made (*)(Fixture&, const std::string&, bool);

struct Case {
  const char* name;
  Maker make;
  bool stream;
  RawReply reply;
  const char* outcome;
  bool retryable;
  bool maybe_billed;
  int64_t retry_after_ms;
  const char* words;
};
std::ostream& operator<<(std::ostream& out, const Case& c) { return out << c.name; }

const char* const kOverloaded =
    R"({"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}})";
const char* const kSse = "Content-Type: text/event-stream\r\n";
const char* const kAws = "Content-Type: application/vnd.amazon.eventstream\r\n";

const std::vector<Case> kCases = {
    {"anthropic 529", Anthropic, false, Respond("529 Busy", kOverloaded, "Retry-After: 3\r\n"),
     "server_error", true, false, 3000, "answered 529: Overloaded (overloaded_error)"},
    {"anthropic 429", Anthropic, true, Respond("429 Slow", "{}", "Retry-After: 9\r\n"),
     "rate_limited", true, false, 9000, "answered 429"},
    {"anthropic 401", Anthropic, false,
     Respond("401 No",
             R"({"error":{"type":"authentication_error","message":"bad sk-canary-1234567890"}})"),
     "credentials", false, false, -1, "bad [key] (authentication_error)"},
    {"anthropic 400", Anthropic, false,
     Respond("400 Bad", R"({"error":{"type":"invalid_request_error","message":"no credit"}})"),
     "client_error", false, false, -1, "no credit"},
    {"anthropic, overloaded inside its stream", Anthropic, true,
     Respond("200 OK", std::string("event: error\ndata: ") + kOverloaded + "\n\n", kSse),
     "server_error", true, true, -1, "answered 529: Overloaded"},
    {"anthropic, a stream without an end", Anthropic, true,
     Respond("200 OK", "data: {\"type\":\"ping\"}\n\n", kSse), "bad_response", true, true, -1,
     "the stream ended before its answer did"},
    {"anthropic, a stream that breaks off",
     Anthropic,
     true,
     {"HTTP/1.1 200 OK\r\nContent-Length: 999\r\nContent-Type: text/event-stream\r\n\r\ndata: "
      "{}\n\n",
      Then::kClose},
     "network",
     true,
     true,
     -1,
     "closed before the whole answer"},
    {"anthropic, silence",
     Anthropic,
     true,
     {std::string("HTTP/1.1 200 OK\r\nContent-Length: 999\r\n") + kSse + "\r\n", Then::kSilence},
     "timeout",
     true,
     true,
     -1,
     "no byte"},
    {"gemini 429", Gemini, false,
     Respond("429 Slow", R"({"error":{"code":429,"message":"Quota","status":"RESOURCE_EXHAUSTED",
                         "details":[{"retryDelay":"12s"}]}})"),
     "rate_limited", true, false, 12'000, "Quota (RESOURCE_EXHAUSTED)"},
    {"gemini, a key that is not valid", Gemini, false,
     Respond("400 Bad", R"({"error":{"code":400,"message":"API key not valid.",
                        "details":[{"reason":"API_KEY_INVALID"}]}})"),
     "credentials", false, false, -1, "API key not valid."},
    {"gemini 503", Gemini, true,
     Respond("503 Busy", R"([{"error":{"code":503,"message":"busy"}}])"), "server_error", true,
     false, -1, "answered 503: busy"},
    {"gemini, HTML with 200", Gemini, false, Respond("200 OK", "<html>"), "bad_response", true,
     true, -1, "not JSON"},
    {"gemini, an empty 200", Gemini, false, Respond("200 OK", ""), "bad_response", true, true, -1,
     "empty"},
    {"bedrock, throttled with a 400", Bedrock, false,
     Respond("400 Bad", R"({"message":"Too many tokens"})",
             "x-amzn-ErrorType: ThrottlingException:http://internal/\r\n"),
     "rate_limited", true, false, -1, "Too many tokens (ThrottlingException)"},
    {"bedrock, denied", Bedrock, false,
     Respond("403 No", R"({"message":"The security token session-1234 is expired"})",
             "x-amzn-ErrorType: ExpiredTokenException\r\n"),
     "credentials", false, false, -1, "token [key] is expired"},
    {"bedrock 424", Bedrock, false,
     Respond("424 Failed", R"({"originalMessage":"x"})",
             "x-amzn-ErrorType: ModelErrorException\r\n"),
     "server_error", true, false, -1, "(ModelErrorException)"},
    {"bedrock, throttled inside its stream", Bedrock, true,
     Respond(
         "200 OK",
         WriteAwsEvent({{":message-type", "exception"}, {":exception-type", "throttlingException"}},
                       R"({"message":"slow down"})"),
         kAws),
     "rate_limited", true, true, -1, "slow down (ThrottlingException)"},
    {"bedrock, a stream that lies about its length", Bedrock, true,
     Respond("200 OK", std::string(40, 'x'), kAws), "bad_response", true, true, -1, "checksum"},
    {"a redirect", BedrockToken, false,
     Respond("302 There", "", "Location: https://evil.example/\r\n"), "client_error", true, false,
     -1, "a redirect, not followed"},
};

BOOST_FIXTURE_TEST_SUITE(provider_chat_model, Fixture)

BOOST_DATA_TEST_CASE_F(Fixture, every_failure_has_its_outcome, kCases, test) {
  RawHttpServer server({test.reply});
  Made model = test.make(*this, server.url(), test.stream);
  BOOST_REQUIRE(model.ok());
  const ChatOutcome outcome = Run(**model, Ask("hi"));
  const auto* end = std::get_if<ChatInterruption>(&outcome.result);
  BOOST_REQUIRE(end != nullptr);
  BOOST_TEST(end->outcome == test.outcome);
  BOOST_TEST(end->retryable == test.retryable);
  BOOST_TEST(end->maybe_billed == test.maybe_billed);
  BOOST_TEST(end->retry_after_ms == test.retry_after_ms);
  BOOST_TEST(end->message.find(test.words) != std::string::npos, end->message);
  BOOST_TEST(end->message.find("127.0.0.1") != std::string::npos, end->message);
  BOOST_TEST(end->message.find(kKey) == std::string::npos);
  BOOST_TEST(end->message.find("alt=sse") == std::string::npos);
}

struct Address {
  const char* name;
  Maker make;
  const char* path;  // of the base URL
  bool stream;
  const char* line;  // the request's first
  std::vector<std::string> headers;
};
std::ostream& operator<<(std::ostream& out, const Address& a) { return out << a.name; }

BOOST_DATA_TEST_CASE_F(Fixture, requests_go_where_they_should,
                       (std::vector<Address>{
                           {"anthropic",
                            Anthropic,
                            "",
                            false,
                            "POST /v1/messages HTTP/1.1",
                            {"x-api-key: sk-canary-1234567890", "anthropic-version: 2023-06-01"}},
                           {"anthropic with a version",
                            Anthropic,
                            "/proxy/v1/",
                            true,
                            "POST /proxy/v1/messages HTTP/1.1",
                            {"Accept: text/event-stream"}},
                           {"gemini",
                            Gemini,
                            "",
                            false,
                            "POST /v1beta/models/gemini-x:generateContent HTTP/1.1",
                            {"x-goog-api-key: sk-canary-1234567890"}},
                           {"gemini streamed",
                            Gemini,
                            "/v1",
                            true,
                            "POST /v1/models/gemini-x:streamGenerateContent?alt=sse HTTP/1.1",
                            {"Accept: text/event-stream"}},
                           {"bedrock",
                            Bedrock,
                            "",
                            false,
                            "POST /model/anthropic.claude-x-v1%3A0/converse HTTP/1.1",
                            {"X-Amz-Date: 20150830T123600Z", "X-Amz-Security-Token: session-1234"}},
                           {"bedrock streamed",
                            BedrockToken,
                            "/proxy",
                            true,
                            "POST /proxy/model/anthropic.claude-x-v1%3A0/converse-stream HTTP/1.1",
                            {"Authorization: Bearer sk-canary-1234567890",
                             "Accept: application/vnd.amazon.eventstream"}},
                       }),
                       test) {
  RawHttpServer server({Respond("200 OK", "{}")});
  Made model = test.make(*this, server.url(test.path), test.stream);
  BOOST_REQUIRE(model.ok());
  const ChatRequest request = Ask(std::string(100'000, '"') + "\xC3\xA9", "system");
  Run(**model, request);
  const auto seen = server.requests();
  BOOST_REQUIRE(seen.size() == 1);
  BOOST_TEST(seen[0].head.substr(0, seen[0].head.find('\r')) == test.line);
  for (const std::string& header : test.headers) {
    BOOST_TEST(seen[0].head.find("\r\n" + header) != std::string::npos, header);
  }
  BOOST_TEST((seen[0].body == (*model)->RequestBody(request)));
  BOOST_TEST(seen[0].body.find(kKey) == std::string::npos);
  BOOST_TEST((*model)->Address().find(kKey) == std::string::npos);
}

// What a service does with a signed request: the signature is made again, from what arrived.
BOOST_AUTO_TEST_CASE(the_signature_covers_what_arrives) {
  RawHttpServer server({Respond("200 OK", "{}")});
  Made model = Bedrock(*this, server.url(), false);
  BOOST_REQUIRE(model.ok());
  Run(**model, Ask(std::string(50'000, 'x')));
  const auto seen = server.requests();
  BOOST_REQUIRE(seen.size() == 1);
  std::string authorization;
  SigV4Request request;
  request.path = "/model/anthropic.claude-x-v1%3A0/converse";
  request.payload_sha256 = HashOf(seen[0].body).Hex();
  for (const std::string_view raw : Split(seen[0].head, '\n')) {
    const std::string_view line = Trim(raw);
    const std::size_t colon = line.find(": ");
    if (colon == std::string_view::npos) continue;
    const std::string name = ToLowerAscii(line.substr(0, colon));
    const std::string value(line.substr(colon + 2));
    if (name == "authorization") authorization = value;
    for (const char* wanted : {"content-type", "host", "x-amz-date", "x-amz-security-token"}) {
      if (name == wanted) request.headers.emplace_back(name, value);
    }
  }
  BOOST_TEST(request.headers.size() == 4);
  BOOST_TEST(authorization == SigV4Authorization({"AKIDEXAMPLE", kKey, "session-1234"},
                                                 {"20150830T123600Z", "us-east-1", "bedrock"},
                                                 request));
}

// A provider may close the connection rudely once everything was said: that answer is paid.
BOOST_AUTO_TEST_CASE(an_answer_that_is_complete_survives_its_connection) {
  const std::string events =
      "data: "
      "{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"hi\"}]},\"finishReason\":\"STOP\"}]}"
      "\r\n\r\n";
  RawHttpServer server(
      {{std::string("HTTP/1.1 200 OK\r\nContent-Length: 999\r\n") + kSse + "\r\n" + events,
        Then::kClose}});
  Made model = Gemini(*this, server.url(), true);
  BOOST_REQUIRE(model.ok());
  const ChatOutcome outcome = Run(**model, Ask("x"));
  const auto* answer = std::get_if<ChatAnswer>(&outcome.result);
  BOOST_REQUIRE(answer != nullptr);
  BOOST_TEST(answer->text == "hi");
}

BOOST_AUTO_TEST_CASE(request_ids_and_echoed_keys) {
  RawHttpServer server(
      {Respond("200 OK", R"({"content":[{"type":"text","text":"it is sk-canary-1234567890"}]})",
               "request-id: req_7\r\n")});
  Made model = Anthropic(*this, server.url(), false);
  BOOST_REQUIRE(model.ok());
  const ChatOutcome outcome = Run(**model, Ask("x"));
  const auto& answer = std::get<ChatAnswer>(outcome.result);
  BOOST_TEST(answer.text == "it is [key]");
  BOOST_TEST(answer.provider_request_id == "req_7");
  BOOST_TEST(answer.usage.is_estimate);
  BOOST_TEST(answer.usage.input == (outcome.request_bytes + 3) / 4);
}

BOOST_AUTO_TEST_CASE(endpoints_that_cannot_be_right_are_refused) {
  const auto code = [](const Made& made) {
    BOOST_REQUIRE(!made.ok());
    BOOST_TEST(made.error().message.find("sk-") == std::string::npos);
    return made.error().code;
  };
  BOOST_TEST((code(Anthropic(*this, "https://u:sk-1@x/", false)) == ErrorCode::kRefused));
  BOOST_TEST((code(Gemini(*this, "https://x/?key=a", false)) == ErrorCode::kInvalidArgument));
  const auto bedrock = [&](AwsIdentity identity) {
    return BedrockChatModel::Make(client, clock,
                                  {.name = "b", .identity = std::move(identity), .model = "m"});
  };
  BOOST_TEST((code(bedrock({.bearer_token = "t"})) == ErrorCode::kInvalidArgument));
  BOOST_TEST((code(bedrock({.bearer_token = "t", .region = "evil.example/x"})) ==
              ErrorCode::kInvalidArgument));
  BOOST_TEST((code(bedrock({.region = "us-east-1"})) == ErrorCode::kCredentials));
  BOOST_TEST((code(bedrock({.bearer_token = "sk-1\r\nX: y", .region = "us-east-1"})) ==
              ErrorCode::kCredentials));
  const auto made = bedrock({.bearer_token = "t", .region = "cn-north-1"});
  BOOST_REQUIRE(made.ok());
  BOOST_TEST((*made)->Address() == "https://bedrock-runtime.cn-north-1.amazonaws.com.cn");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace hone
