// Judging a skill's quality in five dimensions, each from 0 to 100, by what a reader of bounded
// attention has of it. Asked in one call, with the context and the skill.
#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "adapters/offline/attention.h"
#include "adapters/offline/jobs.h"
#include "adapters/offline/tokens.h"

namespace hone::offline {
namespace {

constexpr double kKnownShare = 0.6;   // of a note's content words that must stand in the context
constexpr int64_t kClearTokens = 60;  // a longer line is hard to follow

// 0 to 100; 0 when there is nothing to take a share of.
int64_t Percent(double part, double whole) {
  if (whole <= 0) return 0;
  return static_cast<int64_t>(100.0 * std::clamp(part / whole, 0.0, 1.0) + 0.5);
}

Json Score(int64_t score, const std::string& reason) {
  return Json::MakeObject({{"score", Json(score)}, {"reason", Json(reason)}});
}

double KnownShare(const Reading& context, const std::string& note) {
  const std::vector<uint64_t> wanted = StemsOf(note);
  std::size_t found = 0;
  for (const uint64_t stem : wanted) {
    const auto& sentences = context.sentences();
    found += std::any_of(sentences.begin(), sentences.end(),
                         [&](const Sentence& s) { return HasStem(s.stems, stem); })
                 ? 1
                 : 0;
  }
  return wanted.empty() ? 0 : static_cast<double>(found) / static_cast<double>(wanted.size());
}

// In how many sentences of the context a word stands.
std::ptrdiff_t SentencesWith(const Reading& context, uint64_t stem) {
  return std::count_if(context.sentences().begin(), context.sentences().end(),
                       [&](const Sentence& s) { return HasStem(s.stems, stem); });
}

}  // namespace

Json JudgeQuality(Job job) {
  const Reading& context = *job.context;
  std::string text;
  for (const Tagged& block : job.prompt.skills) text += block.body + "\n";
  const SkillNotes skill = ParseSkill(text);

  double known = 0;
  double clear = 0;
  double terms = 0;
  double reusable = 0;
  std::set<int> within_reach;
  for (const int index : Attend(context, "", "", job.options.attention).sentences) {
    within_reach.insert(context.sentences()[static_cast<std::size_t>(index)].section);
  }
  for (const Pointer& pointer : skill.pointers) {
    const int section = context.FindSection(pointer.label);
    if (section >= 0) {
      ++known;
      within_reach.insert(section);
    }
    const bool is_short = CountTokens(PointerLine(pointer, false)) <= kClearTokens;
    if (!pointer.terms.empty() && is_short) ++clear;
    for (const std::string& term : pointer.terms) {
      ++terms;
      if (SentencesWith(context, StemOf(term)) > 1) ++reusable;
    }
  }
  for (const std::string& note : skill.notes) {
    if (KnownShare(context, note) >= kKnownShare) ++known;
    if (CountTokens(note) <= kClearTokens) ++clear;
  }
  int64_t reached = 0;
  for (const int section : within_reach) {
    reached += context.sections()[static_cast<std::size_t>(section)].tokens;
  }
  const auto lines = static_cast<double>(skill.pointers.size() + skill.notes.size());
  const auto attention = static_cast<double>(job.options.attention);
  const bool is_empty = lines == 0;
  Json out;
  out.Set(
      "conciseness",
      Score(is_empty ? 0 : Percent(attention - static_cast<double>(CountTokens(text)), attention),
            "the share of what can be read that the skill leaves to the context"));
  out.Set("faithfulness", Score(Percent(known, lines), "lines that the context bears out"));
  out.Set("clarity", Score(Percent(clear, lines), "lines that are short and say when they apply"));
  out.Set("effectiveness", Score(is_empty ? 0
                                          : Percent(static_cast<double>(reached),
                                                    static_cast<double>(context.tokens())),
                                 "the share of the context that is within reach with the skill"));
  out.Set("reusability",
          Score(Percent(reusable, terms), "terms that more than one statement of the context has"));
  return out;
}

}  // namespace hone::offline
