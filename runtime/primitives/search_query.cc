#include "primitives/search_query.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <vector>

#include "base/text.h"

namespace hone {
namespace {

constexpr int kMostTries = 5;
constexpr int64_t kFirstWaitMs = 500;
constexpr int64_t kMostWaitMs = 60'000;
constexpr int64_t kDefaultTimeoutMs = 60'000;
constexpr int64_t kMostBodyBytes = int64_t{16} << 20U;

bool IsLater(int status) { return status == 408 || status == 429 || status >= 500; }

// What Retry-After asks for, in seconds; 0 when it says nothing that can be used.
int64_t RetryAfterMs(const HttpResponse& response) {
  for (const auto& [name, value] : response.headers) {
    if (name != "retry-after") continue;
    int64_t seconds = 0;
    const auto parsed = std::from_chars(value.data(), value.data() + value.size(), seconds);
    if (parsed.ec == std::errc() && seconds > 0) return std::min(seconds * 1000, kMostWaitMs);
  }
  return 0;
}

Json BodyOf(const std::string& body) {
  Result<Json> parsed = Json::Parse(body);
  return parsed.ok() ? std::move(*parsed) : Json(ToValidUtf8(body));
}

std::string BodyText(const Json& args) {
  Json body = Json::MakeObject({{"query", args["query"]}});
  if (args.Has("max_results")) body.Set("max_num_results", args["max_results"]);
  if (args.Has("provider")) body.Set("provider", args["provider"]);
  return body.Dump();
}

}  // namespace

struct SearchQueries::Query {
  std::string service;
  HttpRequest request;
  int tries = 0;
  EffectDone done;
};

Status SearchQueries::Check(const Json& args) const {
  const std::string& name = args["service"].AsString();
  const auto found = services_.find(name);
  if (found == services_.end()) {
    std::vector<std::string> known;
    for (const auto& [one, service] : services_) known.push_back(one);
    return Fail(
        ErrorCode::kNotFound,
        "search.query: service: the configuration has no [search." + OneLine(name, 60) + "]" +
            (known.empty() ? "; it names the services and their keys" : NameHint(name, known)));
  }
  if (found->second.no_key.empty()) return Ok{};
  return Fail(ErrorCode::kCredentials,
              "search.query: the key of '" + name + "' is missing: set " + found->second.no_key);
}

void SearchQueries::Run(const Json& args, EffectDone done) {
  const SearchService& service = services_.at(args["service"].AsString());
  auto query = std::make_shared<Query>();
  query->service = args["service"].AsString();
  query->request.url = service.url;
  query->request.headers = {{"Content-Type", "application/json"}, {"Accept", "application/json"}};
  if (!service.key.empty()) {
    query->request.headers.emplace_back("Authorization", "Bearer " + service.key);
  }
  query->request.body = {{std::make_shared<const std::string>(BodyText(args)), false}};
  query->request.total_timeout_ms = kDefaultTimeoutMs;
  if (args.Has("timeout_s")) {
    query->request.total_timeout_ms =
        static_cast<int64_t>(std::ceil(args["timeout_s"].AsDouble() * 1000));
  }
  query->request.max_response_bytes = kMostBodyBytes;
  query->done = std::move(done);
  Send(query);
}

void SearchQueries::Send(const std::shared_ptr<Query>& query) {
  ++query->tries;
  http_->Start(query->request, [this, query, alive = alive_](HttpResponse response) {
    if (*alive) OnResponse(query, std::move(response));
  });
}

void SearchQueries::OnResponse(const std::shared_ptr<Query>& query, HttpResponse response) {
  const bool is_complete = response.status != 0;
  if (is_complete && !IsLater(response.status)) {
    return query->done(EffectEnd::Value(
        Json::MakeObject({{"status", Json(response.status)}, {"body", BodyOf(response.body)}})));
  }
  if (query->tries < kMostTries) {
    const int64_t back_off = kFirstWaitMs << (query->tries - 1);
    loop_->After(std::max(back_off, RetryAfterMs(response)), [this, query, alive = alive_] {
      if (*alive) Send(query);
    });
    return;
  }
  const std::string why =
      is_complete ? "HTTP " + std::to_string(response.status) : OneLine(response.error, 200);
  const ErrorCode code = response.status == 429 ? ErrorCode::kRateLimited
                         : response.timed_out   ? ErrorCode::kTimeout
                                                : ErrorCode::kUnavailable;
  query->done(EffectEnd::Failure(Fail(code, "search." + query->service + ": " + why + " (after " +
                                                std::to_string(query->tries) + " tries)"),
                                 true));
}

}  // namespace hone
