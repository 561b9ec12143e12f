// The effect "judge.rubrics": rubrics and an answer -> a model's judgement, strict and all or
// nothing.
//
// A judgement that is off the menu, cut off or unparsable is asked for again as a new draw, `tries`
// times in all, and then kept as ungraded with its reason. Nothing is guessed (skill/judgement.h).
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/json.h"
#include "primitives/call_gate.h"
#include "skill/prompt_template.h"
#include "wire/parts.h"

namespace hone {

// `args` as in wire/effects.h. `prompt` has the variables rubrics and answer, and may have task and
// context; a text that `sees` does not list is replaced by a sentence that says it is withheld.
void RunJudgeRubrics(const Json& args, std::string step, const PartReceiver& parts,
                     std::shared_ptr<const PromptTemplate> prompt, std::shared_ptr<CallGate> gate,
                     std::function<void(Result<Json>)> done);

}  // namespace hone
