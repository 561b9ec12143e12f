// The effects "container.terminal", "container.send" and "container.screen": a shell in a
// pseudo-terminal that stays (container_session.h).
//
// Sends count against the container's limits.time_s by what they waited; with nothing left, keys
// are not sent and the answer says timed_out.
#pragma once

#include <memory>

#include "base/json.h"
#include "primitives/container_box.h"
#include "primitives/effect_end.h"

namespace hone {

void RunContainerTerminal(const std::shared_ptr<ContainerBox>& box, const Json& args,
                          EffectDone done);
void RunContainerSend(const std::shared_ptr<ContainerBox>& box, const Json& args, EffectDone done);
void RunContainerScreen(const std::shared_ptr<ContainerBox>& box, const Json& args,
                        EffectDone done);

}  // namespace hone
