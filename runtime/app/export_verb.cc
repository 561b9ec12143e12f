// hone export: what is on record as files: skills, a bundle, the programs.
#include <fstream>

#include "app/export_bundle.h"
#include "app/export_layout.h"
#include "app/result_output.h"
#include "app/terminal.h"
#include "app/verbs.h"
#include "report/export_skills.h"
#include "report/label_sheet.h"
#include "store/read_database.h"

namespace hone {

namespace {

VerbResult ExportSkillFolders(const GlobalArguments& global, const ExportArguments& arguments) {
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

VerbResult ExportLabelSheet(const GlobalArguments& global, const ExportArguments& arguments) {
  HONE_ASSIGN(const auto database, OpenResults(global.db));
  HONE_ASSIGN(const std::string sheet,
              LabelSheet(*database, arguments.experiment, arguments.most_labels));
  std::ofstream out(arguments.labels_file, std::ios::binary | std::ios::trunc);
  out << sheet;
  out.close();
  if (!out) return Fail(ErrorCode::kIo, arguments.labels_file + ": cannot be written");
  Report(Tone::kPlain, "set status to yes or no in " + arguments.labels_file +
                           ", then: hone convert labels " + arguments.labels_file);
  return ExitCode::kComplete;
}

}  // namespace

VerbResult ExportVerb(const GlobalArguments& global, const ExportArguments& arguments) {
  if (!arguments.layout.empty()) return ExportLayout(global, arguments);
  if (!arguments.folder.empty()) {
    return Invalid("hone export: '" + arguments.folder +
                   "' is one name too many; a folder goes with --layout");
  }
  if (!arguments.bundle.empty()) {
    HONE_TRY(ExportBundle(global.db, arguments.experiment, arguments.with_data, arguments.bundle));
    Report(Tone::kPlain,
           "wrote " + arguments.bundle + "; hone --db " + arguments.bundle +
               " table shows it, run --ledger takes answers from it, export --sources "
               "writes its programs");
    return ExitCode::kComplete;
  }
  if (!arguments.sources_folder.empty()) {
    HONE_ASSIGN(const std::string command,
                ExportSources(global.db, arguments.experiment, arguments.sources_folder));
    Report(Tone::kPlain, "in " + arguments.sources_folder + ": " + command);
    return ExitCode::kComplete;
  }
  if (!arguments.labels_file.empty()) return ExportLabelSheet(global, arguments);
  if (!arguments.skills_folder.empty()) return ExportSkillFolders(global, arguments);
  return Invalid(
      "hone export: say what: --skills DIR, --labels FILE, --bundle FILE, --sources DIR or "
      "--layout NAME DIR");
}

}  // namespace hone
