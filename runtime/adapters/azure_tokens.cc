#include "adapters/azure_tokens.h"

#include <algorithm>
#include <charconv>
#include <ctime>
#include <utility>

#include "adapters/http_chat_model.h"
#include "adapters/run_command.h"
#include "base/json.h"
#include "base/text.h"

namespace hone {
namespace {

constexpr int64_t kUnknownLifeMs = 30LL * 60 * 1000;
constexpr const char* kMetadataService = "http://169.254.169.254/metadata/identity/oauth2/token";

// A whole number, written as one or as a text; -1 when it is none.
int64_t Seconds(const Json& value) {
  if (value.is_number()) return value.AsInt(-1);
  const std::string& text = value.AsString();
  int64_t number = -1;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  return read.ec == std::errc() && read.ptr == text.data() + text.size() ? number : -1;
}

// "2026-11-05 12:34:56.000000" in local time, as older versions of the command line write it.
int64_t LocalTimeMs(const std::string& text) {
  std::tm time{};
  time.tm_isdst = -1;
  if (strptime(text.c_str(), "%Y-%m-%d %H:%M:%S", &time) == nullptr) return -1;
  return int64_t{std::mktime(&time)} * 1000;
}

}  // namespace

Result<AccessToken> ReadAzureToken(const std::string& text, int64_t now_ms) {
  // Warnings of the command line may stand before the object.
  const std::size_t start = text.find('{');
  const Result<Json> parsed =
      start == std::string::npos ? Json() : Json::Parse(Trim(std::string_view(text).substr(start)));
  AccessToken token;
  if (parsed.ok()) {
    const Json& older = (*parsed)["access_token"];
    token.value = older.is_string() ? older.AsString() : (*parsed)["accessToken"].AsString();
  }
  const bool is_clean = std::all_of(token.value.begin(), token.value.end(),
                                    [](char c) { return c > 0x20 && c < 0x7F; });
  if (token.value.empty() || !is_clean) {
    return Fail(ErrorCode::kCredentials, "what came holds no access token");
  }
  token.expires_at_ms = now_ms + kUnknownLifeMs;
  if (const int64_t at = Seconds((*parsed)["expires_on"]); at > 0) {
    token.expires_at_ms = at * 1000;
  } else if (const int64_t in = Seconds((*parsed)["expires_in"]); in > 0) {
    token.expires_at_ms = now_ms + in * 1000;
  } else if (const int64_t local = LocalTimeMs((*parsed)["expiresOn"].AsString()); local > 0) {
    token.expires_at_ms = local;
  }
  return token;
}

void AzureCliTokens::Fetch(Done done) {
  const auto output = std::make_shared<Result<CommandOutput>>(CommandOutput{});
  loop_.InPool(
      [output, options = options_] {
        *output = RunCommand({options.program, "account", "get-access-token", "--resource",
                              options.resource, "--output", "json"},
                             options.timeout_ms);
      },
      [output, now_ms = clock_.NowMs(), done = std::move(done)] {
        const std::string cure = "; sign in with 'az login', or choose another auth mode";
        if (!output->ok()) {
          const Error& error = output->error();
          if (error.code == ErrorCode::kTimeout) return done(error);
          return done(Fail(ErrorCode::kCredentials, error.message + cure));
        }
        const CommandOutput& said = **output;
        if (said.exit_code != 0) {
          return done(Fail(ErrorCode::kCredentials, "az account get-access-token failed: " +
                                                        OneLine(ToValidUtf8(Trim(said.out)), 300) +
                                                        cure));
        }
        Result<AccessToken> token = ReadAzureToken(said.out, now_ms);
        done(token.ok() ? std::move(token) : token.error().With("az account get-access-token"));
      });
}

void ManagedIdentityTokens::Fetch(Done done) {
  HttpRequest request;
  request.method = "GET";
  const bool is_service = !options_.endpoint.empty();
  request.url = is_service ? options_.endpoint : kMetadataService;
  request.url += std::string(request.url.find('?') == std::string::npos ? "?" : "&") +
                 "api-version=" + (is_service ? "2019-08-01" : "2018-02-01") +
                 "&resource=" + PercentEncode(options_.resource);
  if (!options_.client_id.empty()) {
    request.url += "&client_id=" + PercentEncode(options_.client_id);
  }
  if (is_service) {
    request.headers = {{"X-IDENTITY-HEADER", options_.header}};
  } else {
    request.headers = {{"Metadata", "true"}};
    request.is_metadata = true;
  }
  request.connect_timeout_ms = 3000;
  request.total_timeout_ms = 20'000;
  request.max_response_bytes = 1 << 20;
  http_.Start(
      std::move(request), [now_ms = clock_.NowMs(), done = std::move(done)](HttpResponse response) {
        const std::string where = "the managed identity of this machine";
        if (response.status == 0) {
          return done(Fail(ErrorCode::kUnavailable,
                           where + ": " + response.error + "; is this running in Azure?"));
        }
        if (response.status != 200) {
          const Result<Json> said = Json::Parse(response.body);
          const std::string words = said.ok() ? (*said)["error_description"].AsString() : "";
          const bool may_pass = response.status == 429 || response.status >= 500;
          return done(Fail(may_pass ? ErrorCode::kUnavailable : ErrorCode::kCredentials,
                           where + " answered " + std::to_string(response.status) +
                               (words.empty() ? "" : ": " + OneLine(words, 300))));
        }
        Result<AccessToken> token = ReadAzureToken(response.body, now_ms);
        done(token.ok() ? std::move(token) : token.error().With(where));
      });
}

}  // namespace hone
