// A question to a search service: what leaves, what is tried again, what comes back.
#include "primitives/search_query.h"

#include <boost/test/unit_test.hpp>
#include <vector>

namespace hone {
namespace {

// Timers run when they are asked for; how long they would have waited is noted.
class Loop final : public EventLoop {
 public:
  std::vector<int64_t> waits;
  void Post(Task task) override { task(); }
  TimerId After(int64_t delay_ms, Task task) override {
    waits.push_back(delay_ms);
    task();
    return 1;
  }
  void CancelTimer(TimerId /*timer*/) override {}
  void InPool(Task work, Task done) override {
    work();
    done();
  }
  void Run() override {}
  void Stop() override {}
};

class Http final : public HttpClient {
 public:
  std::vector<HttpResponse> answers;  // the last one stays
  std::vector<HttpRequest> requests;
  Handle Start(HttpRequest request, Done done) override {
    requests.push_back(std::move(request));
    HttpResponse answer = answers.front();
    if (answers.size() > 1) answers.erase(answers.begin());
    done(std::move(answer));
    return 1;
  }
  void Cancel(Handle /*handle*/) override {}
};

HttpResponse Answer(int status, const std::string& body = "", const std::string& retry_after = "") {
  HttpResponse response;
  response.status = status;
  response.body = body;
  if (!retry_after.empty()) response.headers.emplace_back("retry-after", retry_after);
  if (status == 0) response.error = "connection refused";
  return response;
}

struct Bench {
  EffectEnd Ask(std::vector<HttpResponse> answers) {
    http.answers = std::move(answers);
    http.requests.clear();
    loop.waits.clear();
    const Json args = Json::MakeObject({{"service", "wiki"},
                                        {"query", "who \"is\""},
                                        {"max_results", 3},
                                        {"provider", "brave"},
                                        {"timeout_s", 1.5}});
    EffectEnd out;
    queries.Run(args, [&](const Result<EffectEnd>& end) { out = *end; });
    return out;
  }

  Loop loop;
  Http http;
  SearchQueries queries{&loop,
                        &http,
                        {{"wiki", {"http://127.0.0.1:1/search", "sekret", ""}},
                         {"locked", {"https://x.example/", "", "LOCKED_KEY"}}}};
};

BOOST_FIXTURE_TEST_SUITE(search_queries, Bench)

BOOST_AUTO_TEST_CASE(what_leaves_and_what_comes_back) {
  const EffectEnd end = Ask({Answer(200, R"({"results":[1,2]})")});
  BOOST_REQUIRE(http.requests.size() == 1U);
  const HttpRequest& request = http.requests[0];
  BOOST_TEST(request.method == "POST");
  BOOST_TEST(request.url == "http://127.0.0.1:1/search");
  BOOST_TEST(*request.body[0].bytes ==
             R"({"query":"who \"is\"","max_num_results":3,"provider":"brave"})");
  BOOST_TEST(request.total_timeout_ms == 1500);
  bool has_key = false;
  for (const auto& [name, value] : request.headers) {
    has_key = has_key || (name == "Authorization" && value == "Bearer sekret");
  }
  BOOST_TEST(has_key);
  BOOST_TEST(end.value.Dump() == R"({"status":200,"body":{"results":[1,2]}})");
}

BOOST_AUTO_TEST_CASE(an_answer_is_any_that_does_not_say_later) {
  BOOST_TEST(Ask({Answer(404, "not here")}).value.Dump() == R"({"status":404,"body":"not here"})");
  BOOST_TEST(http.requests.size() == 1U);
}

BOOST_AUTO_TEST_CASE(later_is_tried_again_and_waits_grow) {
  const EffectEnd end =
      Ask({Answer(503), Answer(429, "", "7"), Answer(0), Answer(408), Answer(200, "1")});
  BOOST_TEST(end.value.Dump() == R"({"status":200,"body":1})");
  BOOST_TEST(loop.waits == (std::vector<int64_t>{500, 7000, 2000, 4000}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(five_tries_and_then_a_failure_without_the_key) {
  for (const int status : {0, 429, 500}) {
    const EffectEnd end = Ask({Answer(status)});
    BOOST_TEST(http.requests.size() == 5U);
    BOOST_REQUIRE(end.failure.has_value());
    BOOST_TEST(end.infrastructure);
    BOOST_TEST(
        (end.failure->code == (status == 429 ? ErrorCode::kRateLimited : ErrorCode::kUnavailable)));
    BOOST_TEST(end.failure->message.find("sekret") == std::string::npos);
    BOOST_TEST(end.failure->message.starts_with("search.wiki: "));
  }
}

BOOST_AUTO_TEST_CASE(services_that_cannot_be_asked) {
  const auto problem = [&](const char* service) {
    const Status checked = queries.Check(Json::MakeObject({{"service", service}}));
    return checked.ok() ? std::string() : checked.error().message;
  };
  BOOST_TEST(problem("wiki").empty());
  BOOST_TEST(problem("wikki").find("did you mean 'wiki'?") != std::string::npos, problem("wikki"));
  BOOST_TEST(problem("locked") == "search.query: the key of 'locked' is missing: set LOCKED_KEY");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace hone
