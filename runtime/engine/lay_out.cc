#include "engine/lay_out.h"

#include "base/text.h"
#include "engine/script_host.h"
#include "engine/source_tree.h"

namespace hone {

Result<std::vector<LaidOutFile>> LayOut(EventLoop* loop, ScriptProcessSpawner* spawner,
                                        const std::string& home, const std::string& project,
                                        const std::string& recipe, const std::string& layout,
                                        const Json& rows) {
  const std::string module = "recipes." + recipe;
  HONE_ASSIGN(const SourceTree sources, SourceTree::Read(home, project));
  if (!sources.HasModule(module)) {
    return Fail(ErrorCode::kNotFound,
                "no recipe '" + recipe + "'" + NameHint(recipe, sources.RecipeNames()));
  }
  ScriptHost::Options options;
  options.modules = sources.ModulesForStart();
  options.memory_bytes = 1LL << 30U;  // whole runs at once
  options.instructions = 20'000'000'000;
  options.cpu_limit_ms = 120'000;
  ScriptHost host(loop, spawner, options, {});
  HONE_TRY(host.Start());
  HONE_ASSIGN(const Json reply,
              host.Ask(FrameType::kLayOut,
                       Json::MakeObject(
                           {{"program", Json(module)}, {"layout", Json(layout)}, {"rows", rows}})));
  std::vector<LaidOutFile> files;
  for (const Json& file : reply["files"].items()) {
    files.push_back({file["path"].AsString(), file["text"].AsString()});
  }
  return files;
}

}  // namespace hone
