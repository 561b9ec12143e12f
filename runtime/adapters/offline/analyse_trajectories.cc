// Analysing: the lines that a group of trajectories asks for, as edits, as suggestions or as a
// whole skill.
#include "adapters/offline/jobs.h"
#include "adapters/offline/skill_changes.h"

namespace hone::offline {
namespace {

struct Analysis {
  std::string skill;
  std::vector<SkillChange> changes;
  Json answer;
};

Analysis Analyse(Job* job) {
  Analysis out;
  if (!job->prompt.skills.empty()) out.skill = job->prompt.skills[0].body;
  const Trajectories trajectories = TrajectoriesOf(job->prompt);
  std::vector<std::string> lapses;
  out.changes = FindChanges(job, out.skill, trajectories, &lapses);
  out.answer.Set("batch_size", static_cast<int64_t>(trajectories.list.size()));
  Json found = Json::MakeArray();
  for (const SkillChange& change : out.changes) {
    if (!trajectories.failed) {
      found.Append(change.cause);
      continue;
    }
    found.Append(
        Json::MakeObject({{"failure_type", change.cause},
                          {"count", change.support},
                          {"description", change.line.empty() ? change.replaces : change.line}}));
  }
  out.answer.Set(trajectories.failed ? "failure_summary" : "success_patterns", std::move(found));
  if (job->prompt.rest.find("appendix_notes") != std::string::npos) {
    Json notes = Json::MakeArray();
    for (const std::string& lapse : lapses) notes.Append(lapse);
    out.answer.Set("appendix_notes", std::move(notes));
  }
  return out;
}

Json Patch(const std::vector<SkillChange>& changes, std::string_view key, Json payload) {
  int64_t support = 0;
  for (const SkillChange& change : changes) support += change.support;
  return Json::MakeObject({{"reasoning", std::to_string(changes.size()) + " lines, asked for by " +
                                             std::to_string(support) + " items."},
                           {std::string(key), std::move(payload)}});
}

}  // namespace

Json AnalyseForEdits(Job job) {
  Analysis analysis = Analyse(&job);
  Json edits = Json::MakeArray();
  for (const SkillChange& change : analysis.changes) {
    Json edit = EditOf(change);
    edit.Set("support_count", change.support);
    edits.Append(std::move(edit));
  }
  analysis.answer.Set("patch", Patch(analysis.changes, "edits", std::move(edits)));
  return analysis.answer;
}

Json AnalyseForSuggestions(Job job) {
  Analysis analysis = Analyse(&job);
  Json suggestions = Json::MakeArray();
  for (const SkillChange& change : analysis.changes) {
    Json suggestion = SuggestionOf(change);
    suggestion.Set("support_count", change.support);
    suggestions.Append(std::move(suggestion));
  }
  analysis.answer.Set("patch",
                      Patch(analysis.changes, "revise_suggestions", std::move(suggestions)));
  return analysis.answer;
}

Json AnalyseForRewrite(Job job) {
  Analysis analysis = Analyse(&job);
  Json summary = Json::MakeArray();
  for (const SkillChange& change : analysis.changes) summary.Append(change.cause);
  const Json candidate =
      Json::MakeObject({{"title", "The skill with what was missing"},
                        {"change_summary", std::move(summary)},
                        {"new_skill", ApplyChanges(analysis.skill, analysis.changes)}});
  analysis.answer.Set("patch",
                      Patch(analysis.changes, "skill_candidates", Json::MakeArray({candidate})));
  return analysis.answer;
}

}  // namespace hone::offline
