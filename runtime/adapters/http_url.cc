#include "adapters/http_url.h"

#include <arpa/inet.h>
#include <curl/curl.h>

#include <algorithm>
#include <memory>

#include "base/text.h"

namespace hone {
namespace {

struct FreeUrl {
  void operator()(CURLU* url) const { curl_url_cleanup(url); }
};

std::string UrlPart(CURLU* url, CURLUPart part) {
  char* text = nullptr;
  if (curl_url_get(url, part, &text, 0) != CURLUE_OK) return "";
  std::string value = text;
  curl_free(text);
  return value;
}

bool IsLoopback(const std::string& host) {
  if (host == "localhost") return true;
  in_addr v4{};
  if (inet_pton(AF_INET, host.c_str(), &v4) == 1) return (ntohl(v4.s_addr) >> 24U) == 127;
  in6_addr v6{};
  if (host.size() < 2 || host.front() != '[' || host.back() != ']') return false;
  return inet_pton(AF_INET6, host.substr(1, host.size() - 2).c_str(), &v6) == 1 &&
         IN6_IS_ADDR_LOOPBACK(&v6) != 0;
}

}  // namespace

Result<HttpUrl> ParseHttpUrl(const std::string& url) {
  const bool odd = std::any_of(url.begin(), url.end(), [](char c) {
    return static_cast<unsigned char>(c) <= 0x20 || static_cast<unsigned char>(c) == 0x7F;
  });
  if (odd) return Invalid("a URL holds a space or a control character");
  const std::unique_ptr<CURLU, FreeUrl> parsed(curl_url());
  HONE_CHECK(parsed != nullptr);
  const CURLUcode code = curl_url_set(parsed.get(), CURLUPART_URL, url.c_str(), 0);
  if (!UrlPart(parsed.get(), CURLUPART_USER).empty() ||
      !UrlPart(parsed.get(), CURLUPART_PASSWORD).empty()) {
    return Fail(ErrorCode::kRefused,
                "a URL holds a user name or password; keys belong in the environment");
  }
  if (code == CURLUE_UNSUPPORTED_SCHEME || code == CURLUE_BAD_SCHEME) {
    return Invalid("'" + OneLine(url, 120) + "' is no http or https URL");
  }
  // What the parser refused may still hold a password: it isn't shown.
  if (code != CURLUE_OK) {
    return Invalid(std::string("a URL can't be read: ") + curl_url_strerror(code));
  }
  HttpUrl result;
  result.scheme = UrlPart(parsed.get(), CURLUPART_SCHEME);
  result.host = ToLowerAscii(UrlPart(parsed.get(), CURLUPART_HOST));
  if (result.scheme != "http" && result.scheme != "https") {
    return Invalid("'" + OneLine(url, 120) + "' is no http or https URL");
  }
  const std::string port = UrlPart(parsed.get(), CURLUPART_PORT);
  result.authority = port.empty() ? result.host : result.host + ":" + port;
  result.loopback = IsLoopback(result.host);
  return result;
}

}  // namespace hone
