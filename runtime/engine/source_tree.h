// SourceTree: the Lua files and prompts that a session may load, read once at its start.
//
// Two roots: the project (where the user works) and the home (where Hone's own files are). A recipe
// of the project shadows one of the same name in the home. Symbolic links that leave their root are
// refused.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/hash.h"
#include "base/json.h"
#include "base/result.h"
#include "ports/versioned_folder.h"

namespace hone {

struct SourceFile {
  std::string file;  // relative to its root, as tracebacks show it
  std::string text;
};

class SourceTree {
 public:
  // lua/hone/**, recipes/** and benchmarks/** of both roots. Module names as in wire/frame.h:
  // "hone.roles", "recipes.ctx2skill", "skillopt.params" (a sibling of recipes/skillopt/init.lua),
  // "benchmarks.mine".
  static Result<SourceTree> Read(const std::string& home, const std::string& project);

  // Adds one file under a module name (the user's own mapper).
  Status AddModule(const std::string& name, const std::string& path);

  [[nodiscard]] Json ModulesForStart() const;  // [{name, file, source}]
  [[nodiscard]] bool HasModule(const std::string& name) const { return modules_.count(name) > 0; }
  // Names of the recipes there are, for hints.
  [[nodiscard]] std::vector<std::string> RecipeNames() const;
  // Prompts of recipes/prompts/<recipe>/*.md by name without ".md"; empty when there are none.
  [[nodiscard]] Result<std::map<std::string, SourceFile>> PromptsOf(
      const std::string& recipe) const;
  // The files of seed_workspaces/<name>, sorted; the project's own comes first. The error names the
  // nearest one.
  [[nodiscard]] Result<std::vector<FolderFile>> SeedWorkspace(const std::string& name) const;
  // A file of lua/hone/ that is no module, such as "prompts/judge.md".
  [[nodiscard]] Result<SourceFile> LibraryFile(const std::string& name) const;
  // Hash of the named modules, in the order of their names.
  [[nodiscard]] Hash HashOfModules(const std::vector<std::string>& names) const;
  [[nodiscard]] const std::map<std::string, SourceFile>& modules() const { return modules_; }

 private:
  Status ReadRoot(const std::string& root);

  std::vector<std::string> roots_;  // the home first
  std::map<std::string, SourceFile> modules_;
};

// The bytes of a text file; the error names it.
Result<std::string> ReadSourceFile(const std::string& path, std::size_t max_bytes = 16U << 20U);

}  // namespace hone
