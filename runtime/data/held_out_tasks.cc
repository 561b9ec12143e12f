#include "data/held_out_tasks.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>

#include "base/hash.h"
#include "base/text.h"
#include "data/question_forms.h"
#include "data/statements.h"

namespace hone {
namespace {

constexpr std::size_t kMaxPhraseWords = 6;
constexpr std::size_t kAnswerReach = 26;  // words of the answer in which phrases are looked for
constexpr std::size_t kNearReach = 6;     // words from its start to the first phrase
constexpr std::size_t kFarReach = 12;
constexpr double kMinPhraseScore = 0.8;
constexpr std::size_t kTriedPerStretch = 80;
constexpr double kMinScore = 3.0;
constexpr double kNearBest = 1.5;

// Lower case, runs of white space as one space: the form in which phrases are compared.
std::string Folded(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool space = c == ' ' || c == '\t' || c == '\n';
    if (!space) {
      out += c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    } else if (!out.empty() && out.back() != ' ') {
      out += ' ';
    }
  }
  return out;
}

bool OccursOnce(const std::string& folded_context, const std::string& folded_phrase) {
  const std::size_t first = folded_context.find(folded_phrase);
  return first != std::string::npos &&
         folded_context.find(folded_phrase, first + 1) == std::string::npos;
}

struct Phrase {
  std::size_t first_word = 0;
  std::size_t last_word = 0;  // exclusive
  double score = 0;
};

struct Candidate {
  HeldOutTask task;
  double score = 0;
  uint64_t order = 0;  // seeded, for choosing among equals
};

class Generator {
 public:
  explicit Generator(std::string_view context)
      : context_(context),
        folded_(Folded(context)),
        vocabulary_(context),
        seed_(HashFields({"held-out tasks 1", context}).Prefix64()) {}

  std::vector<HeldOutTask> Make(std::size_t count) {
    std::vector<Candidate> candidates;
    const std::vector<TextStatement> statements = FindStatements(context_);
    // In a long context a seeded part of the statements is tried, the same number in each stretch.
    std::vector<std::vector<std::size_t>> stretches(count);
    for (std::size_t i = 0; i < statements.size(); ++i) {
      stretches[std::min(count - 1, statements[i].first * count / context_.size())].push_back(i);
    }
    for (std::vector<std::size_t>& stretch : stretches) {
      if (stretch.size() > kTriedPerStretch) {
        std::sort(stretch.begin(), stretch.end(),
                  [this](std::size_t x, std::size_t y) { return SeededOrder(x) < SeededOrder(y); });
        stretch.resize(kTriedPerStretch);
        std::sort(stretch.begin(), stretch.end());
      }
      for (const std::size_t i : stretch) {
        if (auto candidate = Best(statements[i], SeededOrder(i))) {
          candidates.push_back(std::move(*candidate));
        }
      }
    }
    return Spread(std::move(candidates), count);
  }

 private:
  [[nodiscard]] uint64_t SeededOrder(std::size_t index) const {
    uint64_t x = seed_ + 0x9E3779B97F4A7C15ULL * (index + 1);
    x = (x ^ (x >> 30U)) * 0xBF58476D1CE4E5B9ULL;
    x = (x ^ (x >> 27U)) * 0x94D049BB133111EBULL;
    return x ^ (x >> 31U);
  }

  // The best question about a statement.
  std::optional<Candidate> Best(const TextStatement& statement, uint64_t order) const {
    std::optional<Candidate> best;
    for (const Question& question : AskAbout(statement, vocabulary_, order >> 7U)) {
      auto candidate = Build(statement, question);
      if (candidate && (!best || candidate->score > best->score)) best = std::move(candidate);
    }
    if (best) best->order = order;
    return best;
  }

