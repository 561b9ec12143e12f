// DockerApi: requests to a Docker Engine (or Podman's service) over its Unix socket.
//
// The version of the interface is the one this code was written for (1.41) where the daemon still
// speaks it, else its oldest. Every exchange has a connection of its own: a daemon may close a kept
// one at any moment, and a request is never repeated.
//
// Thread: loop's thread. `done` is called exactly once, never inside the call that takes it, and
// not after this object is gone.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "adapters/curl_http_client.h"
#include "adapters/uv_event_loop.h"
#include "base/json.h"
#include "base/result.h"

namespace hone {

struct DockerRequest {
  std::string method = "GET";
  std::string path{};  // "/containers/json", without a version
  std::vector<std::pair<std::string, std::string>> query{};  // values are encoded here
  std::string body{};
  std::string content_type = "application/json";
  int64_t timeout_ms = 120'000;
  int64_t max_response_bytes = int64_t{64} << 20U;
};

class DockerApi {
 public:
  using Done = std::function<void(Result<HttpResponse>)>;

  DockerApi(UvEventLoop& loop, const std::string& socket);
  ~DockerApi();
  DockerApi(const DockerApi&) = delete;
  DockerApi& operator=(const DockerApi&) = delete;

  // Asks for the daemon's version once; kUnavailable when nobody answers. Before it has answered,
  // nothing else may be asked.
  void Open(std::function<void(Status)> done);
  // A response of any status; an error only when there was none. kInvalidArgument when it was
  // larger than the limit.
  void Send(DockerRequest request, Done done);
  // A 2xx response as JSON (null when it has no body); others as an error in the daemon's words:
  // 404 kNotFound, 400 kInvalidArgument, all others kUnavailable.
  void Call(DockerRequest request, std::function<void(Result<Json>)> done);

  [[nodiscard]] const std::string& socket() const { return socket_; }
  // The path with version and query, as it goes over the wire.
  [[nodiscard]] std::string Target(const DockerRequest& request) const;
  [[nodiscard]] bool is_podman() const { return is_podman_; }

 private:
  void Choose(const Json& version);

  const std::string socket_;
  CurlHttpClient client_;
  std::string version_;  // "/v1.41"
  bool is_podman_ = false;
  std::optional<Status> opened_;
  std::vector<std::function<void(Status)>> opening_;
};

// What an unsuccessful response says, as one line.
Error DockerError(const HttpResponse& response);

}  // namespace hone
