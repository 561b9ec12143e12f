#include "skill/line_diff.h"

#include <algorithm>
#include <cstdint>

namespace hone {
namespace {

using Lines = std::vector<std::string_view>;

Lines LinesOf(std::string_view text) {
  Lines out;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    out.push_back(text.substr(0, end));
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  return out;
}

// The middle part, where both ends differ.
class Myers {
 public:
  Myers(const Lines& before, const Lines& after, std::size_t most_edits)
      : a_(before),
        b_(after),
        n_(static_cast<int64_t>(a_.size())),
        m_(static_cast<int64_t>(b_.size())),
        most_edits_(static_cast<int64_t>(most_edits)) {}

  std::vector<DiffLine> Run() {
    const int64_t most = std::min(n_ + m_, most_edits_);
    std::vector<int64_t> furthest(static_cast<std::size_t>(2 * most + 3), 0);
    const auto at = [&](int64_t k) -> int64_t& {
      return furthest[static_cast<std::size_t>(k + most + 1)];
    };
    for (int64_t d = 0; d <= most; ++d) {
      history_.emplace_back(furthest.begin() + (most + 1 - d), furthest.begin() + (most + 2 + d));
      for (int64_t k = -d; k <= d; k += 2) {
        const bool down = k == -d || (k != d && at(k - 1) < at(k + 1));
        int64_t x = down ? at(k + 1) : at(k - 1) + 1;
        while (x < n_ && x - k < m_ &&
               a_[static_cast<std::size_t>(x)] == b_[static_cast<std::size_t>(x - k)]) {
          ++x;
        }
        at(k) = x;
        if (x >= n_ && x - k >= m_) return Walk(d);
      }
    }
    return Whole();
  }

 private:
  // history_[d] holds, for k in [-d, d], how far the scripts of d - 1 edits came.
  std::vector<DiffLine> Walk(int64_t edits) const {
    std::vector<DiffLine> out;
    int64_t x = n_;
    int64_t y = m_;
    for (int64_t d = edits; d > 0; --d) {
      const std::vector<int64_t>& row = history_[static_cast<std::size_t>(d)];
      const auto before = [&](int64_t k) { return row[static_cast<std::size_t>(k + d)]; };
      const int64_t k = x - y;
      const bool down = k == -d || (k != d && before(k - 1) < before(k + 1));
      const int64_t from_k = down ? k + 1 : k - 1;
      const int64_t from_x = before(from_k);
      const int64_t from_y = from_x - from_k;
      while (x > from_x + (down ? 0 : 1) && y > from_y + (down ? 1 : 0)) Same(&x, &y, &out);
      if (down) {
        out.push_back({'+', b_[static_cast<std::size_t>(--y)]});
      } else {
        out.push_back({'-', a_[static_cast<std::size_t>(--x)]});
      }
    }
    while (x > 0 && y > 0) Same(&x, &y, &out);
    std::reverse(out.begin(), out.end());
    return out;
  }

  void Same(int64_t* x, int64_t* y, std::vector<DiffLine>* out) const {
    --*x;
    --*y;
    out->push_back({' ', a_[static_cast<std::size_t>(*x)]});
  }

  std::vector<DiffLine> Whole() const {
    std::vector<DiffLine> out;
    for (const std::string_view line : a_) out.push_back({'-', line});
    for (const std::string_view line : b_) out.push_back({'+', line});
    return out;
  }

  const Lines& a_;
  const Lines& b_;
  const int64_t n_, m_, most_edits_;
  std::vector<std::vector<int64_t>> history_;
};

std::string Range(std::size_t start, std::size_t count) {
  const std::size_t first = count == 0 ? start : start + 1;
  return std::to_string(first) + "," + std::to_string(count);
}

}  // namespace

std::vector<DiffLine> DiffLines(std::string_view before, std::string_view after,
                                std::size_t most_edits) {
  Lines a = LinesOf(before);
  Lines b = LinesOf(after);
  std::size_t head = 0;
  while (head < a.size() && head < b.size() && a[head] == b[head]) ++head;
  std::size_t tail = 0;
  while (tail < a.size() - head && tail < b.size() - head &&
         a[a.size() - 1 - tail] == b[b.size() - 1 - tail]) {
    ++tail;
  }
  std::vector<DiffLine> out;
  for (std::size_t i = 0; i < head; ++i) out.push_back({' ', a[i]});
  const Lines end(a.end() - static_cast<std::ptrdiff_t>(tail), a.end());
  a = Lines(a.begin() + static_cast<std::ptrdiff_t>(head),
            a.end() - static_cast<std::ptrdiff_t>(tail));
  b = Lines(b.begin() + static_cast<std::ptrdiff_t>(head),
            b.end() - static_cast<std::ptrdiff_t>(tail));
  const std::vector<DiffLine> middle = Myers(a, b, most_edits).Run();
  out.insert(out.end(), middle.begin(), middle.end());
  for (const std::string_view line : end) out.push_back({' ', line});
  return out;
}

std::string UnifiedDiff(std::string_view before, std::string_view after,
                        std::string_view before_name, std::string_view after_name,
                        std::size_t context) {
  if (before == after) return "";
  const std::vector<DiffLine> lines = DiffLines(before, after);
  std::string out = "--- " + std::string(before_name) + "\n+++ " + std::string(after_name) + "\n";
  std::size_t old_line = 0;
  std::size_t new_line = 0;
  bool any = false;
  for (std::size_t at = 0; at < lines.size();) {
    if (lines[at].kind == ' ') {
      ++old_line, ++new_line, ++at;
      continue;
    }
    any = true;
    // A hunk: back over the context, on until more than twice the context is the same.
    const std::size_t begin = at - std::min({at, context, old_line, new_line});
    std::size_t end = at;
    std::size_t same = 0;
    for (std::size_t i = at; i < lines.size() && same <= 2 * context; ++i) {
      same = lines[i].kind == ' ' ? same + 1 : 0;
      if (same == 0) end = i + 1;
    }
    end = std::min(end + context, lines.size());
    const std::size_t old_start = old_line - (at - begin);
    const std::size_t new_start = new_line - (at - begin);
    std::size_t old_count = 0;
    std::size_t new_count = 0;
    std::string body;
    for (std::size_t i = begin; i < end; ++i) {
      const char kind = lines[i].kind;
      old_count += kind != '+' ? 1 : 0;
      new_count += kind != '-' ? 1 : 0;
      body += kind;
      body += std::string(lines[i].text) + "\n";
    }
    out +=
        "@@ -" + Range(old_start, old_count) + " +" + Range(new_start, new_count) + " @@\n" + body;
    old_line = old_start + old_count;
    new_line = new_start + new_count;
    at = end;
  }
  if (!any) out += "(they differ in the line feed at the end)\n";
  return out;
}

}  // namespace hone