  std::optional<Candidate> Build(const TextStatement& statement, const Question& question) const {
    Candidate candidate;
    candidate.score = question.weight;
    std::string task = question.text;
    const std::size_t content = ContentWords(task, &candidate.score);
    if (content < 4) {
      const std::string& heading = statement.heading;
      const bool usable = !heading.empty() && heading.size() <= 60 &&
                          heading.find('"') == std::string::npos && !heading.ends_with("...");
      if (usable) {
        task[0] = task[0] >= 'A' && task[0] <= 'Z' ? static_cast<char>(task[0] + 32) : task[0];
        task = "In the section \"" + heading + "\": " + task;
      }
      if (content < 2) return std::nullopt;
      candidate.score -= usable ? 0.3 : 1.0;
    }
    if (task.find('\n') != std::string::npos || task.size() > 400) return std::nullopt;
    const std::vector<Phrase> phrases = ChoosePhrases(statement, question, Folded(task));
    if (phrases.empty()) return std::nullopt;
    for (std::size_t i = 0; i < phrases.size(); ++i) {
      const uint32_t first = statement.words[phrases[i].first_word].first;
      const uint32_t last = statement.words[phrases[i].last_word - 1].last;
      const std::string quoted = "\"" + statement.text.substr(first, last - first) + "\"";
      candidate.task.rubrics.push_back(i == 0
                                           ? "The answer gives the " + question.asked + " " + quoted
                                           : "The answer also states " + quoted);
      candidate.task.rubric_spans.push_back({statement.at[first], statement.at[last - 1] + 1U});
      if (i == 0) candidate.score += std::min(1.5, phrases[i].score);
    }
    const std::size_t words = statement.words.size();
    candidate.score -= words > 32 ? std::min(1.2, 0.05 * static_cast<double>(words - 32)) : 0.0;
    if (candidate.score < kMinScore) return std::nullopt;
    candidate.task.task = std::move(task);
    candidate.task.span = {statement.first, statement.last};
    candidate.task.span_text =
        std::string(context_.substr(statement.first, statement.last - statement.first));
    return candidate;
  }

  // Number of topic words; words that point outside the question lower the score.
  static std::size_t ContentWords(const std::string& task, double* score) {
    static const std::vector<std::string> kBack = {"it",    "this", "these",     "those", "such",
                                                   "above", "said", "following", "they",  "them",
                                                   "their", "its",  "below"};
    // The wordings of the questions themselves.
    static const std::vector<std::string> kFrame = {
        "text",    "say",     "says",   "rule",     "condition", "exception", "case",      "hold",
        "applies", "lay",     "laid",   "name",     "names",     "describe",  "according", "arises",
        "which",   "purpose", "reason", "examples", "event",     "named",     "statement"};
    std::size_t content = 0;
    for (const std::string_view raw : Split(task, ' ')) {
      std::string word = ToLowerAscii(raw);
      while (!word.empty() && std::string_view("?,.\")").find(word.back()) != std::string::npos) {
        word.pop_back();
      }
      const auto in = [&](const std::vector<std::string>& list) {
        return std::find(list.begin(), list.end(), word) != list.end();
      };
      // "does it hold that" is our own wording.
      if (in(kBack) && word != "it") *score -= 0.6;
      if (word.size() > 2 && !IsFunctionWord(word) && !in(kFrame) && !in(kBack)) ++content;
    }
    return content;
  }

  std::vector<Phrase> ChoosePhrases(const TextStatement& statement, const Question& question,
                                    const std::string& folded_task) const {
    const std::size_t end = std::min(question.answer_last, question.answer_first + kAnswerReach);
    std::vector<Phrase> all;
    for (std::size_t first = question.answer_first; first < end; ++first) {
      for (std::size_t last = first + 2; last <= std::min(end, first + kMaxPhraseWords); ++last) {
        if (const auto phrase = Rate(statement, question, first, last)) all.push_back(*phrase);
      }
    }
    std::stable_sort(all.begin(), all.end(),
                     [](const Phrase& a, const Phrase& b) { return a.score > b.score; });
    const std::size_t length = question.answer_last - question.answer_first;
    const std::size_t wanted = 1 + (length >= 10 ? 1U : 0U) + (length >= 22 ? 1U : 0U);
    std::vector<Phrase> chosen;
    for (const Phrase& phrase : all) {
      if (chosen.size() == wanted || phrase.score < kMinPhraseScore) break;
      const bool overlaps = std::any_of(chosen.begin(), chosen.end(), [&](const Phrase& other) {
        return phrase.first_word < other.last_word + 1 && other.first_word < phrase.last_word + 1;
      });
      if (overlaps) continue;
      const uint32_t first = statement.words[phrase.first_word].first;
      const uint32_t last = statement.words[phrase.last_word - 1].last;
      const std::string folded =
          Folded(std::string_view(statement.text).substr(first, last - first));
      if (folded_task.find(folded) == std::string::npos && OccursOnce(folded_, folded)) {
        chosen.push_back(phrase);
      }
    }
    std::sort(chosen.begin(), chosen.end(),
              [](const Phrase& a, const Phrase& b) { return a.first_word < b.first_word; });
    // The answer's first words are what the question asks for; later ones only go with them.
    const std::size_t reach =
        question.asked == "consequence" || question.asked == "means" ? kFarReach : kNearReach;
    if (!chosen.empty() && chosen.front().first_word > question.answer_first + reach) return {};
    return chosen;
  }

