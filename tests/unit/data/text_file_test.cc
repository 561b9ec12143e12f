#include "data/text_file.h"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include "base/text.h"
#include "unit/data/sample_files.h"

namespace hone {
namespace {

namespace data = boost::unit_test::data;

struct Case {
  std::string name;
  std::string bytes;
  std::string text;   // expected when `error` is empty
  std::string error;  // expected part of the message
  bool noted = false;
};

std::ostream& operator<<(std::ostream& out, const Case& c) { return out << c.name; }

const std::vector<Case> kCases = {
    {"unix", "a\nb\n", "a\nb\n", ""},
    {"dos", "a\r\nb\rc\r\n", "a\nb\nc\n", ""},
    {"byte order mark", "\xEF\xBB\xBFhello", "hello", ""},
    {"form feed", "one\ftwo", "one\ntwo", ""},
    {"utf-8", "caf\xC3\xA9 \xE2\x80\x9C", "caf\xC3\xA9 \xE2\x80\x9C", ""},
    {"latin-1", "caf\xE9 ol\xE9", "caf\xC3\xA9 ol\xC3\xA9", "", true},
    {"windows quotes", "\x93hi\x94", "\xE2\x80\x9Chi\xE2\x80\x9D", "", true},
    {"neither", "caf\xE9 \x81", "", "neither UTF-8 nor Windows-1252 (byte 3)"},
    {"nul", std::string("ab\0c", 4), "", "NUL at byte 2"},
    {"control", std::string(40, '\x01'), "", "control character at byte"},
    {"utf-16", "\xFF\xFEh", "", "UTF-16"},
    {"empty", "", "", ""},
};

BOOST_DATA_TEST_CASE(decodes_or_refuses, data::make(kCases), c) {
  const auto file = DecodeText(c.bytes, "notes.txt");
  BOOST_REQUIRE_EQUAL(file.ok(), c.error.empty());
  if (!file.ok()) {
    BOOST_TEST(file.error().message.find("notes.txt: ") == 0U);
    BOOST_TEST(file.error().message.find(c.error) != std::string::npos, file.error().message);
    return;
  }
  BOOST_TEST(file->text == c.text);
  BOOST_TEST(IsValidUtf8(file->text));
  BOOST_TEST(!file->note.empty() == c.noted);
}

BOOST_AUTO_TEST_CASE(gzip_is_read_through_whatever_its_name) {
  const SampleFolder folder;
  const std::string text = SampleDocument("kettle", 4);
  const auto plain = ReadTextFile(folder.Write("a.txt", text), 1 << 20);
  const auto zipped = ReadTextFile(folder.WriteGzip("b.txt", text), 1 << 20);
  BOOST_REQUIRE(plain.ok() && zipped.ok());
  BOOST_TEST(plain->text == zipped->text);
}

BOOST_AUTO_TEST_CASE(output_is_bounded_and_damage_is_named) {
  const SampleFolder folder;
  const std::string big = folder.WriteGzip("bomb.gz", std::string(3 << 20, 'x'));
  const auto refused = ReadTextFile(big, 1 << 20);
  BOOST_REQUIRE(!refused.ok());
  BOOST_TEST(refused.error().message.find("bomb.gz: holds more than 1048576 bytes") !=
             std::string::npos);

  std::filesystem::resize_file(big, std::filesystem::file_size(big) / 2);
  const auto cut = ReadTextFile(big, 8 << 20);
  BOOST_REQUIRE(!cut.ok());
  BOOST_TEST(static_cast<int>(cut.error().code) == static_cast<int>(ErrorCode::kCorrupt));

  const auto missing = ReadTextFile(folder.path() + "/none.txt", 1 << 20);
  BOOST_REQUIRE(!missing.ok());
  BOOST_TEST(missing.error().message.find("none.txt") != std::string::npos);
}

}  // namespace
}  // namespace hone
