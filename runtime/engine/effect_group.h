// EffectGroup: the journaled effects of one capability, for one unit: how they are executed, and
// what is kept of those that were answered from the record.
//
// A unit asks its journal (unit_journal.h), and the journal asks the group only for what is not on
// record. Loop's thread only.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "base/json.h"
#include "primitives/effect_end.h"

namespace hone {

struct Effect {
  std::string path;
  int64_t ordinal = 0;  // along the path, in one numbering with its calls
  std::string kind;     // "container.exec"
  std::string step;
  Json args;  // texts in place
};

// A command on record was executed again, and gave another result.
struct EffectDivergence {
  std::string path;
  int64_t opened = 0;  // ordinal from which on nothing of the path can be kept
  int64_t ordinal = 0;
  std::string kind;
  Json recorded, now;  // in the journal's form
};

class EffectGroup {
 public:
  virtual ~EffectGroup() = default;

  // Misuse that is seen without executing anything; also asked of what is on record.
  virtual Status Check(const Effect& effect) = 0;
  // The effect was answered from the record.
  virtual void Recall(const Effect& effect, const Json& journal_form) = 0;
  // `done` is called once, maybe inside the call; not at all after LetGo.
  virtual void Run(const Effect& effect, EffectDone done) = 0;
  // An effect without an answer.
  virtual void Tell(const std::string& kind, const Json& args) = 0;
  // Whether something leaves the machine by it: then what it depends on must be committed before.
  [[nodiscard]] virtual bool Leaves(const Effect& effect) const = 0;
  // The row of `execs` of an effect that has ended, where it has one.
  [[nodiscard]] virtual std::optional<Json> RowOf(const Effect& effect,
                                                  const Json& journal_form) const = 0;
  // The unit has ended, or starts again: everything that is live goes.
  virtual void LetGo() = 0;
};

}  // namespace hone
