#include "adapters/offline/attention.h"

#include <algorithm>

#include "adapters/offline/habit_notes.h"
#include "adapters/offline/pointers.h"
#include "adapters/offline/tokens.h"

namespace hone::offline {
namespace {

struct Match {
  int section = 0;
  int terms = 0;  // of the task, that the pointer names
};

int SharedStems(const std::vector<uint64_t>& task, const std::vector<uint64_t>& terms) {
  return static_cast<int>(
      std::count_if(task.begin(), task.end(), [&](uint64_t stem) { return HasStem(terms, stem); }));
}

}  // namespace

std::vector<int> SectionsWithLongestWord(const Reading& context, std::string_view task) {
  std::string_view longest;
  for (const std::string_view word : Words(task)) {
    if (StemOf(word) != 0 && word.size() > longest.size()) longest = word;
  }
  std::vector<int> out;
  for (const Sentence& sentence : context.sentences()) {
    if (longest.empty() || !HasStem(sentence.stems, StemOf(longest))) continue;
    if (out.empty() || out.back() != sentence.section) out.push_back(sentence.section);
  }
  return out;
}

Seen Attend(const Reading& context, std::string_view skill, std::string_view task,
            int64_t attention) {
  Seen out;
  const std::string_view skill_read = CutTokens(skill, attention);
  int64_t left = attention - CountTokens(skill_read);
  const SkillNotes notes = ParseSkill(skill_read);
  out.notes = notes.notes;

  const std::vector<uint64_t> wanted = StemsOf(task);
  std::vector<Match> matches;
  for (const Pointer& pointer : notes.pointers) {
    const int section = context.FindSection(pointer.label);
    if (section < 0) continue;
    std::string terms = pointer.label;
    for (const std::string& term : pointer.terms) terms += " " + term;
    const int shared = SharedStems(wanted, StemsOf(terms));
    if (shared > 0) matches.push_back({section, shared});
  }
  std::stable_sort(matches.begin(), matches.end(),
                   [](const Match& a, const Match& b) { return a.terms > b.terms; });

  std::vector<int> first;
  for (std::size_t i = 0; i < matches.size() && i < kMaxFollowed; ++i) {
    first.push_back(matches[i].section);
  }
  if (SearchesFirst(notes.notes)) {
    const std::vector<int> found = SectionsWithLongestWord(context, task);
    for (std::size_t i = 0; i < found.size() && i < kMaxFollowed; ++i) first.push_back(found[i]);
  }

  std::vector<bool> read(context.sentences().size(), false);
  const auto read_sentence = [&](int index) {
    const Sentence& sentence = context.sentences()[static_cast<std::size_t>(index)];
    if (read[static_cast<std::size_t>(index)] || sentence.tokens > left) return;
    left -= sentence.tokens;
    read[static_cast<std::size_t>(index)] = true;
    out.sentences.push_back(index);
  };
  for (const int index : first) {
    const Section& section = context.sections()[static_cast<std::size_t>(index)];
    out.followed.push_back(index);
    for (int s = 0; s < section.sentence_count; ++s) read_sentence(section.first_sentence + s);
  }
  for (std::size_t i = 0; i < context.sentences().size(); ++i) {
    if (!read[i] && context.sentences()[i].tokens > left) break;  // tired: nothing after this
    read_sentence(static_cast<int>(i));
  }
  return out;
}

}  // namespace hone::offline
