// hone compare: two runs, arms or experiments, item by item; or their skills, prompts or settings.
#include "app/result_output.h"
#include "app/terminal.h"
#include "app/verbs.h"
#include "engine/given_skills.h"
#include "report/compare.h"
#include "report/skill_comparison.h"
#include "store/read_database.h"

namespace hone {

namespace {

// A=DIR B=DIR: no database is asked.
VerbResult CompareFolders(const CompareArguments& arguments) {
  GivenSkills folders;
  for (const std::string& side : {arguments.a, arguments.b}) {
    const std::size_t equals = side.find('=');
    if (equals == std::string::npos || equals == 0) {
      return Invalid("--skills: '" + side + "' is not of the form LABEL=DIR");
    }
    HONE_TRY(folders.Add(side.substr(0, equals), side.substr(equals + 1)));
  }
  const std::vector<std::string> labels = folders.labels();
  const Json found = CompareSkillTexts(labels[0], folders.SkillsOf(labels[0]), labels[1],
                                       folders.SkillsOf(labels[1]));
  if (arguments.json) {
    PrintJson(found);
  } else {
    PrintText(RenderSkillComparison(found));
  }
  return ExitCode::kComplete;
}

}  // namespace

VerbResult CompareVerb(const GlobalArguments& global, const CompareArguments& arguments) {
  if (arguments.skills) return CompareFolders(arguments);
  if (arguments.skill + arguments.prompts + arguments.config > 1) {
    return Invalid("--skill, --prompts and --config: choose one");
  }
  HONE_ASSIGN(const auto database, OpenResults(global.db));
  const std::string& a = arguments.a;
  const std::string& b = arguments.b;
  const bool runs = !arguments.skill && !arguments.prompts && !arguments.config;
  const Result<Json> found = runs                ? CompareRuns(*database, {a, b, arguments.all})
                             : arguments.skill   ? CompareSkills(*database, a, b)
                             : arguments.prompts ? ComparePrompts(*database, a, b)
                                                 : CompareConfigs(*database, a, b);
  if (!found.ok()) return found.error();
  if (arguments.json) {
    PrintJson(*found);
  } else {
    PrintText(runs ? RenderCompare(*found) : RenderDifferences(*found));
  }
  return ExitCode::kComplete;
}

}  // namespace hone
