// hone data: what a data set holds, before anything is run on it.
#include "app/terminal.h"
#include "app/verbs.h"
#include "app/workbench.h"
#include "base/text.h"
#include "engine/data_statistics.h"

namespace hone {
namespace {

// The experiment's data, or those of a file or folder; models play no part.
Result<LoadOptions> OptionsFor(Workbench* workbench, const ExperimentArguments& arguments) {
  if (arguments.file.ends_with(".lua")) return workbench->OptionsFor(arguments);
  HONE_ASSIGN(LoadOptions options, workbench->PlainOptions(arguments));
  HONE_ASSIGN(ImplicitExperiments * implicit, workbench->Implicit());
  HONE_ASSIGN(Json data, implicit->DataAt(arguments.file));
  options.experiment_file = "data";
  options.overrides = arguments.overrides;
  options.values =
      Json::MakeObject({{"name", Json("data")},
                        {"data", std::move(data)},
                        {"models", Json::MakeObject({{"default", Json("offline/reader")}})},
                        {"base", Json::MakeObject({{"recipe", Json("no_skill")}})}});
  return options;
}

}  // namespace

VerbResult DataVerb(const GlobalArguments& /*global*/, const DataArguments& arguments) {
  const std::vector<std::string> kinds = {"stats"};
  if (arguments.what != "stats") {
    return Invalid("hone data " + OneLine(arguments.what, 40) + ": unknown" +
                   NameHint(arguments.what, kinds));
  }
  HONE_ASSIGN(const auto workbench, Workbench::Make({}));
  HONE_ASSIGN(const LoadOptions options, OptionsFor(workbench.get(), arguments.experiment));
  HONE_ASSIGN(const LoadedExperiment loaded, workbench->Load(options));
  const Json statistics = DataStatistics(loaded);
  if (arguments.json) {
    PrintJson(statistics);
  } else {
    PrintText(RenderDataStatistics(statistics));
  }
  return ExitCode::kComplete;
}

}  // namespace hone
