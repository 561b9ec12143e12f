// Azure OpenAI: where requests go, whose key they carry, and what tokens do when they age.
#include <sys/stat.h>
#include <unistd.h>

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "adapters/azure_chat_model.h"
#include "adapters/azure_tokens.h"
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

constexpr int64_t kNow = 1'760'000'000'000;

const RawReply kAnswer =
    Respond("200 OK", R"({"choices":[{"message":{"content":"hi"},"finish_reason":"stop"}]})");
const RawReply kRefused = Respond("401 No", R"({"error":{"message":"token entra-1 expired"}})");

// Tokens "entra-1", "entra-2", ... that live an hour.
struct Counting final : TokenSource {
  EventLoop& loop;
  const Clock& clock;
  int fetched = 0;
  std::optional<Error> trouble;
  Counting(EventLoop& the_loop, const Clock& the_clock) : loop(the_loop), clock(the_clock) {}
  void Fetch(Done done) override {
    ++fetched;
    loop.Post([this, done = std::move(done)] {
      if (trouble) return done(*trouble);
      done(AccessToken{"entra-" + std::to_string(fetched), clock.NowMs() + 3'600'000});
    });
  }
};

struct Fixture {
  UvEventLoop loop;
  FakeClock clock{kNow};
  CurlHttpClient client{loop};
  Counting* source = nullptr;
  std::shared_ptr<TokenCache> tokens;

  Fixture() {
    auto counting = std::make_unique<Counting>(loop, clock);
    source = counting.get();
    tokens = std::make_shared<TokenCache>(loop, clock, std::move(counting));
  }
  std::unique_ptr<ChatModel> Model(const AzureEndpoint& endpoint, bool with_tokens) {
    auto made = MakeAzureChatModel(client, clock, endpoint, with_tokens ? tokens : nullptr);
    BOOST_REQUIRE(made.ok());
    return std::move(made).value();
  }
  ChatOutcome Run(ChatModel& model) {
    ChatOutcome result;
    bool inside_start = true;
    model.Start(Ask("x"), [&](ChatOutcome outcome) {
      BOOST_TEST(!inside_start);
      result = std::move(outcome);
      loop.Stop();
    });
    inside_start = false;
    loop.Run();
    return result;
  }
  Result<AccessToken> Fetch(TokenSource& from) {
    Result<AccessToken> result = AccessToken{};
    from.Fetch([&](Result<AccessToken> token) {
      result = std::move(token);
      loop.Stop();
    });
    loop.Run();
    return result;
  }
};

bool Has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

struct Route {
  const char* name;
  const char* base;  // behind the server's address
  bool v1;
  bool with_tokens;
  const char* path;
  const char* header;
};
std::ostream& operator<<(std::ostream& out, const Route& route) { return out << route.name; }

BOOST_FIXTURE_TEST_SUITE(azure, Fixture)

BOOST_DATA_TEST_CASE_F(
    Fixture, requests_go_where_azure_wants_them,
    (std::vector<Route>{
        {"key", "", false, false,
         "/openai/deployments/my%20gpt/chat/completions?api-version=2024-12-01-preview",
         "api-key: secret-1"},
        {"key, another spelling of the address", "/openai/", false, false,
         "/openai/deployments/my%20gpt/chat/completions?api-version=2024-12-01-preview",
         "api-key: secret-1"},
        {"token", "/", false, true,
         "/openai/deployments/my%20gpt/chat/completions?api-version=2024-12-01-preview",
         "Authorization: Bearer entra-1"},
        {"v1", "", true, false, "/openai/v1/chat/completions", "Authorization: Bearer secret-1"},
        {"v1, whole address", "/openai/v1/", true, true, "/openai/v1/chat/completions",
         "Authorization: Bearer entra-1"},
    }),
    route) {
  RawHttpServer server({kAnswer});
  AzureEndpoint endpoint{.base_url = server.url(route.base), .model = "my gpt", .v1 = route.v1};
  if (!route.with_tokens) endpoint.key = "secret-1";
  const auto model = Model(endpoint, route.with_tokens);
  const ChatOutcome outcome = Run(*model);
  BOOST_TEST(std::get<ChatAnswer>(outcome.result).text == "hi");
  const auto request = server.requests().at(0);
  BOOST_TEST(request.head.starts_with(std::string("POST ") + route.path + " HTTP/1.1\r\n"),
             request.head);
  BOOST_TEST(Has(request.head, std::string("\r\n") + route.header), request.head);
  BOOST_TEST(Has(request.head, "api-key") != Has(request.head, "Authorization"));
  for (const std::string& shown : {model->Address(), model->RequestBody(Ask("x")), request.body}) {
    BOOST_TEST(!Has(shown, "secret-1"));
    BOOST_TEST(!Has(shown, "entra-"));
  }
}

