// Assets: what makes their content the same, what is refused, and that content is checked when it
// is used.
#include "data/asset.h"

#include <sys/stat.h>

#include "unit/data/sample_files.h"

namespace hone {
namespace {

namespace fs = std::filesystem;

Hash HashOfFolder(const std::string& path) {
  const Result<Asset> asset = AssetOfFolder(path);
  BOOST_TEST_REQUIRE(asset.ok());
  return asset->hash;
}

void FillFolder(const SampleFolder& folder, const std::string& name) {
  folder.Write(name + "/a.txt", "A");
  folder.Write(name + "/b/c.sh", "echo");
  folder.Write(name + "/b.txt", "");
  chmod((folder.path() + "/" + name + "/b/c.sh").c_str(), 0755);
  fs::create_directory_symlink("b", (folder.path() + "/" + name + "/link"));
}

BOOST_AUTO_TEST_SUITE(assets)

BOOST_AUTO_TEST_CASE(content_is_names_bytes_and_what_may_be_executed) {
  const SampleFolder folder;
  FillFolder(folder, "one");
  FillFolder(folder, "two");
  const Hash hash = HashOfFolder((folder.path() + "/" + "one"));
  BOOST_TEST((HashOfFolder((folder.path() + "/" + "two")) == hash));
  // Not the mode beyond that, nor the time.
  chmod((folder.path() + "/" + "two/a.txt").c_str(), 0600);
  chmod((folder.path() + "/" + "two/b/c.sh").c_str(), 0700);
  fs::last_write_time((folder.path() + "/" + "two/a.txt"), fs::file_time_type::min());
  BOOST_TEST((HashOfFolder((folder.path() + "/" + "two")) == hash));

  const auto changes = [&](const std::function<void()>& change) {
    fs::remove_all((folder.path() + "/" + "two"));
    FillFolder(folder, "two");
    change();
    return HashOfFolder((folder.path() + "/" + "two")) != hash;
  };
  BOOST_TEST(changes([&] { folder.Write("two/a.txt", "B"); }));
  BOOST_TEST(changes([&] { folder.Write("two/new", ""); }));
  BOOST_TEST(changes([&] { fs::create_directory((folder.path() + "/" + "two/empty")); }));
  BOOST_TEST(changes([&] {
    fs::rename((folder.path() + "/" + "two/a.txt"), (folder.path() + "/" + "two/z.txt"));
  }));
  BOOST_TEST(changes([&] { chmod((folder.path() + "/" + "two/a.txt").c_str(), 0755); }));
  BOOST_TEST(changes([&] {
    fs::remove((folder.path() + "/" + "two/link"));
    fs::create_symlink("a.txt", (folder.path() + "/" + "two/link"));
  }));
}

BOOST_AUTO_TEST_CASE(what_leaves_the_folder_or_is_no_file_is_refused) {
  const SampleFolder folder;
  for (const char* target : {"/etc/passwd", "../outside", "b/../../outside"}) {
    fs::remove_all((folder.path() + "/" + "one"));
    folder.Write("one/a", "");
    fs::create_symlink(target, (folder.path() + "/" + "one/link"));
    const Result<Asset> asset = AssetOfFolder((folder.path() + "/" + "one"));
    BOOST_TEST_REQUIRE(!asset.ok(), target);
    BOOST_TEST(asset.error().message.find("leaves the folder") != std::string::npos);
  }
  fs::remove((folder.path() + "/" + "one/link"));
  BOOST_TEST(mkfifo((folder.path() + "/" + "one/pipe").c_str(), 0600) == 0);
  BOOST_TEST(!AssetOfFolder((folder.path() + "/" + "one")).ok());
  BOOST_TEST((AssetOfFolder((folder.path() + "/" + "none")).error().code == ErrorCode::kNotFound));
  BOOST_TEST((AssetOfFile((folder.path() + "/" + "one")).error().code == ErrorCode::kNotFound));
}

BOOST_AUTO_TEST_CASE(content_is_checked_when_it_is_used) {
  const SampleFolder folder;
  FillFolder(folder, "one");
  const Result<Asset> asset = AssetOfFolder((folder.path() + "/" + "one"), AssetKind::kTests);
  BOOST_TEST_REQUIRE(asset.ok());
  const Result<std::vector<AssetEntry>> entries = ReadAsset(*asset);
  BOOST_TEST_REQUIRE(entries.ok());
  std::vector<std::string> paths;
  for (const AssetEntry& entry : *entries) paths.push_back(entry.path);
  BOOST_TEST(paths == (std::vector<std::string>{"a.txt", "b", "b/c.sh", "b.txt", "link"}),
             boost::test_tools::per_element());
  BOOST_TEST((*entries)[2].is_executable);
  BOOST_TEST((*entries)[4].bytes == "b");
  folder.Write("one/a.txt", "changed");
  BOOST_TEST((ReadAsset(*asset).error().code == ErrorCode::kConflict));
}

BOOST_AUTO_TEST_CASE(they_are_named_by_content_and_tests_stay_tests) {
  const SampleFolder folder;
  folder.Write("one/a", "A");
  folder.Write("two/a", "A");
  const Asset plain = *AssetOfFolder((folder.path() + "/" + "one"));
  const Asset tests = *AssetOfFolder((folder.path() + "/" + "two"), AssetKind::kTests);
  AssetMap all;
  AddAssets({{tests.hash, tests}}, &all);
  AddAssets({{plain.hash, plain}}, &all);
  const Result<const Asset*> found = FindAsset(all, AssetJson(plain), "here");
  BOOST_TEST_REQUIRE(found.ok());
  BOOST_TEST(((*found)->kind == AssetKind::kTests));
  BOOST_TEST(AssetJson(tests).Dump() ==
             R"({"$asset":")" + tests.hash.Hex() + R"(","kind":"tests","name":"two"})");
  const Result<const Asset*> unknown =
      FindAsset(all, Json::MakeObject({{"$asset", "/etc"}}), "container.open: dockerfile");
  BOOST_TEST(unknown.error().message.starts_with("container.open: dockerfile: '/etc' is no asset"));
  const Asset file = *AssetOfFile((folder.path() + "/" + "one/a"));
  BOOST_TEST((file.hash == HashOf("A")));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace hone
