// The steps of a verification, over an engine that is notes in memory; and tar archives.
#include "primitives/container_verify.h"

#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>

#include "primitives/tar_archive.h"
#include "support/fake_container_engine.h"

namespace hone {
namespace {

namespace fs = std::filesystem;
using testing::FakeContainerEngine;

std::string Tar(const std::vector<TarEntry>& entries) { return *WriteTar(entries); }

std::vector<std::string> PathsOf(const std::string& tar) {
  const std::vector<TarEntry> entries = *ReadTar(tar);
  std::vector<std::string> paths;
  for (const TarEntry& entry : entries) paths.push_back(entry.path);
  return paths;
}

struct Bench {
  Bench() {
    folder = fs::temp_directory_path() / ("hone-tests-" + std::to_string(getpid()));
    fs::create_directories(folder);
    std::ofstream(folder / "test.sh") << "exit 0\n";
    tests = *AssetOfFolder(folder.string(), AssetKind::kTests);
    AddAssets({{tests.hash, tests}}, &assets);
    engine.live = {"solver"};
    engine.on_get = [this](const std::string&, const GetSpec& spec) -> Result<FileTree> {
      gets.push_back(spec);
      FileTree tree;
      if (spec.path == "/") {
        tree.tar = changes;
        tree.deleted = deleted;
      } else {
        tree.tar = Tar({{"reward.txt", TarEntry::Kind::kFile, "1\n", 0644}});
      }
      return tree;
    };
    box->engine = &engine;
    box->id = "solver";
    box->image = {"img",  "sha256:1", "fake", true, "/work", {{"PATH", "/opt/bin:/usr/bin"}},
                  "agent"};
    box->spec = {"img", {}, {{"A", "1"}}, "owner"};
    box->workdir = "/app";
    box->user = "agent";
  }
  ~Bench() { fs::remove_all(folder); }

  EffectEnd Verify(Json args = Json::MakeObject()) {
    args.Set("tests", AssetJson(tests));
    EffectEnd out;
    RunContainerVerify(box, args, assets, [&](const Result<EffectEnd>& end) {
      BOOST_REQUIRE(end.ok());
      out = *end;
    });
    engine.Drain();
    return out;
  }

