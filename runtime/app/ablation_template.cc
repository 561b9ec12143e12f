#include "app/ablation_template.h"

#include "base/text.h"

namespace hone {
namespace {

constexpr std::string_view kBefore =
    R"lua(-- What does each part of RECIPE contribute? One row for each, on Debian's licence texts, with the offline
-- reader. Rows that ask the same thing share the answer; `hone plan experiments/NAME.lua` says what it costs.
return experiment {
  name   = "NAME",
  doc    = "The parts of RECIPE, one by one.",
  data   = data.documents {
    path = "/usr/share/common-licenses",
    context_words = 3000, min_words = 900, tasks_per_context = 4, max_contexts = 12,
  },
  models = { default = "offline/reader" },
  replicates = 3,
  base   = { recipe = "RECIPE" },
  arms   = {
    { "No skill", recipe = "no_skill" },
    { "RECIPE" },
)lua";

constexpr std::string_view kAfter =
    R"lua(    -- The same settings with other draws: a difference of this size means nothing.
    { "RECIPE, other draws", independent = true, baseline = "RECIPE" },
  },
  evaluate = { with = "rubrics", judge = "offline/reader" },
  table    = { baseline = "RECIPE" },
}
)lua";

std::string Filled(std::string_view pattern, const std::string& name, const std::string& recipe) {
  return ReplaceAll(ReplaceAll(std::string(pattern), "NAME", name), "RECIPE", recipe);
}

std::string Arm(const std::string& label, const std::string& param, const std::string& value) {
  return "    { " + Json(label).Dump() + ", " + param + " = " + value + " },\n";
}

}  // namespace

std::string AblationTemplate(const std::string& name, const Json& description) {
  const std::string& recipe = description["name"].AsString();
  std::string out = Filled(kBefore, name, recipe);
  for (const Json& param : description["params"].items()) {
    const std::string& key = param["name"].AsString();
    if (param["type"].AsString() == "bool") {
      const bool turned = !param["default"].AsBool();
      out += Arm((turned ? "with " : "w/o ") + key, key, turned ? "true" : "false");
    }
    for (const Json& choice : param["choices"].items()) {
      if (choice == param["default"]) continue;
      out += Arm(key + " = " + choice.AsString(), key, choice.Dump());
    }
  }
  return out + Filled(kAfter, name, recipe);
}

}  // namespace hone
