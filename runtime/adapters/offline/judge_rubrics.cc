// Judging: a rubric passes when the phrases it quotes stand in the answer, word for word or with
// nearly all their content words in one sentence; a rubric that quotes nothing is judged by its
// words.
#include <algorithm>

#include "adapters/offline/jobs.h"
#include "adapters/offline/outline.h"
#include "adapters/offline/tokens.h"
#include "base/text.h"

namespace hone::offline {
namespace {

constexpr double kPhraseShare = 0.8;  // of a quoted phrase's content words, in one sentence
constexpr double kLooseShare = 0.6;   // of an unquoted rubric's, anywhere
constexpr double kJudgeSlip = 0.25;   // a judge slips this much as often as a reader

struct Answer {
  std::string normal;
  std::vector<uint64_t> stems;
  std::vector<std::vector<uint64_t>> sentences;
};

struct Verdict {
  bool passes = false;
  std::string reason;
};

double Share(const std::vector<uint64_t>& wanted, const std::vector<uint64_t>& present) {
  if (wanted.empty()) return 0;
  const auto found = std::count_if(wanted.begin(), wanted.end(),
                                   [&](uint64_t stem) { return HasStem(present, stem); });
  return static_cast<double>(found) / static_cast<double>(wanted.size());
}

bool HasPhrase(const Answer& answer, const std::string& phrase) {
  const std::string normal = Normal(phrase);
  if (normal == " ") return true;  // quotes nothing that can be looked for
  if (answer.normal.find(normal) != std::string::npos) return true;
  const std::vector<uint64_t> stems = StemsOf(phrase);
  // One or two words prove nothing unless they stand there as written.
  if (stems.size() < 3) return false;
  return std::any_of(answer.sentences.begin(), answer.sentences.end(),
                     [&](const std::vector<uint64_t>& sentence) {
                       return Share(stems, sentence) >= kPhraseShare;
                     });
}

bool IsNegative(const std::string& rubric) {
  const std::string normal = Normal(rubric);
  for (const std::string_view sign :
       {" does not ", " must not ", " should not ", " doesnt ", " avoids ", " never "}) {
    // Only in the rubric's own words, before anything it quotes.
    const std::size_t at = normal.find(sign);
    if (at != std::string::npos && at < 40) return true;
  }
  return false;
}

Verdict Judge(const Answer& answer, const std::string& rubric) {
  const std::vector<std::string> phrases = QuotedPhrases(rubric);
  const std::string own_words =
      phrases.empty() ? rubric : rubric.substr(0, rubric.find(phrases[0]));
  const bool negative = IsNegative(own_words);
  Verdict verdict;
  if (phrases.empty()) {
    const double share = Share(StemsOf(rubric), answer.stems);
    verdict.passes = (share >= kLooseShare) != negative;
    verdict.reason = std::to_string(static_cast<int>(share * 100)) +
                     " percent of the rubric's words are in the answer";
    return verdict;
  }
  const bool any_suffices = rubric.find("\" or \"") != std::string::npos;
  std::size_t found = 0;
  std::string missing;
  for (const std::string& phrase : phrases) {
    if (HasPhrase(answer, phrase)) {
      ++found;
    } else if (missing.empty()) {
      missing = phrase;
    }
  }
  const bool present = any_suffices ? found > 0 : found == phrases.size();
  verdict.passes = present != negative;
  verdict.reason = missing.empty() || (any_suffices && found > 0)
                       ? "the answer contains the quoted words"
                       : "the answer does not contain \"" + missing + "\"";
  return verdict;
}

}  // namespace

Json JudgeRubrics(Job job) {
  const std::string text = FirstTagged(job.prompt.rest, "answer");
  Answer answer{Normal(text), StemsOf(text), {}};
  for (const Block& block : OutlineOf(text)) {
    for (const std::string& sentence : SentencesOf(block.text)) {
      answer.sentences.push_back(StemsOf(sentence));
    }
  }
  Json verdicts = Json::MakeArray();
  int64_t number = 0;
  for (const std::string& rubric : NumberedLines(FirstTagged(job.prompt.rest, "rubrics"))) {
    Verdict verdict = Judge(answer, rubric);
    if (job.slips.Chance(job.options.slip * kJudgeSlip)) {
      verdict.passes = !verdict.passes;
      verdict.reason =
          verdict.passes ? "the answer says as much" : "the answer is not clear on this";
    }
    Json entry;
    entry.Set("rubric", ++number);
    entry.Set("status", verdict.passes ? "yes" : "no");
    entry.Set("reason", verdict.reason);
    verdicts.Append(std::move(entry));
  }
  return Json::MakeObject({{"verdicts", std::move(verdicts)}});
}

}  // namespace hone::offline
