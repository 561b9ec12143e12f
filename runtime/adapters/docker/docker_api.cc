#include "adapters/docker/docker_api.h"

#include <algorithm>
#include <cctype>
#include <charconv>

#include "base/text.h"

namespace hone {
namespace {

constexpr int kWantedMinor = 41;  // of version 1
constexpr std::size_t kMostWords = 600;

std::string Encoded(const std::string& text) {
  constexpr char kDigits[] = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte) != 0 || std::string_view("-_.~/").find(c) != std::string_view::npos) {
      out += c;
    } else {
      out += '%';
      out += kDigits[byte >> 4U];
      out += kDigits[byte & 0xFU];
    }
  }
  return out;
}

CurlHttpClient::Options OverSocket(const std::string& socket) {
  CurlHttpClient::Options options;
  options.unix_socket = socket;
  return options;
}

// The minor number of "1.41"; the fallback for anything else.
int Minor(const std::string& version, int fallback) {
  if (!version.starts_with("1.")) return fallback;
  int minor = fallback;
  std::from_chars(version.data() + 2, version.data() + version.size(), minor);
  return minor;
}

}  // namespace

Error DockerError(const HttpResponse& response) {
  std::string words;
  if (const auto parsed = Json::Parse(response.body); parsed.ok()) {
    words = (*parsed)["message"].AsString();
  }
  if (words.empty()) words = response.body;
  if (words.empty()) words = "status " + std::to_string(response.status);
  const ErrorCode code = response.status == 404   ? ErrorCode::kNotFound
                         : response.status == 400 ? ErrorCode::kInvalidArgument
                                                  : ErrorCode::kUnavailable;
  return Fail(code, OneLine(words, kMostWords));
}

DockerApi::DockerApi(UvEventLoop& loop, const std::string& socket)
    : socket_(socket), client_(loop, OverSocket(socket)) {}

DockerApi::~DockerApi() = default;

std::string DockerApi::Target(const DockerRequest& request) const {
  std::string target = version_ + request.path;
  char separator = '?';
  for (const auto& [name, value] : request.query) {
    target += separator + name + "=" + Encoded(value);
    separator = '&';
  }
  return target;
}

void DockerApi::Send(DockerRequest request, Done done) {
  HttpRequest http;
  http.method = request.method;
  http.url = "http://localhost" + Target(request);
  http.headers = {{"Connection", "close"}};
  if (!request.body.empty() || request.method == "POST") {
    http.headers.emplace_back("Content-Type", request.content_type);
    http.body = {{std::make_shared<const std::string>(std::move(request.body))}};
  }
  http.total_timeout_ms = http.idle_timeout_ms = request.timeout_ms;
  const int64_t limit = http.max_response_bytes = request.max_response_bytes;
  client_.Start(std::move(http), [this, limit, done = std::move(done)](HttpResponse response) {
    if (response.error.empty()) return done(std::move(response));
    if (response.response_bytes > limit) {
      return done(Invalid("there are more than " + std::to_string(limit) + " bytes"));
    }
    const std::string what =
        response.timed_out
            ? "the container daemon at " + socket_ + " did not answer in time"
            : "no answer of a container daemon at " + socket_ + ": " + response.error;
    done(Fail(response.timed_out ? ErrorCode::kTimeout : ErrorCode::kUnavailable, what));
  });
}

void DockerApi::Call(DockerRequest request, std::function<void(Result<Json>)> done) {
  Send(std::move(request), [done = std::move(done)](Result<HttpResponse> response) {
    if (!response.ok()) return done(response.error());
    if (response->status < 200 || response->status > 299) return done(DockerError(*response));
    if (Trim(response->body).empty()) return done(Json());
    done(Json::Parse(response->body));
  });
}

void DockerApi::Open(std::function<void(Status)> done) {
  // Asked again where the last answer was a failure: the daemon may have come up.
  opening_.push_back(std::move(done));
  if (opening_.size() > 1) return;
  version_.clear();
  Call({.path = "/version"}, [this](Result<Json> version) {
    Status status;
    if (version.ok()) {
      Choose(*version);
    } else {
      status = version.error();
    }
    const auto waiting = std::exchange(opening_, {});
    for (const auto& next : waiting) next(status);
  });
}

void DockerApi::Choose(const Json& version) {
  const int newest = Minor(version["ApiVersion"].AsString(), kWantedMinor);
  const int oldest = Minor(version["MinAPIVersion"].AsString(), 0);
  version_ = "/v1." + std::to_string(std::max(oldest, std::min(kWantedMinor, newest)));
  for (const Json& component : version["Components"].items()) {
    if (component["Name"].AsString().starts_with("Podman")) is_podman_ = true;
  }
}

}  // namespace hone
