#include "report/output_folder.h"

#include <stdlib.h>

#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace hone {
namespace {

namespace fs = std::filesystem;

class Folder {
 public:
  Folder() {
    std::string name = (fs::temp_directory_path() / "hone-output-XXXXXX").string();
    BOOST_REQUIRE(mkdtemp(name.data()) != nullptr);
    path_ = name;
  }
  ~Folder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  [[nodiscard]] const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

std::string TextOf(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

void Put(const fs::path& file, const std::string& text) {
  fs::create_directories(file.parent_path());
  std::ofstream(file, std::ios::binary) << text;
}

BOOST_AUTO_TEST_CASE(names_that_leave_the_folder_are_refused) {
  const std::string long_part(256, 'x');
  for (const std::string& name :
       {std::string(), std::string("/etc/x"), std::string("../x"), std::string("a/../x"),
        std::string("a/.."), std::string("."), std::string("a//b"), std::string("a/"),
        std::string("a\\b"), std::string("a\nb"), std::string("a\0b", 3), std::string("a\x7F"),
        std::string("\xFF"), long_part, "a/" + long_part}) {
    BOOST_TEST(!CheckRelativeName(name).ok(), name);
  }
  for (const std::string& name :
       {std::string("a"), std::string("a/b/c.md"), std::string("..a"), std::string("a..b"),
        std::string(" "), std::string("\xC3\xA9"), std::string(255, 'x'), std::string("-rf")}) {
    BOOST_TEST(CheckRelativeName(name).ok(), name);
  }
}

BOOST_AUTO_TEST_CASE(files_are_written_below_and_appended_to) {
  const Folder folder;
  auto out = OutputFolder::Open((folder.path() / "new/deep").string(), false);
  BOOST_REQUIRE(out.ok());
  BOOST_TEST(out->Write("a/b/c.txt", "one ").ok());
  BOOST_TEST(out->Write("a/b/c.txt", "two").ok());
  BOOST_TEST(out->Write("d.txt", "").ok());
  BOOST_TEST(!out->Write("../e.txt", "x").ok());
  BOOST_TEST(TextOf(folder.path() / "new/deep/a/b/c.txt") == "one two");
  BOOST_TEST(out->written().size() == 2U);
  BOOST_TEST(!fs::exists(folder.path() / "new/e.txt"));
}

BOOST_AUTO_TEST_CASE(what_is_there_stays_unless_it_is_to_be_replaced) {
  const Folder folder;
  Put(folder.path() / "mine.txt", "mine");
  Put(folder.path() / "old.txt", "old");
  fs::create_hard_link(folder.path() / "old.txt", folder.path() / "other_name.txt");
  BOOST_TEST(!OutputFolder::Open(folder.path().string(), false).ok());
  auto out = OutputFolder::Open(folder.path().string(), true);
  BOOST_REQUIRE(out.ok());
  BOOST_TEST(out->Write("old.txt", "new").ok());
  BOOST_TEST(TextOf(folder.path() / "old.txt") == "new");
  BOOST_TEST(TextOf(folder.path() / "other_name.txt") == "old");
  BOOST_TEST(TextOf(folder.path() / "mine.txt") == "mine");
}

BOOST_AUTO_TEST_CASE(links_are_not_followed) {
  const Folder folder;
  const Folder outside;
  Put(outside.path() / "target.txt", "theirs");
  fs::create_symlink(outside.path(), folder.path() / "folder");
  fs::create_symlink(outside.path() / "target.txt", folder.path() / "file.txt");
  fs::create_symlink(outside.path() / "absent.txt", folder.path() / "dangling.txt");
  auto out = OutputFolder::Open(folder.path().string(), true);
  BOOST_REQUIRE(out.ok());
  for (const char* name : {"folder/x.txt", "folder/deep/x.txt", "file.txt", "dangling.txt"}) {
    const Status written = out->Write(name, "mine");
    BOOST_TEST(!written.ok(), name);
    BOOST_TEST((written.error().code == ErrorCode::kRefused), name);
  }
  BOOST_TEST(TextOf(outside.path() / "target.txt") == "theirs");
  BOOST_TEST(std::distance(fs::directory_iterator(outside.path()), fs::directory_iterator()) == 1);
}

}  // namespace
}  // namespace hone
