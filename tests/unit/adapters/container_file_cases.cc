// Files into and out of a container: cases of the container contract.
#include <algorithm>
#include <filesystem>
#include <fstream>

#include "support/tar_entries.h"
#include "unit/adapters/container_engine_contract.h"

namespace hone::testing {
namespace {

namespace fs = std::filesystem;

// The entries below `path`; the test fails when there are none to be had.
std::map<std::string, TarEntry> Files(ContainerBench& bench, const std::string& container,
                                      const std::string& path) {
  GetSpec spec;
  spec.path = path;
  const auto tree = bench.Get(container, spec);
  BOOST_REQUIRE_MESSAGE(tree.ok(), Why(tree));
  return ReadTar(tree->tar);
}

void WhatGoesInComesOut(ContainerBench& bench) {
  const std::string container = bench.Open();
  std::string binary;
  for (int i = 0; i < 100'000; ++i) binary += static_cast<char>(i * 31 >> 3);
  const std::string deep = "d/" + std::string(90, 'x') + "/" + std::string(120, 'y') + ".txt";
  const Status put = bench.Put(
      container, "/box/in",
      WriteTar({TarFolder("empty"), TarFolder("d"), TarFile("plain", "text\n"),
                TarFile("run.sh", "#!/bin/sh\necho ran\n", 0755), TarFile("d/secret", "s", 0600),
                TarFile("d/nothing", ""), TarFile("binary", binary), TarFile(deep, "deep"),
                TarFile("größe 漢字 🙂.txt", "unicode"), TarSymlink("link", "d/secret"),
                TarSymlink("d/dangling", "../../nowhere")}));
  BOOST_REQUIRE_MESSAGE(put.ok(), Why(put));
  BOOST_TEST(bench.Say(container, "cd /box/in; ./run.sh; cat link; stat -c %a d/secret") ==
             "ran\ns600");
  const auto out = Files(bench, container, "/box/in");
  const auto has = [&](const std::string& name, TarEntry::Kind kind) {
    const auto found = out.find(name);
    BOOST_REQUIRE_MESSAGE((found != out.end()), name << " did not come out");
    BOOST_TEST((found->second.kind == kind), name);
    return found->second;
  };
  has("empty", TarEntry::Kind::kFolder);
  BOOST_TEST(has("plain", TarEntry::Kind::kFile).bytes == "text\n");
  BOOST_TEST(has("run.sh", TarEntry::Kind::kFile).mode == 0755);
  BOOST_TEST(has("d/secret", TarEntry::Kind::kFile).mode == 0600);
  BOOST_TEST(has("d/nothing", TarEntry::Kind::kFile).bytes == "");
  BOOST_TEST((has("binary", TarEntry::Kind::kFile).bytes == binary));
  BOOST_TEST(has(deep, TarEntry::Kind::kFile).bytes == "deep");
  BOOST_TEST(has("größe 漢字 🙂.txt", TarEntry::Kind::kFile).bytes == "unicode");
  BOOST_TEST(has("link", TarEntry::Kind::kSymlink).target == "d/secret");
  BOOST_TEST(has("d/dangling", TarEntry::Kind::kSymlink).target == "../../nowhere");
  for (const auto& [name, entry] : out) {
    BOOST_TEST((!name.empty() && name != "." && !name.starts_with("/") && !name.starts_with("./")),
               "'" << name << "' is no name below the path");
  }
}

void AThousandFiles(ContainerBench& bench) {
  const std::string container = bench.Open();
  std::vector<TarEntry> entries;
  for (int i = 0; i < 1000; ++i) {
    entries.push_back(TarFile("s" + std::to_string(i / 50) + "/SKILL-" + std::to_string(i) + ".md",
                              "# " + std::to_string(i) + "\n" + std::string(500, 'x')));
  }
  const Status put = bench.Put(container, "/skills", WriteTar(entries));
  BOOST_REQUIRE_MESSAGE(put.ok(), Why(put));
  BOOST_TEST(bench.Say(container, "find /skills -type f | wc -l") == "1000");
  const auto out = Files(bench, container, "/skills");
  BOOST_TEST(std::count_if(out.begin(), out.end(), [](const auto& entry) {
               return entry.second.kind == TarEntry::Kind::kFile;
             }) == 1000);
}

void PutMakesItsFolderAndReplaces(ContainerBench& bench) {
  const std::string container = bench.Open();
  BOOST_TEST(bench.Put(container, "/very/deep/folder", WriteTar({TarFile("a", "1")})).ok());
  BOOST_TEST(bench.Put(container, "/very/deep/folder", WriteTar({TarFile("a", "2")})).ok());
  BOOST_TEST(bench.Say(container, "cat /very/deep/folder/a; stat -c %a /very/deep") == "2755");
  BOOST_TEST(bench.Put(container, "/very/deep", WriteTar({})).ok());
  BOOST_TEST(!bench.Put(container, "relative", WriteTar({TarFile("a", "1")})).ok());
}

void OneFileComesOut(ContainerBench& bench) {
  const std::string container = bench.Open();
  bench.Say(container, "mkdir /o; echo text > /o/file; ln /o/file /o/hard; ln -s /o/file /o/link");
  const auto file = Files(bench, container, "/o/file");
  BOOST_REQUIRE(file.count("file") == 1);
  BOOST_TEST(file.size() == 1);
  BOOST_TEST(file.at("file").bytes == "text\n");
  const auto folder = Files(bench, container, "/o");
  BOOST_REQUIRE(folder.count("hard") == 1);
  BOOST_TEST(folder.at("hard").bytes == "text\n");  // a hard link is a file
  BOOST_TEST(folder.at("file").bytes == "text\n");
}

void WhatIsNotThere(ContainerBench& bench) {
  const std::string container = bench.Open();
  GetSpec spec;
  spec.path = "/not/there";
  const auto tree = bench.Get(container, spec);
  BOOST_REQUIRE(!tree.ok());
  BOOST_TEST((tree.error().code == ErrorCode::kNotFound));
  BOOST_TEST(tree.error().message.find("/not/there") != std::string::npos);
}

void HostileEntriesAreRefused(ContainerBench& bench) {
  const std::string container = bench.Open();
  const fs::path outside = fs::temp_directory_path() / FreshMarker();
  const std::string host = outside.string();
  bench.Say(container, "mkdir -p /in/sub; echo safe > /canary; ln -s / /in/planted");
  const auto link = [](std::string name, std::string target) {
    return TarEntry{std::move(name), TarEntry::Kind::kHardLink, "", std::move(target), 0644};
  };
  const std::vector<std::vector<TarEntry>> attacks = {
      {TarFile("/canary", "bad")},
      {TarFile(host, "bad")},
      {TarFile("../canary", "bad")},
      {TarFile("sub/../../canary", "bad")},
      {TarFile("../../../../../../../.." + host, "bad")},
      {TarSymlink("way", "/"), TarFile("way/canary", "bad")},
      {TarSymlink("sub/way", "../.."), TarFile("sub/way/canary", "bad")},
      {TarSymlink("a", "/canary"), TarFile("a", "bad")},
      {link("b", "/canary"), TarFile("b", "bad")},
      {link("c", "../canary"), TarFile("c", "bad")},
      {TarSymlink("d", ".."), link("e", "d/canary"), TarFile("e", "bad")},
      {{"device", TarEntry::Kind::kDevice, "", "", 0666}},
      {{"fifo", TarEntry::Kind::kFifo, "", "", 0666}},
      {TarFile("..", "bad")},
      {TarFile("planted/canary", "bad")}};
  for (const auto& attack : attacks) {
    const Status put = bench.Put(container, "/in", WriteTar(attack));
    // Refused, or taken without harm: what matters is where bytes went.
    BOOST_TEST((put.ok() || put.error().code == ErrorCode::kInvalidArgument),
               attack.back().name << ": " << (put.ok() ? "" : put.error().message));
    BOOST_TEST(bench.Say(container, "cat /canary") == "safe", attack.back().name);
  }
  BOOST_TEST(!fs::exists(outside));
  BOOST_TEST(bench.Say(container, "find /in -type b -o -type c -o -type p") == "");
  BOOST_TEST(!bench
                  .Put(container, "/in",
                       "this is no tar, and longer than one block" + std::string(2000, 'x'))
                  .ok());
}

void PutGivesNoPrivilege(ContainerBench& bench) {
  const std::string container = bench.Open();
  const Status put = bench.Put(
      container, "/in", WriteTar({TarFile("setuid", "x", 04755), TarFile("setgid", "x", 02755)}));
  BOOST_REQUIRE_MESSAGE(put.ok(), Why(put));
  BOOST_TEST(bench.Say(container, "stat -c %a /in/setuid /in/setgid") == "755\n755");
}

void LinksOfTheContainerLeadNowhere(ContainerBench& bench) {
  const std::string container = bench.Open();
  const fs::path canary = fs::temp_directory_path() / FreshMarker();
  std::ofstream(canary) << "text of the host";
  bench.Say(container, "mkdir /g; ln -s " + canary.string() + " /g/file; ln -s " +
                           canary.parent_path().string() +
                           " /g/folder; ln -s /proc/1/root /g/root");
  for (const std::string& path :
       {std::string("/g"), std::string("/g/file"), "/g/folder/" + canary.filename().string(),
        "/g/root" + canary.string(), std::string("/g/folder")}) {
    GetSpec spec;
    spec.path = path;
    const auto tree = bench.Get(container, spec);
    BOOST_TEST((!tree.ok() || tree->tar.find("text of the host") == std::string::npos), path);
  }
  // Nor does a put through one.
  const std::string name = FreshMarker();
  (void)bench.Put(container, "/g/folder", WriteTar({TarFile(name, "x")}));
  (void)bench.Put(container, "/g/root" + canary.parent_path().string(),
                  WriteTar({TarFile(name, "x")}));
  BOOST_TEST(!fs::exists(canary.parent_path() / name));
  fs::remove(canary);
}

void WhatIsNoFileIsLeftOut(ContainerBench& bench) {
  const std::string container = bench.Open();
  bench.Say(container, "mkdir /n; mkfifo /n/fifo; echo a > /n/file; chmod 4755 /n/file");
  GetSpec spec;
  spec.path = "/n";
  const auto tree = bench.Get(container, spec);
  BOOST_REQUIRE_MESSAGE(tree.ok(), Why(tree));
  const auto files = ReadTar(tree->tar);
  BOOST_TEST(files.size() == 1);
  BOOST_REQUIRE(files.count("file") == 1);
  BOOST_TEST(files.at("file").mode == 0755);
  BOOST_REQUIRE(tree->left_out.size() == 1);
  BOOST_TEST(tree->left_out[0].find("fifo") != std::string::npos);
}

void GetHasALimit(ContainerBench& bench) {
  const std::string container = bench.Open();
  bench.Say(
      container,
      "mkdir /big; head -c 5000000 /dev/zero > /big/zeros; truncate -s 1T /big/holes || true");
  GetSpec spec;
  spec.path = "/big";
  spec.max_bytes = 1 << 20;
  const auto tree = bench.Get(container, spec);
  BOOST_REQUIRE(!tree.ok());
  BOOST_TEST((tree.error().code == ErrorCode::kInvalidArgument));
  BOOST_TEST(tree.error().message.find("1048576") != std::string::npos, tree.error().message);
}

void OnlyWhatChanged(ContainerBench& bench) {
  const std::string container = bench.Open();
  const std::string marker = FreshMarker();
  bench.Say(container,
            "mkdir -p /app/sub /app/cache/deep /logs; echo new > /app/sub/new; echo n > '/app/ü x';"
            "ln -s sub/new /app/link; echo skip > /app/cache/deep/skip; echo l > /logs/l;"
            "echo root:x:0:0:changed:/root:/bin/sh > /etc/passwd; rm /etc/group");
  bench.Say(container, "setsid sh -c 'while :; do echo late >> /app/sub/new; done' " + marker +
                           " >/dev/null 2>&1 &");
  BOOST_TEST(!ProcessesWith(marker).empty());
  GetSpec spec;
  spec.changes_only = true;
  spec.exclude = {"/app/cache", "/logs"};
  const auto tree = bench.Get(container, spec);
  BOOST_REQUIRE_MESSAGE(tree.ok(), Why(tree));
  BOOST_TEST(AllEnd(marker));
  const auto files = ReadTar(tree->tar);
  BOOST_REQUIRE(files.count("app/sub/new") == 1);
  BOOST_TEST(files.at("app/sub/new").bytes.starts_with("new\n"));
  BOOST_TEST(files.count("app/ü x") == 1);
  BOOST_REQUIRE(files.count("app/link") == 1);
  BOOST_TEST(files.at("app/link").target == "sub/new");
  BOOST_REQUIRE(files.count("etc/passwd") == 1);
  BOOST_TEST(files.at("etc/passwd").bytes == "root:x:0:0:changed:/root:/bin/sh\n");
  BOOST_TEST(tree->deleted == std::vector<std::string>{"/etc/group"},
             boost::test_tools::per_element());
  for (const auto& [name, entry] : files) {
    const bool expected =
        name == "app" || name.starts_with("app/") || name == "etc" || name == "etc/passwd";
    BOOST_TEST((expected && name.find("cache") == std::string::npos), name << " came along");
  }
  ExecSpec after;
  after.argv = {"/bin/true"};
  BOOST_TEST(!bench.TryExec(container, after).ok());  // nothing runs in it any more
}

void ChangesOfOneFolder(ContainerBench& bench) {
  const std::string container = bench.Open();
  bench.Say(container, "mkdir -p /one/in /two; echo a > /one/in/a; echo b > /two/b");
  GetSpec spec;
  spec.path = "/one";
  spec.changes_only = true;
  const auto tree = bench.Get(container, spec);
  BOOST_REQUIRE_MESSAGE(tree.ok(), Why(tree));
  const auto files = ReadTar(tree->tar);
  BOOST_TEST(files.count("in/a") == 1);
  BOOST_TEST(files.size() == 2);
  BOOST_TEST(tree->deleted.empty());
}

void ManyScatteredChanges(ContainerBench& bench) {
  const std::string container = bench.Open();
  bench.Say(container,
            "i=0; while test $i -lt 300; do mkdir -p /s/$((i % 20))/$i; "
            "echo $i > /s/$((i % 20))/$i/f; i=$((i + 1)); done; "
            "for f in /bin/* ; do touch -h $f; done");
  GetSpec spec;
  spec.changes_only = true;
  const auto tree = bench.Get(container, spec);
  BOOST_REQUIRE_MESSAGE(tree.ok(), Why(tree));
  const auto files = ReadTar(tree->tar);
  BOOST_REQUIRE(files.count("s/19/299/f") == 1);
  BOOST_TEST(files.at("s/19/299/f").bytes == "299\n");
  BOOST_TEST(tree->deleted.empty());
}

}  // namespace

std::vector<ContractCase> ContainerFileCases() {
  return {{"what goes in comes out", WhatGoesInComesOut},
          {"a thousand files", AThousandFiles},
          {"put makes its folder and replaces", PutMakesItsFolderAndReplaces},
          {"one file comes out", OneFileComesOut},
          {"what is not there", WhatIsNotThere},
          {"hostile entries are refused", HostileEntriesAreRefused},
          {"put gives no privilege", PutGivesNoPrivilege},
          {"links of the container lead nowhere", LinksOfTheContainerLeadNowhere},
          {"what is no file is left out", WhatIsNoFileIsLeftOut},
          {"get has a limit", GetHasALimit},
          {"only what changed", OnlyWhatChanged},
          {"changes of one folder", ChangesOfOneFolder},
          {"many scattered changes", ManyScatteredChanges}};
}

}  // namespace hone::testing
