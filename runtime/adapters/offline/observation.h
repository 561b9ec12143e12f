// Observation: what an evolver is told about one failed task, read from Markdown.
#pragma once

#include <string>
#include <string_view>

namespace hone::offline {

struct Observation {
  std::string category;  // "" when it is not said
  std::string task;      // <task>, else the part headed "Task" (or "Task Description"), else all
};

// Pure. The category is that of the <task>, else of the first line "Category: ...".
Observation ReadObservation(std::string_view text);

}  // namespace hone::offline
