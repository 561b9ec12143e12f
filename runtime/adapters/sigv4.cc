#include "adapters/sigv4.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdio>
#include <ctime>
#include <map>
#include <string_view>

#include "adapters/http_chat_model.h"
#include "base/hash.h"
#include "base/text.h"

namespace hone {
namespace {

std::string Hmac(std::string_view key, std::string_view text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> out{};
  unsigned int size = 0;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
       reinterpret_cast<const unsigned char*>(text.data()), text.size(), out.data(), &size);
  return {reinterpret_cast<const char*>(out.data()), size};
}

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::string PercentDecode(std::string_view text) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const int high = i + 2 < text.size() ? HexDigit(text[i + 1]) : -1;
    const int low = i + 2 < text.size() ? HexDigit(text[i + 2]) : -1;
    if (text[i] == '%' && high >= 0 && low >= 0) {
      result += static_cast<char>(high * 16 + low);
      i += 2;
    } else {
      result += text[i];
    }
  }
  return result;
}

std::string CanonicalPath(const std::string& path) {
  std::string result;
  for (const std::string_view segment : Split(path, '/')) {
    if (!result.empty() || segment.data() != path.data()) result += '/';
    result += PercentEncode(segment);
  }
  return result.empty() ? "/" : result;
}

std::string CanonicalQuery(const std::string& query) {
  if (query.empty()) return "";
  std::vector<std::pair<std::string, std::string>> pairs;
  for (const std::string_view item : Split(query, '&')) {
    const std::size_t equals = std::min(item.find('='), item.size());
    pairs.emplace_back(
        PercentEncode(PercentDecode(item.substr(0, equals))),
        PercentEncode(PercentDecode(item.substr(std::min(equals + 1, item.size())))));
  }
  std::sort(pairs.begin(), pairs.end());
  std::string result;
  for (const auto& [name, value] : pairs) {
    result += (result.empty() ? "" : "&") + name + "=" + value;
  }
  return result;
}

// A value without outer white space, runs of spaces made one.
std::string CanonicalValue(std::string_view value) {
  std::string result;
  for (const char c : Trim(value)) {
    if (c != ' ' || result.empty() || result.back() != ' ') result += c;
  }
  return result;
}

std::map<std::string, std::string> CanonicalHeaders(const SigV4Request& request) {
  std::map<std::string, std::string> headers;
  for (const auto& [name, value] : request.headers) {
    std::string& known = headers[ToLowerAscii(name)];
    known += (known.empty() ? "" : ",") + CanonicalValue(value);
  }
  return headers;
}

std::string SignedHeaders(const SigV4Request& request) {
  std::string result;
  for (const auto& [name, value] : CanonicalHeaders(request)) {
    result += (result.empty() ? "" : ";") + name;
  }
  return result;
}

std::string ScopeText(const SigV4Scope& scope) {
  return scope.time.substr(0, 8) + "/" + scope.region + "/" + scope.service + "/aws4_request";
}

std::string Hex(std::string_view raw) { return Hash::FromRaw(raw).Hex(); }

}  // namespace

std::string AmzTime(int64_t now_ms) {
  const time_t seconds = now_ms / 1000;
  tm parts{};
  gmtime_r(&seconds, &parts);
  std::array<char, 32> text{};
  std::strftime(text.data(), text.size(), "%Y%m%dT%H%M%SZ", &parts);
  return text.data();
}

std::string SigV4CanonicalRequest(const SigV4Request& request) {
  std::string result = request.method + "\n" + CanonicalPath(request.path) + "\n" +
                       CanonicalQuery(request.query) + "\n";
  for (const auto& [name, value] : CanonicalHeaders(request)) result += name + ":" + value + "\n";
  return result + "\n" + SignedHeaders(request) + "\n" + request.payload_sha256;
}

std::string SigV4StringToSign(const SigV4Scope& scope, const std::string& canonical_request) {
  return "AWS4-HMAC-SHA256\n" + scope.time + "\n" + ScopeText(scope) + "\n" +
         HashOf(canonical_request).Hex();
}

std::string SigV4Signature(const AwsKeys& keys, const SigV4Scope& scope,
                           const std::string& string_to_sign) {
  std::string key = Hmac("AWS4" + keys.secret_key, scope.time.substr(0, 8));
  for (const std::string& part : {scope.region, scope.service, std::string("aws4_request")}) {
    key = Hmac(key, part);
  }
  return Hex(Hmac(key, string_to_sign));
}

std::string SigV4Authorization(const AwsKeys& keys, const SigV4Scope& scope,
                               const SigV4Request& request) {
  const std::string to_sign = SigV4StringToSign(scope, SigV4CanonicalRequest(request));
  return "AWS4-HMAC-SHA256 Credential=" + keys.access_key + "/" + ScopeText(scope) +
         ", SignedHeaders=" + SignedHeaders(request) +
         ", Signature=" + SigV4Signature(keys, scope, to_sign);
}

}  // namespace hone
