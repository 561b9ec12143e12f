// Folders of tasks in both layouts, and what makes one a bad row.
#include "data/task_folder_reader.h"

#include "unit/data/sample_files.h"

namespace hone {
namespace {

constexpr const char* kToml = R"(version = "1.0"
[metadata]
difficulty = "easy"
category = "csv"
tags = ["a", "b"]
when = 2026-01-02
[verifier]
timeout_sec = 60.5
[environment]
cpus = 2
allow_internet = false
)";

constexpr const char* kTaskMd = R"(---
schema_version: "1.3"
metadata:
  category: git
verifier:
  timeout_sec: 30
---

# Do it

Well.
)";

void WriteClassic(const SampleFolder& folder, const std::string& name) {
  folder.Write(name + "/task.toml", kToml);
  folder.Write(name + "/instruction.md", "\nDo it.\n\n");
  folder.Write(name + "/environment/Dockerfile", "FROM x\n");
  folder.Write(name + "/tests/test.sh", "exit 0\n");
}

struct Reading {
  std::vector<Json> rows;
  BadRows bad;
  AssetMap assets;
};

Reading Read(const std::string& path) {
  const Json spec = Json::MakeObject({{"kind", "task_folders"}, {"path", Json(path)}});
  Result<std::unique_ptr<RowReader>> reader = OpenReader(spec, "/");
  BOOST_TEST_REQUIRE(reader.ok());
  Reading out;
  while (true) {
    const Result<std::optional<Json>> row = (*reader)->Next();
    BOOST_TEST_REQUIRE(row.ok());
    if (!*row) break;
    out.rows.push_back(**row);
  }
  out.bad = (*reader)->bad_rows();
  out.assets = (*reader)->assets();
  return out;
}

BOOST_AUTO_TEST_SUITE(task_folders)

BOOST_AUTO_TEST_CASE(both_layouts_in_the_order_of_their_names) {
  const SampleFolder folder;
  WriteClassic(folder, "t/b");
  folder.Write("t/b/solution/solve.sh", "echo\n");
  folder.Write("t/b/environment/skills/csv/SKILL.md", "# CSV\n");
  folder.Write("t/a/task.md", kTaskMd);
  folder.Write("t/a/environment/Dockerfile", "FROM y\n");
  folder.Write("t/a/verifier/test.sh", "exit 1\n");
  folder.Write("t/a/oracle/solve.sh", "echo\n");
  folder.Write("t/shared/readme.txt", "no task\n");
  const Reading got = Read((folder.path() + "/" + "t"));
  BOOST_TEST_REQUIRE(got.rows.size() == 2U);
  BOOST_TEST(got.bad.size() == 0U);

  const Json& native = got.rows[0];
  BOOST_TEST(native["id"].AsString() == "a");
  BOOST_TEST(native["format"].AsString() == "task.md");
  BOOST_TEST(native["instruction"].AsString() == "# Do it\n\nWell.");
  BOOST_TEST(native["config"]["verifier"]["timeout_sec"].AsInt() == 30);
  BOOST_TEST(native["config"]["schema_version"].AsString() == "1.3");
  BOOST_TEST(native["solution"]["name"].AsString() == "oracle");

  const Json& classic = got.rows[1];
  BOOST_TEST(classic["id"].AsString() == "b");
  BOOST_TEST(classic["instruction"].AsString() == "Do it.");
  BOOST_TEST(classic["config"]["verifier"]["timeout_sec"].AsDouble() == 60.5);
  BOOST_TEST(classic["config"]["metadata"]["tags"].Dump() == R"(["a","b"])");
  BOOST_TEST(classic["config"]["metadata"]["when"].AsString() == "2026-01-02");
  BOOST_TEST(!classic["config"]["environment"]["allow_internet"].AsBool(true));
  BOOST_TEST(classic["tests"]["kind"].AsString() == "tests");
  BOOST_TEST(classic["environment"]["kind"].AsString() == "folder");
  BOOST_TEST(classic["skills"]["name"].AsString() == "skills");
  BOOST_TEST(!native.Has("skills"));
  BOOST_TEST(got.assets.size() == 6U);  // both solutions have one content
}

BOOST_AUTO_TEST_CASE(task_md_wins_and_a_task_may_be_named_itself) {
  const SampleFolder folder;
  WriteClassic(folder, "both");
  folder.Write("both/task.md", kTaskMd);
  folder.Write("both/verifier/test.sh", "");
  const Reading got = Read((folder.path() + "/" + "both"));
  BOOST_TEST_REQUIRE(got.rows.size() == 1U);
  BOOST_TEST(got.rows[0]["format"].AsString() == "task.md");
  BOOST_TEST(got.rows[0]["tests"]["name"].AsString() == "verifier");
}

BOOST_AUTO_TEST_CASE(broken_tasks_are_bad_rows_with_their_place) {
  const std::tuple<const char*, const char*, const char*> cases[] = {
      {"task.toml", "version = \n", "one/task.toml:1:"},
      {"task.toml", "[a]\n[a]\n", "one/task.toml:2:"},
      {"instruction.md", "  \n", "the instruction is empty"},
      {"task.md", "no front matter", "one/task.md:1"},
      {"task.md", "---\na: b\nc: [\n---\nx\n", "one/task.md:"},
      {"task.md", "---\na: 1\na: 2\n---\nx\n", "one/task.md:3:1"},
      {"task.md", "---\na: 1\n---\nx\n", "has no folder verifier/"},
  };
  for (const auto& [file, text, expected] : cases) {
    const SampleFolder folder;
    WriteClassic(folder, "t/one");
    WriteClassic(folder, "t/two");
    folder.Write(std::string("t/one/") + file, text);
    const Reading got = Read((folder.path() + "/" + "t"));
    BOOST_TEST(got.rows.size() == 1U, text);
    BOOST_TEST_REQUIRE(got.bad.size() == 1U);
    const std::string message = got.bad.ToError("mend it").message;
    BOOST_TEST(message.find(expected) != std::string::npos, message);
  }
}

BOOST_AUTO_TEST_CASE(parts_that_are_missing) {
  const SampleFolder folder;
  WriteClassic(folder, "t/one");
  std::filesystem::remove_all((folder.path() + "/" + "t/one/environment"));
  BOOST_TEST(Read((folder.path() + "/" + "t"))
                 .bad.ToError("x")
                 .message.find("has no folder environment/") != std::string::npos);
  const Json spec = Json::MakeObject({{"kind", "task_folders"}, {"path", Json(folder.path())}});
  BOOST_TEST(!OpenReader(spec, "/").ok());  // no task in it
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace hone
