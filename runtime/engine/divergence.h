// Divergence: says how a call differs from the one that the record has in its place.
#pragma once

#include <string>

#include "base/json.h"

namespace hone {

// `recorded` is a request as Store::RequestOf gives it, `now` one of ResolvedRequest (call_key.h):
// {messages: [{role, content: text or list of texts, images}], tools, format, sampling, address} or
// {embed: {texts, dimensions}, address}. One line: the first member that differs, where, and both
// texts around the place.
std::string DescribeDivergence(const Json& recorded, const Json& now);

}  // namespace hone
