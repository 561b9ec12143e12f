// Short answers: a task that asks for <answer> tags is answered by words of the one sentence that
// matches it best: the stretch of it that the task leaves out and that tells the most.
//
// How long a stretch may be is for the skill to say: a note with "at most two words" (or "up to",
// "no more than", "not more than", and a number) makes the answer the two neighbouring words that
// tell the most; of several such notes the strictest holds. Without one the whole stretch is given.
#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <set>

#include "adapters/offline/attention.h"
#include "adapters/offline/jobs.h"
#include "adapters/offline/pointers.h"
#include "adapters/offline/retriever.h"
#include "adapters/offline/tokens.h"
#include "base/text.h"

namespace hone::offline {
namespace {

std::optional<std::size_t> NumberOf(std::string_view word) {
  static constexpr std::array<std::string_view, 11> kNames = {
      "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"};
  const auto named = std::find(kNames.begin(), kNames.end(), word);
  if (named != kNames.end()) return static_cast<std::size_t>(named - kNames.begin());
  if (word.empty() || word.size() > 3) return std::nullopt;
  std::size_t out = 0;
  for (const char c : word) {
    if (c < '0' || c > '9') return std::nullopt;
    out = out * 10 + static_cast<std::size_t>(c - '0');
  }
  return out;
}

// The words that the notes of a skill allow an answer.
std::size_t MostWords(const std::vector<std::string>& notes) {
  std::size_t most = SIZE_MAX;
  for (const std::string& note : notes) {
    const std::string normal = Normal(note);
    for (const std::string_view lead :
         {" at most ", " up to ", " no more than ", " not more than "}) {
      const std::size_t at = normal.find(lead);
      if (at == std::string::npos) continue;
      const std::size_t start = at + lead.size();
      const std::size_t end = normal.find(' ', start);
      const std::string_view rest = std::string_view(normal).substr(std::min(end, normal.size()));
      const auto number = NumberOf(std::string_view(normal).substr(start, end - start));
      if (number && *number > 0 && rest.starts_with(" word")) most = std::min(most, *number);
    }
  }
  return most;
}

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
