// The server's own promises: what it refuses and how, events, and its counts.
#include "adapters/chat_server.h"

#include <atomic>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "adapters/chat_completion_json.h"
#include "adapters/curl_http_client.h"
#include "adapters/uv_event_loop.h"

namespace hone {
namespace {

ChatAnswer Hello() {
  ChatAnswer answer;
  answer.text = "h\xC3\xA9llo, world";
  answer.finish_reason = "stop";
  answer.response_model = "greeter";
  answer.usage = {.input = 5, .output = 3};
  return answer;
}

struct Fixture {
  std::atomic<int> recorded{0};
  ChatServer server{[](const ChatRequest&, const std::string& model) -> Result<ChatAnswer> {
                      if (model == "nobody") return Fail(ErrorCode::kNotFound, "no model 'nobody'");
                      return Hello();
                    },
                    {.models = {"greeter"},
                     .keep_alive_s = 1,
                     .on_request = [this](const std::string&, int, std::size_t) { ++recorded; }}};
  UvEventLoop loop;
  CurlHttpClient client{loop};

  Fixture() { BOOST_REQUIRE(server.Start().ok()); }

  HttpResponse Exchange(const std::string& method, const std::string& path, std::string body = "") {
    HttpRequest request;
    request.method = method;
    request.url = "http://127.0.0.1:" + std::to_string(server.port()) + path;
    if (!body.empty()) {
      request.body.push_back({std::make_shared<const std::string>(std::move(body)), false});
    }
    HttpResponse result;
    client.Start(std::move(request), [&](HttpResponse response) {
      result = std::move(response);
      loop.Stop();
    });
    loop.Run();
    return result;
  }
  HttpResponse Complete(std::string body) {
    return Exchange("POST", "/v1/chat/completions", std::move(body));
  }
};

struct BadRequest {
  const char* body;
  int status;
  const char* words;
};
std::ostream& operator<<(std::ostream& out, const BadRequest& bad) { return out << bad.body; }

BOOST_FIXTURE_TEST_SUITE(chat_server, Fixture)

BOOST_DATA_TEST_CASE_F(
    Fixture, bad_requests_get_an_error_that_names_the_field,
    (std::vector<BadRequest>{
        {"{", 400, "the body is not JSON"},
        {"[]", 400, "must be a JSON object"},
        {"{}", 400, "model is missing"},
        {R"({"model":"m"})", 400, "messages must be a list"},
        {R"({"model":"m","messages":[{"role":"usr","content":"x"}]})", 400,
         "messages[0].role is 'usr'; did you mean 'user'?"},
        {R"({"model":"m","messages":[{"role":"user"}]})", 400, "messages[0].content is missing"},
        {R"({"model":"m","messages":[{"role":"user","content":[{"type":"image_url"}]}]})", 400,
         "messages[0].content[0].image_url.url must be a data URL"},
        {R"({"model":"m","messages":[{"role":"user","content":[{"type":"image_url",
             "image_url":{"url":"https://example.com/cat.png"}}]}]})",
         400, "messages[0].content[0].image_url.url must be a data URL"},
        {R"({"model":"m","messages":[{"role":"user","content":"x"}],"n":2})", 400, "n must be 1"},
        {R"({"model":"m","messages":[{"role":"user","content":"x"}],"seed":"a"})", 400,
         "seed must be an integer"},
        {R"({"model":"m","messages":[{"role":"user","content":"x"}],"max_tokens":0})", 400,
         "max_tokens must be"},
        {R"({"model":"m","messages":[{"role":"user","content":"x"}],
            "response_format":{"type":"xml"}})",
         400, "response_format.type is 'xml'"},
        {R"({"model":"nobody","messages":[{"role":"user","content":"x"}]})", 404,
         "no model 'nobody'"},
    }),
    bad) {
  const HttpResponse response = Complete(bad.body);
  BOOST_TEST(response.status == bad.status);
  const auto body = Json::Parse(response.body);
  BOOST_REQUIRE(body.ok());
  const Json& error = (*body)["error"];
  BOOST_TEST(error["message"].AsString().find(bad.words) != std::string::npos,
             error["message"].AsString());
  BOOST_TEST(error["type"].AsString() == "invalid_request_error");
  BOOST_TEST(server.requests() == 1);
  BOOST_TEST(recorded == 1);
}

BOOST_AUTO_TEST_CASE(other_addresses) {
  BOOST_TEST(Exchange("GET", "/health").status == 200);
  const auto models = Json::Parse(Exchange("GET", "/v1/models").body);
  BOOST_REQUIRE(models.ok());
  BOOST_TEST((*models)["data"].items()[0]["id"].AsString() == "greeter");
  const HttpResponse missing = Exchange("GET", "/v2/nothing");
  BOOST_TEST(missing.status == 404);
  BOOST_TEST(missing.body.find("/v2/nothing") != std::string::npos);
  BOOST_TEST(server.requests() == 0);
}

BOOST_AUTO_TEST_CASE(a_port_is_taken_once) {
  ChatServer second([](const ChatRequest&, const std::string&) { return Hello(); },
                    {.port = server.port()});
  const Status status = second.Start();
  BOOST_REQUIRE(!status.ok());
  BOOST_TEST(status.error().message.find(std::to_string(server.port())) != std::string::npos);
}

// The events' deltas add up to the answer, cut between characters only.
BOOST_AUTO_TEST_CASE(a_stream_adds_up_to_the_answer) {
  const HttpResponse response = Complete(
      R"({"model":"m","messages":[{"role":"user","content":"x"}],"stream":true,
          "stream_options":{"include_usage":true}})");
  BOOST_TEST(response.status == 200);
  for (const std::size_t chunk_bytes : {1U, 2U, 3U, 64U}) {
    std::string rest = chunk_bytes == 64
                           ? response.body
                           : WriteChatCompletionEvents(Hello(), {"id", 1}, true, chunk_bytes);
    std::string text;
    std::string finish;
    int64_t total = 0;
    bool done = false;
    while (!rest.empty()) {
      const std::size_t end = rest.find("\n\n");
      BOOST_REQUIRE(end != std::string::npos);
      BOOST_REQUIRE(rest.starts_with("data: "));
      const std::string data = rest.substr(6, end - 6);
      rest.erase(0, end + 2);
      BOOST_TEST(!done);
      if (data == "[DONE]") {
        done = true;
        continue;
      }
      const auto event = Json::Parse(data);
      BOOST_REQUIRE(event.ok());
      for (const Json& choice : (*event)["choices"].items()) {
        text += choice["delta"]["content"].AsString();
        finish += choice["finish_reason"].AsString();
      }
      total += (*event)["usage"]["total_tokens"].AsInt();
    }
    BOOST_TEST(done);
    BOOST_TEST(text == Hello().text);
    BOOST_TEST(finish == "stop");
    BOOST_TEST(total == 8);
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace hone
