// Short answers: a task that asks for <answer> tags is answered by words of the one sentence that
// matches it best: the stretch of it that the task leaves out and that tells the most.
//
// How long a stretch may be is for the skill to say (habit_notes.h): at most two words make the
// answer the two neighbouring words that tell the most. Without such a note the whole stretch is
// given.
#include <algorithm>
#include <cstdint>
#include <set>

#include "adapters/offline/attention.h"
#include "adapters/offline/habit_notes.h"
#include "adapters/offline/jobs.h"
#include "adapters/offline/pointers.h"
#include "adapters/offline/retriever.h"
#include "adapters/offline/tokens.h"
#include "base/text.h"

namespace hone::offline {
namespace {

struct Stretch {
  std::size_t first = 0, count = 0;
  double tells = 0;
};

// The best stretch of at most `most` words among those the task does not hold; it neither begins
// nor ends with a word that carries nothing.
Stretch BestStretch(const std::vector<std::string_view>& words, const std::set<std::string>& asked,
                    std::size_t most, const Retriever& retriever) {
  Stretch best;
  for (std::size_t first = 0; first < words.size(); ++first) {
    Stretch here{first, 0, 0};
    for (std::size_t i = first; i < words.size() && i - first < most; ++i) {
      if (asked.count(Normal(words[i])) > 0) break;
      const uint64_t stem = StemOf(words[i]);
      if (stem == 0 && i == first) break;
      if (stem == 0) continue;
      here.count = i - first + 1;
      here.tells += retriever.Rarity(stem);
      if (here.tells > best.tells) best = here;
    }
  }
  return best;
}

std::string TaggedAnswer(const std::string& found, std::string_view answer) {
  return found + "\n<answer>" + std::string(answer) + "</answer>";
}

}  // namespace

std::string ShortAnswer(Job job) {
  const Reading& context = *job.context;
  std::string skill;
  for (const Tagged& block : job.prompt.skills) skill += block.body + "\n";
  const Seen seen = Attend(context, skill, job.prompt.task, job.options.attention);
  const Retriever retriever(context, seen);
  std::vector<int> ranked = retriever.Rank(StemsOf(job.prompt.task));
  if (!ranked.empty() && job.slips.Chance(job.options.slip)) ranked.erase(ranked.begin());
  if (ranked.empty()) return TaggedAnswer("I found nothing on this in what I read.", "unknown");

  const Sentence& sentence = context.sentences()[static_cast<std::size_t>(ranked[0])];
  const Section& section = context.sections()[static_cast<std::size_t>(sentence.section)];
  const std::string found = "Under \"" + section.label + "\": " + sentence.text;
  std::set<std::string> asked;
  for (const std::string_view word : Words(job.prompt.task)) asked.insert(Normal(word));
  const std::vector<std::string_view> words = Words(sentence.text);
  const Stretch best = BestStretch(words, asked, MostWords(seen.notes), retriever);
  if (best.count == 0) return TaggedAnswer(found, sentence.text);
  const char* begin = words[best.first].data();
  const std::string_view last = words[best.first + best.count - 1];
  return TaggedAnswer(found, {begin, static_cast<std::size_t>(last.data() + last.size() - begin)});
}

}  // namespace hone::offline
