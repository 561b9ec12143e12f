// Finding changes: what a group of trajectories shows, and the lines that follow from it.
#include <algorithm>
#include <map>

#include "adapters/offline/attention.h"
#include "adapters/offline/habit_notes.h"
#include "adapters/offline/pointers.h"
#include "adapters/offline/skill_changes.h"
#include "adapters/offline/tokens.h"

namespace hone::offline {
namespace {

constexpr int64_t kCommon = 3;          // items of which a general line is made, at least
constexpr std::size_t kWrongWords = 8;  // a slip's number of words lies below this

constexpr std::string_view kLongWinded =
    "- Explain at length which passages were read, in which order and why, repeat the question in "
    "other words, and say of every passage whether it could have been the one that was meant.";

// What failed items show, beside the present skill.
struct Evidence {
  std::map<std::size_t, int64_t> lengths;  // words of the right answer -> items that missed it so
  int64_t too_long = 0;
  int64_t too_short = 0;
  int64_t searchable = 0;                           // items whose part a search would have brought
  std::vector<std::pair<Pointer, int64_t>> missed;  // parts that were not read, and by how many
};

// Whether a search for the longest word leads to the section.
bool IsFoundBySearch(const Reading& context, const std::string& task, int section) {
  const std::vector<int> found = SectionsWithLongestWord(context, task);
  const auto count = static_cast<std::ptrdiff_t>(std::min(found.size(), kMaxFollowed));
  return std::find(found.begin(), found.begin() + count, section) != found.begin() + count;
}

void AddMissed(const Pointer& pointer, Evidence* evidence) {
  for (auto& [present, support] : evidence->missed) {
    if (Normal(present.label) != Normal(pointer.label)) continue;
    std::vector<Pointer> joined = {present};
    AddPointer(pointer, kChangeTerms, &joined);
    present = joined[0];
    ++support;
    return;
  }
  evidence->missed.emplace_back(pointer, 1);
}

Evidence EvidenceOf(Job* job, bool searches, const std::vector<Trajectory>& failed) {
  Evidence out;
  for (const Trajectory& one : failed) {
    if (one.right.empty()) continue;
    const std::string& right = one.right[0];
    const bool too_long = HoldsWords(one.predicted, right);
    if (too_long || HoldsWords(right, one.predicted)) {
      ++out.lengths[Words(right).size()];
      ++(too_long ? out.too_long : out.too_short);
      continue;
    }
    if (one.context.empty()) continue;
    const Reading context(one.context);
    int section = SectionOf(context, "The right answer is \"" + right + "\".", one.task);
    if (section < 0) continue;
    if (!searches && IsFoundBySearch(context, one.task, section)) {
      ++out.searchable;
      continue;
    }
    // A slip: the wrong part is blamed.
    if (job->slips.Chance(job->options.slip)) {
      section = static_cast<int>(job->slips.Below(context.sections().size()));
    }
    AddMissed(PointerTo(context, section, one.task), &out);
  }
  return out;
}

// The number of words that most right answers have; of equals the larger.
std::size_t UsualLength(const std::map<std::size_t, int64_t>& lengths) {
  std::size_t best = 0;
  int64_t most = 0;
  for (const auto& [words, count] : lengths) {
    if (count < most) continue;
    most = count;
    best = words;
  }
  return best;
}

void AddWordsChange(Job* job, std::string_view skill, const Evidence& evidence,
                    std::vector<SkillChange>* out) {
  std::size_t wanted = UsualLength(evidence.lengths);
  // A slip: a wrong number is written.
  if (job->slips.Chance(job->options.slip)) wanted = 1 + job->slips.Below(kWrongWords);
  const std::string present = WordsLine(skill);
  const std::size_t bound = MostWords(ParseSkill(present).notes);
  const bool shorter = evidence.too_long >= evidence.too_short;
  if (wanted == bound || (shorter && wanted > bound)) return;
  out->push_back({WordsNote(wanted), present, shorter ? "answer too long" : "answer too short",
                  std::max(evidence.too_long, evidence.too_short), "failure"});
}

void AddPointers(std::string_view skill, const Evidence& evidence, std::vector<SkillChange>* out,
                 std::vector<std::string>* lapses) {
  for (const auto& [pointer, support] : evidence.missed) {
    const std::string present = PointerLineTo(skill, pointer.label);
    std::vector<Pointer> joined = ParseSkill(present).pointers;
    const std::size_t before = joined.empty() ? 0 : joined[0].terms.size();
    AddPointer(pointer, kChangeTerms, &joined);
    if (!present.empty() && joined[0].terms.size() == before) {
      lapses->push_back("Read the part headed \"" + pointer.label +
                        "\" when the task speaks of it.");
    } else {
      out->push_back({PointerLine(joined[0], false), present, "part not read", support, "failure"});
    }
  }
}

// Slips that help nobody, put before everything else.
void AddSlips(Job* job, std::string_view skill, std::vector<SkillChange>* out) {
  if (job->slips.Chance(job->options.slip)) {
    out->insert(out->begin(), {std::string(kLongWinded), "", "too little said", 1, "failure"});
  }
  const std::vector<std::string> rules = RulesOf(skill);
  if (!rules.empty() && job->slips.Chance(job->options.slip)) {
    const std::string& lost = rules[job->slips.Below(rules.size())];
    out->insert(out->begin(), {"", lost, "too much said", 1, "failure"});
  }
}

}  // namespace

std::vector<SkillChange> FindChanges(Job* job, std::string_view skill,
                                     const Trajectories& trajectories,
                                     std::vector<std::string>* lapses) {
  std::vector<SkillChange> out;
  if (trajectories.failed) {
    const bool searches = SearchesFirst(ParseSkill(skill).notes);
    const Evidence evidence = EvidenceOf(job, searches, trajectories.list);
    const auto is_common = [&](int64_t support) {
      return support >= kCommon && 2 * support >= static_cast<int64_t>(trajectories.list.size());
    };
    if (is_common(std::max(evidence.too_long, evidence.too_short))) {
      AddWordsChange(job, skill, evidence, &out);
    }
    if (is_common(evidence.searchable)) {
      out.push_back({SearchNote(), "", "part not found", evidence.searchable, "failure"});
    }
    AddPointers(skill, evidence, &out, lapses);
    std::stable_sort(out.begin(), out.end(), [](const SkillChange& a, const SkillChange& b) {
      return a.support > b.support;
    });
  }
  AddSlips(job, skill, &out);
  return out;
}

}  // namespace hone::offline
