// Merging: several analysts' patches as one; what says the same becomes one change with their
// support together.
#include "adapters/offline/jobs.h"
#include "adapters/offline/skill_changes.h"

namespace hone::offline {
namespace {

// The items of all patches in <patches>, in order.
std::vector<Json> ItemsOf(const Prompt& prompt, std::string_view key) {
  std::vector<Json> out;
  const auto patches = Json::Parse(FirstTagged(prompt.rest, "patches"));
  if (!patches.ok()) return out;
  for (const Json& patch : patches->items()) {
    for (const Json& item : patch[key].items()) out.push_back(item);
  }
  return out;
}

template <typename Read, typename Write>
Json Merge(const Prompt& prompt, const std::string& key, Read read, Write write) {
  std::vector<SkillChange> changes;
  for (const Json& item : ItemsOf(prompt, key)) changes.push_back(read(item));
  const std::size_t before = changes.size();
  changes = JoinChanges(changes);
  Json merged = Json::MakeArray();
  for (const SkillChange& change : changes) {
    Json item = write(change);
    item.Set("support_count", change.support);
    item.Set("source_type", change.source);
    merged.Append(std::move(item));
  }
  return Json::MakeObject({{"reasoning", std::to_string(before) + " changes became " +
                                             std::to_string(changes.size()) + "."},
                           {key, std::move(merged)}});
}

}  // namespace

Json MergeEdits(Job job) { return Merge(job.prompt, "edits", ChangeOfEdit, EditOf); }

Json MergeSuggestions(Job job) {
  return Merge(job.prompt, "revise_suggestions", ChangeOfSuggestion, SuggestionOf);
}

Json MergeRewrites(Job job) {
  const std::string skill = job.prompt.skills.empty() ? "" : job.prompt.skills[0].body;
  std::vector<SkillChange> changes;
  for (const Json& candidate : ItemsOf(job.prompt, "skill_candidates")) {
    for (SkillChange& change : ChangesBetween(skill, candidate["new_skill"].AsString())) {
      changes.push_back(std::move(change));
    }
  }
  changes = JoinChanges(changes);
  Json summary = Json::MakeArray();
  for (const SkillChange& change : changes) summary.Append(change.line);
  Json candidate = Json::MakeObject({{"title", "What the candidates hold, once"},
                                     {"change_summary", std::move(summary)},
                                     {"new_skill", ApplyChanges(skill, changes)},
                                     {"support_count", static_cast<int64_t>(changes.size())},
                                     {"source_type", "mixed"}});
  return Json::MakeObject({{"reasoning", "The lines of all candidates, each once."},
                           {"skill_candidates", Json::MakeArray({std::move(candidate)})}});
}

}  // namespace hone::offline
