// The effect "search.query": one question to a search service of the user's configuration.
//
// POST {query, max_num_results?, provider?} as JSON, with the key as a bearer token. What comes
// back is {status, body}: the body as JSON, or as text where it is none. A status that says "later"
// (408, 429, 5xx) and trouble with the network are tried again, five times in all, with a wait that
// doubles from half a second (Retry-After is followed up to a minute); then it is a failure of the
// world. Any other status is an answer. The key is in no message.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "base/json.h"
#include "ports/event_loop.h"
#include "ports/http_client.h"
#include "primitives/effect_end.h"

namespace hone {

struct SearchService {
  std::string url;
  std::string key;     // "": none is sent
  std::string no_key;  // the variable that should hold it and is not set; "": nothing is missing
};
using SearchServices = std::map<std::string, SearchService>;

class SearchQueries {
 public:
  // Both must outlive it, and what waits.
  SearchQueries(EventLoop* loop, HttpClient* http, SearchServices services)
      : loop_(loop), http_(http), services_(std::move(services)) {}
  ~SearchQueries() { *alive_ = false; }
  SearchQueries(const SearchQueries&) = delete;
  SearchQueries& operator=(const SearchQueries&) = delete;

  // An unknown service, or one whose key is missing, is misuse.
  Status Check(const Json& args) const;
  void Run(const Json& args, EffectDone done);

 private:
  struct Query;
  void Send(const std::shared_ptr<Query>& query);
  void OnResponse(const std::shared_ptr<Query>& query, HttpResponse response);

  EventLoop* loop_;
  HttpClient* http_;
  SearchServices services_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace hone
