#include <algorithm>

#include "base/text.h"
#include "report/compare.h"

namespace hone {
namespace {

using Rows = std::vector<Json>;

struct RunNames {
  std::vector<std::string> arms, replicates;
};

Result<RunNames> NamesOf(ReadDatabase& database, const ExperimentRef& experiment) {
  HONE_ASSIGN(const Rows rows, database.Query(R"sql(
      SELECT a.name AS arm, r.replicate FROM arms a LEFT JOIN runs r USING (arm_id)
      WHERE a.experiment_id = ? ORDER BY a.position, r.run_id)sql",
                                              Json::MakeArray({experiment.experiment_id})));
  RunNames out;
  const auto add = [](const std::string& name, std::vector<std::string>* to) {
    if (!name.empty() && std::find(to->begin(), to->end(), name) == to->end()) to->push_back(name);
  };
  for (const Json& row : rows) {
    add(row["arm"].AsString(), &out.arms);
    add(row["replicate"].AsString(), &out.replicates);
  }
  return out;
}

bool Has(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// `text` as an arm of the experiment, with or without a seed.
bool ReadArm(const RunNames& names, const std::string& text, CompareSide* side) {
  if (Has(names.arms, text)) {
    side->arm = text;
    return true;
  }
  const std::size_t at = text.rfind('@');
  if (at == std::string::npos || !Has(names.replicates, text.substr(at + 1))) return false;
  if (at > 0 && !Has(names.arms, text.substr(0, at))) return false;
  side->arm = text.substr(0, at);
  side->replicate = text.substr(at + 1);
  return true;
}

}  // namespace

Result<CompareSide> FindCompareSide(ReadDatabase& database, const std::string& name) {
  CompareSide side;
  side.name = name;
  HONE_ASSIGN(side.experiment, FindExperiment(database, ""));
  HONE_ASSIGN(const RunNames last, NamesOf(database, side.experiment));
  if (ReadArm(last, name, &side)) return side;
  for (std::size_t at = name.find(':'); at != std::string::npos; at = name.find(':', at + 1)) {
    const Result<ExperimentRef> experiment = FindExperiment(database, name.substr(0, at));
    if (!experiment.ok() || at == 0) continue;
    side.experiment = *experiment;
    HONE_ASSIGN(const RunNames names, NamesOf(database, *experiment));
    const std::string arm = name.substr(at + 1);
    if (ReadArm(names, arm, &side)) return side;
    const std::string bare = arm.substr(0, arm.rfind('@'));
    if (name.find(':', at + 1) == std::string::npos) {
      return Fail(ErrorCode::kNotFound,
                  "experiment '" + experiment->name + "' has no arm '" + OneLine(arm, 80) + "'" +
                      NameHint(Has(names.arms, bare) ? arm : bare, names.arms));
    }
  }
  const Result<ExperimentRef> whole = FindExperiment(database, name);
  if (whole.ok()) {
    side.experiment = *whole;
    return side;
  }
  const std::size_t at = name.rfind('@');
  if (at != std::string::npos && at > 0) {
    const Result<ExperimentRef> experiment = FindExperiment(database, name.substr(0, at));
    if (experiment.ok()) {
      HONE_ASSIGN(const RunNames names, NamesOf(database, *experiment));
      if (Has(names.replicates, name.substr(at + 1))) {
        side.experiment = *experiment;
        side.replicate = name.substr(at + 1);
        return side;
      }
    }
  }
  return Fail(ErrorCode::kNotFound, "'" + OneLine(name, 80) + "' is no arm of experiment '" +
                                        side.experiment.name + "' and no experiment" +
                                        NameHint(name, last.arms) +
                                        "; write EXPERIMENT:ARM@SEED, EXPERIMENT:ARM, ARM or "
                                        "EXPERIMENT");
}

}  // namespace hone
