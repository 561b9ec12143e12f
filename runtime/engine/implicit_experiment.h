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

// What a command line says about a recipe that is run by itself.
struct RecipeRequest {
  std::string recipe;
  std::string config;                  // YAML or JSON of the system it stands for; "": none
  std::vector<std::string> options;    // key=value for that system alone (--cfg-options)
  std::vector<std::string> overrides;  // key=value
};

struct ImplicitExperiment {
  Json values;       // kExperiment.value (wire/effects.h); without data when none was named
  std::string file;  // what stands for the file: relative paths start beside it
  std::vector<std::string> overrides;  // those that the configuration did not take
  std::vector<std::string> notes;      // what the configuration says that is done otherwise here
  std::vector<std::string> unknown;    // its keys that mean nothing to the recipe
};

class ImplicitExperiments {
 public:
  // Reads the sources of both roots (SourceTree) and starts a script process. Must not outlive loop
  // and spawner.
  static Result<std::unique_ptr<ImplicitExperiments>> Open(EventLoop* loop,
                                                           ScriptProcessSpawner* spawner,
                                                           const std::string& home,
                                                           const std::string& project);

  // One arm that runs the recipe. Its `config` gets the configuration, the files that this builds
  // on (relative to the file that names them; no absolute path, so that a configuration from
  // elsewhere reads what came with it), the options, and those overrides whose key is neither a
  // field of an experiment nor a parameter of the recipe.
  Result<ImplicitExperiment> OfRecipe(const RecipeRequest& request);

  // {mapper, params: {path}} of a file or folder: JSON lines by the shape of the first row,
  // anything else as documents. The error names the mappers there are.
  Result<Json> DataAt(const std::string& path);

 private:
  ImplicitExperiments(EventLoop* loop, ScriptProcessSpawner* spawner, SourceTree sources,
                      ScriptHost::Options options)
      : sources_(std::move(sources)), host_(loop, spawner, std::move(options), {}) {}

  // The answer of the recipe's config().
  Result<Json> Configure(const std::string& module, const RecipeRequest& request,
                         const std::vector<std::string>& given);
  static Status Apply(const RecipeRequest& request, const Json& read, ImplicitExperiment* out);

  SourceTree sources_;
  ScriptHost host_;
};

// The recipe that a command line names: "recipes/x.lua", "recipes/x", "recipes/x/init.lua"; "" when
// it names something else.
std::string RecipeArgument(const std::string& file);

}  // namespace hone
