#include "skill/sequence_ratio.h"

#include <cstddef>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/text.h"

namespace hone {
namespace {

constexpr std::size_t kAutojunkLength = 200;

struct Block {
  std::size_t a = 0, b = 0, size = 0;
};

struct Span {
  std::size_t a_first, a_last, b_first, b_last;
};

class Matcher {
 public:
  Matcher(std::u32string_view a, std::u32string_view b, bool autojunk) : a_(a), b_(b) {
    for (std::size_t j = 0; j < b.size(); ++j) places_[b[j]].push_back(j);
    if (autojunk && b.size() >= kAutojunkLength) {
      const std::size_t most = b.size() / 100 + 1;
      std::erase_if(places_, [most](const auto& entry) { return entry.second.size() > most; });
    }
    run_.resize(b.size() + 1);
    next_run_.resize(b.size() + 1);
  }

  // Characters in matching blocks.
  std::size_t Matches() {
    std::size_t sum = 0;
    std::vector<Span> left = {{0, a_.size(), 0, b_.size()}};
    while (!left.empty()) {
      const Span span = left.back();
      left.pop_back();
      const Block block = Longest(span);
      if (block.size == 0) continue;
      sum += block.size;
      if (span.a_first < block.a && span.b_first < block.b) {
        left.push_back({span.a_first, block.a, span.b_first, block.b});
      }
      if (block.a + block.size < span.a_last && block.b + block.size < span.b_last) {
        left.push_back({block.a + block.size, span.a_last, block.b + block.size, span.b_last});
      }
    }
    return sum;
  }

 private:
  // The longest run of indexed characters; of equals the first in a, then in b. It is then extended
  // over any characters.
  Block Longest(const Span& span) {
    Block best{span.a_first, span.b_first, 0};
    // run_[j + 1]: length of the run that ends at b[j] with the last character of a.
    std::vector<std::size_t> touched, next_touched;
    for (std::size_t i = span.a_first; i < span.a_last; ++i) {
      next_touched.clear();
      const auto found = places_.find(a_[i]);
      if (found != places_.end()) {
        for (const std::size_t j : found->second) {
          if (j < span.b_first) continue;
          if (j >= span.b_last) break;
          const std::size_t length = run_[j] + 1;
          next_run_[j + 1] = length;
          next_touched.push_back(j + 1);
          if (length > best.size) best = {i + 1 - length, j + 1 - length, length};
        }
      }
      for (const std::size_t place : touched) run_[place] = 0;
      std::swap(run_, next_run_);
      std::swap(touched, next_touched);
    }
    for (const std::size_t place : touched) run_[place] = 0;
    while (best.a > span.a_first && best.b > span.b_first && a_[best.a - 1] == b_[best.b - 1]) {
      --best.a;
      --best.b;
      ++best.size;
    }
    while (best.a + best.size < span.a_last && best.b + best.size < span.b_last &&
           a_[best.a + best.size] == b_[best.b + best.size]) {
      ++best.size;
    }
    return best;
  }

  std::u32string_view a_, b_;
  std::unordered_map<char32_t, std::vector<std::size_t>> places_;
  std::vector<std::size_t> run_, next_run_;  // zero outside of Longest
};

}  // namespace

std::u32string CodePoints(std::string_view text) {
  const std::string valid = ToValidUtf8(text);
  std::u32string out;
  out.reserve(valid.size());
  for (std::size_t at = 0; at < valid.size();) {
    const auto lead = static_cast<unsigned char>(valid[at]);
    const std::size_t length = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    char32_t code = length == 1 ? lead : lead & (0xFFU >> (length + 1));
    for (std::size_t i = 1; i < length; ++i) {
      code = (code << 6U) | (static_cast<unsigned char>(valid[at + i]) & 0x3FU);
    }
    out.push_back(code);
    at += length;
  }
  return out;
}

double SequenceRatio(std::u32string_view a, std::u32string_view b, bool autojunk) {
  const std::size_t both = a.size() + b.size();
  if (both == 0) return 1;
  const std::size_t matches = Matcher(a, b, autojunk).Matches();
  return 2.0 * static_cast<double>(matches) / static_cast<double>(both);
}

}  // namespace hone
