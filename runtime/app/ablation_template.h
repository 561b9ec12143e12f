// AblationTemplate: the experiment that `hone new NAME --ablation RECIPE` starts with: the recipe
// without each of its parts, and the same once more.
#pragma once

#include <string>

#include "base/json.h"

namespace hone {

// `description` is the recipe's kDescription (wire/effects.h). One arm for each switch turned and
// for each other choice, a baseline without a skill, and an A/A arm: how far equal rows are apart.
std::string AblationTemplate(const std::string& name, const Json& description);

}  // namespace hone
