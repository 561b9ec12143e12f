// The effect "llm.embed": texts from a recipe -> one call of an embedding model -> their vectors
// (wire/effects.h).
//
// The ledger keeps the answer of an embedding as the JSON text of its vectors, each number in the
// shortest form that gives the same 32-bit float; what a recipe gets is always that text read
// again, so that a bought and a recalled answer are the same.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/json.h"
#include "ports/embedding_model.h"
#include "primitives/call_gate.h"
#include "wire/parts.h"

namespace hone {

inline constexpr std::size_t kMaxEmbedTexts = 2048;  // what providers take in one request

// `args` is a shallow body. `gate` must stay alive until `done` was called or the unit ended.
void RunLlmEmbed(const Json& args, std::string step, const PartReceiver& parts,
                 std::shared_ptr<CallGate> gate, std::function<void(Result<Json>)> done);

// An outcome of an embedding as one of a chat, for everything between model and ledger: the text is
// that of the vectors, the finish reason "stop". Numbers that are no numbers, and vectors whose
// count or lengths do not fit `request`, are a bad_response.
ChatOutcome AsChatOutcome(EmbedOutcome outcome, const EmbedRequest& request);

}  // namespace hone
