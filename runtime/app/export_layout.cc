#include "app/export_layout.h"

#include <map>

#include "app/result_output.h"
#include "app/terminal.h"
#include "app/workbench.h"
#include "engine/lay_out.h"
#include "report/layout_rows.h"
#include "report/output_folder.h"
#include "skill/skill_document.h"

namespace hone {
namespace {

struct Original {
  std::string context_text;
  Json metadata;
};

// What is not on record as such: texts and fields of the items, from the data that the experiment
// names. Without them a layout still has everything that happened.
std::map<std::string, Original> OriginalsOf(ReadDatabase& database, Workbench* workbench,
                                            const ExperimentRef& experiment) {
  std::map<std::string, Original> out;
  const auto say = [](const std::string& why) {
    Report(Tone::kWarning, "texts of the contexts are left out: " + why);
  };
  const auto rows =
      database.Query("SELECT config_json, data_json FROM experiments WHERE experiment_id = :id",
                     Json::MakeObject({{"id", experiment.experiment_id}}));
  if (!rows.ok() || rows->empty()) return out;
  LoadOptions options;
  options.experiment_file = experiment.file;
  options.home = workbench->installation().home;
  options.project = std::string{"."};
  const Result<Json> values = Json::Parse((*rows)[0]["config_json"].AsString());
  const Result<Json> data = Json::Parse((*rows)[0]["data_json"].AsString());
  if (!values.ok() || !data.ok()) return out;
  options.values = *values;
  const Result<LoadedExperiment> loaded = workbench->Load(options);
  if (!loaded.ok()) {
    say(loaded.error().message);
    return out;
  }
  if (loaded->data_hash.Hex() != (*data)["hash"].AsString()) {
    say("the data of " + experiment.file + " have changed since");
    return out;
  }
  for (const Item& item : loaded->items) {
    out[item.id] = {item.Context()["text"].AsString(), item.fields};
    if (out[item.id].context_text.empty()) out[item.id].context_text = item.ContextText();
  }
  return out;
}

Json WithOriginals(const Json& rows, const std::map<std::string, Original>& originals) {
  Json out = Json::MakeArray();
  for (Json row : rows.items()) {
    const auto found = originals.find(row["unit"]["id"].AsString());
    if (found != originals.end()) {
      Json unit = row["unit"];
      unit.Set("context_text", Json(found->second.context_text));
      unit.Set("metadata", found->second.metadata);
      row.Set("unit", std::move(unit));
    }
    out.Append(std::move(row));
  }
  return out;
}

}  // namespace

VerbResult ExportLayout(const GlobalArguments& global, const ExportArguments& arguments) {
  HONE_ASSIGN(const auto database, OpenResults(global.db));
  const bool one_name = arguments.folder.empty();  // hone export --layout NAME DIR
  const std::string folder = one_name ? arguments.experiment : arguments.folder;
  if (folder.empty()) {
    return Invalid(
        "hone export --layout: name the folder to write, as in hone export NAME --layout " +
        arguments.layout + " DIR");
  }
  HONE_ASSIGN(const ExperimentRef experiment,
              FindExperiment(*database, one_name ? "" : arguments.experiment));
  HONE_ASSIGN(const std::vector<LayoutRun> runs,
              FindLayoutRuns(*database, experiment, arguments.arm));
  HONE_ASSIGN(const auto workbench, Workbench::Make({}));
  const auto originals = OriginalsOf(*database, workbench.get(), experiment);
  Json written = Json::MakeArray();
  std::vector<std::string> left_out;
  std::vector<std::pair<std::string, std::vector<LaidOutFile>>> all;
  Error first;
  for (const LayoutRun& run : runs) {
    HONE_ASSIGN(const Json rows, LayoutRows(*database, run, &left_out));
    Result<std::vector<LaidOutFile>> files =
        LayOut(&workbench->loop(), &workbench->spawner(), workbench->installation().home, ".",
               run.recipe, arguments.layout, WithOriginals(rows, originals));
    if (!files.ok()) {
      first = files.error();
      continue;  // arms of other recipes, such as a baseline, have no such layout
    }
    const std::string place =
        runs.size() == 1 ? "" : Slugify(run.arm) + "/" + Slugify(run.replicate) + "/";
    all.emplace_back(place, std::move(*files));
  }
  if (all.empty()) return first;
  // One run that has the layout is written without folders for arm and replicate.
  if (all.size() == 1) all[0].first = "";
  HONE_ASSIGN(OutputFolder out, OutputFolder::Open(folder, arguments.force));
  for (const auto& [place, files] : all) {
    for (const LaidOutFile& file : files) {
      const std::string name = place + file.path;
      if (out.written().count(name) > 0) {
        return Fail(ErrorCode::kConflict, "the layout writes '" + name + "' twice");
      }
      HONE_TRY(out.Write(name, file.text));
      written.Append(Json(name));
    }
  }
  Json missing = Json::MakeArray();
  for (const std::string& item : left_out) missing.Append(Json(item));
  if (arguments.json) {
    PrintJson(Json::MakeObject({{"files", written}, {"left_out", missing}}));
  } else {
    for (const Json& name : written.items()) PrintText(folder + "/" + name.AsString() + "\n");
  }
  Report(Tone::kPlain, std::to_string(written.size()) + " files written" +
                           (left_out.empty() ? ""
                                             : "; " + std::to_string(left_out.size()) +
                                                   " items have not finished and are left out"));
  return ExitCode::kComplete;
}

}  // namespace hone
