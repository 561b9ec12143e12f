// hone export: the evaluated skills as SKILL.md folders.
#include "app/result_output.h"
#include "app/terminal.h"
#include "app/verbs.h"
#include "report/export_skills.h"
#include "store/read_database.h"

namespace hone {

VerbResult ExportVerb(const GlobalArguments& global, const ExportArguments& arguments) {
  HONE_ASSIGN(const auto database, OpenResults(global.db));
  ExportQuery query;
  query.experiment = arguments.experiment;
  query.arm = arguments.arm;
  query.folder = arguments.skills_folder;
  HONE_ASSIGN(const Json manifest, ExportSkills(*database, query));
  if (arguments.json) {
    PrintJson(manifest);
    return ExitCode::kComplete;
  }
  for (const Json& skill : manifest["skills"].items()) {
    PrintText(arguments.skills_folder + "/" + skill["path"].AsString() + "\n");
  }
  Report(Tone::kPlain, std::to_string(manifest["skills"].size()) + " skills written, " +
                           std::to_string(manifest["without_skill"].size()) +
                           " runs of an item without one; see manifest.json");
  return ExitCode::kComplete;
}

}  // namespace hone
