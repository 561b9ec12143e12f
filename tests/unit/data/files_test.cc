#include <sys/stat.h>

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include "data/file_list.h"
#include "unit/data/sample_files.h"

namespace hone {
namespace {

std::vector<std::string> NamesOf(const Result<std::vector<ListedFile>>& files) {
  std::vector<std::string> names;
  if (!files.ok()) {
    BOOST_ERROR(files.error().message);
    return names;
  }
  for (const ListedFile& file : *files) names.push_back(file.name);
  return names;
}

std::string JoinedNames(const Result<std::vector<ListedFile>>& files) {
  std::string all;
  for (const std::string& name : NamesOf(files)) all += name + " ";
  return all;
}

BOOST_AUTO_TEST_CASE(a_file_counts_once_whatever_links_to_it) {
  const SampleFolder folder;
  folder.Write("z.txt", "z");
  folder.Write("sub/m.txt", "m");
  folder.Write(".hidden", "h");
  std::filesystem::create_symlink("z.txt", folder / "a-link.txt");
  std::filesystem::create_hard_link(folder / "z.txt", folder / "zz-hard.txt");
  std::filesystem::create_directory_symlink("sub", folder / "again");
  std::filesystem::create_directory_symlink(".", folder / "loop");
  std::filesystem::create_symlink("nowhere", folder / "broken");
  BOOST_REQUIRE_EQUAL(mkfifo((folder / "pipe").c_str(), 0600), 0);
  BOOST_TEST(JoinedNames(ListFiles({folder.path()}, "", {})) == "sub/m.txt z.txt ");
  // Named twice, and once by its file: still once each.
  BOOST_TEST(JoinedNames(ListFiles({"", "z.txt", "sub"}, folder.path(), {})) == "m.txt z.txt ");
}

BOOST_AUTO_TEST_CASE(errors_name_the_path) {
  const SampleFolder folder;
  folder.Write("a/b/c/d.txt", "d");
  folder.Write("e.txt", "e");
  const auto expect = [&](const std::vector<std::string>& paths, FileListOptions options,
                          const std::string& part) {
    const auto files = ListFiles(paths, folder.path(), options);
    BOOST_REQUIRE(!files.ok());
    BOOST_TEST(files.error().message.find(part) != std::string::npos, files.error().message);
  };
  expect({"missing"}, {}, "/missing: No such file");
  expect({"."}, {.include = {}, .max_depth = 2}, "a/b/c: folders are nested deeper than 2");
  expect({"."}, {.include = {}, .max_files = 1}, "more than 1 files");
  expect({"e.txt"}, {.include = {}, .max_file_bytes = 0}, "e.txt: is larger than 0 bytes");
}

struct Glob {
  std::string name;
  std::vector<std::string> include;
  bool selected;
};
std::ostream& operator<<(std::ostream& out, const Glob& g) { return out << g.name; }

const std::vector<Glob> kGlobs = {
    {"a.txt", {}, true},
    {"doc/a.txt", {"*.txt"}, true},
    {"doc/a.txt", {"doc/*.txt"}, true},
    {"doc/old/a.txt", {"doc/*.txt"}, false},
    {"doc/old/a.txt", {"doc/**.txt"}, true},
    {"a.md", {"*.txt"}, false},
    {"a.md", {"*.txt", "*.md"}, true},
    {"a.txt", {"!b*"}, true},
    {"b.txt", {"*.txt", "!b*"}, false},
    {"GPL-3", {"[GL]*-?"}, true},
};

BOOST_DATA_TEST_CASE(include_globs, boost::unit_test::data::make(kGlobs), g) {
  BOOST_TEST(MatchesInclude(g.name, g.include) == g.selected);
}

}  // namespace
}  // namespace hone
