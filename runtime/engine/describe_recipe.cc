#include "engine/describe_recipe.h"

#include <filesystem>

#include "base/text.h"
#include "engine/parameters.h"
#include "engine/script_host.h"
#include "engine/source_tree.h"
#include "skill/prompt_template.h"

namespace hone {

std::string RecipeNameOf(const std::string& file) {
  const std::filesystem::path path(file);
  if (path.extension() != ".lua") return "";
  if (path.parent_path().filename() == "recipes") return path.stem().string();
  const bool is_folder =
      path.filename() == "init.lua" && path.parent_path().parent_path().filename() == "recipes";
  return is_folder ? path.parent_path().filename().string() : "";
}

Result<Json> DescribeRecipe(EventLoop* loop, ScriptProcessSpawner* spawner, const std::string& home,
                            const std::string& project, const std::string& name) {
  HONE_ASSIGN(const SourceTree sources, SourceTree::Read(home, project));
  if (!sources.HasModule("recipes." + name)) {
    return Fail(ErrorCode::kNotFound,
                "no recipe '" + name + "'" + NameHint(name, sources.RecipeNames()));
  }
  ScriptHost::Options options;
  options.modules = sources.ModulesForStart();
  ScriptHost host(loop, spawner, options, {});
  HONE_TRY(host.Start());
  HONE_ASSIGN(Json description,
              host.Ask(FrameType::kDescribe, Json::MakeObject({{"program", "recipes." + name}})));
  HONE_TRY(CheckPresets(description, "recipe '" + name + "'"));
  HONE_ASSIGN(const auto prompts, sources.PromptsOf(name));
  Json files = Json::MakeArray();
  for (const auto& [prompt, file] : prompts) {
    const Result<PromptTemplate> parsed = PromptTemplate::Parse(file.text, file.file);
    if (!parsed.ok()) return parsed.error();
    files.Append(Json(file.file));
  }
  description.Set("prompt_files", std::move(files));
  return description;
}

}  // namespace hone
