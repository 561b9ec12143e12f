// ProgramLoader: recipes, evaluators and mappers as hone-script describes them, with the parameters
// and prompts that an arm gives them.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "engine/loaded_experiment.h"
#include "engine/script_host.h"

namespace hone {

class ProgramLoader {
 public:
  // All must outlive the loader. `values` are the experiment's.
  ProgramLoader(ScriptHost* host, const SourceTree* sources, const std::string& experiment_file,
                const Json& values);

  // An error of hone-script that has no place of its own gets `file`.
  Result<Json> AskAbout(const std::string& file, FrameType type, const Json& job);

  // Its description and hash; fails when it is not of that kind. Asked for once.
  Result<Program> Describe(const std::string& module, const std::string& kind);
  // The arm's recipe with its parameters and prompts.
  Result<Program> LoadRecipe(const ArmSpec& arm);
  // Its parameters under these settings; `where` begins the error.
  Result<Json> Parameters(const ArmSpec& arm, const Program& recipe, const Json& settings,
                          const std::string& where) const;
  // Fills the arm's bound, when its recipe states one: for an item of that size and these fields.
  void SetBound(const Item& item, LoadedArm* arm);
  Result<Program> LoadEvaluator(const EvaluateSpec& evaluate);

  [[nodiscard]] std::string FileOf(const std::string& module) const;
  // Modules "prefix.name", as names.
  [[nodiscard]] std::vector<std::string> NamesUnder(const std::string& prefix) const;

 private:
  [[nodiscard]] Json SettingsFor(const ArmSpec& arm, const Program& program,
                                 const Json& settings) const;
  Status LoadPrompts(const ArmSpec& arm, Program* program);
  Status LoadSeeds(const ArmSpec& arm, Program* program) const;
  Status ReplacePrompt(const std::string& name, const std::string& file, Program* program) const;

  ScriptHost* host_;
  const SourceTree* sources_;
  const std::string& file_;
  const Json& values_;
  std::map<std::string, Json> descriptions_;  // by module
};

// The folder of a file, "." for a bare name.
std::string FolderOf(const std::string& file);

}  // namespace hone