BOOST_AUTO_TEST_CASE(a_token_is_fetched_once_and_again_before_it_expires) {
  RawHttpServer server(std::vector<RawReply>(4, kAnswer));
  const auto model = Model({.base_url = server.url(), .model = "m"}, true);
  int left = 20;
  for (int i = 0; i < 20; ++i) {
    tokens->Get([&](const Result<TokenCache::Token>& token) {
      BOOST_TEST(token->value == "entra-1");
      if (--left == 0) loop.Stop();
    });
  }
  loop.Run();
  BOOST_TEST(source->fetched == 1);
  clock.Advance(54 * 60'000);
  Run(*model);
  BOOST_TEST(source->fetched == 1);
  clock.Advance(2 * 60'000);
  Run(*model);
  BOOST_TEST(source->fetched == 2);
  BOOST_TEST(Has(server.requests().back().head, "Bearer entra-2"));
}

BOOST_AUTO_TEST_CASE(a_refused_token_is_forgotten_and_never_shown) {
  RawHttpServer server({kAnswer, kRefused, kAnswer, kRefused});
  const auto model = Model({.base_url = server.url(), .model = "m"}, true);
  Run(*model);
  const auto old = std::get<ChatInterruption>(Run(*model).result);
  BOOST_TEST(old.outcome == "credentials");
  BOOST_TEST(old.retryable);
  BOOST_TEST(Has(old.message, "token [key] expired"), old.message);
  BOOST_TEST(std::holds_alternative<ChatAnswer>(Run(*model).result));
  BOOST_TEST(source->fetched == 2);
  // A new one that is refused will be refused again.
  tokens->Forget("entra-2");
  BOOST_TEST(!std::get<ChatInterruption>(Run(*model).result).retryable);
}

BOOST_AUTO_TEST_CASE(without_a_token_nothing_is_sent) {
  RawHttpServer server({kAnswer});
  const auto model = Model({.base_url = server.url(), .model = "m"}, true);
  source->trouble = Fail(ErrorCode::kCredentials, "not signed in");
  const auto none = std::get<ChatInterruption>(Run(*model).result);
  BOOST_TEST(none.outcome == "credentials");
  BOOST_TEST(!none.retryable);
  BOOST_TEST(!none.maybe_billed);
  source->trouble = Fail(ErrorCode::kUnavailable, "no metadata service");
  BOOST_TEST(std::get<ChatInterruption>(Run(*model).result).retryable);
  BOOST_TEST(server.requests().empty());
  source->trouble.reset();
  BOOST_TEST(std::holds_alternative<ChatAnswer>(Run(*model).result));
}

BOOST_AUTO_TEST_CASE(a_call_is_cancelled_before_and_behind_its_token) {
  RawHttpServer server({{"", RawReply::Then::kSilence}});
  const auto model = Model({.base_url = server.url(), .model = "m"}, true);
  std::vector<std::string> outcomes;
  const auto note = [&](ChatOutcome outcome) {
    outcomes.push_back(std::get<ChatInterruption>(outcome.result).outcome);
    loop.Stop();
  };
  auto handle = model->Start(Ask("x"), note);
  model->Cancel(handle);
  loop.Run();
  BOOST_TEST(server.requests().empty());
  handle = model->Start(Ask("x"), note);
  loop.After(30, [&] { model->Cancel(handle); });
  loop.Run();
  model->Cancel(handle);
  BOOST_TEST(outcomes == (std::vector<std::string>{"cancelled", "cancelled"}),
             boost::test_tools::per_element());
}

struct TokenText {
  const char* text;
  const char* value;  // "": none
  int64_t expires_in_s;
};
std::ostream& operator<<(std::ostream& out, const TokenText& t) { return out << t.text; }

BOOST_DATA_TEST_CASE(
    tokens_are_read_in_every_spelling,
    (std::vector<TokenText>{
        {R"({"access_token":"t","expires_in":"3599","expires_on":"1760000100"})", "t", 100},
        {R"({"access_token":"t","expires_in":3599})", "t", 3599},
        {R"({"accessToken":"t","expires_on":1760000200,"expiresOn":"2001-01-01 00:00:00"})", "t",
         200},
        {R"({"accessToken":"t"})", "t", 1800},
        {"WARNING: update me\n{\"accessToken\":\"t\",\"expires_on\":1760000200}", "t", 200},
        {R"({"accessToken":"a\r\nX: y"})", "", 0},
        {R"({"accessToken":""})", "", 0},
        {"Please run 'az login'", "", 0},
        {"", "", 0},
    }),
    test) {
  const Result<AccessToken> token = ReadAzureToken(test.text, kNow);
  BOOST_TEST(token.ok() == (*test.value != '\0'));
  if (token.ok()) {
    BOOST_TEST(token->value == test.value);
    BOOST_TEST(token->expires_at_ms == kNow + test.expires_in_s * 1000);
  } else {
    BOOST_TEST((token.error().code == ErrorCode::kCredentials));
  }
}

BOOST_AUTO_TEST_CASE(the_command_line_is_asked_without_a_shell) {
  char folder[] = "/tmp/hone-az-XXXXXX";
  BOOST_REQUIRE(mkdtemp(folder) != nullptr);
  const std::filesystem::path program = std::filesystem::path(folder) / "az";
  const auto write = [&](const std::string& script) {
    std::ofstream(program) << "#!/bin/sh\n" << script;
    chmod(program.c_str(), 0755);
  };
  AzureCliTokens az(loop, clock, {.program = program.string(), .resource = "https://r; echo"});
  write("printf '{\"accessToken\": \"t-%s-%s\", \"expires_on\": 1760009999}' \"$#\" \"$2\"\n");
  const Result<AccessToken> token = Fetch(az);
  BOOST_REQUIRE(token.ok());
  BOOST_TEST(token->value == "t-6-get-access-token");
  write("echo \"Please run 'az login'\" >&2; exit 1\n");
  const Result<AccessToken> none = Fetch(az);
  BOOST_REQUIRE(!none.ok());
  BOOST_TEST((none.error().code == ErrorCode::kCredentials));
  BOOST_TEST(Has(none.error().message, "Please run 'az login'"), none.error().message);
  std::filesystem::remove_all(folder);
  BOOST_TEST(Has(Fetch(az).error().message, "no such program"));
}

BOOST_AUTO_TEST_CASE(a_managed_identity_is_asked_at_its_endpoint) {
  RawHttpServer server({Respond("200 OK", R"({"access_token":"t","expires_on":"1760003600"})"),
                        Respond("400 No", R"({"error_description":"no such identity"})"),
                        Respond("500 Oops", "")});
  ManagedIdentityTokens identity(
      client, clock, {.client_id = "id&1", .endpoint = server.url("/msi/token"), .header = "code"});
  BOOST_TEST(Fetch(identity)->value == "t");
  const std::string head = server.requests()[0].head;
  BOOST_TEST(head.starts_with("GET /msi/token?api-version=2019-08-01&resource="
                              "https%3A%2F%2Fcognitiveservices.azure.com&client_id=id%261 "),
             head);
  BOOST_TEST(Has(head, "\r\nX-IDENTITY-HEADER: code"));
  const auto refused = Fetch(identity);
  BOOST_TEST((refused.error().code == ErrorCode::kCredentials));
  BOOST_TEST(Has(refused.error().message, "answered 400: no such identity"));
  BOOST_TEST((Fetch(identity).error().code == ErrorCode::kUnavailable));
}

BOOST_AUTO_TEST_CASE(plain_http_to_the_metadata_service_is_for_its_own_questions_only) {
  HttpRequest request;
  request.url = "http://169.254.169.254/v1/chat/completions";
  HttpResponse result;
  client.Start(request, [&](HttpResponse response) {
    result = std::move(response);
    loop.Stop();
  });
  loop.Run();
  BOOST_TEST(Has(result.error, "http to 169.254.169.254 is refused"));
}

BOOST_AUTO_TEST_CASE(endpoints_that_cannot_be_right_are_refused) {
  const AzureEndpoint good{.base_url = "https://r.openai.azure.com", .model = "m"};
  AzureEndpoint odd = good;
  odd.api_version = "2024&x=y";
  BOOST_TEST(Has(MakeAzureChatModel(client, clock, odd).error().message, "api_version is"));
  odd = good;
  odd.model = "";
  BOOST_TEST(!MakeAzureChatModel(client, clock, odd).ok());
  odd = good;
  odd.key = "k";
  BOOST_TEST(!MakeAzureChatModel(client, clock, odd, tokens).ok());
  odd = good;
  odd.base_url = "https://r.openai.azure.com/?x=y";
  BOOST_TEST(!MakeAzureEmbeddingModel(client, clock, odd).ok());
}

BOOST_AUTO_TEST_CASE(embeddings_go_the_same_way) {
  RawHttpServer server({Respond("200 OK", R"({"data":[{"embedding":[0.5,-1]}],
      "model":"e-1","usage":{"prompt_tokens":3}})")});
  auto made =
      MakeAzureEmbeddingModel(client, clock, {.base_url = server.url(), .model = "e"}, tokens);
  BOOST_REQUIRE(made.ok());
  EmbedOutcome result;
  (*made)->Start({{Part::Of("text")}, 2}, [&](EmbedOutcome outcome) {
    result = std::move(outcome);
    loop.Stop();
  });
  loop.Run();
  BOOST_REQUIRE(std::holds_alternative<EmbedAnswer>(result.result));
  BOOST_TEST(std::get<EmbedAnswer>(result.result).vectors.at(0).at(1) == -1.0F);
  const auto request = server.requests().at(0);
  BOOST_TEST(request.head.starts_with(
      "POST /openai/deployments/e/embeddings?api-version=2024-12-01-preview "));
  BOOST_TEST(request.body ==
             R"({"model":"e","input":["text"],"encoding_format":"float","dimensions":2})");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace hone