  // A phrase starts and ends with a topic word (or "not", or a number), stays within one clause,
  // and is mostly new against the question. Rare words and an early place make it better.
  std::optional<Phrase> Rate(const TextStatement& statement, const Question& question,
                             std::size_t first, std::size_t last) const {
    const auto& words = statement.words;
    const auto topic = [&](std::size_t i) {
      return !words[i].lower.empty() && !IsFunctionWord(words[i].lower);
    };
    const auto negates = [&](std::size_t i) {
      return words[i].lower == "not" || words[i].lower == "no" || words[i].lower == "never";
    };
    // Cut after a "not" the phrase would say the opposite.
    if (!topic(last - 1) || !(topic(first) || negates(first)) || negates(first - 1)) {
      return std::nullopt;
    }
    const uint32_t begin = words[first].first;
    const std::string_view text =
        std::string_view(statement.text).substr(begin, words[last - 1].last - begin);
    if (text.find_first_of("\"`[]()*|<>") != std::string_view::npos ||
        text.find("\xE2\x80\x9C") != std::string_view::npos ||
        text.find("\xE2\x80\x9D") != std::string_view::npos) {
      return std::nullopt;
    }
    Phrase phrase{first, last, 0};
    std::size_t topics = 0;
    std::size_t known = 0;
    bool number = false;
    for (std::size_t i = first; i < last; ++i) {
      if (i + 1 < last && words[i].mark != 0) return std::nullopt;
      const std::string& word = words[i].lower;
      if (word == "which" || word == "unless" || word == "but" || word == "if" || word == "that") {
        return std::nullopt;
      }
      if (word == "and" || word == "or") {
        if (!topic(i + 1)) return std::nullopt;
        phrase.score -= 0.4;
      }
      if (!topic(i)) continue;
      ++topics;
      number = number || word.find_first_of("0123456789") != std::string::npos;
      // The question is the statement without its answer: what occurs there is no news.
      const auto in_question = [&](std::size_t k) {
        return (k < question.answer_first || k >= question.answer_last) && words[k].lower == word;
      };
      bool seen = false;
      for (std::size_t k = 0; k < words.size(); ++k) seen = seen || in_question(k);
      known += seen ? 1U : 0U;
      phrase.score += seen ? 0.1 : 0.3 + 0.4 / static_cast<double>(1 + vocabulary_.Count(word));
    }
    if (topics < 2 && !number) return std::nullopt;
    if (known * 2 > topics) return std::nullopt;
    // Whole groups of words: not from or up to the middle of one, and not a verb without its
    // object.
    static const std::vector<std::string> kArticles = {
        "the", "a", "an", "its", "their", "your", "any", "all", "each", "this", "these"};
    const bool open_start =
        first > question.answer_first && words[first - 1].mark == 0 && topic(first - 1);
    const bool ends = last == words.size() || words[last - 1].mark != 0;
    const bool open_end = !ends && topic(last);
    const bool object_cut = !ends && std::find(kArticles.begin(), kArticles.end(),
                                               words[last].lower) != kArticles.end();
    phrase.score -= (open_start ? 0.4 : 0.0) + (open_end ? 0.9 : 0.0) + (object_cut ? 0.7 : 0.0);
    if (words[last - 1].lower.ends_with("ing")) phrase.score -= 0.4;
    if (text.size() < 13) phrase.score -= 0.6;
    if (number) phrase.score += 0.5;
    phrase.score += 0.2 * static_cast<double>(std::min<std::size_t>(last - first, 4));
    if (last - first > 4) phrase.score -= 0.25 * static_cast<double>(last - first - 4);
    phrase.score -= 0.04 * static_cast<double>(first - question.answer_first);
    return phrase;
  }

