// Held-out report tasks of a context: questions with rubrics that no arm has seen.
//
// The generator is part of the data, not of any arm: it is a function of the context's bytes alone,
// it asks no model, and it shares no code with the offline reader, whose challenger makes tasks
// too. It keeps where each task and rubric comes from, so that tasks whose source turns up in a
// self-play task or in a skill can be counted apart.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"

namespace hone {

struct ByteSpan {
  std::size_t first = 0;  // 0-based
  std::size_t last = 0;   // exclusive
};

struct HeldOutTask {
  std::string task;
  std::vector<std::string> rubrics;    // each holds exactly one phrase in straight double quotes
  std::vector<ByteSpan> rubric_spans;  // of the quoted phrases, in the context
  ByteSpan span;                       // of the statement asked about, in the context
  std::string span_text;               // the bytes at `span`, line ends included
};

// At most `count` different tasks in the order of the context, spread over its whole length: the
// context is cut into `count` equal stretches and each gives a task if it holds a usable statement;
// stretches without one are made up for elsewhere. Fewer tasks come back when the text has too few
// statements. A quoted phrase occurs once in the context (runs of white space count as one space)
// and never in its own task.
std::vector<HeldOutTask> MakeHeldOutTasks(std::string_view context, std::size_t count);

// {id, split: "report", task, rubrics, span: [first, last], span_text,
//  rubric_spans: [[first, last], ...]}
Json HeldOutTaskToJson(const HeldOutTask& task, const std::string& id);

}  // namespace hone
