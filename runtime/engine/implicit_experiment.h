// Experiments that nobody wrote a file for: one recipe with its defaults, or with the configuration
// file of the published system that it stands for; and data that is named by its path alone.
//
// What a configuration file means is the recipe's to say (its `config` function), and what a row of
// data looks like is a mapper's (its `shape`): no name of either is known here.
#pragma once

#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "engine/script_host.h"
#include "engine/source_tree.h"

namespace hone {

struct ImplicitExperiment {
  Json values;       // kExperiment.value (wire/effects.h); without data when none was named
  std::string file;  // what stands for the file: relative paths start beside it
  std::vector<std::string> notes;    // what the configuration says that is done otherwise here
  std::vector<std::string> unknown;  // its keys that mean nothing to the recipe
};

class ImplicitExperiments {
 public:
  // Reads the sources of both roots (SourceTree) and starts a script process. Must not outlive loop
  // and spawner.
  static Result<std::unique_ptr<ImplicitExperiments>> Open(EventLoop* loop,
                                                           ScriptProcessSpawner* spawner,
                                                           const std::string& home,
                                                           const std::string& project);

  // One arm that runs the recipe. `config_file` (YAML or JSON) is "" for none.
  Result<ImplicitExperiment> OfRecipe(const std::string& recipe, const std::string& config_file);

  // {mapper, params: {path}} of a file or folder: JSON lines by the shape of the first row,
  // anything else as documents. The error names the mappers there are.
  Result<Json> DataAt(const std::string& path);

 private:
  ImplicitExperiments(EventLoop* loop, ScriptProcessSpawner* spawner, SourceTree sources,
                      ScriptHost::Options options)
      : sources_(std::move(sources)), host_(loop, spawner, std::move(options), {}) {}

  Status Apply(const std::string& recipe, const std::string& config_file, ImplicitExperiment* out);

  SourceTree sources_;
  ScriptHost host_;
};

// The recipe that a command line names: "recipes/x.lua", "recipes/x", "recipes/x/init.lua"; "" when
// it names something else.
std::string RecipeArgument(const std::string& file);

}  // namespace hone
