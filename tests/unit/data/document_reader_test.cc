#include "data/document_reader.h"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <map>
#include <set>

#include "data/text_file.h"
#include "unit/data/sample_files.h"

namespace hone {
namespace {

Json Spec(std::initializer_list<Json::Member> options) {
  Json spec = Json::MakeObject(options);
  spec.Set("kind", "documents");
  return spec;
}

void WriteLibrary(const SampleFolder& folder) {
  folder.Write("kettle.txt", SampleDocument("kettle", 30));
  folder.WriteGzip("spoon.txt.gz", SampleDocument("spoon", 12));
  folder.Write("deep/lamp.md", SampleDocument("lamp", 12));
  folder.Write("deep/kettle-2.txt", SampleDocument("kettle", 26) + SampleDocument("fork", 5));
  folder.Write("copy.txt", SampleDocument("spoon", 12));
  folder.Write("page.html", "<html><body>" + SampleDocument("page", 12) + "</body></html>");
  folder.Write("picture.png", std::string("\x89PNG\0\0\0", 7));
  std::filesystem::create_symlink("kettle.txt", folder / "a-kettle.txt");
}

BOOST_AUTO_TEST_CASE(rows_are_the_same_wherever_the_folder_lies) {
  const SampleFolder one;
  const SampleFolder two;
  WriteLibrary(one);
  WriteLibrary(two);
  const Json options = Spec({{"path", "."}, {"context_words", 400}, {"min_words", 100}});
  const std::vector<Json> here = AllRows(options, one.path());
  const std::vector<Json> there =
      AllRows(Spec({{"path", two.path()}, {"context_words", 400}, {"min_words", 100}}), "/nowhere");
  BOOST_REQUIRE(!here.empty());
  BOOST_REQUIRE_EQUAL(here.size(), there.size());
  std::set<std::string> ids;
  std::map<std::string, std::set<std::string>> clusters;
  for (std::size_t i = 0; i < here.size(); ++i) {
    BOOST_TEST(here[i].Dump() == there[i].Dump());
    BOOST_TEST(here[i].Dump().find(one.path()) == std::string::npos);
    BOOST_TEST(ids.insert(here[i]["id"].AsString()).second);
    BOOST_TEST(here[i]["words"].AsInt() <= 400);
    clusters[here[i]["cluster"].AsString()].insert(here[i]["source"].AsString());
    for (const Json& task : here[i]["tasks"].items()) {
      BOOST_TEST(ids.insert(task["id"].AsString()).second);
      BOOST_TEST(task["split"].AsString() == "report");
      const auto first = static_cast<std::size_t>(task["span"].items().at(0).AsInt());
      const std::string& span_text = task["span_text"].AsString();
      BOOST_TEST(here[i]["text"].AsString().substr(first, span_text.size()) == span_text);
    }
  }
  // The copy of spoon is dropped, kettle and its second edition are one cluster, and markup, binary
  // files and links give nothing.
  const std::map<std::string, std::set<std::string>> expected = {
      {"copy.txt", {"copy.txt"}},
      {"kettle-2.txt", {"kettle-2.txt", "kettle.txt"}},
      {"lamp.md", {"lamp.md"}}};
  BOOST_TEST((clusters == expected));
}

BOOST_AUTO_TEST_CASE(first_and_last_are_places_in_the_file) {
  const SampleFolder folder;
  const std::string text = SampleDocument("kettle", 20);
  folder.Write("kettle.txt", text);
  const auto rows = AllRows(
      Spec({{"path", "kettle.txt"}, {"context_words", 300}, {"min_words", 10}}), folder.path());
  BOOST_REQUIRE_GT(rows.size(), 3U);
  for (const Json& row : rows) {
    const auto first = static_cast<std::size_t>(row["first"].AsInt());
    const auto last = static_cast<std::size_t>(row["last"].AsInt());
    BOOST_TEST(row["text"].AsString() == text.substr(first, last - first));
  }
}

BOOST_AUTO_TEST_CASE(limits_choose_a_part_of_the_same_rows) {
  const SampleFolder folder;
  WriteLibrary(folder);
  const auto rows = [&](int most, int per_source) {
    std::vector<std::string> dumps;
    for (const Json& row : AllRows(Spec({{"path", "."},
                                         {"context_words", 400},
                                         {"min_words", 100},
                                         {"max_contexts", most},
                                         {"max_contexts_per_source", per_source}}),
                                   folder.path())) {
      dumps.push_back(row.Dump());
    }
    return dumps;
  };
  const auto all = rows(0, 0);
  const auto some = rows(5, 0);
  BOOST_TEST(some.size() == 5U);
  BOOST_TEST(rows(0, 1).size() == 4U);
  for (const std::string& row : some) {
    BOOST_TEST((std::find(all.begin(), all.end(), row) != all.end()));
  }
}

struct Bad {
  std::string name;
  Json spec;
  std::string error;
};
std::ostream& operator<<(std::ostream& out, const Bad& b) { return out << b.name; }

const std::vector<Bad> kBad = {
    {"no table", Json("x"), "reader: expected a table"},
    {"no kind", Json::MakeObject({{"path", "."}}),
     "reader.kind: expected one of csv, documents, files, items, jsonl, task_folders, yaml"},
    {"kind", Json::MakeObject({{"kind", "document"}}), "did you mean 'documents'?"},
    {"option", Spec({{"path", "."}, {"context_word", 5}}), "did you mean 'context_words'?"},
    {"no path", Spec({}), "reader.path: missing"},
    {"path type", Spec({{"path", 7}}), "reader.path: expected a text or a list of texts, got 7"},
    {"type", Spec({{"path", "."}, {"min_words", "many"}}),
     "reader.min_words: expected an integer, got \"many\""},
    {"range", Spec({{"path", "."}, {"context_words", 3}}),
     "reader.context_words: 3 is outside 50 to"},
    {"fraction", Spec({{"path", "."}, {"max_contexts", 2.5}}),
     "reader.max_contexts: expected an integer, got 2.5"},
    {"sizes", Spec({{"path", "."}, {"context_words", 100}, {"min_words", 200}}),
     "reader.min_words: 200 is more than context_words (100)"},
    {"missing file", Spec({{"path", "none.txt"}}), "none.txt: No such file"},
    {"nothing selected", Spec({{"path", "."}, {"include", "*.pdf"}}), "no file there that"},
    {"too small", Spec({{"path", "."}, {"include", "tiny.txt"}}), "lower min_words"},
    {"no sentences", Spec({{"path", "numbers.txt"}, {"min_words", 1}}), "no held-out task"},
    {"binary by name", Spec({{"path", "picture.png"}}), "picture.png: is not a text file (NUL"},
};

BOOST_DATA_TEST_CASE(bad_options_are_one_clear_line, boost::unit_test::data::make(kBad), b) {
  const SampleFolder folder;
  folder.Write("tiny.txt", "Few words.\n");
  std::string numbers;
  for (int i = 0; i < 500; ++i) numbers += std::to_string(i * 7919) + "\n";
  folder.Write("numbers.txt", numbers);
  folder.Write("picture.png", std::string("\x89PNG\0\0\0", 7));
  std::string error;
  BOOST_TEST(AllRows(b.spec, folder.path(), &error).empty());
  BOOST_TEST(error.find(b.error) != std::string::npos, error);
  BOOST_TEST(error.find('\n') == std::string::npos);
}

}  // namespace
}  // namespace hone
