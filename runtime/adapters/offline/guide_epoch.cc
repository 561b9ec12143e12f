// Guiding, after an epoch: rules of the skill before that the present one has lost, where a task
// that regressed speaks of them; and for the optimizer, what became of the tasks.
#include <algorithm>
#include <map>

#include "adapters/offline/jobs.h"
#include "adapters/offline/pointers.h"
#include "adapters/offline/skill_changes.h"
#include "adapters/offline/tokens.h"
#include "base/text.h"

namespace hone::offline {
namespace {

bool SpeakOfTheSame(const std::string& task, const std::string& line) {
  const std::vector<uint64_t> wanted = StemsOf(task);
  const std::vector<uint64_t> said = StemsOf(line);
  return std::any_of(wanted.begin(), wanted.end(),
                     [&](uint64_t stem) { return HasStem(said, stem); });
}

std::map<std::string, int64_t> CountsOf(const std::vector<ComparedPair>& pairs) {
  std::map<std::string, int64_t> out;
  for (const ComparedPair& pair : pairs) ++out[pair.category];
  return out;
}

std::string SkillIn(const std::string& text) { return FirstTagged(text, "skill"); }

}  // namespace

Json GuideEpoch(Job job) {
  const std::vector<ComparedPair> pairs = PairsOf(job.prompt);
  const std::string before = SkillIn(FirstTagged(job.prompt.rest, "previous"));
  // The one in <previous> comes first.
  const std::string now = job.prompt.skills.size() > 1 ? job.prompt.skills[1].body : "";
  std::string content;
  for (const SkillChange& lost : ChangesBetween(now, before)) {
    const bool wanted = std::any_of(pairs.begin(), pairs.end(), [&](const ComparedPair& pair) {
      return pair.category == "regressed" && SpeakOfTheSame(pair.now.task, lost.line);
    });
    if (wanted) content += lost.line + "\n";
  }
  // What was guided before still holds.
  const std::string guidance = FirstTagged(job.prompt.rest, "guidance");
  for (const std::string_view line : Split(guidance, '\n')) {
    if (!Trim(line).empty() && content.find(line) == std::string::npos) {
      content += std::string(Trim(line)) + "\n";
    }
  }
  const std::map<std::string, int64_t> counts = CountsOf(pairs);
  const auto regressed = counts.find("regressed");
  if (content.empty()) content = "Keep to the rules above.\n";
  return Json::MakeObject(
      {{"reasoning", std::to_string(regressed == counts.end() ? 0 : regressed->second) +
                         " tasks regressed; lines that spoke of them are put back."},
       {"slow_update_content", content}});
}

Json GuideOptimizer(Job job) {
  std::string content;
  for (const auto& [category, count] : CountsOf(PairsOf(job.prompt))) {
    content += "- " + category + ": " + std::to_string(count) + " tasks in the last comparison.\n";
  }
  if (content.empty()) content = "- Nothing was compared.\n";
  return Json::MakeObject({{"reasoning", "Counted."}, {"meta_skill_content", content}});
}

}  // namespace hone::offline
