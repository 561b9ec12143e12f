// A plan for people.
#pragma once

#include <string>

#include "engine/plan.h"

namespace hone {

// `by_role` adds a block of calls by role and model for each arm.
std::string PlanText(const Plan& plan, bool by_role);

}  // namespace hone