  // One candidate per stretch of the context, then the free places from the emptiest stretches.
  std::vector<HeldOutTask> Spread(std::vector<Candidate> candidates, std::size_t count) const {
    std::vector<bool> taken(candidates.size(), false);
    std::vector<std::size_t> chosen;
    const auto middle = [&](std::size_t i) {
      return (candidates[i].task.span.first + candidates[i].task.span.last) / 2;
    };
    const auto take_from = [&](std::size_t first, std::size_t last) {
      double best = 0;
      for (std::size_t i = 0; i < candidates.size(); ++i) {
        if (!taken[i] && middle(i) >= first && middle(i) < last) {
          best = std::max(best, candidates[i].score);
        }
      }
      std::optional<std::size_t> pick;
      for (std::size_t i = 0; i < candidates.size(); ++i) {
        const bool here = !taken[i] && middle(i) >= first && middle(i) < last;
        if (!here || candidates[i].score < best - kNearBest || Repeats(candidates, chosen, i))
          continue;
        if (!pick || candidates[i].order < candidates[*pick].order) pick = i;
      }
      if (!pick) return false;
      taken[*pick] = true;
      chosen.push_back(*pick);
      return true;
    };
    for (std::size_t stretch = 0; stretch < count; ++stretch) {
      take_from(context_.size() * stretch / count, context_.size() * (stretch + 1) / count);
    }
    while (chosen.size() < count) {
      // The widest gap between tasks that still holds a candidate.
      std::vector<std::size_t> places = {0, context_.size()};
      for (const std::size_t i : chosen) places.push_back(middle(i));
      std::sort(places.begin(), places.end());
      std::vector<std::pair<std::size_t, std::size_t>> gaps;
      for (std::size_t i = 0; i + 1 < places.size(); ++i) {
        gaps.emplace_back(places[i], places[i + 1]);
      }
      std::stable_sort(gaps.begin(), gaps.end(), [](const auto& a, const auto& b) {
        return a.second - a.first > b.second - b.first;
      });
      const bool found = std::any_of(gaps.begin(), gaps.end(), [&](const auto& gap) {
        return take_from(gap.first, gap.second);
      });
      if (!found) break;
    }
    std::sort(chosen.begin(), chosen.end());
    std::vector<HeldOutTask> tasks;
    for (const std::size_t i : chosen) tasks.push_back(std::move(candidates[i].task));
    return tasks;
  }

  static bool Repeats(const std::vector<Candidate>& candidates,
                      const std::vector<std::size_t>& chosen, std::size_t i) {
    return std::any_of(chosen.begin(), chosen.end(), [&](std::size_t k) {
      return candidates[k].task.task == candidates[i].task.task;
    });
  }

  std::string_view context_;
  std::string folded_;
  Vocabulary vocabulary_;
  uint64_t seed_;
};

Json SpanToJson(const ByteSpan& span) {
  return Json::MakeArray({static_cast<int64_t>(span.first), static_cast<int64_t>(span.last)});
}

}  // namespace

std::vector<HeldOutTask> MakeHeldOutTasks(std::string_view context, std::size_t count) {
  if (count == 0) return {};
  return Generator(context).Make(count);
}

Json HeldOutTaskToJson(const HeldOutTask& task, const std::string& id) {
  Json rubrics = Json::MakeArray();
  for (const std::string& rubric : task.rubrics) rubrics.Append(rubric);
  Json spans = Json::MakeArray();
  for (const ByteSpan& span : task.rubric_spans) spans.Append(SpanToJson(span));
  return Json::MakeObject({{"id", id},
                           {"split", "report"},
                           {"task", task.task},
                           {"rubrics", std::move(rubrics)},
                           {"span", SpanToJson(task.span)},
                           {"span_text", task.span_text},
                           {"rubric_spans", std::move(spans)}});
}

}  // namespace hone
