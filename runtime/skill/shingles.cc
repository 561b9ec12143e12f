#include "skill/shingles.h"

#include <algorithm>

#include "base/result.h"
#include "skill/text_measure.h"

namespace hone {
namespace {

// FNV-1a over the words of a shingle, each ended by a zero byte; then the finaliser of SplitMix64,
// as FNV alone leaves similar words close. (Fowler, Noll, Vo; Steele, Lea, Flood 2014)
uint64_t HashWords(const std::vector<std::string>& words, std::size_t begin, std::size_t end) {
  uint64_t hash = 0xCBF29CE484222325U;
  const auto add = [&hash](unsigned char byte) { hash = (hash ^ byte) * 0x100000001B3U; };
  for (std::size_t i = begin; i < end; ++i) {
    for (const char c : words[i]) add(static_cast<unsigned char>(c));
    add(0);
  }
  hash = (hash ^ (hash >> 30U)) * 0xBF58476D1CE4E5B9U;
  hash = (hash ^ (hash >> 27U)) * 0x94D049BB133111EBU;
  return hash ^ (hash >> 31U);
}

}  // namespace

ShingleSet::ShingleSet(std::string_view text, std::size_t width)
    : width_(std::max<std::size_t>(width, 1)) {
  const std::vector<std::string> words = NormalWords(text);
  if (words.empty()) return;
  const std::size_t length = std::min(width_, words.size());
  for (std::size_t i = 0; i + length <= words.size(); ++i) {
    hashes_.push_back(HashWords(words, i, i + length));
  }
  std::sort(hashes_.begin(), hashes_.end());
  hashes_.erase(std::unique(hashes_.begin(), hashes_.end()), hashes_.end());
}

std::size_t ShingleSet::CommonWith(const ShingleSet& other) const {
  HONE_CHECK(width_ == other.width_);
  std::size_t common = 0;
  for (std::size_t a = 0, b = 0; a < hashes_.size() && b < other.hashes_.size();) {
    if (hashes_[a] < other.hashes_[b]) {
      ++a;
    } else if (other.hashes_[b] < hashes_[a]) {
      ++b;
    } else {
      ++common;
      ++a;
      ++b;
    }
  }
  return common;
}

double ShingleSet::ContainedIn(const ShingleSet& other) const {
  if (hashes_.empty()) return 0;
  return static_cast<double>(CommonWith(other)) / static_cast<double>(hashes_.size());
}

double ShingleSet::Resemblance(const ShingleSet& other) const {
  const std::size_t common = CommonWith(other);
  const std::size_t all = hashes_.size() + other.hashes_.size() - common;
  return all == 0 ? 0 : static_cast<double>(common) / static_cast<double>(all);
}

NormalText::NormalText(std::string_view text) : text_(" ") {
  for (const std::string& word : NormalWords(text)) {
    text_ += word;
    text_ += ' ';
  }
}

bool NormalText::Contains(const NormalText& needle) const {
  return !needle.empty() && text_.find(needle.text_) != std::string::npos;
}

bool OccursIn(std::string_view needle, std::string_view text) {
  return NormalText(text).Contains(NormalText(needle));
}

}  // namespace hone
