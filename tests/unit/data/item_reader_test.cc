// Items of benchmarks in every form of file, and folders of splits.
#include <boost/test/unit_test.hpp>

#include "unit/data/sample_files.h"

namespace hone {
namespace {

Json Spec(const std::string& path, bool splits = false) {
  Json spec = Json::MakeObject({{"kind", "items"}, {"path", path}});
  if (splits) spec.Set("splits", true);
  return spec;
}

// "where split row; " of every row, or "! " and the error.
std::string Rows(const Json& spec, const std::string& base) {
  std::string error;
  std::string out;
  for (const Json& row : AllRows(spec, base, &error)) {
    out += row["where"].AsString() + " ";
    if (row.Has("split")) out += row["split"].AsString() + " ";
    out += row["row"].Dump() + "; ";
  }
  return error.empty() ? out : "! " + error;
}

struct Form {
  const char* file;
  const char* text;
  const char* rows;
};

BOOST_AUTO_TEST_CASE(forms_of_a_file) {
  const Form forms[] = {
      {"a.json", R"([{"id": 1}, {"id": 2}])", R"(a.json:1 {"id":1}; a.json:2 {"id":2}; )"},
      {"a.json", R"({"data": [{"id": 1}], "version": 3})", R"(a.json:1 {"id":1}; )"},
      {"a.json", R"({"x": {"q": "?"}, "y": {"id": "z"}})",
       R"(a.json:1 {"q":"?","id":"x"}; a.json:2 {"id":"z"}; )"},
      // One line of JSON Lines is one item, never an object of items (a defect of the original).
      {"a.json", R"({"id": 1, "question": "?"})", R"(a.json:1 {"id":1,"question":"?"}; )"},
      {"a.jsonl", R"({"id": 1})", R"(a.jsonl:1 {"id":1}; )"},
      {"a.json", "{\"id\": 1}\n\n{\"id\": 2}\n", R"(a.json:1 {"id":1}; a.json:3 {"id":2}; )"},
      {"a.jsonl", "{\"id\": 1}\n{\"id\": 2}\n", R"(a.jsonl:1 {"id":1}; a.jsonl:2 {"id":2}; )"},
      {"a.csv", "id,q\n1,\"a\nb\"\n2,c\n",
       R"(a.csv:2 {"id":"1","q":"a\nb"}; a.csv:4 {"id":"2","q":"c"}; )"},
      {"a.json", "[]", ""},
      {"a.csv", "id,q\n1\n", "! a.csv:2: 1 fields, but the first line names 2"},
      {"a.jsonl", "{\"id\": 1}\n{oops}\n", "! a.jsonl:2: "},
      {"a.json", "[1, 2", "! a.json: "},
  };
  for (const Form& form : forms) {
    const SampleFolder folder;
    folder.Write(form.file, form.text);
    const std::string got = Rows(Spec(form.file), folder.path());
    const bool is_error = std::string(form.rows).starts_with("!");
    BOOST_TEST((is_error ? got.starts_with(form.rows) : got == form.rows),
               form.text << " gave " << got);
  }
}

BOOST_AUTO_TEST_CASE(a_folder_is_read_by_its_first_file) {
  const SampleFolder folder;
  folder.Write("d/b.csv", "id\n9\n");
  folder.Write("d/c.jsonl", "{\"id\": 8}\n");
  BOOST_TEST(Rows(Spec("d"), folder.path()) == R"(c.jsonl:1 {"id":8}; )");
  folder.Write("d/z.json", "[{\"id\": 7}]");
  folder.Write("d/inner/a.json", "[{\"id\": 6}]");
  BOOST_TEST(Rows(Spec("d"), folder.path()) == R"(z.json:1 {"id":7}; )");
  folder.Write("empty/readme.txt", "x");
  BOOST_TEST(Rows(Spec("empty"), folder.path()).starts_with("! reader.path: empty: no .json"));
}

BOOST_AUTO_TEST_CASE(splits_by_any_of_their_names) {
  const SampleFolder folder;
  folder.Write("s/train/items.json", R"([{"id": 1}])");
  folder.Write("s/valid_seen/x.jsonl", R"({"id": 2})");
  folder.Write("s/test.csv", "id\n3\n");
  BOOST_TEST(Rows(Spec("s", true), folder.path()) ==
             R"(train/items.json:1 train {"id":1}; valid_seen/x.jsonl:1 select {"id":2}; )"
             R"(test.csv:2 report {"id":"3"}; )");
  std::filesystem::remove(folder / "s/test.csv");
  BOOST_TEST(Rows(Spec("s", true), folder.path()).starts_with("! reader.path: s: no test/ there"));
}

BOOST_AUTO_TEST_CASE(a_manifest_comes_first) {
  const SampleFolder folder;
  folder.Write("ids/train/items.json", R"(["b"])");
  folder.Write("ids/val.json", R"([{"id": "a"}])");
  folder.Write("ids/test/items.json", "[]");
  folder.Write("raw.jsonl", "{\"id\": \"a\"}\n{\"id\": \"b\"}\n");
  Json spec = Spec("raw.jsonl");
  spec.Set("manifest", "ids");
  const std::vector<Json> rows = AllRows(spec, folder.path());
  BOOST_REQUIRE_EQUAL(rows.size(), 4U);
  BOOST_TEST(rows[0].Dump() ==
             R"({"where":"train/items.json:1","row":"b","split":"train","manifest":true})");
  BOOST_TEST(rows[1]["split"].AsString() == "select");
  BOOST_TEST(rows[2].Dump() == R"({"where":"raw.jsonl:1","row":{"id":"a"}})");
}

BOOST_AUTO_TEST_CASE(rows_without_a_field_are_bad) {
  const SampleFolder folder;
  folder.Write("a.json", R"([{"id": 1, "q": "?"}, {"id": 2}, 3])");
  Json spec = Spec("a.json");
  spec.Set("fields", Json::MakeArray({"id", "q"}));
  auto reader = OpenReader(spec, folder.path());
  BOOST_REQUIRE(reader.ok());
  std::size_t rows = 0;
  while (true) {
    const auto row = (*reader)->Next();
    BOOST_REQUIRE(row.ok());
    if (!row->has_value()) break;
    ++rows;
  }
  BOOST_TEST(rows == 1U);
  BOOST_TEST((*reader)->bad_rows().ToNote().find("a.json:2 (no q)") != std::string::npos);
  BOOST_TEST((*reader)->bad_rows().ToNote().find("a.json:3") != std::string::npos);
}

}  // namespace
}  // namespace hone
