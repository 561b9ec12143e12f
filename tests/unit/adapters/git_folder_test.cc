// A workspace under git: what a mutation leaves behind, that nothing in it depends on when or where
// it is made, and that git itself agrees.
#include "adapters/git_folder.h"

#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "adapters/run_command.h"

namespace hone {
namespace {

namespace fs = std::filesystem;
using Paths = std::vector<std::string>;

struct Scratch {
  fs::path root = fs::path(HONE_BINARY_DIR) / "git_folder_test";
  Scratch() { fs::remove_all(root); }
  ~Scratch() { fs::remove_all(root); }
  std::unique_ptr<VersionedFolder> Open(const std::string& name,
                                        const std::vector<FolderFile>& files) {
    Result<std::unique_ptr<VersionedFolder>> folder = GitFolders(root.string()).Open(name, files);
    BOOST_REQUIRE_MESSAGE(folder.ok(), (folder.ok() ? "" : folder.error().message));
    return std::move(folder).value();
  }
  [[nodiscard]] std::string OnDisk(const std::string& file) const {
    std::ifstream in(root / file, std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
  }
};

FolderFile File(const std::string& path, const std::string& bytes) { return {path, bytes}; }

const std::vector<FolderFile> kSeed = {File("manifest.yaml", "name: x\n"),
                                       File("skills/a/SKILL.md", "one\n")};

BOOST_AUTO_TEST_CASE(every_mutation_is_a_commit_with_its_difference) {
  Scratch scratch;
  const auto folder = scratch.Open("w", kSeed);
  BOOST_TEST(folder
                 ->Change({"manifest.yaml"},
                          {File("skills/a/SKILL.md", "two\n"), File("memory/m.jsonl", "")})
                 .ok());
  const Result<FolderCommit> commit = folder->Commit("evo-1: one skill", "evo-1");
  BOOST_REQUIRE(commit.ok());
  BOOST_TEST(commit->change.added == Paths{"memory/m.jsonl"}, boost::test_tools::per_element());
  BOOST_TEST(commit->change.changed == Paths{"skills/a/SKILL.md"},
             boost::test_tools::per_element());
  BOOST_TEST(commit->change.removed == Paths{"manifest.yaml"}, boost::test_tools::per_element());
  BOOST_TEST(commit->diff.find("-one\n+two\n") != std::string::npos);
  BOOST_TEST(scratch.OnDisk("w/skills/a/SKILL.md") == "two\n");
  BOOST_TEST(!fs::exists(scratch.root / "w/manifest.yaml"));
  const auto log = folder->Log();
  BOOST_REQUIRE(log.ok());
  BOOST_REQUIRE(log->size() == 2U);
  BOOST_TEST((*log)[0].tag == "evo-1");
  BOOST_TEST((*log)[1].message == "Initial workspace state");
}

BOOST_AUTO_TEST_CASE(nothing_to_commit_still_tags_and_a_tag_never_moves) {
  Scratch scratch;
  const auto folder = scratch.Open("w", kSeed);
  const Result<FolderCommit> same = folder->Commit("evo-1: no mutation", "evo-1");
  BOOST_REQUIRE(same.ok());
  BOOST_TEST(same->change.empty());
  BOOST_TEST(folder->Log()->size() == 1U);
  BOOST_TEST(folder->Change({}, {File("b", "b")}).ok());
  const Result<FolderCommit> again = folder->Commit("again", "evo-1");
  BOOST_REQUIRE(!again.ok());
  BOOST_TEST((again.error().code == ErrorCode::kInvalidArgument));
  BOOST_TEST(folder->Log()->size() == 1U, "a refused tag leaves no commit");
  BOOST_TEST(!folder->Commit("bad", "no spaces allowed").ok());
}

BOOST_AUTO_TEST_CASE(a_rollback_is_a_commit_of_what_was) {
  Scratch scratch;
  const auto folder = scratch.Open("w", kSeed);
  BOOST_TEST(folder->Commit("start", "evo-0").ok());
  BOOST_TEST(folder->Change({}, {File("skills/b/SKILL.md", "worse\n")}).ok());
  BOOST_TEST(folder->Commit("evo-1", "evo-1").ok());
  const Result<FolderCommit> back = folder->Rollback("evo-0", "rollback to evo-0");
  BOOST_REQUIRE(back.ok());
  BOOST_TEST(back->change.removed == Paths{"skills/b/SKILL.md"}, boost::test_tools::per_element());
  BOOST_TEST((folder->Files("") == kSeed));
  BOOST_TEST(folder->Diff("evo-0", "")->empty());
  BOOST_TEST(folder->Log()->size() == 3U);
  const auto missing = folder->Rollback("evo-9", "no");
  BOOST_REQUIRE(!missing.ok());
  BOOST_TEST(missing.error().message.find("evo-") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(paths_that_leave_are_refused) {
  Scratch scratch;
  const auto folder = scratch.Open("w", kSeed);
  for (const char* path : {"", "/etc/passwd", "../x", "a/../b", "a//b", "a/", ".git/hooks/x",
                           "a/.GIT/x", "a\\b", "a\nb", "skills/a", "manifest.yaml/x"}) {
    BOOST_TEST(!folder->Change({}, {File(path, "x")}).ok(), path);
  }
  BOOST_TEST((folder->Files("") == kSeed));
}

BOOST_AUTO_TEST_CASE(a_link_is_kept_and_followed_by_nobody) {
  Scratch scratch;
  const auto folder = scratch.Open("w", kSeed);
  FolderFile link = File("skills/a/passwd", "/etc/passwd");
  link.is_link = true;
  FolderFile script = File("run.sh", "#!/bin/sh\n");
  script.mode = 0750;
  BOOST_TEST(folder->Change({}, {link, script}).ok());
  BOOST_TEST(folder->Commit("a link", "").ok());
  BOOST_TEST(!fs::is_symlink(scratch.root / "w/skills/a/passwd"));
  BOOST_TEST(scratch.OnDisk("w/skills/a/passwd") == "/etc/passwd");
  BOOST_TEST(folder->Commit("mark", "here").ok());
  BOOST_TEST(folder->Change({"run.sh"}, {}).ok());
  BOOST_TEST(folder->Rollback("here", "back").ok());
  BOOST_TEST(folder->Read("skills/a/passwd")->is_link);
  BOOST_TEST(folder->Read("run.sh")->mode == 0755);
}

// The user's own git configuration and the place on disk make no difference, and git reads it.
BOOST_AUTO_TEST_CASE(hashes_are_a_function_of_the_mutations) {
  Scratch scratch;
  std::string hashes[2];
  for (int round = 0; round < 2; ++round) {
    const auto folder = scratch.Open("w" + std::to_string(round), kSeed);
    for (int i = 0; i < 5; ++i) {
      const std::string text(static_cast<std::size_t>(i + 1), 'x');
      BOOST_TEST(folder->Change({}, {File("skills/s" + std::to_string(i), text)}).ok());
      const auto commit = folder->Commit("step", "evo-" + std::to_string(i));
      BOOST_REQUIRE(commit.ok());
      hashes[round] += commit->hash + "\n";
    }
  }
  BOOST_TEST(hashes[0] == hashes[1]);
  const auto git = [&](const std::vector<std::string>& arguments) {
    std::vector<std::string> command = {"git", "-c", "safe.directory=*", "-C",
                                        (scratch.root / "w0").string()};
    command.insert(command.end(), arguments.begin(), arguments.end());
    const Result<CommandOutput> output = RunCommand(command, 10'000);
    BOOST_REQUIRE(output.ok());
    BOOST_TEST(output->exit_code == 0);
    return output->out;
  };
  const std::string log = git({"log", "--reverse", "--format=%H"});
  BOOST_TEST(log.substr(41) == hashes[0], "git's own log, after the first commit");
  BOOST_TEST(git({"status", "--porcelain"}).empty());
}

BOOST_AUTO_TEST_CASE(opening_again_replaces_what_an_earlier_execution_left) {
  Scratch scratch;
  {
    const auto folder = scratch.Open("w", kSeed);
    BOOST_TEST(folder->Change({}, {File("left", "x")}).ok());
    BOOST_TEST(folder->Commit("half", "evo-1").ok());
  }
  const auto folder = scratch.Open("w", kSeed);
  BOOST_TEST((folder->Files("") == kSeed));
  BOOST_TEST(folder->Commit("whole", "evo-1").ok());
  BOOST_TEST(!fs::exists(scratch.root / "w/left"));
}

}  // namespace
}  // namespace hone
