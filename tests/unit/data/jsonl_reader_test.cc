#include "data/jsonl_reader.h"

#include <boost/test/unit_test.hpp>

#include "unit/data/sample_files.h"

namespace hone {
namespace {

Json Spec(const std::string& path) { return Json::MakeObject({{"kind", "jsonl"}, {"path", path}}); }

BOOST_AUTO_TEST_CASE(rows_come_in_order_over_lines_files_and_buffers) {
  const SampleFolder folder;
  std::string text = "\xEF\xBB\xBF{\"n\": 0}\r\n\n   \n";
  for (int i = 1; i < 500; ++i) {
    // Lines of all lengths up to several read buffers.
    text += "{\"n\": " + std::to_string(i) + ", \"fill\": \"" +
            std::string(static_cast<std::size_t>(i % 50) * 4099, 'x') + "\"}\n";
  }
  text += "{\"n\": 500}";  // no line end
  folder.Write("b.jsonl", text);
  folder.WriteGzip("c.jsonl.gz", "{\"n\": 501}\n");
  folder.Write("ignored.txt", "not json");
  const std::vector<Json> rows = AllRows(Spec("."), folder.path());
  BOOST_REQUIRE_EQUAL(rows.size(), 502U);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    BOOST_TEST(rows[i]["n"].AsInt(-1) == static_cast<int64_t>(i));
  }
}

BOOST_AUTO_TEST_CASE(a_bad_row_is_named_by_file_and_line) {
  const SampleFolder folder;
  folder.Write("a.jsonl", "{\"n\": 1}\n\n{\"n\": }\n{\"n\": 3}\n");
  folder.Write("b.jsonl", "{}\n[1]\n");
  std::string error;
  BOOST_TEST(AllRows(Spec("a.jsonl"), folder.path(), &error).size() == 1U);
  BOOST_TEST(error.find("/a.jsonl:3: ") != std::string::npos, error);
  BOOST_TEST(AllRows(Spec("b.jsonl"), folder.path(), &error).size() == 1U);
  BOOST_TEST(error.find("/b.jsonl:2: expected a JSON object, got array") != std::string::npos,
             error);
}

BOOST_AUTO_TEST_CASE(nothing_comes_after_an_error) {
  const SampleFolder folder;
  folder.Write("a.jsonl", "oops\n{\"n\": 1}\n");
  auto reader = OpenReader(Spec("a.jsonl"), folder.path());
  BOOST_REQUIRE(reader.ok());
  BOOST_TEST(!(*reader)->Next().ok());
  const auto after = (*reader)->Next();
  BOOST_REQUIRE(after.ok());
  BOOST_TEST(!after->has_value());
}

}  // namespace
}  // namespace hone
