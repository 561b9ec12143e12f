// Setting tasks: a statement of the context is split into words to ask about and words the answer
// must contain. The whole context is skimmed; the sections are drawn by the seed, none twice in a
// batch as long as there are others. A challenger's skill steers it: it leaves parts that the skill
// quotes as answered already, and asks for as many facts in one task as the skill says ("2 facts").
#include <algorithm>
#include <cctype>
#include <optional>

#include "adapters/offline/jobs.h"
#include "adapters/offline/tokens.h"
#include "base/text.h"

namespace hone::offline {
namespace {

constexpr std::size_t kLeastWords = 12;
constexpr std::size_t kMostWords = 70;
constexpr std::size_t kPhraseWords = 4;
constexpr std::size_t kCueWords = 10;
constexpr std::size_t kMaxFacts = 3;
constexpr int64_t kMaxTasks = 50;

struct Fact {
  std::string question;
  std::vector<std::string> rubrics;
};

bool HasDigit(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// The text from word `first` to word `last`, as written.
std::string Stretch(const std::vector<std::string_view>& words, std::size_t first,
                    std::size_t last) {
  const char* begin = words[first].data();
  const char* end = words[last].data() + words[last].size();
  return {begin, static_cast<std::size_t>(end - begin)};
}

std::size_t ContentWords(const std::vector<std::string_view>& words, std::size_t first,
                         std::size_t last) {
  std::size_t count = 0;
  for (std::size_t i = first; i <= last; ++i) count += StemOf(words[i]) != 0 ? 1 : 0;
  return count;
}

// A stretch of at most `length` words within [first, end) with the most content, preferring
// figures; nothing that holds a quotation mark, which a rubric could not quote.
std::optional<std::size_t> BestStretch(const std::vector<std::string_view>& words,
                                       std::size_t first, std::size_t end, std::size_t length) {
  std::optional<std::size_t> best;
  double best_score = 1.5;  // at least two words of content
  for (std::size_t at = first; at + length <= end; ++at) {
    const std::string text = Stretch(words, at, at + length - 1);
    if (text.find_first_of("\"`<>[]{}") != std::string::npos) continue;
    const double score = static_cast<double>(ContentWords(words, at, at + length - 1)) +
                         (HasDigit(text) ? 1.0 : 0.0) + (StemOf(words[at]) != 0 ? 0.5 : 0.0);
    if (score > best_score) {
      best_score = score;
      best = at;
    }
  }
  return best;
}

std::string Question(const std::string& cue, Slips* slips) {
  switch (slips->Below(5)) {
    case 0:
      return "What does the document say where it speaks of \"" + cue + "\"?";
    case 1:
      return "Which rule does the text give about \"" + cue + "\"?";
    case 2:
      return "I need the exact wording on \"" + cue + "\": what is stated there?";
    case 3:
      return "According to the document, what is the case with \"" + cue + "\"?";
    default:
      return "Please find the passage on \"" + cue + "\" and say what it states.";
  }
}

// One side of the sentence is asked about, the other has to be answered.
std::optional<Fact> FactOf(const std::string& sentence, Slips* slips) {
  std::vector<std::string_view> words = Words(sentence);
  // The number of a list item is no word of the statement.
  if (!words.empty() && words[0].find_first_not_of("0123456789") == std::string_view::npos) {
    words.erase(words.begin());
  }
  const std::size_t n = words.size();
  if (n < kLeastWords || n > kMostWords) return std::nullopt;
  const bool ask_first_half = slips->Chance(0.65);
  const std::size_t middle = n / 2;
  const std::size_t cue_from = ask_first_half ? 0 : middle;
  const std::size_t cue_to = ask_first_half ? middle : n;
  const std::size_t key_from = ask_first_half ? middle : 0;
  const std::size_t key_to = ask_first_half ? n : middle;

  const std::size_t cue_length = std::min(kCueWords, cue_to - cue_from);
  const auto cue_at = BestStretch(words, cue_from, cue_to, cue_length);
  const auto key_at = BestStretch(words, key_from, key_to, kPhraseWords);
  if (!cue_at || !key_at) return std::nullopt;
  std::size_t first = *cue_at;
  std::size_t last = *cue_at + cue_length - 1;
  while (first < last && StemOf(words[first]) == 0) ++first;
  while (last > first && StemOf(words[last]) == 0) --last;
  if (ContentWords(words, first, last) < 2) return std::nullopt;

  Fact fact;
  fact.question = Question(Stretch(words, first, last), slips);
  const auto rubric = [&](std::size_t at) {
    fact.rubrics.push_back("The answer states that \"" + Stretch(words, at, at + kPhraseWords - 1) +
                           "\".");
  };
  rubric(*key_at);
  // A long statement is checked at a second place.
  if (*key_at + 2 * kPhraseWords <= key_to) {
    const auto second = BestStretch(words, *key_at + kPhraseWords, key_to, kPhraseWords);
    if (second) rubric(*second);
  }
  return fact;
}

// Sentences of a section worth asking about, the most telling first.
std::vector<int> Statements(const Reading& context, int section) {
  const Section& here = context.sections()[static_cast<std::size_t>(section)];
  std::vector<std::pair<double, int>> scored;
  for (int s = 0; s < here.sentence_count; ++s) {
    const int index = here.first_sentence + s;
    const Sentence& sentence = context.sentences()[static_cast<std::size_t>(index)];
    if (sentence.stems.size() < 5 || Words(sentence.text).size() < kLeastWords) continue;
    double score = static_cast<double>(std::min<std::size_t>(sentence.stems.size(), 16)) / 8.0;
    if (HasDigit(sentence.text)) score += 1;
    const std::string normal = Normal(sentence.text);
    for (const std::string_view word : {" must ", " may ", " shall ", " should ", " not ", " only ",
                                        " means ", " if ", " unless "}) {
      if (normal.find(word) != std::string::npos) score += 0.5;
    }
    scored.emplace_back(score, index);
  }
  std::stable_sort(scored.begin(), scored.end(),
                   [](const auto& a, const auto& b) { return a.first > b.first; });
  std::vector<int> out;
  for (const auto& [score, index] : scored) out.push_back(index);
  return out;
}

struct Steering {
  std::vector<bool> avoid;  // by section
  std::size_t facts = 1;
};

Steering SteeringOf(const Reading& context, const std::vector<Tagged>& skills) {
  Steering out;
  out.avoid.assign(context.sections().size(), false);
  for (const Tagged& block : skills) {
    const SkillNotes notes = ParseSkill(block.body);
    for (const Pointer& pointer : notes.pointers) {
      const int section = context.FindSection(pointer.label);
      if (section >= 0) out.avoid[static_cast<std::size_t>(section)] = true;
    }
    for (const std::string& note : notes.notes) {
      const std::size_t at = note.find(" facts");
      if (at == std::string::npos || at == 0 || std::isdigit(note[at - 1]) == 0) continue;
      out.facts =
          std::clamp<std::size_t>(static_cast<std::size_t>(note[at - 1] - '0'), 1, kMaxFacts);
    }
  }
  return out;
}

}  // namespace

Json MakeTasks(Job job) {
  const Reading& context = *job.context;
  const Steering steering = SteeringOf(context, job.prompt.skills);
  int64_t count = 0;
  for (const char c : FirstTagged(job.prompt.rest, "count")) {
    if (c >= '0' && c <= '9' && count < kMaxTasks) count = count * 10 + (c - '0');
  }
  count = std::clamp<int64_t>(count, 1, kMaxTasks);

  std::vector<int> fresh;
  std::vector<int> avoided;
  for (std::size_t i = 0; i < context.sections().size(); ++i) {
    (steering.avoid[i] ? avoided : fresh).push_back(static_cast<int>(i));
  }
  job.slips.Shuffle(&fresh);
  job.slips.Shuffle(&avoided);
  std::vector<int> order = fresh;
  order.insert(order.end(), avoided.begin(), avoided.end());

  Json tasks = Json::MakeArray();
  std::vector<std::string> asked;
  // A second round over the sections only when a batch wants more tasks than there are sections.
  for (int round = 0; round < 3 && static_cast<int64_t>(tasks.size()) < count; ++round) {
    for (const int section : order) {
      if (static_cast<int64_t>(tasks.size()) >= count) break;
      std::vector<int> statements = Statements(context, section);
      if (statements.size() > 4) statements.resize(4);
      job.slips.Shuffle(&statements);
      Json rubrics = Json::MakeArray();
      std::string question;
      std::size_t facts = 0;
      for (const int index : statements) {
        if (facts >= steering.facts) break;
        const auto fact =
            FactOf(context.sentences()[static_cast<std::size_t>(index)].text, &job.slips);
        if (!fact) continue;
        if (std::find(asked.begin(), asked.end(), fact->rubrics[0]) != asked.end()) continue;
        asked.push_back(fact->rubrics[0]);
        question += (question.empty() ? "" : " ") + fact->question;
        for (const std::string& rubric : fact->rubrics) rubrics.Append(rubric);
        ++facts;
      }
      if (facts == 0) continue;
      Json task;
      task.Set("task", question);
      task.Set("rubrics", std::move(rubrics));
      tasks.Append(std::move(task));
    }
  }
  return Json::MakeObject({{"tasks", std::move(tasks)}});
}

}  // namespace hone::offline
