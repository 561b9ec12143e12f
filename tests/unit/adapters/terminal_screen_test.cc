// What a screen shows: a table of sequences, and properties over random bytes.
#include "adapters/session/terminal_screen.h"

#include <algorithm>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <random>
#include <string>
#include <vector>

namespace hone {
namespace {

namespace bdata = boost::unit_test::data;

struct Row {
  std::string name, bytes, text;  // on a screen of 4 rows and 10 columns
};
std::ostream& operator<<(std::ostream& out, const Row& row) { return out << row.name; }

std::string Shown(const std::string& bytes, int rows = 4, int columns = 10) {
  TerminalScreen screen(rows, columns);
  screen.Feed(bytes);
  return screen.Text();
}

const std::vector<Row> kRows = {
    {"lines", "one\r\ntwo\r\n", "one\ntwo"},
    {"line feed keeps the column", "one\ntwo", "one\n   two"},
    {"carriage return writes over", "hello\rJ", "Jello"},
    {"wrapping", "0123456789ab", "0123456789\nab"},
    {"a full line does not wrap by itself", "0123456789\r\nx", "0123456789\nx"},
    {"scrolling", "1\r\n2\r\n3\r\n4\r\n5", "2\n3\n4\n5"},
    {"home and clear", "junk\r\njunk\x1b[H\x1b[2Jnew", "new"},
    {"moving", "\x1b[2;3Hx\x1b[Ay\x1b[2Dz\x1b[3Bw", "  zy\n  x\n\n   w"},
    {"column and row", "\x1b[5Ga\x1b[3db", "    a\n\n     b"},
    {"erase to the end", "0123456789\x1b[4G\x1b[K", "012"},
    {"erase to the start", "0123456789\x1b[4G\x1b[1K", "    456789"},
    {"erase the line", "0123\x1b[2Kx", "    x"},
    {"erase below", "1\r\n2\r\n3\x1b[2;1H\x1b[J", "1"},
    {"erase above", "1\r\n2\r\n3\x1b[2;1H\x1b[1J", "\n\n3"},
    {"erase characters", "012345\x1b[2G\x1b[3X", "0   45"},
    {"insert and delete characters", "0123\x1b[2G\x1b[2@ab\x1b[1P", "0ab23"},
    {"insert lines", "1\r\n2\r\n3\x1b[2;1H\x1b[L", "1\n\n2\n3"},
    {"delete lines", "1\r\n2\r\n3\x1b[1;1H\x1b[M", "2\n3"},
    {"scroll region", "\x1b[2;3r\x1b[1;1Ha\x1b[2;1Hb\x1b[3;1Hc\n\rd", "a\nc\nd"},
    {"reverse feed", "\x1b[H\x1bM\x1bMx", "x"},
    {"reverse feed scrolls", "a\x1b[H\x1bMx", "x\na"},
    {"save and restore",
     "ab\x1b\x37\x1b[3;3Hq\x1b\x38"
     "c",
     "abc\n\n  q"},
    {"alternate screen", "shell\x1b[?1049hvim\x1b[?1049l!", "shell!"},
    {"colours are skipped", "\x1b[1;38;5;12mbold\x1b[m", "bold"},
    {"titles are skipped", "\x1b]2;title\x07ok", "ok"},
    {"tab", "a\tb", "a       b"},
    {"backspace", "abc\b\bX", "aXc"},
    {"unicode", "größe \xe6\xbc\xa2", "größe \xe6\xbc\xa2"},
    {"wide characters wrap", "012345678\xe6\xbc\xa2", "012345678\n\xe6\xbc\xa2"},
    {"half of a wide one is erased whole",
     "\xe6\xbc\xa2"
     "a\x1b[2Gx",
     " xa"},
    {"a mark joins", "e\xcc\x81x", "e\xcc\x81x"},
    {"broken UTF-8", "a\xff\xc3(b", "a\xef\xbf\xbd\xef\xbf\xbd(b"},
    {"huge numbers", "\x1b[99999999999;99999999999Hx", "\n\n\n         x"},
    {"reset",
     "abc\x1b"
     "cx",
     "x"},
    {"nothing", "", ""},
};

BOOST_DATA_TEST_CASE(sequences_do_what_a_terminal_does, bdata::make(kRows), row) {
  BOOST_TEST(Shown(row.bytes) == row.text);
}

std::string RandomBytes(std::mt19937& random) {
  const std::string alphabet =
      "\x1b\x1b\x1b[[[[;;0123456789ABCDEFGHJKLMPSTXr@dsu?hlc78M\r\n\b\tabc "
      "\xc3\xb6\xe6\xbc\xa2\xff";
  std::string bytes;
  for (int i = 0; i < 300; ++i) bytes += alphabet[random() % alphabet.size()];
  return bytes;
}

BOOST_AUTO_TEST_CASE(the_cursor_stays_on_the_screen_and_cuts_do_not_matter) {
  std::mt19937 random(11);  // NOLINT: the same bytes every time
  for (int round = 0; round < 1500; ++round) {
    const int rows = 1 + static_cast<int>(random() % 6);
    const int columns = 1 + static_cast<int>(random() % 12);
    const std::string bytes = RandomBytes(random);
    TerminalScreen whole(rows, columns);
    TerminalScreen pieces(rows, columns);
    whole.Feed(bytes);
    for (const char c : bytes) {
      pieces.Feed({&c, 1});
      BOOST_REQUIRE((pieces.row() >= 0 && pieces.row() < rows));
      BOOST_REQUIRE((pieces.column() >= 0 && pieces.column() <= columns));
    }
    const std::string text = whole.Text();
    BOOST_REQUIRE_EQUAL(pieces.Text(), text);
    BOOST_REQUIRE(std::count(text.begin(), text.end(), '\n') < rows);
    BOOST_REQUIRE((text.empty() || (text.back() != ' ' && text.back() != '\n')));
  }
}

BOOST_AUTO_TEST_CASE(text_that_fits_is_shown_as_it_is) {
  std::mt19937 random(13);  // NOLINT
  for (int round = 0; round < 500; ++round) {
    std::string bytes;
    std::string text;
    const int lines = 1 + static_cast<int>(random() % 5);
    for (int line = 0; line < lines; ++line) {
      std::string words;
      for (std::size_t i = 1 + random() % 20; i > 0; --i)
        words += static_cast<char>('a' + random() % 26);
      bytes += (line == 0 ? "" : "\r\n") + words;
      text += (line == 0 ? "" : "\n") + words;
    }
    BOOST_REQUIRE_EQUAL(Shown(bytes, 5, 20), text);
  }
}

BOOST_AUTO_TEST_CASE(sizes_are_sane) {
  TerminalScreen none(0, -5);
  none.Feed("abc\r\n");
  BOOST_TEST(none.rows() == 1);
  BOOST_TEST(none.columns() == 1);
  TerminalScreen vast(1 << 30, 1 << 30);
  BOOST_TEST(vast.rows() == TerminalScreen::kMaxRows);
  BOOST_TEST(vast.columns() == TerminalScreen::kMaxColumns);
}

}  // namespace
}  // namespace hone
