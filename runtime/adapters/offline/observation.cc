#include "adapters/offline/observation.h"

#include "adapters/offline/prompt.h"
#include "base/text.h"

namespace hone::offline {
namespace {

// "- **Category**: csv" gives csv.
std::string CategoryIn(std::string_view text) {
  for (const std::string_view line : Split(text, '\n')) {
    const std::size_t at = ToLowerAscii(line).find("category");
    if (at == std::string::npos || at > 6) continue;
    std::string_view value = line.substr(at + std::string_view("category").size());
    while (!value.empty() && std::string_view("*: `\t").find(value.front()) != value.npos) {
      value.remove_prefix(1);
    }
    while (!value.empty() && std::string_view("* `\t\r").find(value.back()) != value.npos) {
      value.remove_suffix(1);
    }
    return std::string(value);
  }
  return "";
}

}  // namespace

Observation ReadObservation(std::string_view text) {
  Observation out;
  if (const std::vector<Tagged> tasks = FindTagged(text, "task"); !tasks.empty()) {
    out.task = tasks.front().body;
    out.category = tasks.front().Attribute("category");
  }
  if (out.category.empty()) out.category = CategoryIn(text);
  if (!out.task.empty()) return out;
  out.task = std::string(Trim(text));
  for (const std::string_view heading : {"## Task\n", "## Task Description\n"}) {
    const std::size_t at = text.find(heading);
    if (at == std::string_view::npos) continue;
    const std::string_view rest = text.substr(at + heading.size());
    out.task = std::string(Trim(rest.substr(0, rest.find("\n## "))));
    break;
  }
  return out;
}

}  // namespace hone::offline
