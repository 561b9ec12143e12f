// AWS Signature Version 4: the Authorization header of a request. Pure.
//
// Formula: AWS General Reference, "Signature Version 4 signing process". A path that is sent is
// percent-encoded once; the signature encodes it a second time, as every service but S3 expects.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace hone {

struct AwsKeys {
  std::string access_key, secret_key;
  std::string session_token;  // "" for lasting keys
};

struct SigV4Request {
  std::string method = "POST";
  std::string path = "/";  // as sent, without query
  std::string query{};     // as sent, without '?'
  // What is signed: at least host and x-amz-date; any case, any order.
  std::vector<std::pair<std::string, std::string>> headers{};
  std::string payload_sha256{};  // of the body, in hex
};

struct SigV4Scope {
  std::string time;  // "20150830T123600Z", the same as in x-amz-date
  std::string region, service;
};

// "20150830T123600Z" for milliseconds since 1970.
std::string AmzTime(int64_t now_ms);

// The steps, apart for the tests.
std::string SigV4CanonicalRequest(const SigV4Request& request);
std::string SigV4StringToSign(const SigV4Scope& scope, const std::string& canonical_request);
std::string SigV4Signature(const AwsKeys& keys, const SigV4Scope& scope,
                           const std::string& string_to_sign);
// "AWS4-HMAC-SHA256 Credential=..., SignedHeaders=..., Signature=..."
std::string SigV4Authorization(const AwsKeys& keys, const SigV4Scope& scope,
                               const SigV4Request& request);

}  // namespace hone
