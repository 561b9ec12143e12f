// Output of terminals as plain text: a table, and properties over random bytes.
#include "adapters/session/control_stripper.h"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <random>
#include <string>
#include <vector>

namespace hone {
namespace {

namespace bdata = boost::unit_test::data;

struct Row {
  std::string bytes, text;
};
std::ostream& operator<<(std::ostream& out, const Row& row) { return out << row.text; }

std::string Stripped(const std::string& bytes) {
  ControlStripper stripper;
  std::string text;
  stripper.Feed(bytes, &text);
  return text;
}

const std::vector<Row> kRows = {
    {"plain\r\ntext\r\n", "plain\ntext\n"},
    {"\x1b[1;31mred\x1b[0m", "red"},
    {"\x1b[?2004h$ ls\x1b[?2004l\r\r\n", "$ ls\n"},
    {"\x1b]0;a title\x07$ ", "$ "},
    {"\x1b]8;;http://example.com\x1b\\link\x1b]8;;\x1b\\", "link"},
    {"\x1bP1$r0m\x1b\\after", "after"},
    {"\x1b(Bascii\x1b)0", "ascii"},
    {"abc\b\b\x1b[Kx", "ax"},
    {"a\n\b\bb", "a\nb"},
    {"gr\xc3\xb6\bo", "gro"},
    {"tab\there\x07\x01\x7f", "tab\there"},
    {"\x1b]0;never ended\nnext line", "next line"},
    {"\x1b\x1b[31mtwice", "twice"},
    {"cut\x1b[", "cut"},
};

BOOST_DATA_TEST_CASE(sequences_are_left_out, bdata::make(kRows), row) {
  BOOST_TEST(Stripped(row.bytes) == row.text);
}

BOOST_AUTO_TEST_CASE(cuts_do_not_matter_and_no_control_character_is_left) {
  std::mt19937 random(7);  // NOLINT: the same bytes every time
  const std::string alphabet = "\x1b\x1b[[];0123mKHJ?\x07\b\r\n\tab \xc3\xb6P\\(B";
  for (int round = 0; round < 2000; ++round) {
    std::string bytes;
    for (int i = 0; i < 60; ++i) bytes += alphabet[random() % alphabet.size()];
    ControlStripper pieces;
    std::string text;
    for (std::size_t at = 0; at < bytes.size();) {
      const std::size_t size = 1 + random() % 5;
      pieces.Feed(std::string_view(bytes).substr(at, size), &text);
      at += size;
    }
    BOOST_REQUIRE_EQUAL(text, Stripped(bytes));
    for (const char c : text) {
      const auto byte = static_cast<unsigned char>(c);
      BOOST_REQUIRE((byte >= 0x20 || c == '\n' || c == '\t'));
    }
  }
}

}  // namespace
}  // namespace hone
