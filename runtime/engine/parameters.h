// Parameters: what a recipe declares, checked against what an arm sets.
#pragma once

#include <string>

#include "base/json.h"
#include "base/result.h"

namespace hone {

// `declared` is kDescription.params (wire/effects.h), `given` the values by name. Gives every
// declared parameter its value. Errors say `where`, the parameter, and the nearest name or the
// bound.
Result<Json> ResolveParameters(const Json& declared, const Json& given, const std::string& where);

}  // namespace hone
