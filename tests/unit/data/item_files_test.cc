// Files that items name, as assets: where they are looked for, and what may not be named.
#include <boost/test/unit_test.hpp>
#include <filesystem>

#include "data/asset.h"
#include "unit/data/sample_files.h"

namespace hone {
namespace {

struct Rows {
  std::vector<Json> rows;
  std::string bad;  // the note of what was left out
  AssetMap assets;
  std::string error;
};

// Reads a file of items with one entry of `files`.
Rows Read(const SampleFolder& folder, const std::string& items, const std::string& entry) {
  folder.Write("data/items.json", items);
  const Result<Json> files = Json::Parse("[" + entry + "]");
  BOOST_REQUIRE(files.ok());
  const Json spec =
      Json::MakeObject({{"kind", "items"}, {"path", "data/items.json"}, {"files", *files}});
  Rows out;
  auto reader = OpenReader(spec, folder.path());
  if (!reader.ok()) {
    out.error = reader.error().message;
    return out;
  }
  while (true) {
    auto row = (*reader)->Next();
    BOOST_REQUIRE(row.ok());
    if (!row->has_value()) break;
    out.rows.push_back((**row)["row"]);
  }
  if ((*reader)->bad_rows().size() > 0) out.bad = (*reader)->bad_rows().ToNote();
  out.assets = (*reader)->assets();
  return out;
}

std::string Bytes(const Rows& rows, const Json& named) {
  const auto asset = FindAsset(rows.assets, named, "test");
  BOOST_REQUIRE(asset.ok());
  const auto content = ReadAsset(**asset);
  BOOST_REQUIRE(content.ok());
  return content->front().bytes;
}

BOOST_AUTO_TEST_CASE(one_file_below_the_data_or_a_root) {
  const SampleFolder folder;
  folder.Write("data/pages/1.png", "near");
  folder.Write("far/pages/1.png", "far");
  const std::string items = R"([{"page": "pages/1.png"}])";
  const Rows near = Read(folder, items, R"({"field": "page", "as": "image"})");
  BOOST_REQUIRE_EQUAL(near.rows.size(), 1U);
  BOOST_TEST(near.rows[0]["image"]["name"].AsString() == "1.png");
  BOOST_TEST(Bytes(near, near.rows[0]["image"]) == "near");
  const Rows far = Read(folder, items, R"({"field": "page", "as": "image", "roots": ["far", ""]})");
  BOOST_TEST(Bytes(far, far.rows[0]["image"]) == "far");  // the first root that has it
}

BOOST_AUTO_TEST_CASE(what_leaves_its_root_or_is_not_there_is_a_bad_row) {
  const SampleFolder folder;
  folder.Write("secret.txt", "x");
  std::filesystem::create_directories(folder / "data");
  std::filesystem::create_symlink(folder / "secret.txt", folder / "data/link.txt");
  for (const char* name : {"../secret.txt", "link.txt", "none.txt", ""}) {
    const Rows rows = Read(folder, std::string(R"([{"f": ")") + name + R"("}])",
                           R"({"field": "f", "as": "file"})");
    BOOST_TEST(rows.rows.empty(), name);
    BOOST_TEST(rows.bad.find("items.json:1") != std::string::npos, rows.bad);
    BOOST_TEST(rows.assets.empty(), name);
  }
  const std::string absolute = (folder / "secret.txt").string();
  const Rows rows =
      Read(folder, R"([{"f": ")" + absolute + R"("}])", R"({"field": "f", "as": "file"})");
  BOOST_TEST(rows.bad.find("is not there") != std::string::npos, rows.bad);
}

BOOST_AUTO_TEST_CASE(lists_are_found_at_their_place_or_by_name) {
  const SampleFolder folder;
  folder.Write("docs/1941/report.txt", "a");
  folder.Write("docs/1942/other.txt", "b");
  const std::string entry =
      R"({"field": "names", "as": "documents", "roots": ["docs"], "take": "list"})";
  for (const char* names :
       {R"(["1941/report.txt", "other.txt"])", R"("1941/report.txt\nother.txt\n")",
        R"("[\"report.txt\", \"x/other.txt\"]")"}) {
    const Rows rows = Read(folder, std::string(R"([{"names": )") + names + "}]", entry);
    BOOST_REQUIRE_EQUAL(rows.rows.size(), 1U);
    const Json::Array& documents = rows.rows[0]["documents"].items();
    BOOST_REQUIRE_EQUAL(documents.size(), 2U);
    BOOST_TEST(Bytes(rows, documents[0]) + Bytes(rows, documents[1]) == "ab");
  }
  const Rows none = Read(folder, R"([{"names": ["gone.txt"]}])", entry);
  BOOST_TEST(none.bad.find("'gone.txt' is not there") != std::string::npos, none.bad);
  // Without a root nothing is attached: the item may be asked without its documents.
  const Rows bare = Read(folder, R"([{"names": ["gone.txt"]}])",
                         R"({"field": "names", "as": "documents", "take": "list"})");
  BOOST_REQUIRE_EQUAL(bare.rows.size(), 1U);
  BOOST_TEST(bare.rows[0]["documents"].size() == 0U);
}

BOOST_AUTO_TEST_CASE(folders_and_files_of_every_row) {
  const SampleFolder folder;
  folder.Write("data/books/7/b.xlsx", "b");
  folder.Write("data/books/7/a.xlsx", "a");
  folder.Write("data/books/7/inner/c.xlsx", "c");
  folder.Write("engine.py", "e");
  const Rows files =
      Read(folder, R"([{"f": "books/7"}])", R"({"field": "f", "as": "w", "take": "files"})");
  BOOST_REQUIRE_EQUAL(files.rows.size(), 1U);
  BOOST_REQUIRE_EQUAL(files.rows[0]["w"].size(), 2U);
  BOOST_TEST(files.rows[0]["w"].items()[0]["name"].AsString() == "a.xlsx");
  const Rows parent = Read(folder, R"([{"f": "books/7/a.xlsx"}])",
                           R"({"field": "f", "as": "w", "take": "parent"})");
  BOOST_TEST(parent.rows[0]["w"]["kind"].AsString() == "folder");
  const Rows fixed =
      Read(folder, R"([{"f": 1}, {"f": 2}])", R"({"file": "engine.py", "as": "engine"})");
  BOOST_REQUIRE_EQUAL(fixed.rows.size(), 2U);
  BOOST_TEST(Bytes(fixed, fixed.rows[1]["engine"]) == "e");
  BOOST_TEST(fixed.assets.size() == 1U);
}

BOOST_AUTO_TEST_CASE(entries_are_checked) {
  const SampleFolder folder;
  struct Case {
    const char* entry;
    const char* problem;
  };
  const Case cases[] = {
      {R"({"field": "f"})", "has `as`, and either `field` or `file`"},
      {R"({"field": "f", "file": "x", "as": "y"})", "has `as`, and either `field` or `file`"},
      {R"({"field": "f", "as": "y", "take": "lists"})", "unknown 'lists'; did you mean 'list'?"},
      {R"({"field": "f", "as": "y", "root": ["x"]})", "root: the reader"},
      {R"({"field": "f", "as": "y", "roots": ["gone"]})", "no such folder"},
      {R"({"file": "gone.py", "as": "y"})", "gone.py"},
  };
  for (const Case& one : cases) {
    const Rows rows = Read(folder, "[]", one.entry);
    BOOST_TEST(rows.error.find(one.problem) != std::string::npos, rows.error);
  }
}

}  // namespace
}  // namespace hone
