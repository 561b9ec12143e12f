#include "app/rejudge.h"

#include <cctype>

#include "report/report_data.h"

namespace hone {
namespace {

constexpr std::string_view kJudge = "judge=";

// A model's name as part of an experiment's.
std::string InName(const std::string& model) {
  std::string out;
  for (const char letter : model) {
    out += std::isalnum(static_cast<unsigned char>(letter)) != 0 || letter == '.' ? letter : '-';
  }
  return out;
}

}  // namespace

Status SetRejudge(ReadDatabase& database, const std::string& run,
                  const std::vector<std::string>& overrides, LoadOptions* options) {
  HONE_ASSIGN(const ExperimentRef found, FindExperiment(database, run));
  HONE_ASSIGN(const auto rows,
              database.Query("SELECT config_json FROM experiments WHERE experiment_id = :id",
                             Json::MakeObject({{"id", Json(found.experiment_id)}})));
  HONE_ASSIGN(Json values, Json::Parse(rows.at(0)["config_json"].AsString()));
  if (!values["evaluate"].is_object()) {
    return Invalid("experiment '" + found.name +
                   "' has no evaluation whose answers could be graded");
  }
  std::string judge;
  for (const std::string& text : overrides) {
    if (text.starts_with(kJudge)) {
      judge = text.substr(kJudge.size());
    } else {
      options->overrides.push_back(text);
    }
  }
  if (judge.empty()) {
    return Invalid("--rejudge: say who grades: hone run --rejudge " + found.name + " judge=MODEL");
  }
  Json evaluate = values["evaluate"];
  evaluate.Set("judge", Json(judge));
  values.Set("evaluate", std::move(evaluate));
  values.Set("name", Json(found.name + "-rejudged-by-" + InName(judge)));
  options->experiment_file = found.file;
  options->values = std::move(values);
  return Ok{};
}

}  // namespace hone
