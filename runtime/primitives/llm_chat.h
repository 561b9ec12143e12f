// The effect "llm.chat": arguments from a recipe -> one model call -> its answer (wire/effects.h).
#pragma once

#include <functional>
#include <memory>

#include "base/json.h"
#include "data/asset.h"
#include "primitives/call_gate.h"
#include "wire/parts.h"

namespace hone {

// `args` is a shallow body: large texts are still references into `parts`. `gate` must stay alive
// until `done` was called or the unit ended. An image may be a file asset of
// `assets` (null: there are none): its bytes are read and checked here.
void RunLlmChat(const Json& args, std::string step, const PartReceiver& parts,
                const AssetMap* assets, std::shared_ptr<CallGate> gate,
                std::function<void(Result<Json>)> done);

}  // namespace hone
