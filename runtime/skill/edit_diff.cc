#include <algorithm>

#include "skill/block_text.h"
#include "skill/line_diff.h"
#include "skill/text_edits.h"

namespace hone {
namespace {

// Bytes [a0, a1) of the text before become [b0, b1) of the text after.
struct Hunk {
  std::size_t a0, a1, b0, b1;
};

constexpr char kMark = '\x01';

// The most marks in a row.
std::size_t LongestRun(std::string_view text) {
  std::size_t longest = 0;
  std::size_t run = 0;
  for (const char byte : text) {
    run = byte == kMark ? run + 1 : 0;
    longest = std::max(longest, run);
  }
  return longest;
}

// A line diff leaves open whether the last line ends with a line feed: with marks behind both
// texts, more in a row than either has, their last lines differ when that does.
std::vector<Hunk> HunksOf(std::string_view before, std::string_view after) {
  const std::string marks(std::max(LongestRun(before), LongestRun(after)) + 1, kMark);
  const std::string a = std::string(before) + marks;
  const std::string b = std::string(after) + marks;
  std::vector<Hunk> hunks;
  std::size_t at_a = 0;
  std::size_t at_b = 0;
  bool open = false;
  for (const DiffLine& line : DiffLines(a, b)) {
    const std::size_t length = line.text.size() + 1;
    if (line.kind == ' ') {
      open = false;
      at_a += length;
      at_b += length;
      continue;
    }
    if (!open) hunks.push_back({at_a, at_a, at_b, at_b});
    open = true;
    if (line.kind == '-') at_a += length;
    if (line.kind == '+') at_b += length;
    hunks.back().a1 = std::min(at_a, before.size());
    hunks.back().b1 = std::min(at_b, after.size());
  }
  return hunks;
}

std::vector<std::size_t> LineStarts(std::string_view text) {
  std::vector<std::size_t> starts{0};
  for (std::size_t at = text.find('\n'); at != std::string_view::npos;
       at = text.find('\n', at + 1)) {
    if (at + 1 < text.size()) starts.push_back(at + 1);
  }
  starts.push_back(text.size());
  return starts;
}

class Anchors {
 public:
  explicit Anchors(std::string_view text) : text_(text), blocks_(text), starts_(LineStarts(text)) {}

  [[nodiscard]] bool Unique(const Hunk& hunk) const {
    if (hunk.a0 == hunk.a1) return false;
    const std::string_view anchor = text_.substr(hunk.a0, hunk.a1 - hunk.a0);
    return blocks_.Find(anchor) == hunk.a0 &&
           blocks_.Find(anchor, hunk.a0 + 1) == BlockText::kNowhere;
  }

  // `lines` more lines on both sides, equal in both texts.
  void Widen(Hunk* hunk, std::ptrdiff_t lines) const {
    const auto low = std::upper_bound(starts_.begin(), starts_.end(), hunk->a0) - 1;
    const std::size_t a0 = *(low - std::min(lines, low - starts_.begin()));
    const auto high = std::lower_bound(starts_.begin(), starts_.end(), hunk->a1);
    const std::size_t a1 = *(high + std::min(lines, starts_.end() - 1 - high));
    hunk->b0 -= hunk->a0 - a0;
    hunk->b1 += a1 - hunk->a1;
    hunk->a0 = a0;
    hunk->a1 = a1;
  }

 private:
  std::string_view text_;
  BlockText blocks_;
  std::vector<std::size_t> starts_;
};

}  // namespace

std::vector<TextEdit> DiffEdits(std::string_view before, std::string_view after) {
  std::vector<TextEdit> edits;
  if (before == after) return edits;
  if (before.empty()) return {{"append", "", std::string(after), true, ""}};
  const std::vector<Hunk> hunks = HunksOf(before, after);
  const Anchors anchors(before);
  std::vector<Hunk> wide;
  for (std::size_t next = 0; next < hunks.size();) {
    Hunk hunk = hunks[next++];
    for (std::ptrdiff_t lines = 1; !anchors.Unique(hunk); lines *= 2) {
      anchors.Widen(&hunk, lines);
      // Where the context meets other hunks they become one: bounds are those of both.
      while (!wide.empty() && hunk.a0 < wide.back().a1) {
        if (wide.back().a0 <= hunk.a0) {
          hunk.a0 = wide.back().a0;
          hunk.b0 = wide.back().b0;
        } else {
          // The context in front of the earlier hunk, seen from that hunk.
          hunk.b0 = wide.back().b0 - (wide.back().a0 - hunk.a0);
        }
        wide.pop_back();
      }
      while (next < hunks.size() && hunks[next].a0 <= hunk.a1) {
        const Hunk& met = hunks[next++];
        hunk.b1 = met.b1 + (hunk.a1 > met.a1 ? hunk.a1 - met.a1 : 0);
        hunk.a1 = std::max(hunk.a1, met.a1);
      }
    }
    wide.push_back(hunk);
  }
  for (const Hunk& hunk : wide) {
    TextEdit edit;
    edit.target = before.substr(hunk.a0, hunk.a1 - hunk.a0);
    edit.content = after.substr(hunk.b0, hunk.b1 - hunk.b0);
    edit.op = edit.content.empty() ? "delete" : "replace";
    edit.exact = true;
    edits.push_back(std::move(edit));
  }
  return edits;
}

}  // namespace hone
