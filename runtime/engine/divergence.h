// Divergence: says how a call differs from the one that the record has in its place.
#pragma once

#include <string>

#include "base/json.h"

namespace hone {

// `recorded` and `now` are resolved requests {messages: [{role, content: text or list of texts}],
// tools, format, sampling, address}. One line: the first member that differs, where, and both texts
// around the place.
std::string DescribeDivergence(const Json& recorded, const Json& now);

}  // namespace hone
