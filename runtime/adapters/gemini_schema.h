// A JSON schema in the subset that Gemini takes (its Schema message): types in capitals, "nullable"
// instead of a type "null", references put in place, keywords that it refuses left out. Pure.
#pragma once

#include <optional>

#include "base/json.h"

namespace hone {

// Nothing when the schema cannot be said in the subset without saying something else: objects with
// free members, arrays of anything, recursion, allOf of several.
std::optional<Json> GeminiSchema(const Json& schema);

}  // namespace hone
