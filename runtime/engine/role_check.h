// CheckRoles: every role that an experiment gives a model to is asked for by somebody.
//
// A misspelt role would silently leave its calls to the default model. Roles are plain texts in
// Lua, so a role counts as known when a program's modules hold its name in quotes.
#pragma once

#include "base/result.h"
#include "engine/loaded_experiment.h"

namespace hone {

// kInvalidArgument with the role and the nearest one that is asked for.
Status CheckRoles(const LoadedExperiment& loaded);

}  // namespace hone
