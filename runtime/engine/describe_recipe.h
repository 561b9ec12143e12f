// DescribeRecipe: loads one recipe by itself, for `hone check recipes/x.lua`.
#pragma once

#include <string>

#include "base/json.h"
#include "base/result.h"
#include "ports/event_loop.h"
#include "ports/script_process.h"

namespace hone {

// The recipe's name when `file` lies where recipes are ("recipes/x.lua", "a/recipes/x/init.lua"),
// else "".
std::string RecipeNameOf(const std::string& file);

// kDescription of the recipe (wire/effects.h), its prompts checked and named in `prompt_files`.
// Roots as in SourceTree.
Result<Json> DescribeRecipe(EventLoop* loop, ScriptProcessSpawner* spawner, const std::string& home,
                            const std::string& project, const std::string& name);

}  // namespace hone
