// Answering: retrieve, among the sentences seen, those that share the rarest words with each
// question of the task, and quote them with their neighbours under their heading.
#include <algorithm>
#include <cmath>
#include <map>
#include <unordered_map>

#include "adapters/offline/attention.h"
#include "adapters/offline/jobs.h"
#include "adapters/offline/outline.h"
#include "adapters/offline/tokens.h"

namespace hone::offline {
namespace {

constexpr std::size_t kMaxQuestions = 6;
constexpr std::size_t kPassages = 2;    // quoted per question
constexpr int64_t kPassageTokens = 80;  // a sentence is quoted with neighbours up to this
constexpr double kNeighbour = 0.25;     // weight of a word that stands in a neighbouring sentence

// The questions of a task: its sentences that carry content, or the whole when none does alone.
std::vector<std::vector<uint64_t>> QuestionsOf(const std::string& task) {
  std::vector<std::vector<uint64_t>> out;
  for (const Block& block : OutlineOf(task)) {
    for (const std::string& sentence : SentencesOf(block.text)) {
      std::vector<uint64_t> stems = StemsOf(sentence);
      if (stems.size() >= 2 && out.size() < kMaxQuestions) out.push_back(std::move(stems));
    }
  }
  if (out.empty()) out.push_back(StemsOf(task));
  return out;
}

class Retriever {
 public:
  Retriever(const Reading& context, const Seen& seen) : context_(context), seen_(seen) {
    for (const int index : seen.sentences) {
      for (const uint64_t stem : At(index).stems) ++count_[stem];
      is_seen_[index] = true;
    }
  }

  // Seen sentences by falling score; those that share nothing are left out.
  [[nodiscard]] std::vector<int> Rank(const std::vector<uint64_t>& question) const {
    std::vector<std::pair<double, int>> scored;
    for (const int index : seen_.sentences) {
      if (At(index).heading) continue;  // it names its statements, see below
      double score = 0;
      for (const uint64_t stem : question) {
        if (HasStem(At(index).stems, stem)) {
          score += Rarity(stem);
        } else if (HasStem(SectionOf(index).label_stems, stem) || Near(index - 1, index, stem) ||
                   Near(index + 1, index, stem)) {
          score += kNeighbour * Rarity(stem);
        }
      }
      // Of two that match alike, the shorter one is more to the point.
      score /= 1.0 + 0.004 * static_cast<double>(At(index).tokens);
      if (score > 0) scored.emplace_back(score, index);
    }
    std::sort(scored.begin(), scored.end(), [](const auto& a, const auto& b) {
      return a.first != b.first ? a.first > b.first : a.second < b.second;
    });
    std::vector<int> out;
    for (const auto& [score, index] : scored) out.push_back(index);
    return out;
  }

  [[nodiscard]] bool IsSeen(int index) const { return is_seen_.count(index) > 0; }

 private:
  [[nodiscard]] const Sentence& At(int index) const {
    return context_.sentences()[static_cast<std::size_t>(index)];
  }
  [[nodiscard]] const Section& SectionOf(int index) const {
    return context_.sections()[static_cast<std::size_t>(At(index).section)];
  }
  [[nodiscard]] double Rarity(uint64_t stem) const {
    const auto found = count_.find(stem);
    if (found == count_.end()) return 0;
    return std::log(1.0 + static_cast<double>(seen_.sentences.size()) / found->second);
  }
  [[nodiscard]] bool Near(int neighbour, int index, uint64_t stem) const {
    return IsSeen(neighbour) && At(neighbour).section == At(index).section &&
           HasStem(At(neighbour).stems, stem);
  }

  const Reading& context_;
  const Seen& seen_;
  std::unordered_map<uint64_t, int> count_;
  std::unordered_map<int, bool> is_seen_;
};

}  // namespace

std::string AnswerTask(Job job) {
  const Reading& context = *job.context;
  std::string skill;
  for (const Tagged& block : job.prompt.skills) skill += block.body + "\n";
  const Seen seen = Attend(context, skill, job.prompt.task, job.options.attention);
  const Retriever retriever(context, seen);

  std::map<int, bool> quoted;  // by position, so that the answer follows the document
  int overlooked = -1;
  const auto quote_with_neighbours = [&](int index) {
    int first = index;
    int last = index;
    int64_t size = context.sentences()[static_cast<std::size_t>(index)].tokens;
    const auto take = [&](int next) {
      if (!retriever.IsSeen(next) || next == overlooked) return false;
      const Sentence& sentence = context.sentences()[static_cast<std::size_t>(next)];
      if (sentence.section != context.sentences()[static_cast<std::size_t>(index)].section ||
          size + sentence.tokens > kPassageTokens) {
        return false;
      }
      size += sentence.tokens;
      return true;
    };
    if (take(last + 1)) ++last;
    if (take(first - 1)) --first;
    for (int i = first; i <= last; ++i) quoted[i] = true;
  };
  for (const std::vector<uint64_t>& question : QuestionsOf(job.prompt.task)) {
    std::vector<int> ranked = retriever.Rank(question);
    overlooked = -1;
    if (!ranked.empty() && job.slips.Chance(job.options.slip)) {
      overlooked = ranked[0];  // a slip: the best passage is overlooked
      ranked.erase(ranked.begin());
    }
    for (std::size_t i = 0; i < ranked.size() && i < kPassages; ++i) {
      if (i == 0) {
        quote_with_neighbours(ranked[i]);
      } else {
        quoted[ranked[i]] = true;
      }
    }
  }
  const std::vector<uint64_t> asked = StemsOf(job.prompt.task);
  std::string out;
  for (const std::string& note : seen.notes) {
    const std::vector<uint64_t> stems = StemsOf(note);
    const auto shared = std::count_if(asked.begin(), asked.end(),
                                      [&](uint64_t stem) { return HasStem(stems, stem); });
    if (shared >= 3) out += note + "\n";  // the skill itself answers
  }
  int section = -1;
  for (const auto& [index, is_quoted] : quoted) {
    const Sentence& sentence = context.sentences()[static_cast<std::size_t>(index)];
    if (sentence.section != section) {
      if (!out.empty()) out += "\n\n";
      section = sentence.section;
      out += "Under \"" + context.sections()[static_cast<std::size_t>(section)].label + "\":\n";
    } else {
      out += ' ';
    }
    out += sentence.text;
  }
  if (out.empty()) return "I found nothing on this in what I read.";
  return out;
}

}  // namespace hone::offline
