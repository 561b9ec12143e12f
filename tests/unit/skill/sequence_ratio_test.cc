#include "skill/sequence_ratio.h"

#include <boost/test/unit_test.hpp>
#include <string>

namespace hone {
namespace {

struct Case {
  std::string a, b;
  double with_junk, without;  // as Python 3.11's difflib gives them
};

std::string Repeat(const std::string& text, int times) {
  std::string out;
  for (int i = 0; i < times; ++i) out += text;
  return out;
}

BOOST_AUTO_TEST_CASE(known_values) {
  const Case cases[] = {
      {"", "", 1, 1},
      {"", "a", 0, 0},
      {"abcd", "bcde", 0.75, 0.75},
      {"private Thread currentThread;", "private volatile Thread currentThread;", 58.0 / 67.0,
       58.0 / 67.0},
      {"tide", "diet", 0.25, 0.25},
      {"diet", "tide", 0.5, 0.5},
      // From 200 characters on, one that makes up more than 1 % begins no block.
      {Repeat("a", 199), Repeat("a", 199), 1, 1},
      {Repeat("a", 200), Repeat("a", 200), 1, 1},  // whole span: extended from its first place
      {"x" + Repeat("a", 200), Repeat("a", 200), 0, 400.0 / 401.0},
      {"gr\xC3\xBC\xC3\x9F", "gru\xC3\x9F", 0.75, 0.75},  // code points, not bytes
  };
  for (const Case& one : cases) {
    const std::u32string a = CodePoints(one.a);
    const std::u32string b = CodePoints(one.b);
    BOOST_TEST(SequenceRatio(a, b, true) == one.with_junk, one.a << " / " << one.b);
    BOOST_TEST(SequenceRatio(a, b, false) == one.without, one.a << " / " << one.b);
  }
}

BOOST_AUTO_TEST_CASE(code_points_of_any_bytes) {
  BOOST_CHECK(CodePoints("a\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80") == U"a\u00e9\u20ac\U0001F600");
  BOOST_CHECK(CodePoints("a\xFF"
                         "b") ==
              U"a\uFFFD"
              U"b");
}

}  // namespace
}  // namespace hone
