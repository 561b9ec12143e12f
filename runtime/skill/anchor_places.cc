#include "skill/anchor_places.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <map>

#include "base/text.h"
#include "skill/unicode_text.h"

namespace hone {
namespace {

constexpr std::size_t kCompareAll = 2000;  // lines
constexpr std::size_t kCompared = 64;
constexpr std::size_t kShown = 3;
constexpr std::size_t kLongest = 1000;  // bytes of a line that are compared
constexpr double kAlike = 0.4;

// The three-byte groups of an anchor, small letters alike, and how many of them a line shares. A
// group that the anchor has twice counts twice in a line that has it twice.
class AnchorGroups {
 public:
  explicit AnchorGroups(std::string_view anchor) {
    keys_.fill(kEmpty);
    Each(anchor, [this](uint32_t group) {
      std::size_t slot = SlotOf(group);
      keys_[slot] = group;
      ++counts_[slot];
      ++size_;
    });
  }

  // 2 common / (all of both): 1 for equal lines, 0 where nothing is shared.
  [[nodiscard]] double Dice(std::string_view line) {
    std::size_t size = 0;
    std::size_t common = 0;
    taken_.clear();
    Each(line, [&](uint32_t group) {
      ++size;
      const std::size_t slot = SlotOf(group);
      if (counts_[slot] == 0) return;
      --counts_[slot];
      taken_.push_back(slot);
      ++common;
    });
    for (const std::size_t slot : taken_) ++counts_[slot];
    if (size == 0 || size_ == 0) return 0;
    return 2.0 * static_cast<double>(common) / static_cast<double>(size + size_);
  }

 private:
  static constexpr std::size_t kSlots = 4096;  // four times the longest line
  static constexpr uint32_t kEmpty = 0xFFFFFFFF;

  template <typename Use>
  static void Each(std::string_view line, const Use& use) {
    const std::string_view text = Trim(line.substr(0, kLongest));
    if (text.empty()) return;
    uint32_t group = uint32_t{' '} << 8U | Small(text[0]) << 16U;
    for (std::size_t i = 1; i <= text.size(); ++i) {
      group = group >> 8U | (i < text.size() ? Small(text[i]) : uint32_t{' '}) << 16U;
      use(group);
    }
  }
  static uint32_t Small(char byte) {
    const auto code = static_cast<unsigned char>(byte);
    return code >= 'A' && code <= 'Z' ? code + 32U : code;
  }
  // Where the group is, or the empty place where it would be.
  [[nodiscard]] std::size_t SlotOf(uint32_t group) const {
    std::size_t slot = (group * 2654435761U) >> 20U;  // Knuth's multiplicative hash to 12 bits
    while (keys_[slot] != group && keys_[slot] != kEmpty) slot = (slot + 1) % kSlots;
    return slot;
  }

  std::array<uint32_t, kSlots> keys_;
  std::array<uint16_t, kSlots> counts_{};
  std::vector<std::size_t> taken_;
  std::size_t size_ = 0;
};

std::string_view FirstFullLine(std::string_view text) {
  for (const std::string_view line : Split(text, '\n')) {
    if (!Trim(line).empty()) return line;
  }
  return {};
}

}  // namespace

void AnchorPlaces::FindLines() {
  if (!starts_.empty()) return;
  starts_.push_back(0);
  for (std::size_t at = text_.find('\n'); at != std::string_view::npos;
       at = text_.find('\n', at + 1)) {
    if (at + 1 < text_.size()) starts_.push_back(at + 1);
  }
  starts_.push_back(text_.size());
}

std::string_view AnchorPlaces::Line(std::size_t line) const {
  return Trim(text_.substr(starts_[line], starts_[line + 1] - starts_[line]));
}

EditPlace AnchorPlaces::At(std::size_t offset) {
  FindLines();
  const auto after = std::upper_bound(starts_.begin(), starts_.end() - 1, offset);
  const auto line = static_cast<std::size_t>(after - starts_.begin()) - 1;
  return {line + 1, std::string(FirstCharacters(Line(line), 200))};
}

void AnchorPlaces::Index() {
  FindLines();
  const std::size_t lines = starts_.size() - 1;
  if (lines <= kCompareAll || !lines_of_word_.empty()) return;
  for (std::size_t line = 0; line < lines; ++line) {
    for (const std::string_view word : SpaceSplit(Line(line))) {
      std::vector<std::size_t>& found = lines_of_word_[word];
      if (found.empty() || found.back() != line) found.push_back(line);
    }
  }
}

std::vector<std::size_t> AnchorPlaces::LinesToCompare(std::string_view anchor) {
  std::vector<std::size_t> out;
  if (const std::size_t lines = starts_.size() - 1; lines <= kCompareAll) {
    for (std::size_t line = 0; line < lines; ++line) out.push_back(line);
    return out;
  }
  std::vector<const std::vector<std::size_t>*> lists;
  for (const std::string_view word : SpaceSplit(anchor)) {
    const auto found = lines_of_word_.find(word);
    if (found != lines_of_word_.end()) lists.push_back(&found->second);
  }
  std::sort(lists.begin(), lists.end(),
            [](const auto* a, const auto* b) { return a->size() < b->size(); });
  std::map<std::size_t, double> shared;  // line -> weight of shared words, rare ones most
  for (std::size_t i = 0; i < std::min<std::size_t>(lists.size(), 4); ++i) {
    for (std::size_t k = 0; k < std::min(lists[i]->size(), kCompareAll); ++k) {
      shared[(*lists[i])[k]] += 1.0 / static_cast<double>(lists[i]->size());
    }
  }
  std::vector<std::pair<std::size_t, double>> best(shared.begin(), shared.end());
  std::stable_sort(best.begin(), best.end(),
                   [](const auto& a, const auto& b) { return a.second > b.second; });
  best.resize(std::min(best.size(), kCompared));
  for (const auto& [line, weight] : best) out.push_back(line);
  return out;
}

std::vector<EditPlace> AnchorPlaces::Nearest(std::string_view anchor) {
  Index();
  const std::string_view line = FirstFullLine(anchor);
  AnchorGroups groups(line);
  std::vector<std::pair<double, std::size_t>> found;
  for (const std::size_t other : LinesToCompare(line)) {
    const double alike = groups.Dice(Line(other));
    if (alike >= kAlike) found.emplace_back(-alike, other);
  }
  std::sort(found.begin(), found.end());
  found.resize(std::min(found.size(), kShown));
  std::vector<EditPlace> out;
  for (const auto& [alike, other] : found) out.push_back(At(starts_[other]));
  return out;
}

}  // namespace hone
