#include "skill/anchor_places.h"

#include <algorithm>
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

std::vector<uint32_t> Groups(std::string_view line) {
  const std::string text = " " + ToLowerAscii(Trim(line.substr(0, kLongest))) + " ";
  std::vector<uint32_t> out;
  for (std::size_t i = 0; i + 3 <= text.size(); ++i) {
    const auto byte = [&](std::size_t k) -> uint32_t {
      return static_cast<unsigned char>(text[k]);
    };
    out.push_back(byte(i) | byte(i + 1) << 8U | byte(i + 2) << 16U);
  }
  std::sort(out.begin(), out.end());
  return out;
}

double Dice(const std::vector<uint32_t>& a, const std::vector<uint32_t>& b) {
  std::size_t common = 0;
  for (std::size_t i = 0, k = 0; i < a.size() && k < b.size();) {
    if (a[i] == b[k]) {
      ++common;
      ++i;
      ++k;
    } else {
      ++(a[i] < b[k] ? i : k);
    }
  }
  return a.empty() || b.empty()
             ? 0
             : 2.0 * static_cast<double>(common) / static_cast<double>(a.size() + b.size());
}

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
  if (!groups_.empty()) return;
  const std::size_t lines = starts_.size() - 1;
  groups_.resize(lines);
  if (lines <= kCompareAll) {
    for (std::size_t line = 0; line < lines; ++line) groups_[line] = Groups(Line(line));
    return;
  }
  for (std::size_t line = 0; line < lines; ++line) {
    for (const std::string_view word : SpaceSplit(Line(line))) {
      std::vector<std::size_t>& found = lines_of_word_[word];
      if (found.empty() || found.back() != line) found.push_back(line);
    }
  }
}

std::vector<std::size_t> AnchorPlaces::LinesToCompare(std::string_view anchor) {
  std::vector<std::size_t> out;
  if (groups_.size() <= kCompareAll) {
    for (std::size_t line = 0; line < groups_.size(); ++line) out.push_back(line);
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
  const std::vector<uint32_t> groups = Groups(line);
  std::vector<std::pair<double, std::size_t>> found;
  for (const std::size_t other : LinesToCompare(line)) {
    if (groups_[other].empty()) groups_[other] = Groups(Line(other));
    const double alike = Dice(groups, groups_[other]);
    if (alike >= kAlike) found.emplace_back(-alike, other);
  }
  std::sort(found.begin(), found.end());
  found.resize(std::min(found.size(), kShown));
  std::vector<EditPlace> out;
  for (const auto& [alike, other] : found) out.push_back(At(starts_[other]));
  return out;
}

}  // namespace hone
