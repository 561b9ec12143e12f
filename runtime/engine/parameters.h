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

// `settings` with the preset that its member "preset" names filled in, under the other settings,
// and without that member; as they are when it names none. `description` is the recipe's
// kDescription. The error says the nearest preset.
Result<Json> ApplyPreset(const Json& description, const Json& settings, const std::string& where);

// Whether every preset of a recipe has values that its parameters take.
Status CheckPresets(const Json& description, const std::string& where);

}  // namespace hone
