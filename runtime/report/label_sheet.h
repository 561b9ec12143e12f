// A sheet for people to grade answers on, blind: which arm, which skill and what a judge said is
// not in it, and the order is that of the answers' keys, which is no order at all.
//
// One JSON object a line, one line a rubric of an answer:
//   {"answer": "<key of the call>", "rubric": 1, "text": "<the rubric>", "task": "...",
//    "reply": "<the answer>", "status": null, "note": ""}
// A person sets status to "yes" or "no" and leaves the rest; `hone convert labels` reads it.
#pragma once

#include <string>

#include "base/result.h"
#include "store/read_database.h"

namespace hone {

// Every answer to a report task of the experiment, once. `most_answers` 0: all.
Result<std::string> LabelSheet(ReadDatabase& database, const std::string& experiment,
                               int64_t most_answers);

}  // namespace hone
