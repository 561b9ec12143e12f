// Trace: from a cell of a table down to what produced its number.
//
//   arm [, item [, task]], replicate
//   -> attempts and their verdicts -> the judge's call -> the call that answered -> its prompts
//   -> the skill that was evaluated -> the selection among its versions -> the edit that made it
//   -> the proposal behind the edit -> the failed attempts of that step
//
// What is shown grows with what is named: an arm lists its items with their attempts; an item adds
// answers' verdicts and the story of its skill; a task adds the prompts. Calls are named by key,
// for `hone show call KEY`. Rendered by RenderOutline (outline.h).
#pragma once

#include <string>

#include "base/json.h"
#include "base/result.h"
#include "store/read_database.h"

namespace hone {

struct TraceQuery {
  std::string experiment{};  // as FindExperiment takes it; "" is the last one
  std::string arm{};         // "" is an error that lists the arms
  std::string replicate{};   // "" is the first seed
  std::string item{}, task{};
};

Result<Json> Trace(ReadDatabase& database, const TraceQuery& query);

}  // namespace hone
