// LineDiff: two texts line by line, and the difference as people read it.
//
// Shortest edit script (Myers, "An O(ND) difference algorithm and its variations", Algorithmica 1,
// 1986). Texts that differ in more than kMostLineEdits lines are shown as one removed and one added
// block: the same result for a reader, without the quadratic cost.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace hone {

inline constexpr std::size_t kMostLineEdits = 4000;

struct DiffLine {
  char kind = ' ';        // ' ' in both, '-' removed, '+' added
  std::string_view text;  // without the line feed; borrows from the compared text
};

std::vector<DiffLine> DiffLines(std::string_view before, std::string_view after,
                                std::size_t most_edits = kMostLineEdits);

// "--- before\n+++ after\n@@ -1,3 +1,4 @@\n ..." with `context` lines around each change; "" for
// equal texts. Names are written as given: one line each.
std::string UnifiedDiff(std::string_view before, std::string_view after,
                        std::string_view before_name, std::string_view after_name,
                        std::size_t context = 3);

}  // namespace hone
