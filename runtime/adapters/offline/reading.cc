#include "adapters/offline/reading.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "adapters/offline/outline.h"
#include "adapters/offline/tokens.h"
#include "base/text.h"

namespace hone::offline {
namespace {

constexpr int64_t kShortSection = 60;  // joined to the next one below this
constexpr int64_t kLongSection = 170;  // cut at the next paragraph from this on
constexpr std::size_t kLabelWords = 8;

// Without the quotes, that a label may stand between quotes in a skill.
std::string LabelOf(std::string_view text, std::size_t max_words) {
  const std::vector<std::string_view> words = Words(text);
  if (words.size() > max_words) {
    const std::string_view last = words[max_words - 1];
    text = text.substr(0, static_cast<std::size_t>(last.data() + last.size() - text.data()));
  }
  std::string out;
  for (const char c : text) {
    if (c != '"' && c != '`') out += c;
  }
  return std::string(Trim(out));
}

}  // namespace

Reading::Reading(std::string_view text) {
  std::vector<std::string> headings;  // of each section, "" for none
  std::vector<std::string> opening;   // first words of each section's body
  const auto open = [&](std::string heading) {
    Section section;
    section.first_sentence = static_cast<int>(sentences_.size());
    sections_.push_back(std::move(section));
    headings.push_back(std::move(heading));
    opening.emplace_back();
  };
  for (const Block& block : OutlineOf(text)) {
    const int64_t size = sections_.empty() ? 0 : sections_.back().tokens;
    if (block.heading) {
      // A short section keeps its heading and takes in the next one.
      if (sections_.empty() || size >= kShortSection) open(block.text);
    } else if (sections_.empty() || size >= kLongSection) {
      open("");
    }
    Section& section = sections_.back();
    const std::size_t at = sections_.size() - 1;
    const std::vector<std::string> pieces =
        block.heading ? std::vector<std::string>{block.text} : SentencesOf(block.text);
    if (!block.heading && opening[at].empty() && Words(block.text).size() > 1) {
      opening[at] = block.text;
    }
    for (const std::string& piece : pieces) {
      Sentence sentence;
      sentence.text = piece;
      sentence.stems = StemsOf(piece);
      sentence.tokens = CountTokens(piece);
      sentence.section = static_cast<int>(at);
      sentence.heading = block.heading;
      section.tokens += sentence.tokens;
      tokens_ += sentence.tokens;
      ++section.sentence_count;
      sentences_.push_back(std::move(sentence));
    }
  }
  std::map<std::string, int> seen;
  for (const std::string& heading : headings) ++seen[Normal(heading)];
  std::set<std::string> labels;
  for (std::size_t i = 0; i < sections_.size(); ++i) {
    Section& section = sections_[i];
    section.headed = !headings[i].empty() && seen[Normal(headings[i])] == 1;
    const std::string& source = section.headed || opening[i].empty() ? headings[i] : opening[i];
    // As many words as it takes to tell the section from those before it.
    for (std::size_t words = section.headed ? 12 : kLabelWords; words <= 64; words *= 2) {
      section.label = LabelOf(source, words);
      if (labels.insert(Normal(section.label)).second) break;
    }
    section.label_stems = StemsOf(section.label);
    std::string body;
    std::vector<uint64_t> stems;
    for (int s = 0; s < section.sentence_count; ++s) {
      const Sentence& sentence = sentences_[static_cast<std::size_t>(section.first_sentence + s)];
      body += sentence.text;
      body += ' ';
      stems.insert(stems.end(), sentence.stems.begin(), sentence.stems.end());
    }
    section.normal = Normal(body);
    std::sort(stems.begin(), stems.end());
    stems.erase(std::unique(stems.begin(), stems.end()), stems.end());
    for (const uint64_t stem : stems) ++section_count_[stem];
  }
}

int Reading::FindSection(std::string_view phrase) const {
  const std::string wanted = Normal(phrase);
  if (wanted == " ") return -1;
  for (std::size_t i = 0; i < sections_.size(); ++i) {
    if (Normal(sections_[i].label) == wanted) return static_cast<int>(i);
  }
  if (std::count(wanted.begin(), wanted.end(), ' ') < 3) return -1;
  for (std::size_t i = 0; i < sections_.size(); ++i) {
    if (sections_[i].normal.find(wanted) != std::string::npos) return static_cast<int>(i);
  }
  return -1;
}

std::vector<std::string> Reading::Terms(int section, std::size_t count) const {
  struct Term {
    std::string word;
    double weight = 0;
    int first = 0;
  };
  std::map<uint64_t, Term> terms;
  const Section& here = sections_[static_cast<std::size_t>(section)];
  int order = 0;
  for (int s = 0; s < here.sentence_count; ++s) {
    for (const std::string_view word :
         Words(sentences_[static_cast<std::size_t>(here.first_sentence + s)].text)) {
      const uint64_t stem = StemOf(word);
      if (stem == 0 || word.size() < 4) continue;
      Term& term = terms[stem];
      if (term.weight == 0) {
        term.word = ToLowerAscii(word);
        term.first = order++;
      }
      const auto found = section_count_.find(stem);
      const double spread = found == section_count_.end() ? 1 : found->second;
      const double rarity = std::log(1.0 + static_cast<double>(sections_.size()) / spread);
      // A word that comes back says more, but not in proportion.
      term.weight = term.weight == 0 ? rarity : term.weight + 0.4 * rarity;
    }
  }
  std::vector<Term> ranked;
  for (auto& [stem, term] : terms) ranked.push_back(std::move(term));
  std::sort(ranked.begin(), ranked.end(), [](const Term& a, const Term& b) {
    return a.weight != b.weight ? a.weight > b.weight : a.first < b.first;
  });
  std::vector<std::string> out;
  for (std::size_t i = 0; i < ranked.size() && i < count; ++i) out.push_back(ranked[i].word);
  return out;
}

std::shared_ptr<const Reading> ReadingCache::Get(std::string_view text) {
  const Hash hash = HashOf(text);
  const auto find = [&]() -> std::shared_ptr<const Reading> {
    for (auto at = entries_.begin(); at != entries_.end(); ++at) {
      if (at->first != hash) continue;
      entries_.splice(entries_.begin(), entries_, at);
      return entries_.front().second;
    }
    return nullptr;
  };
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (auto found = find()) return found;
  }
  auto made = std::make_shared<const Reading>(text);  // outside the lock: milliseconds
  const std::lock_guard<std::mutex> lock(mutex_);
  if (auto found = find()) return found;
  entries_.emplace_front(hash, made);
  if (entries_.size() > capacity_) entries_.pop_back();
  return made;
}

}  // namespace hone::offline
