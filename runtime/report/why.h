// Why: for each unit of a run, why it was executed or recalled, and which input tells it from its
// counterpart in another run.
//
// A unit is recalled when its key (program, parameters, models, item, replicate, semantics) was on
// record already: in another arm, another experiment, or an earlier start. What was changed is read
// from the record alone: the configuration of the arms, hashes of the files and prompts of their
// programs, items and evaluated skills.
#pragma once

#include <string>

#include "base/json.h"
#include "base/result.h"
#include "store/read_database.h"

namespace hone {

struct WhyQuery {
  std::string experiment{};  // as FindExperiment takes it
  std::string arm{};         // "": a line for each arm
  std::string replicate{};   // "": every seed
  std::string item{};        // "": every item
  // What to compare with, as FindCompareSide takes it; "": the experiment of the same name that was
  // started before this one, if there is one.
  std::string against{};
};

// {experiment, hash, against, changed: [{arm, input, before, now}], arms: [{arm, ran, recalled,
// missing, calls, calls_from_ledger}], units: [{arm, seed, item, part, unit, why, calls,
// calls_from_ledger, first_used_by, changed: [...]}]}; units only with an arm.
Result<Json> Why(ReadDatabase& database, const WhyQuery& query);

}  // namespace hone