  fs::path folder;
  Asset tests;
  AssetMap assets;
  FakeContainerEngine engine;
  std::shared_ptr<ContainerBox> box = std::make_shared<ContainerBox>();
  std::string changes = Tar({{"app/answer.txt", TarEntry::Kind::kFile, "42", 0644},
                             {"app/conftest.py", TarEntry::Kind::kFile, "x", 0644}});
  std::vector<std::string> deleted = {"/app/old"};
  std::vector<GetSpec> gets;
};

BOOST_FIXTURE_TEST_SUITE(verification, Bench)

BOOST_AUTO_TEST_CASE(a_fresh_container_the_changes_the_tests_and_then_the_reward) {
  const EffectEnd end = Verify();
  BOOST_TEST(engine.log ==
                 (std::vector<std::string>{"get solver /", "destroy solver", "create img",
                                           "exec c1 rm -rf -- /app/old /logs/verifier /tests",
                                           "put c1 /", "put c1 /tests",
                                           "exec c1 bash /tests/test.sh", "get c1 /logs/verifier"}),
             boost::test_tools::per_element());
  BOOST_TEST(gets[0].changes_only);
  BOOST_TEST(gets[1].changes_only);  // kills what still runs before the reward is read
  BOOST_TEST(PathsOf(engine.puts[0].second) ==
                 (std::vector<std::string>{"app/answer.txt", "logs", "logs/verifier"}),
             boost::test_tools::per_element());
  BOOST_TEST(end.value["reward"].AsDouble() == 1);
  BOOST_TEST(end.value["left_out"].Dump() == R"(["/app/conftest.py"])");
  BOOST_TEST(!end.value["unsafe"].AsBool(true));
  BOOST_TEST(box->id == "c1");  // what is there to be destroyed
}

BOOST_AUTO_TEST_CASE(tests_run_as_root_from_the_images_folder_with_its_path) {
  Verify(Json::MakeObject({{"env", Json::MakeObject({{"B", "2"}})}}));
  const ExecSpec& tests_run = engine.commands.back();
  BOOST_TEST(tests_run.user == "0:0");
  BOOST_TEST(tests_run.workdir == "/work");
  BOOST_TEST(tests_run.env.at("PATH") == "/opt/bin:/usr/bin");
  BOOST_TEST(tests_run.env.at("B") == "2");
  BOOST_TEST(tests_run.env.at("GIT_CONFIG_COUNT") == "2");
  BOOST_TEST(engine.specs[0].env.at("A") == "1");
}

BOOST_AUTO_TEST_CASE(changes_that_cannot_be_put_are_the_solvers) {
  engine.on_put = [](const std::string&, const std::string& path,
                     const std::string&) -> Result<Ok> {
    if (path == "/") return Invalid("app/x: leaves the folder through a link");
    return Ok{};
  };
  const EffectEnd end = Verify();
  BOOST_TEST(!end.failure);
  BOOST_TEST(end.value["reward"].AsDouble() == 0);
  BOOST_TEST(end.value["class"].AsString() == "verifier_fail");
  BOOST_TEST(end.value["stdout"].AsString().find("leaves the folder") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(an_engine_that_fails_is_infrastructure) {
  engine.on_create = [](const ContainerSpec&) -> Result<Ok> {
    return Fail(ErrorCode::kUnavailable, "no space");
  };
  const EffectEnd end = Verify();
  BOOST_REQUIRE(end.failure.has_value());
  BOOST_TEST(end.infrastructure);
}

BOOST_AUTO_TEST_CASE(tests_that_have_changed_are_not_run) {
  std::ofstream(folder / "test.sh") << "echo 1\n";
  const EffectEnd end = Verify();
  BOOST_REQUIRE(end.failure.has_value());
  BOOST_TEST(end.failure->message.find("has changed") != std::string::npos);
  BOOST_TEST(engine.Count("exec") == 1);  // rm alone
}

BOOST_AUTO_TEST_CASE(the_published_order_runs_where_the_solver_ran) {
  const EffectEnd end = Verify(Json::MakeObject({{"order", "published"}}));
  BOOST_TEST(engine.log == (std::vector<std::string>{"exec solver bash /tests/test.sh",
                                                     "get solver /logs/verifier"}),
             boost::test_tools::per_element());
  BOOST_TEST(end.value["unsafe"].AsBool());
  BOOST_TEST(engine.commands.back().user == "agent");
}

BOOST_AUTO_TEST_CASE(a_container_that_is_given_up_in_the_middle_is_destroyed) {
  bool told = false;
  const Json args = Json::MakeObject({{"tests", AssetJson(tests)}});
  RunContainerVerify(box, args, assets, [&](const Result<EffectEnd>&) { told = true; });
  engine.Step();
  engine.Step();
  box->is_given_up = true;
  engine.Drain();
  BOOST_TEST(engine.live.empty());
  BOOST_TEST(!told);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(tar_archives)

BOOST_AUTO_TEST_CASE(entries_come_back_as_they_were) {
  const std::vector<TarEntry> entries = {
      {"a", TarEntry::Kind::kFolder, "", 0755},
      {"a/empty", TarEntry::Kind::kFile, "", 0600},
      {"a/b\xC3\xA9.bin", TarEntry::Kind::kFile, std::string("\0\x01\xFF", 3), 0755},
      {"a/" + std::string(300, 'n'), TarEntry::Kind::kFile, std::string(100'000, 'x'), 0644},
      {"a/link", TarEntry::Kind::kLink, "../" + std::string(200, 't'), 0777},
  };
  const Result<std::string> tar = WriteTar(entries);
  BOOST_REQUIRE(tar.ok());
  const Result<std::vector<TarEntry>> again = ReadTar(*tar);
  BOOST_REQUIRE(again.ok());
  BOOST_TEST((*again == entries));
  BOOST_TEST((*WriteTar(*again) == *tar));  // the same bytes whenever they are made
}

BOOST_AUTO_TEST_CASE(what_is_no_archive_is_an_error_and_nothing_is_empty) {
  BOOST_TEST(ReadTar("")->empty());
  BOOST_TEST(!ReadTar(std::string(2000, 'z')).ok());
  const std::string tar = *WriteTar({{"a", TarEntry::Kind::kFile, std::string(5000, 'a'), 0644}});
  BOOST_TEST(!ReadTar(tar.substr(0, 2000)).ok());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace hone
