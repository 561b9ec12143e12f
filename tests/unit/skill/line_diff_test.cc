// Line diffs: the two sides come back out of a diff, and no shorter one exists.
#include "skill/line_diff.h"

#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <random>

namespace hone {
namespace {

std::string Side(const std::vector<DiffLine>& diff, char other) {
  std::string out;
  for (const DiffLine& line : diff) {
    if (line.kind != other) out += std::string(line.text) + "\n";
  }
  return out;
}

std::size_t Edits(const std::vector<DiffLine>& diff) {
  std::size_t edits = 0;
  for (const DiffLine& line : diff) edits += line.kind != ' ' ? 1 : 0;
  return edits;
}

// Length of a shortest edit script by dynamic programming over the longest common subsequence.
std::size_t ShortestByTable(const std::string& a, const std::string& b) {
  std::vector<std::vector<std::size_t>> common(a.size() + 1,
                                               std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = 1; i <= a.size(); ++i) {
    for (std::size_t j = 1; j <= b.size(); ++j) {
      common[i][j] = a[i - 1] == b[j - 1] ? common[i - 1][j - 1] + 1
                                          : std::max(common[i - 1][j], common[i][j - 1]);
    }
  }
  return a.size() + b.size() - 2 * common[a.size()][b.size()];
}

std::string AsLines(const std::string& letters) {
  std::string out;
  for (const char letter : letters) out += std::string(1, letter) + "\n";
  return out;
}

BOOST_AUTO_TEST_SUITE(line_diff)

BOOST_AUTO_TEST_CASE(both_sides_come_back_and_the_script_is_shortest) {
  std::mt19937 random(7);
  for (int round = 0; round < 3000; ++round) {
    std::string a, b;
    for (std::size_t i = random() % 9; i > 0; --i) a += static_cast<char>('a' + random() % 3);
    for (std::size_t i = random() % 9; i > 0; --i) b += static_cast<char>('a' + random() % 3);
    const std::string before = AsLines(a), after = AsLines(b);
    const std::vector<DiffLine> diff = DiffLines(before, after);
    BOOST_TEST_REQUIRE(Side(diff, '+') == before, a << " -> " << b);
    BOOST_TEST_REQUIRE(Side(diff, '-') == after, a << " -> " << b);
    BOOST_TEST_REQUIRE(Edits(diff) == ShortestByTable(a, b), a << " -> " << b);
  }
}

BOOST_AUTO_TEST_CASE(unified_form) {
  std::string before, after;
  for (int i = 1; i <= 20; ++i) {
    before += std::to_string(i) + "\n";
    after += (i == 3 ? "three" : std::to_string(i)) + "\n";
    if (i == 18) after += "more\n";
  }
  BOOST_TEST(
      UnifiedDiff(before, after, "a", "b", 1) ==
      "--- a\n+++ b\n@@ -2,3 +2,3 @@\n 2\n-3\n+three\n 4\n@@ -18,2 +18,3 @@\n 18\n+more\n 19\n");
  BOOST_TEST(UnifiedDiff(before, before, "a", "b") == "");
  BOOST_TEST(UnifiedDiff("", "x\n", "a", "b") == "--- a\n+++ b\n@@ -0,0 +1,1 @@\n+x\n");
  BOOST_TEST(UnifiedDiff("x", "x\n", "a", "b").find("line feed") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace hone
