// The effects "container.process" and "container.ask": a program that answers a line with a line
// (container_session.h). Its time counts as that of terminals does.
#pragma once

#include <memory>
#include <string>

#include "base/json.h"
#include "primitives/container_box.h"
#include "primitives/container_session.h"
#include "primitives/effect_end.h"

namespace hone {

// What a terminal and a process are started with; errors are misuse and begin with `where`.
Result<SessionStart> ReadSessionStart(const ContainerBox& box, const Json& args,
                                      const std::string& where);

void RunContainerProcess(const std::shared_ptr<ContainerBox>& box, const Json& args,
                         EffectDone done);
void RunContainerAsk(const std::shared_ptr<ContainerBox>& box, const Json& args, EffectDone done);

}  // namespace hone
