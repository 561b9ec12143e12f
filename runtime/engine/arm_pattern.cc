#include "engine/arm_pattern.h"

#include <algorithm>

#include "base/text.h"

namespace hone {
namespace {

// `*` is any text, `?` one byte; everything else, brackets too, is itself.
bool Matches(std::string_view glob, std::string_view name) {
  std::size_t g = 0, n = 0;
  std::size_t star = std::string_view::npos, resume = 0;
  while (n < name.size()) {
    if (g < glob.size() && glob[g] == '*') {
      star = g++;
      resume = n;
    } else if (g < glob.size() && (glob[g] == '?' || glob[g] == name[n])) {
      ++g;
      ++n;
    } else if (star != std::string_view::npos) {
      g = star + 1;
      n = ++resume;
    } else {
      return false;
    }
  }
  while (g < glob.size() && glob[g] == '*') ++g;
  return g == glob.size();
}

}  // namespace

bool IsChosenArm(const std::vector<std::string>& patterns, const std::string& name) {
  if (patterns.empty()) return true;
  return std::any_of(patterns.begin(), patterns.end(), [&](const std::string& pattern) {
    return pattern == name || Matches(pattern, name);
  });
}

Status CheckArmPatterns(const std::vector<std::string>& patterns,
                        const std::vector<std::string>& names) {
  for (const std::string& pattern : patterns) {
    const bool found = std::any_of(names.begin(), names.end(), [&](const std::string& name) {
      return IsChosenArm({pattern}, name);
    });
    if (!found) return Invalid("--arm " + pattern + ": no such arm" + NameHint(pattern, names));
  }
  return Ok{};
}

}  // namespace hone
