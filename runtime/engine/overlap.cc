#include "engine/overlap.h"

#include "skill/shingles.h"
#include "skill/text_measure.h"

namespace hone {
namespace {

constexpr std::size_t kPhraseWords = 3;

// What of a report task must not have been seen: its span, its rubrics, the phrases they quote.
std::vector<NormalText> Needles(const Json& task) {
  std::vector<NormalText> out;
  if (WordCount(task["span_text"].AsString()) >= kPhraseWords) {
    out.emplace_back(task["span_text"].AsString());
  }
  for (const Json& rubric : task["rubrics"].items()) {
    const std::string& text = rubric.AsString();
    out.emplace_back(text);
    std::size_t open = text.find('"');
    while (open != std::string::npos) {
      const std::size_t close = text.find('"', open + 1);
      if (close == std::string::npos) break;
      const std::string phrase = text.substr(open + 1, close - open - 1);
      if (WordCount(phrase) >= kPhraseWords) out.emplace_back(phrase);
      open = text.find('"', close + 1);
    }
  }
  return out;
}

bool AnyIn(const std::vector<NormalText>& needles, const NormalText& text) {
  for (const NormalText& needle : needles) {
    if (text.Contains(needle)) return true;
  }
  return false;
}

}  // namespace

std::map<std::string, std::string> FindOverlaps(const Json& report,
                                                const std::vector<std::string>& self_play_texts,
                                                const std::string& skill) {
  std::map<std::string, std::string> out;
  if (self_play_texts.empty() && skill.empty()) return out;
  std::vector<NormalText> tasks;
  tasks.reserve(self_play_texts.size());
  for (const std::string& text : self_play_texts) tasks.emplace_back(text);
  const NormalText skill_text(skill);
  for (const Json& task : report.items()) {
    const std::vector<NormalText> needles = Needles(task);
    bool in_task = false;
    for (const NormalText& text : tasks) in_task = in_task || AnyIn(needles, text);
    const bool in_skill = AnyIn(needles, skill_text);
    if (!in_task && !in_skill) continue;
    out[task["id"].AsString()] = in_task && in_skill ? "both" : in_task ? "task" : "skill";
  }
  return out;
}

}  // namespace hone
