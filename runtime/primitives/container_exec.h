// The effect "container.exec": a command and what came of it.
//
// Streams are text for the recipe: bytes that are no UTF-8 become U+FFFD. A command never runs
// longer than what its container has left of limits.time_s; with nothing left it is not started.
#pragma once

#include <memory>

#include "base/json.h"
#include "primitives/container_box.h"
#include "primitives/effect_end.h"

namespace hone {

// The command of an argument table with argv or shell; errors are misuse and begin with `where`.
Result<ExecSpec> ReadExec(const ContainerBox& box, const Json& args, const std::string& where);

// Runs a command within the container's time and books what it took.
void ExecInTime(const std::shared_ptr<ContainerBox>& box, ExecSpec spec,
                ContainerEngine::Done<ExecEnd> done);

void RunContainerExec(const std::shared_ptr<ContainerBox>& box, const Json& args, EffectDone done);

// The failure of an engine while a container is there: kInvalidArgument and kNotFound are about
// what is in the container, everything else is infrastructure.
EffectEnd FailureInContainer(Error error);

}  // namespace hone
