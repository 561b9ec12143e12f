// Trees as streams: what is written where, and what hostile entries and ends of a pipe can do.
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>
#include <ostream>
#include <random>
#include <string>
#include <vector>

#include "adapters/sandbox/changed_files.h"
#include "adapters/sandbox/entry_pipe.h"
#include "adapters/sandbox/folder_writer.h"
#include "adapters/sandbox/keeper/account.h"
#include "adapters/sandbox/keeper_message.h"
#include "adapters/sandbox/remove_tree.h"
#include "adapters/sandbox/tar_archive.h"
#include "adapters/sandbox/tree_walk.h"
#include "adapters/sandbox/whole_file.h"
#include "base/ids.h"

namespace bdata = boost::unit_test::data;
namespace fs = std::filesystem;

namespace hone {
namespace {

std::string Why(const Status& status) { return status.ok() ? "" : status.error().message; }

// A folder of a test's own, with a file beside it that nothing may touch.
struct Folder {
  fs::path top = fs::temp_directory_path() / ("tree-" + NewUid());
  fs::path path = top / "inside";
  OwnedFd fd;

  Folder() {
    fs::create_directories(path);
    std::ofstream(top / "canary") << "safe";
    fd = OwnedFd(open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  }
  ~Folder() { BOOST_TEST(RemoveTree(top.string()).ok()); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  [[nodiscard]] bool IsSafe() const { return WholeFile((top / "canary").string()) == "safe"; }
};

TreeEntry Entry(EntryKind kind, const std::string& path, const std::string& link = "") {
  TreeEntry entry;
  entry.kind = kind;
  entry.path = path;
  entry.link = link;
  entry.mode = kind == EntryKind::kFolder ? 0755 : 0644;
  return entry;
}

Status File(TreeSink* sink, const std::string& path, const std::string& text) {
  TreeEntry entry = Entry(EntryKind::kFile, path);
  entry.size = text.size();
  HONE_TRY(sink->Begin(entry));
  return sink->Data(text);
}

struct PathCase {
  const char* path;
  const char* plain;  // null: refused
};
std::ostream& operator<<(std::ostream& out, const PathCase& one) { return out << one.path; }

const PathCase kPaths[] = {{"a", "a"},      {"./a//b/", "a/b"},  {".", "."},
                           {"./", "."},     {"a/./b", "a/b"},    {"/a", nullptr},
                           {"..", nullptr}, {"a/../b", nullptr}, {"a/..", nullptr},
                           {"...", "..."},  {"a/..b", "a/..b"},  {"", nullptr}};

BOOST_DATA_TEST_CASE(plain_paths, bdata::make(kPaths), one) {
  const auto plain = PlainPath(one.path);
  BOOST_TEST(plain.ok() == (one.plain != nullptr));
  if (plain.ok()) BOOST_TEST(*plain == one.plain);
}

BOOST_AUTO_TEST_CASE(a_writer_never_leaves_its_folder) {
  const Folder folder;
  symlink("..", (folder.path / "up").c_str());
  symlink("/", (folder.path / "root").c_str());
  symlink("../canary", (folder.path / "file").c_str());
  const std::string outside = (folder.top / "canary").string();
  for (const std::string& path : {std::string("up/canary"), "root" + outside,
                                  std::string("../canary"), outside, std::string("up/new/x")}) {
    FolderWriter writer(folder.fd.get(), {});
    BOOST_TEST(!File(&writer, path, "bad").ok(), path);
    BOOST_TEST(folder.IsSafe());
  }
  // A link in the place of a file is replaced, and not followed.
  FolderWriter writer(folder.fd.get(), {});
  BOOST_TEST(Why(File(&writer, "file", "new")) == "");
  BOOST_TEST(Why(writer.Finish()) == "");
  BOOST_TEST(folder.IsSafe());
  BOOST_TEST(WholeFile((folder.path / "file").string()) == "new");
  FolderWriter links(folder.fd.get(), {});
  BOOST_TEST(!links.Begin(Entry(EntryKind::kHardLink, "h", "up/canary")).ok());
  BOOST_TEST(!links.Begin(Entry(EntryKind::kHardLink, "h", "../canary")).ok());
  BOOST_TEST(!links.Begin(Entry(EntryKind::kHardLink, "h", "root")).ok());
  BOOST_TEST(!links.Begin(Entry(EntryKind::kFolder, "up")).ok());
  BOOST_TEST(!links.Begin(Entry(EntryKind::kGone, "x")).ok());
  BOOST_TEST(!fs::exists(folder.top / "new"));
}

BOOST_AUTO_TEST_CASE(a_written_tree_is_walked_the_same) {
  const Folder folder;
  {
    FolderWriter writer(folder.fd.get(), {.is_layer = true});
    TreeEntry locked = Entry(EntryKind::kFolder, "locked");
    locked.mode = 0500;
    locked.is_opaque = true;
    BOOST_TEST(Why(writer.Begin(locked)) == "");
    BOOST_TEST(Why(File(&writer, "locked/a", "text")) == "");
    BOOST_TEST(Why(File(&writer, "holes", std::string(100'000, '\0'))) == "");
    BOOST_TEST(Why(writer.Begin(Entry(EntryKind::kSymlink, "link", "/any/where"))) == "");
    BOOST_TEST(Why(writer.Begin(Entry(EntryKind::kGone, "gone"))) == "");
    BOOST_TEST(Why(writer.Finish()) == "");
  }
  struct List final : TreeSink {
    std::string text;
    uint64_t bytes = 0;
    Status Begin(const TreeEntry& entry) override {
      text += entry.path + ":" + std::to_string(static_cast<int>(entry.kind)) +
              (entry.is_opaque ? "!" : "") + " ";
      return Ok{};
    }
    Status Data(std::string_view data) override {
      bytes += data.size();
      return Ok{};
    }
    Status Finish() override { return Ok{}; }
  } list;
  BOOST_TEST(Why(WalkTree(folder.fd.get(), {.is_layer = true, .exclude = {}}, &list)) == "");
  BOOST_TEST(list.text == "gone:4 holes:0 link:2 locked:1! locked/a:0 ");
  BOOST_TEST(list.bytes == 100'004);
  struct stat status {};
  BOOST_TEST(stat((folder.path / "holes").c_str(), &status) == 0);
  BOOST_TEST(status.st_size == 100'000);
  BOOST_TEST(status.st_blocks * 512 < 100'000);
  List rest;
  BOOST_TEST(Why(WalkTree(folder.fd.get(), {.is_layer = true, .exclude = {"locked", "gone"}},
                          &rest)) == "");
  BOOST_TEST(rest.text == "holes:0 link:2 ");
}

BOOST_AUTO_TEST_CASE(a_tree_goes_through_a_pipe) {
  int ends[2];
  BOOST_REQUIRE(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0);
  const OwnedFd one(ends[0]);
  const OwnedFd two(ends[1]);
  EntryPipeWriter writer(one.get());
  BOOST_TEST(Why(File(&writer, "a", "text")) == "");
  BOOST_TEST(Why(writer.Begin(Entry(EntryKind::kFolder, "d"))) == "");
  BOOST_TEST(Why(writer.Finish()) == "");
  TarWriter tar(100'000);
  BOOST_TEST(Why(ReadEntryPipe(two.get(), &tar)) == "");
  BOOST_TEST(tar.Take().find("text") != std::string::npos);
  BOOST_TEST(Why(writer.Abort(Fail(ErrorCode::kNotFound, "no such thing"))) == "");
  NoSink nothing;
  const Status aborted = ReadEntryPipe(two.get(), &nothing);
  BOOST_REQUIRE(!aborted.ok());
  BOOST_TEST((aborted.error().code == ErrorCode::kNotFound));
  BOOST_TEST(aborted.error().message == "no such thing");
}

// Whatever a hostile end sends, reading ends, with an error or an empty tree.
BOOST_AUTO_TEST_CASE(noise_in_a_pipe_is_an_error) {
  std::mt19937 random(11);
  for (int round = 0; round < 300; ++round) {
    int ends[2];
    BOOST_REQUIRE(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0);
    OwnedFd one(ends[0]);
    const OwnedFd two(ends[1]);
    std::string noise(random() % 400, '\0');
    for (char& c : noise) c = static_cast<char>(random() % 4 == 0 ? random() % 256 : 0);
    BOOST_REQUIRE(send(one.get(), noise.data(), noise.size(), 0) ==
                  static_cast<ssize_t>(noise.size()));
    one.Reset();
    FileTreeWriter files("", 100'000, {});
    BOOST_TEST(!ReadEntryPipe(two.get(), &files).ok());
  }
}

BOOST_AUTO_TEST_CASE(names_from_inside_are_checked) {
  for (const char* path : {"/etc/passwd", "../x", "a/../../x"}) {
    FileTreeWriter files("", 100'000, {});
    BOOST_TEST(!files.Begin(Entry(EntryKind::kFile, path)).ok(), path);
    BOOST_TEST(!files.Begin(Entry(EntryKind::kGone, path)).ok(), path);
  }
  FileTreeWriter many("", 1000, {});
  Status status;
  for (int i = 0; i < 1000 && status.ok(); ++i) {
    status = many.Begin(Entry(EntryKind::kLeftOut, "name-" + std::to_string(i), "a device"));
  }
  BOOST_TEST(!status.ok());
}

BOOST_AUTO_TEST_CASE(a_tar_has_a_limit) {
  TarWriter tar(10'000);
  TreeEntry huge = Entry(EntryKind::kFile, "huge");
  huge.size = uint64_t{1} << 40U;
  const Status refused = tar.Begin(huge);
  BOOST_REQUIRE(!refused.ok());
  BOOST_TEST(refused.error().message.find("10000") != std::string::npos);
}

struct UserCase {
  const char* user;
  int uid, gid;  // -1: an error
  std::size_t groups;
  const char* home;
};
std::ostream& operator<<(std::ostream& out, const UserCase& one) { return out << one.user; }

const UserCase kUsers[] = {{"", 0, 0, 0, "/root"},
                           {"root", 0, 0, 0, "/root"},
                           {"agent", 1000, 1000, 2, "/home/agent"},
                           {"1000", 1000, 1000, 2, "/home/agent"},
                           {"1000:7", 1000, 7, 0, "/home/agent"},
                           {"agent:audio", 1000, 29, 0, "/home/agent"},
                           {"4242", 4242, 0, 0, "/"},
                           {"nobody-here", -1, -1, 0, ""},
                           {"agent:nogroup-here", -1, -1, 0, ""},
                           {"4294967295", -1, -1, 0, ""},
                           {"-1", -1, -1, 0, ""},
                           {"broken", -1, -1, 0, ""},
                           {"99999999999", -1, -1, 0, ""}};

BOOST_DATA_TEST_CASE(users_are_read_from_hostile_files, bdata::make(kUsers), one) {
  const char* passwd =
      "\n:::::\nbroken:x:not-a-number:0::/:\nroot:x:0:0:root:/root:/bin/sh\nshort:x:5\n"
      "agent:x:1000:1000:agent:/home/agent:/bin/sh";
  const char* group = "root:x:0:\naudio:x:29:agent\nvideo:x:44:other,agent\nbad:x:y:agent\n:";
  const auto account = FindAccountIn(one.user, passwd, group);
  BOOST_REQUIRE(account.ok() == (one.uid >= 0));
  if (!account.ok()) return;
  BOOST_TEST(account->uid == static_cast<uid_t>(one.uid));
  BOOST_TEST(account->gid == static_cast<gid_t>(one.gid));
  BOOST_TEST(account->groups.size() == one.groups);
  BOOST_TEST(account->home == one.home);
}

BOOST_AUTO_TEST_CASE(texts_are_packed_and_sealed) {
  const std::vector<std::string> texts = {"", "a b", std::string("\0\n", 2),
                                          std::string(9000, 'x')};
  const auto packed = PackTexts(texts);
  BOOST_REQUIRE(packed.ok());
  const auto unpacked = UnpackTexts(packed->get());
  BOOST_REQUIRE(unpacked.ok());
  BOOST_TEST(*unpacked == texts, boost::test_tools::per_element());
  BOOST_TEST(write(packed->get(), "x", 1) == -1);
  BOOST_TEST(ftruncate(packed->get(), 0) == -1);
  const auto broken = MakeSealedFile("broken", "\xff\xff\xff\x7f text");
  BOOST_REQUIRE(broken.ok());
  BOOST_TEST(!UnpackTexts(broken->get()).ok());
  BOOST_TEST(!KeeperExec::Of({"root", "/", "5", "A=b"}).ok());
  BOOST_TEST(!KeeperExec::Of({}).ok());
}

BOOST_AUTO_TEST_CASE(a_folder_nested_a_thousand_deep_is_removed) {
  const Folder folder;
  const fs::path before = fs::current_path();
  fs::current_path(folder.path);
  for (int i = 0; i < 1000; ++i) {
    BOOST_REQUIRE(mkdir("d", 0700) == 0);
    BOOST_REQUIRE(chdir("d") == 0);
  }
  fs::current_path(before);
  symlink(folder.top.c_str(), (folder.path / "link").c_str());
  BOOST_TEST(Why(RemoveTree(folder.path.string())) == "");
  BOOST_TEST(!fs::exists(folder.path));
  BOOST_TEST(folder.IsSafe());
  BOOST_TEST(RemoveTree(folder.path.string()).ok());
}

}  // namespace
}  // namespace hone
