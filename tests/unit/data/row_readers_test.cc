// Readers of the files that people have: grouped JSONL, CSV, YAML and folders of text files.
#include <boost/test/unit_test.hpp>
#include <filesystem>

#include "data/csv_reader.h"
#include "data/yaml_reader.h"
#include "unit/data/sample_files.h"

namespace hone {
namespace {

Json GroupSpec(const std::string& path) {
  return Json::MakeObject({{"kind", "jsonl"}, {"path", path}, {"group_by", "metadata.id"}});
}

std::string RowOf(const std::string& id, int n) {
  return R"({"metadata": {"id": ")" + id + R"("}, "n": )" + std::to_string(n) + "}\n";
}

BOOST_AUTO_TEST_CASE(rows_of_a_group_come_together_wherever_they_are) {
  const SampleFolder folder;
  folder.Write("a.jsonl", RowOf("x", 1) + RowOf("y", 2) + "\n" + RowOf("x", 3));
  folder.WriteGzip("b.jsonl.gz", RowOf("z", 4) + RowOf("y", 5));
  const std::vector<Json> groups = AllRows(GroupSpec("."), folder.path());
  BOOST_REQUIRE_EQUAL(groups.size(), 3U);
  std::string seen;
  for (const Json& group : groups) {
    seen += group["group"].AsString() + ":";
    for (const Json& row : group["rows"].items()) {
      seen += " " + row["where"].AsString() + "=" + row["row"]["n"].Dump();
    }
    seen += "; ";
  }
  BOOST_TEST(seen ==
             "x: a.jsonl:1=1 a.jsonl:4=3; y: a.jsonl:2=2 b.jsonl.gz:2=5; "
             "z: b.jsonl.gz:1=4; ");
}

BOOST_AUTO_TEST_CASE(bad_rows_are_counted_and_named_and_the_others_still_come) {
  const SampleFolder folder;
  folder.Write("a.jsonl", RowOf("x", 1) + "{oops}\n[1]\n{\"metadata\": {}}\n" + RowOf("x", 2));
  for (const bool grouped : {true, false}) {
    Json spec = GroupSpec("a.jsonl");
    if (!grouped) {
      spec.Erase("group_by");
      spec.Set("places", true);
    }
    auto reader = OpenReader(spec, folder.path());
    BOOST_REQUIRE(reader.ok());
    std::size_t rows = 0;
    while (true) {
      const auto row = (*reader)->Next();
      BOOST_REQUIRE(row.ok());
      if (!row->has_value()) break;
      rows += grouped ? (**row)["rows"].size() : 1;
    }
    const BadRows& bad = (*reader)->bad_rows();
    BOOST_TEST(rows == (grouped ? 2U : 3U));
    BOOST_TEST(bad.size() == (grouped ? 3U : 2U));
    const std::string error = bad.ToError("mend them").message;
    BOOST_TEST(error.starts_with("a.jsonl:2: "), error);
    BOOST_TEST(error.find("bad rows in all, also a.jsonl:3") != std::string::npos, error);
    BOOST_TEST(error.ends_with("; mend them"), error);
  }
}

struct CsvCase {
  const char* text;
  const char* expected;  // fields with '|' after each, records with '/' after each; "!" an error
};

BOOST_AUTO_TEST_CASE(csv_records) {
  const CsvCase cases[] = {
      {"a,b\n1,2\n", "a|b|/1|2|/"},
      {"a,b\n1,2", "a|b|/1|2|/"},
      {"a\n\"x,\"\"y\"\"\n\"\n", "a|/x,\"y\"\n|/"},
      {"a,b\n,\n", "a|b|/||/"},
      {"\n\na\n", "a|/"},
      {"\"\",\"\"\n", "||/"},
      {"\"a\"b\n", "!"},
      {"\"never\n", "!"},
      {"", ""},
  };
  for (const CsvCase& one : cases) {
    const auto records = ParseCsv(one.text, ',', "t.csv");
    std::string got;
    if (!records.ok()) got = "!";
    for (const CsvRecord& record : records.ok() ? *records : std::vector<CsvRecord>()) {
      for (const std::string& field : record.fields) got += field + "|";
      got += "/";
    }
    BOOST_TEST(got == one.expected, "for " << one.text);
  }
}

BOOST_AUTO_TEST_CASE(csv_rows_are_objects_and_ragged_ones_are_named) {
  const SampleFolder folder;
  folder.Write("a.csv", "id;text\n1;\"a\nb\"\n2;c\n");
  Json spec = Json::MakeObject({{"kind", "csv"}, {"path", "a.csv"}, {"separator", ";"}});
  const std::vector<Json> rows = AllRows(spec, folder.path());
  BOOST_REQUIRE_EQUAL(rows.size(), 2U);
  BOOST_TEST(rows[0].Dump() == R"({"id":"1","text":"a\nb"})");
  folder.Write("a.csv", "id;text\n1;\"a\nb\"\n2\n");
  std::string error;
  AllRows(spec, folder.path(), &error);
  BOOST_TEST(error == "a.csv:4: 1 fields, but the first line names 2");
}

struct YamlCase {
  const char* text;
  const char* expected;  // JSON, or "!" and a part of the error
};

BOOST_AUTO_TEST_CASE(yaml_means_what_it_means_to_pyyaml) {
  const YamlCase cases[] = {
      {"a: 1\nb: -2\nc: 0x10\nd: 1_000\n", R"({"a":1,"b":-2,"c":16,"d":1000})"},
      {"a: 1.5\nb: 1e3\nc: .5\n", R"({"a":1.5,"b":1000.0,"c":0.5})"},
      {"a: yes\nb: Off\nc: true\nd: y\n", R"({"a":true,"b":false,"c":true,"d":"y"})"},
      {"a: 'yes'\nb: \"1\"\nc: \"\"\n", R"({"a":"yes","b":"1","c":""})"},
      {"a: ~\nb:\nc: null\n", R"({"a":null,"b":null,"c":null})"},
      {"a: gpt-4.1\nb: 1.2.3\nc: -x\n", R"({"a":"gpt-4.1","b":"1.2.3","c":"-x"})"},
      {"a: |\n  one\n  two\n", R"({"a":"one\ntwo\n"})"},
      {"a: &x {k: 1, l: 2}\nb:\n  <<: *x\n  l: 3\n", R"({"a":{"k":1,"l":2},"b":{"l":3,"k":1}})"},
      {"[1, two]\n", R"([1,"two"])"},
      {"", "null"},
      {"a: 1\na: 2\n", "!c.yaml:2:1: the key 'a' stands here twice"},
      {"a: [1\n", "!c.yaml:"},
      {"a: 1\n---\nb: 2\n", "!more than one document"},
      {"? [1]\n: 2\n", "!a key that is no text"},
  };
  for (const YamlCase& one : cases) {
    const auto value = ParseYaml(one.text, "c.yaml");
    const std::string expected = one.expected;
    if (expected.starts_with("!")) {
      BOOST_REQUIRE_MESSAGE(!value.ok(), one.text);
      BOOST_TEST(value.error().message.find(expected.substr(1)) != std::string::npos,
                 value.error().message);
    } else {
      BOOST_REQUIRE_MESSAGE(value.ok(), one.text);
      BOOST_TEST(value->Dump() == expected, "for " << one.text);
    }
  }
}

BOOST_AUTO_TEST_CASE(yaml_aliases_cannot_multiply_without_end) {
  std::string text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 9; ++i) {
    const std::string last = "*a" + std::to_string(i - 1);
    text += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + last;
    for (int k = 0; k < 9; ++k) text += ", " + last;
    text += "]\n";
  }
  const auto value = ParseYaml(text, "bomb.yaml");
  BOOST_REQUIRE(!value.ok());
  BOOST_TEST(value.error().message.find("more than 200000 values") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_folder_of_files_keeps_its_names_and_follows_no_link) {
  const SampleFolder folder;
  folder.Write("in/b/SKILL.md", "two\r\n");
  folder.Write("in/a/SKILL.md", "one\n");
  folder.Write("in/a/other.txt", "no");
  folder.Write("in/a/binary.md", std::string_view("\0\1\2", 3));
  folder.Write("secret.md", "secret");
  std::filesystem::create_symlink(folder / "secret.md", folder / "in/c.md");
  const Json spec =
      Json::MakeObject({{"kind", "files"}, {"path", "in"}, {"include", Json::MakeArray({"*.md"})}});
  const std::vector<Json> rows = AllRows(spec, folder.path());
  BOOST_REQUIRE_EQUAL(rows.size(), 2U);
  BOOST_TEST(rows[0].Dump() == R"({"path":"a/SKILL.md","text":"one\n"})");
  BOOST_TEST(rows[1].Dump() == R"({"path":"b/SKILL.md","text":"two\n"})");
}

}  // namespace
}  // namespace hone
