// hone merge: other results databases, joined into --db.
#include "adapters/system_clock.h"
#include "app/terminal.h"
#include "app/verbs.h"
#include "store/merge_database.h"

namespace hone {

VerbResult MergeVerb(const GlobalArguments& global, const MergeArguments& arguments) {
  SystemClock clock;
  Json merged = Json::MakeArray();
  for (const std::string& file : arguments.files) {
    HONE_ASSIGN(const MergeCounts counts, MergeDatabase(global.db, file, clock.NowMs()));
    merged.Append(Json::MakeObject({{"file", Json(file)},
                                    {"units", Json(counts.units)},
                                    {"calls", Json(counts.calls)},
                                    {"sends", Json(counts.sends)}}));
    if (!arguments.json) {
      Report(Tone::kPlain, file + ": " + std::to_string(counts.units) + " units and " +
                               std::to_string(counts.calls) + " calls came over");
    }
  }
  if (arguments.json) PrintJson(merged);
  return ExitCode::kComplete;
}

}  // namespace hone
