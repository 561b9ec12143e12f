// hone forget: an experiment taken out of the database; its answers stay unless they are named too.
#include "app/result_output.h"
#include "app/terminal.h"
#include "app/verbs.h"
#include "report/report_data.h"
#include "store/forget_experiments.h"

namespace hone {

VerbResult ForgetVerb(const GlobalArguments& global, const ForgetArguments& arguments) {
  std::vector<Hash> hashes;
  {
    HONE_ASSIGN(const auto database, OpenResults(global.db));
    for (const std::string& name : arguments.experiments) {
      HONE_ASSIGN(const ExperimentRef found, FindExperiment(*database, name));
      HONE_ASSIGN(const Hash hash, Hash::FromHex(found.hash));
      hashes.push_back(hash);
    }
  }
  HONE_ASSIGN(const ForgetCounts counts, ForgetInFile(global.db, hashes, arguments.answers));
  if (arguments.json) {
    PrintJson(Json::MakeObject({{"experiments", Json(counts.experiments)},
                                {"units", Json(counts.units)},
                                {"calls", Json(counts.calls)}}));
    return ExitCode::kComplete;
  }
  Report(Tone::kPlain, "forgot " + std::to_string(counts.experiments) + " experiments, " +
                           std::to_string(counts.units) + " units, " +
                           std::to_string(counts.calls) + " calls" +
                           (arguments.answers ? "" : "; answers stay (--answers takes them too)"));
  return ExitCode::kComplete;
}

}  // namespace hone
