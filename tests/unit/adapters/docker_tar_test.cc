// What goes into a Docker container and comes out of it, as tars: tables, attacks, broken bytes.
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <random>
#include <string>
#include <vector>

#include "adapters/docker/got_tree.h"
#include "adapters/docker/put_tar.h"
#include "support/container_bench.h"
#include "support/tar_entries.h"

namespace hone {
namespace {

namespace bdata = boost::unit_test::data;
using testing::ReadTar;
using testing::TarEntry;
using testing::TarFile;
using testing::TarFolder;
using testing::TarSymlink;
using testing::WriteTar;

// == names and paths ==

struct NameRow {
  std::string written, clean;  // "!" for refused
};
std::ostream& operator<<(std::ostream& out, const NameRow& row) { return out << row.written; }

const std::vector<NameRow> kNames = {{"a", "a"},         {"./a//b/", "a/b"},
                                     {".", ""},          {"./", ""},
                                     {"a/./b", "a/b"},   {"...", "..."},
                                     {"a/..b", "a/..b"}, {"/a", "!"},
                                     {"..", "!"},        {"a/../b", "!"},
                                     {"a/..", "!"},      {"", "!"},
                                     {"//a", "!"},       {std::string(5000, 'x'), "!"}};

BOOST_DATA_TEST_CASE(names_of_entries, bdata::make(kNames), row) {
  const auto clean = CleanEntryName(row.written);
  BOOST_TEST((clean.ok() ? *clean : "!") == row.clean);
}

BOOST_AUTO_TEST_CASE(paths_in_a_container) {
  BOOST_TEST(*CleanPath("/") == "/");
  BOOST_TEST(*CleanPath("//a/./b//") == "/a/b");
  for (const char* bad : {"", "a", "./a", "/a/../b", "/.."}) BOOST_TEST(!CleanPath(bad).ok());
  BOOST_TEST(IsWithin("/a/b", "/a"));
  BOOST_TEST(IsWithin("/a", "/a"));
  BOOST_TEST(IsWithin("/a", "/"));
  BOOST_TEST(!IsWithin("/ab", "/a"));
  BOOST_TEST(!IsWithin("/", "/a"));
}

// == what goes in ==

BOOST_AUTO_TEST_CASE(a_harmless_tar_goes_in_as_it_is) {
  const auto checked = CheckedForPut(
      WriteTar({TarFolder("d"), TarFile("d/f", "text", 0640), TarFile("./e//größe", "x", 06755),
                TarSymlink("l", "/anywhere/at/all"), TarFolder("d")}),
      {"new", "deep"});
  BOOST_REQUIRE_MESSAGE(checked.ok(), testing::Why(checked));
  const auto entries = ReadTar(checked->tar);
  BOOST_TEST(entries.size() == 6);
  BOOST_TEST((entries.at("new").kind == TarEntry::Kind::kFolder));
  BOOST_TEST(entries.at("new/deep").mode == 0755);
  BOOST_TEST(entries.at("new/deep/d/f").bytes == "text");
  BOOST_TEST(entries.at("new/deep/d/f").mode == 0640);
  BOOST_TEST(entries.at("new/deep/e/größe").mode == 0755);
  BOOST_TEST(entries.at("new/deep/l").target == "/anywhere/at/all");
  const std::vector<std::string> folders = {"d", "e"};
  BOOST_TEST(checked->folders == folders, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_hostile_tar_is_refused_whole) {
  using Kind = TarEntry::Kind;
  const std::vector<std::vector<TarEntry>> attacks = {
      {TarFile("ok", ""), TarFile("/etc/passwd", "")},
      {TarFile("../up", "")},
      {TarSymlink("s", "/"), TarFile("s/f", "")},
      {TarSymlink("d/s", ".."), TarFile("d/s/e/f", "")},
      {TarSymlink("s", "/x"), TarFile("s", "")},
      {TarFile("f", "1"), TarFile("./f", "2")},
      {TarFile("f", "1"), TarFile("f/below", "2")},
      {{"h", Kind::kHardLink, "", "/etc/passwd", 0644}},
      {{"p", Kind::kFifo, "", "", 0644}},
      {{"c", Kind::kDevice, "", "", 0644}}};
  for (const auto& attack : attacks) {
    const auto checked = CheckedForPut(WriteTar(attack), {});
    BOOST_REQUIRE_MESSAGE(!checked.ok(), attack.back().name);
    BOOST_TEST((checked.error().code == ErrorCode::kInvalidArgument));
    BOOST_TEST(checked.error().message.find(attack.back().name) != std::string::npos,
               checked.error().message);
  }
  BOOST_TEST(!CheckedForPut("no tar at all", {}).ok());
  BOOST_TEST(CheckedForPut("", {}).ok());
}

BOOST_AUTO_TEST_CASE(broken_bytes_are_an_error_or_a_tar_and_never_more) {
  const std::string whole =
      WriteTar({TarFolder("d"), TarFile("d/f", std::string(700, 'x')), TarSymlink("l", "d/f")});
  std::mt19937 random(3);  // NOLINT: the same bytes every time
  for (int round = 0; round < 2000; ++round) {
    std::string bytes = whole;
    for (std::size_t i = 1 + random() % 6; i > 0; --i) {
      bytes[random() % bytes.size()] = static_cast<char>(random());
    }
    bytes.resize(random() % (bytes.size() + 1));
    const auto checked = CheckedForPut(bytes, {});
    if (!checked.ok()) continue;
    for (const auto& [name, entry] : ReadTar(checked->tar)) {
      BOOST_REQUIRE((!name.starts_with("/") && name != ".." && !name.starts_with("../") &&
                     name.find("/../") == std::string::npos));
      BOOST_REQUIRE((entry.mode & 06000) == 0);
    }
  }
}

// == what comes out ==

FileTree Tree(const std::string& tar, const std::string& root, const std::string& base) {
  GotTree got(base, 1 << 20);
  const Status added = got.Add(tar, root, [](const std::string&) { return true; });
  BOOST_REQUIRE_MESSAGE(added.ok(), testing::Why(added));
  return got.Finish();
}

BOOST_AUTO_TEST_CASE(an_archive_becomes_a_tree) {
  const FileTree tree = Tree(WriteTar({TarFolder("o/"),
                                       TarFile("o/a", "1", 04711),
                                       TarFolder("o/d"),
                                       {"o/h", TarEntry::Kind::kHardLink, "", "o/a", 0644},
                                       {"o/p", TarEntry::Kind::kFifo, "", "", 0644},
                                       TarSymlink("o/l", "../../x"),
                                       TarFile("o/../../up", "bad")}),
                             "/in/o", "/in/o");
  const auto entries = ReadTar(tree.tar);
  BOOST_TEST(entries.size() == 4);
  BOOST_TEST(entries.at("a").mode == 0711);
  BOOST_TEST(entries.at("h").bytes == "1");
  BOOST_TEST((entries.at("h").kind == TarEntry::Kind::kFile));
  BOOST_TEST(entries.at("l").target == "../../x");
  BOOST_TEST(tree.left_out.size() == 2);
}

BOOST_AUTO_TEST_CASE(one_file_and_the_whole_root) {
  const auto file = ReadTar(Tree(WriteTar({TarFile("f", "1")}), "/in/f", "/in/f").tar);
  BOOST_TEST(file.count("f") == 1);
  for (const char* top : {"./", "/"}) {
    const auto root = ReadTar(
        Tree(WriteTar({TarFolder(top), TarFile(top + std::string("f"), "1")}), "/", "/").tar);
    BOOST_TEST(root.size() == 1);
    BOOST_TEST(root.count("f") == 1);
  }
}

BOOST_AUTO_TEST_CASE(a_tree_has_a_limit) {
  GotTree got("/o", 2000);
  const auto all = [](const std::string&) { return true; };
  BOOST_TEST(got.Add(WriteTar({TarFile("o/a", std::string(1000, 'x'))}), "/o", all).ok());
  const Status more = got.Add(WriteTar({TarFile("o/b", std::string(1000, 'x'))}), "/o", all);
  BOOST_REQUIRE(!more.ok());
  BOOST_TEST((more.error().code == ErrorCode::kInvalidArgument));
  BOOST_TEST(more.error().message.find("2000") != std::string::npos);
}

}  // namespace
}  // namespace hone
