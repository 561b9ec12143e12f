// Rewriting: suggestions worked into the skill line by line; by a slip one of them is forgotten.
#include "adapters/offline/jobs.h"
#include "adapters/offline/skill_changes.h"

namespace hone::offline {

Json RewriteSkill(Job job) {
  const std::string skill = job.prompt.skills.empty() ? "" : job.prompt.skills[0].body;
  const auto suggestions = Json::Parse(FirstTagged(job.prompt.rest, "suggestions"));
  std::vector<SkillChange> changes;
  Json summary = Json::MakeArray();
  for (const Json& suggestion : suggestions.ok() ? suggestions->items() : Json::Array()) {
    if (job.slips.Chance(job.options.slip)) continue;
    changes.push_back(ChangeOfSuggestion(suggestion));
    summary.Append(suggestion["title"]);
  }
  return Json::MakeObject({{"reasoning", "Each suggestion is one line."},
                           {"change_summary", std::move(summary)},
                           {"new_skill", ApplyChanges(skill, changes)}});
}

}  // namespace hone::offline
