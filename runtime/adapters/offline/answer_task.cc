// Answering: retrieve, among the sentences seen, those that share the rarest words with each
// question of the task, and quote them with their neighbours under their heading.
#include <algorithm>
#include <map>

#include "adapters/offline/attention.h"
#include "adapters/offline/jobs.h"
#include "adapters/offline/outline.h"
#include "adapters/offline/retriever.h"
#include "adapters/offline/tokens.h"

namespace hone::offline {
namespace {

constexpr std::size_t kMaxQuestions = 6;
constexpr std::size_t kPassages = 2;    // quoted per question
constexpr int64_t kPassageTokens = 80;  // a sentence is quoted with neighbours up to this

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
