// What every EmbeddingModel owes its caller, run on the offline embedding in process and over HTTP;
// and how an endpoint's odd replies are told.
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <functional>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "adapters/chat_server.h"
#include "adapters/curl_http_client.h"
#include "adapters/embedding_json.h"
#include "adapters/offline/hash_embedding.h"
#include "adapters/offline/offline_embedding_model.h"
#include "adapters/openai_embedding_model.h"
#include "adapters/system_clock.h"
#include "adapters/uv_event_loop.h"
#include "support/raw_http_server.h"

namespace hone {
namespace {

using testing::RawHttpServer;
using testing::RawReply;
using testing::Respond;

struct Subject {
  virtual ~Subject() = default;
  UvEventLoop loop;
  std::unique_ptr<EmbeddingModel> model;
};

struct OfflineSubject final : Subject {
  OfflineSubject() {
    auto made = OfflineEmbeddingModel::Make(loop, "hash-embedding");
    BOOST_REQUIRE(made.ok());
    model = std::move(made).value();
  }
  ~OfflineSubject() override { model.reset(); }
};

struct HttpSubject final : Subject {
  ChatServer server{
      [](const ChatRequest&, const std::string&) -> Result<ChatAnswer> { return Invalid("chat"); },
      {.keep_alive_s = 1, .embed = [](const EmbedRequest& request, const std::string&) {
         return offline::Embed(request);
       }}};
  SystemClock clock;
  CurlHttpClient client{loop};
  HttpSubject() {
    BOOST_REQUIRE(server.Start().ok());
    auto made = OpenAiEmbeddingModel::Make(
        client, clock, {.name = "local", .base_url = server.base_url(), .model = "e"});
    BOOST_REQUIRE(made.ok());
    model = std::move(made).value();
  }
};

struct Kind {
  const char* name;
  std::function<std::unique_ptr<Subject>()> make;
};
std::ostream& operator<<(std::ostream& out, const Kind& kind) { return out << kind.name; }
const std::vector<Kind> kKinds = {
    {"offline", [] { return std::unique_ptr<Subject>(std::make_unique<OfflineSubject>()); }},
    {"over http", [] { return std::unique_ptr<Subject>(std::make_unique<HttpSubject>()); }},
};

EmbedOutcome Run(EventLoop& loop, EmbeddingModel& model, const EmbedRequest& request) {
  EmbedOutcome result;
  bool inside_start = true;
  model.Start(request, [&](EmbedOutcome outcome) {
    BOOST_TEST(!inside_start);
    result = std::move(outcome);
    loop.Stop();
  });
  inside_start = false;
  loop.Run();
  return result;
}

EmbedRequest Texts(const std::vector<std::string>& texts, int64_t dimensions = 0) {
  EmbedRequest request;
  for (const std::string& text : texts) request.texts.push_back(Part::Of(text));
  request.dimensions = dimensions;
  return request;
}

double Cosine(const std::vector<float>& a, const std::vector<float>& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += double{a[i]} * double{b[i]};
  return sum;
}

BOOST_AUTO_TEST_SUITE(embedding_model)

BOOST_DATA_TEST_CASE(vectors_come_in_order_and_are_the_same_over_http, kKinds, kind) {
  const auto subject = kind.make();
  const std::vector<std::string> texts = {"The \"licence\" allows copying.\n", "Quite another text",
                                          std::string(50'000, 'a'), "\xE2\x82\xAC"};
  for (const int64_t dimensions : {int64_t{0}, int64_t{17}}) {
    const EmbedOutcome outcome = Run(subject->loop, *subject->model, Texts(texts, dimensions));
    BOOST_REQUIRE(std::holds_alternative<EmbedAnswer>(outcome.result));
    const auto& answer = std::get<EmbedAnswer>(outcome.result);
    BOOST_REQUIRE(answer.vectors.size() == texts.size());
    for (std::size_t i = 0; i < texts.size(); ++i) {
      const auto expected = offline::HashEmbedding(texts[i], dimensions == 0 ? 256 : dimensions);
      BOOST_TEST(answer.vectors[i] == expected, boost::test_tools::per_element());
    }
    BOOST_TEST(answer.response_model == "offline/hash-embedding");
    BOOST_TEST(answer.usage.input > 0);
    BOOST_TEST(!answer.usage.is_estimate);
  }
}

BOOST_DATA_TEST_CASE(a_request_that_cannot_be_served_is_a_client_error, kKinds, kind) {
  const auto subject = kind.make();
  const EmbedOutcome outcome = Run(subject->loop, *subject->model, Texts({"a"}, 1 << 20));
  const auto& end = std::get<ChatInterruption>(outcome.result);
  BOOST_TEST(end.outcome == "client_error");
  BOOST_TEST(!end.retryable);
  BOOST_TEST(end.message.find("dimensions must be") != std::string::npos, end.message);
}

BOOST_DATA_TEST_CASE(a_cancelled_call_ends_once_as_cancelled, kKinds, kind) {
  const auto subject = kind.make();
  int ends = 0;
  std::string name;
  const auto handle = subject->model->Start(Texts({"a"}), [&](EmbedOutcome outcome) {
    ++ends;
    if (auto* end = std::get_if<ChatInterruption>(&outcome.result)) name = end->outcome;
    subject->loop.Stop();
  });
  subject->model->Cancel(handle);
  subject->model->Cancel(handle + 9);
  subject->loop.Run();
  Run(subject->loop, *subject->model, Texts({"b"}));
  BOOST_TEST(ends == 1);
  BOOST_TEST(name == "cancelled");
}

BOOST_AUTO_TEST_CASE(near_texts_have_near_vectors) {
  const auto vector = [](const char* text) { return offline::HashEmbedding(text, 256); };
  const auto licence = vector("The licence allows copying and modifying the program.");
  const auto near = vector("Copying the program is allowed by its licence, modifying too.");
  const auto far = vector("Kernel modules are loaded from the initial ram disk at boot.");
  BOOST_TEST(Cosine(licence, near) > 0.5);
  BOOST_TEST(Cosine(licence, far) < 0.3);
  for (const char* text : {"one", "the of and", "!?", "\xE4\xBD\xA0\xE5\xA5\xBD"}) {
    BOOST_TEST(std::abs(Cosine(vector(text), vector(text)) - 1) < 1e-6);
  }
  BOOST_TEST(Cosine(vector(""), vector("")) == 0);
}

// A change here would buy every stored embedding again under the same name.
BOOST_AUTO_TEST_CASE(the_vectors_never_change) {
  const auto vector = offline::HashEmbedding("Skills evolve; skills are kept.", 8);
  const std::vector<float> expected = {0, 0, 0.440045834F,  -0.842341661F,
                                       0, 0, -0.220022917F, -0.220022917F};
  BOOST_TEST(vector == expected, boost::test_tools::per_element());
}

struct Odd {
  const char* name;
  RawReply reply;
  const char* outcome;
  const char* words;
};
std::ostream& operator<<(std::ostream& out, const Odd& odd) { return out << odd.name; }

BOOST_DATA_TEST_CASE(
    odd_replies_are_interruptions,
    (std::vector<Odd>{
        {"too few", Respond("200 OK", R"({"data":[{"embedding":[1]}]})"), "bad_response",
         "1 vectors came for 2 texts"},
        {"twice the same",
         Respond("200 OK", R"({"data":[{"index":1,"embedding":[1]},{"index":1,"embedding":[1]}]})"),
         "bad_response", "index 1"},
        {"different lengths",
         Respond("200 OK", R"({"data":[{"embedding":[1]},{"embedding":[1,2]}]})"), "bad_response",
         "different lengths"},
        {"no numbers", Respond("200 OK", R"({"data":[{"embedding":["a"]},{"embedding":[1]}]})"),
         "bad_response", "vector 1"},
        {"infinite", Respond("200 OK", R"({"data":[{"embedding":[1]},{"embedding":"AACAfw=="}]})"),
         "bad_response", "vector 2"},
        {"cut base64", Respond("200 OK", R"({"data":[{"embedding":"AAA"},{"embedding":[1]}]})"),
         "bad_response", "vector 1"},
        {"HTML", Respond("200 OK", "<html>"), "bad_response", "not JSON"},
        {"empty", Respond("200 OK", ""), "bad_response", "not JSON"},
        {"an error inside", Respond("200 OK", R"({"error":{"code":429,"message":"later"}})"),
         "rate_limited", "later"},
        {"429", Respond("429 Slow", "", "Retry-After: 7\r\n"), "rate_limited", "429"},
        {"401", Respond("401 No", R"({"error":{"message":"bad k-canary"}})"), "credentials",
         "bad [key]"},
        {"reset", {"", RawReply::Then::kReset}, "network", "closed"},
    }),
    odd) {
  RawHttpServer server({odd.reply});
  UvEventLoop loop;
  SystemClock clock;
  CurlHttpClient client{loop};
  auto made = OpenAiEmbeddingModel::Make(
      client, clock, {.base_url = server.url("/v1"), .key = "k-canary", .model = "e"});
  BOOST_REQUIRE(made.ok());
  const EmbedOutcome outcome = Run(loop, **made, Texts({"a", "b"}));
  BOOST_REQUIRE(std::holds_alternative<ChatInterruption>(outcome.result));
  const auto& end = std::get<ChatInterruption>(outcome.result);
  BOOST_TEST(end.outcome == odd.outcome);
  BOOST_TEST(end.message.find(odd.words) != std::string::npos, end.message);
  BOOST_TEST(end.message.find("k-canary") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(base64_and_any_order_are_read) {
  EmbedAnswer answer;
  answer.vectors = {{1.0F, -0.25F, 3e-9F}, {0.1F, 0, -7}};
  answer.response_model = "e";
  answer.usage.input = 5;
  for (const bool as_base64 : {true, false}) {
    const EmbedReply read = ReadEmbeddings(WriteEmbeddings(answer, as_base64), 2);
    BOOST_REQUIRE(std::holds_alternative<EmbedAnswer>(read));
    BOOST_TEST((std::get<EmbedAnswer>(read).vectors == answer.vectors));
    BOOST_TEST(std::get<EmbedAnswer>(read).usage.input == 5);
  }
  const EmbedReply swapped =
      ReadEmbeddings(R"({"data":[{"index":1,"embedding":[2]},{"index":0,"embedding":[1]}]})", 2);
  BOOST_TEST(std::get<EmbedAnswer>(swapped).vectors[0][0] == 1.0F);
  BOOST_TEST(std::get<EmbedAnswer>(swapped).usage.is_estimate);
}

BOOST_AUTO_TEST_CASE(the_server_says_what_is_wrong_with_a_request) {
  const auto error = [](const char* body) {
    const auto parsed = ParseEmbeddingsRequest(body);
    return parsed.ok() ? std::string() : parsed.error().message;
  };
  BOOST_TEST(error(R"({"model":"e","input":"a"})") == "");
  BOOST_TEST(error(R"({"input":"a"})") == "model is missing");
  BOOST_TEST(error(R"({"model":"e"})") == "input must be a text or a list of texts");
  BOOST_TEST(error(R"({"model":"e","input":["a",[1,2]]})") ==
             "input[1] must be a text that is not empty");
  BOOST_TEST(error(R"({"model":"e","input":"a","dimensions":-2})").starts_with("dimensions must"));
  BOOST_TEST(error(R"({"model":"e","input":"a","encoding_format":"flat"})") ==
             "encoding_format is 'flat'; did you mean 'float'?");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace hone
