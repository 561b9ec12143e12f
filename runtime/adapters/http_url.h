// HttpUrl: the parts of a URL that decide whether a request may leave, read by the same parser that
// connects (libcurl's), so that the two can't disagree about the host.
#pragma once

#include <string>

#include "base/result.h"

namespace hone {

struct HttpUrl {
  std::string scheme;     // "http" or "https"
  std::string host;       // lower case; IPv6 in brackets
  std::string authority;  // host, and the port when the URL names one: for messages
  bool loopback = false;  // "localhost", 127.0.0.0/8 or [::1], however it was spelled
};

// Where clouds answer their machines' questions about themselves.
inline constexpr const char* kMetadataHost = "169.254.169.254";

// Refuses other schemes, user names and passwords in the URL, white space and control characters.
// The message holds no user info.
Result<HttpUrl> ParseHttpUrl(const std::string& url);

}  // namespace hone
