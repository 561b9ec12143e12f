// Base64 (RFC 4648, section 4): padded, without line breaks.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace hone {

std::string EncodeBase64(std::string_view bytes);
// White space between characters is skipped; anything else that is no base64 is kInvalidArgument.
Result<std::string> DecodeBase64(std::string_view text);

}  // namespace hone
