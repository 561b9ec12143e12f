#include "engine/role_check.h"

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.h"

namespace hone {
namespace {

bool IsRoleName(std::string_view text) {
  if (text.empty() || text.size() > 40) return false;
  for (const char c : text) {
    if ((c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '_') return false;
  }
  return true;
}

// Short quoted words of a Lua source, and those that follow `role =`.
void AddWords(std::string_view source, std::set<std::string>* quoted,
              std::set<std::string>* roles) {
  for (std::size_t at = 0; at < source.size(); ++at) {
    const char quote = source[at];
    if (quote != '"' && quote != '\'') continue;
    const std::size_t end = source.find(quote, at + 1);
    if (end == std::string_view::npos) return;
    const std::string_view word = source.substr(at + 1, end - at - 1);
    if (!IsRoleName(word)) continue;  // perhaps an apostrophe: go on right behind it
    quoted->emplace(word);
    const std::string_view before = Trim(source.substr(0, at));
    if (before.ends_with('=') && Trim(before.substr(0, before.size() - 1)).ends_with("role")) {
      roles->emplace(word);
    }
    at = end;
  }
}

}  // namespace

Status CheckRoles(const LoadedExperiment& loaded) {
  std::set<std::string> quoted{"default", "embed", "judge"}, roles = quoted;
  const auto add = [&](const Program& program) {
    for (const Json& module : program.description["modules"].items()) {
      const auto found = loaded.sources.modules().find(module.AsString());
      if (found != loaded.sources.modules().end()) AddWords(found->second.text, &quoted, &roles);
    }
  };
  for (const LoadedArm& arm : loaded.arms) {
    if (arm.program) add(*arm.program);
  }
  if (loaded.evaluator) add(*loaded.evaluator);
  for (const LoadedArm& arm : loaded.arms) {
    for (const auto& [role, model] : arm.models) {
      if (quoted.count(role) > 0) continue;
      const std::vector<std::string> known(roles.begin(), roles.end());
      return Invalid(loaded.experiment.file + ": models." + role + ": nobody asks for the role '" +
                     role + "'" + NameHint(role, known));
    }
  }
  return Ok{};
}

}  // namespace hone
