// The effects workspace.* on real git folders: values, rows, mistakes.
#include "primitives/workspaces.h"

#include <boost/test/unit_test.hpp>
#include <filesystem>

#include "adapters/git_folder.h"

namespace hone {
namespace {

namespace fs = std::filesystem;

struct Bench {
  fs::path root = fs::path(HONE_BINARY_DIR) / "workspaces_test";
  GitFolders source{root.string()};
  Workspaces::Seeds seeds{
      {"skillbench", {{"manifest.yaml", "name: a\n"}, {"skills/x/SKILL.md", "x\n"}}}};
  std::vector<std::pair<std::string, Json>> rows;
  Workspaces workspaces{{&source, "unit", &seeds, [this](const std::string& path, Json fields) {
                           rows.emplace_back(path, std::move(fields));
                         }}};

  Bench() { fs::remove_all(root); }
  ~Bench() { fs::remove_all(root); }
  Result<Json> Try(const std::string& verb, const std::string& args, const std::string& path = "") {
    const Result<Json> json = Json::Parse(args);
    BOOST_REQUIRE_MESSAGE(json.ok(), args);
    return workspaces.Run("workspace." + verb, path, *json);
  }
  Json Do(const std::string& verb, const std::string& args) {
    Result<Json> value = Try(verb, args);
    BOOST_REQUIRE_MESSAGE(value.ok(), (value.ok() ? "" : value.error().message));
    return *value;
  }
};

BOOST_AUTO_TEST_CASE(a_seed_is_opened_changed_and_committed) {
  Bench b;
  const Json opened =
      b.Do("open", R"({"seed": "skillbench", "files": [{"path": "notes.md", "text": "n"}]})");
  BOOST_TEST(opened["workspace"].AsString() == "#1");
  BOOST_TEST(b.Do("list", R"({"workspace": "#1"})").Dump() ==
             R"({"paths":["manifest.yaml","notes.md","skills/x/SKILL.md"]})");
  b.Do("write", R"({"workspace": "#1", "path": "skills/x/SKILL.md", "content": "better\n"})");
  b.Do("remove", R"({"workspace": "#1", "path": "notes.md"})");
  const Json commit = b.Do("commit", R"({"workspace": "#1", "message": "evo-1", "tag": "evo-1"})");
  BOOST_TEST(commit["changed"].Dump() == R"(["skills/x/SKILL.md"])");
  BOOST_TEST(commit["removed"].Dump() == R"(["notes.md"])");
  BOOST_REQUIRE(b.rows.size() == 2U);
  BOOST_TEST(b.rows[0].second["files_added"].AsInt() == 3);
  BOOST_TEST(b.rows[1].second["tag"].AsString() == "evo-1");
  BOOST_TEST(b.rows[1].second["hash"].AsString() == commit["hash"].AsString());
  BOOST_TEST(b.rows[1].second["diff"].AsString().find("+better") != std::string::npos);
  BOOST_TEST(b.Do("read", R"({"workspace": "#1", "path": "skills/x/SKILL.md"})")["file"]["text"]
                 .AsString() == "better\n");
  BOOST_TEST(b.Do("read", R"({"workspace": "#1", "path": "gone"})").size() == 0U);
  BOOST_TEST(b.Do("log", R"({"workspace": "#1"})")["commits"].size() == 2U);
}

BOOST_AUTO_TEST_CASE(a_folder_becomes_what_came_back) {
  Bench b;
  b.Do("open", R"({"seed": "skillbench"})");
  const Json change = b.Do("replace", R"({"workspace": "#1", "prefix": "skills", "files": [
      {"path": "skills/y/SKILL.md", "text": "y"}, {"path": "skills/x/SKILL.md", "text": "x\n"}]})");
  BOOST_TEST(change.Dump() == R"({"added":["skills/y/SKILL.md"],"changed":[],"removed":[]})");
  BOOST_TEST(b.Do("replace", R"({"workspace": "#1", "prefix": "skills", "files": []})")["removed"]
                 .size() == 2U);
  const Result<Json> outside = b.Try("replace", R"({"workspace": "#1", "prefix": "skills",
      "files": [{"path": "prompts/system.md", "text": "mine now"}]})");
  BOOST_TEST(!outside.ok());
  b.Do("commit", R"({"workspace": "#1", "message": "gone", "tag": "evo-1"})");
  b.Do("write", R"({"workspace": "#1", "path": "a", "content": "b"})");
  BOOST_TEST(b.Do("diff", R"({"workspace": "#1", "from": "evo-1"})")["diff"].AsString().find(
                 "+b") != std::string::npos);
  b.Do("rollback", R"({"workspace": "#1", "ref": "evo-1", "message": "back"})");
  BOOST_TEST(b.Do("list", R"({"workspace": "#1"})").Dump() == R"({"paths":["manifest.yaml"]})");
}

BOOST_AUTO_TEST_CASE(mistakes_are_named) {
  Bench b;
  b.Do("open", R"({"seed": "skillbench"})");
  struct Case {
    const char *verb, *args, *path, *problem;
  };
  for (const Case& c : std::initializer_list<Case>{
           {"open", R"({"seed": "skilbench"})", "", "is no value of a parameter"},
           {"list", R"({"workspace": "#7"})", "", "there is no workspace '#7'"},
           {"list", R"({"workspace": "#1"})", "3", "belongs to the path that opened it"},
           {"remove", R"({"workspace": "#1", "path": "none"})", "", "there is no file 'none'"},
           {"write", R"({"workspace": "#1", "path": "../x", "content": ""})", "",
            "leaves the workspace"},
           {"rollback", R"({"workspace": "#1", "ref": "evo-9", "message": ""})", "",
            "no tag or commit 'evo-9'"},
           {"fly", R"({"workspace": "#1"})", "", "'workspace.fly' is not there"}}) {
    const Result<Json> value = b.Try(c.verb, c.args, c.path);
    BOOST_REQUIRE(!value.ok());
    BOOST_TEST(value.error().message.find(c.problem) != std::string::npos, value.error().message);
  }
}

// A resumed unit makes the same folder again, over what its killed execution left.
BOOST_AUTO_TEST_CASE(an_execution_that_is_repeated_makes_the_same_commits) {
  std::string hashes[2];
  for (std::string& hash : hashes) {
    Bench b;
    b.Do("open", R"({"seed": "skillbench"})");
    b.Do("write", R"({"workspace": "#1", "path": "a", "content": "b"})");
    hash =
        b.Do("commit", R"({"workspace": "#1", "message": "m", "tag": "evo-1"})")["hash"].AsString();
  }
  BOOST_TEST(hashes[0] == hashes[1]);
}

}  // namespace
}  // namespace hone
