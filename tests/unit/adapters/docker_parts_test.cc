// The parts of the Docker back end that need no daemon: what is asked for, and how answers are
// read.
#include <sys/stat.h>
#include <unistd.h>

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>
#include <random>
#include <string>
#include <vector>

#include "adapters/docker/build_context.h"
#include "adapters/docker/change_list.h"
#include "adapters/docker/docker_engine.h"
#include "adapters/docker/docker_images.h"
#include "adapters/docker/got_tree.h"
#include "adapters/docker/run_output.h"
#include "adapters/docker/runner_label.h"
#include "adapters/session/run_frames.h"
#include "support/container_bench.h"
#include "support/tar_entries.h"

namespace hone {
namespace {

namespace bdata = boost::unit_test::data;
namespace fs = std::filesystem;
using testing::ReadTar;

// == what changed ==

Json Changes(const std::vector<std::pair<std::string, int>>& rows) {
  Json list = Json::MakeArray();
  for (const auto& [path, kind] : rows) {
    list.Append(Json::MakeObject({{"Path", path}, {"Kind", kind}}));
  }
  return list;
}

BOOST_AUTO_TEST_CASE(few_archives_hold_all_changes) {
  const auto list = ChangeList::Read(Changes({{"/etc", 0},
                                              {"/etc/passwd", 0},
                                              {"/etc/group", 2},
                                              {"/app", 1},
                                              {"/app/a", 1},
                                              {"/app/cache", 1},
                                              {"/app/cache/x", 1},
                                              {"/app-2", 1},
                                              {"/tmp", 0},
                                              {"/srv", 0},
                                              {"/srv/u", 1},
                                              {"/srv/u/f", 1},
                                              {"/proc", 0},
                                              {"/.hone", 1},
                                              {"/.hone/session", 1},
                                              {"/logs", 1},
                                              {"/logs/l", 1}}),
                                     "/", {"/app/cache", "/logs"});
  BOOST_REQUIRE(list.ok());
  const std::vector<std::string> roots = {"/app/a", "/app-2", "/etc/passwd", "/srv/u", "/tmp"};
  BOOST_TEST(list->Roots(24) == roots, boost::test_tools::per_element());
  BOOST_TEST(list->deleted() == std::vector<std::string>{"/etc/group"},
             boost::test_tools::per_element());
  BOOST_TEST(list->Keeps("/srv/u/f"));
  BOOST_TEST(!list->Keeps("/etc/shadow"));
  BOOST_TEST(!list->Keeps("/app/cache/x"));
  BOOST_TEST(!list->Keeps("/logs/l"));
  BOOST_TEST(list->IsChangedLeaf("/etc/passwd"));
  BOOST_TEST(list->IsChangedLeaf("/tmp"));
  BOOST_TEST(!list->IsChangedLeaf("/srv/u"));
}

BOOST_AUTO_TEST_CASE(many_roots_are_joined_and_cover_the_same) {
  std::mt19937 random(5);  // NOLINT: the same lists every time
  for (int round = 0; round < 200; ++round) {
    std::vector<std::pair<std::string, int>> rows;
    for (std::size_t i = random() % 80; i > 0; --i) {
      std::string path;
      for (std::size_t depth = 1 + random() % 4; depth > 0; --depth) {
        path += "/" + std::string(1, static_cast<char>('a' + random() % 5));
      }
      rows.emplace_back(path, static_cast<int>(random() % 2));
    }
    const auto list = ChangeList::Read(Changes(rows), "/", {});
    BOOST_REQUIRE(list.ok());
    const auto all = list->Roots(1000);
    const auto few = list->Roots(6);
    BOOST_REQUIRE(few.size() <= std::max<std::size_t>(6, 5));
    for (const std::string& root : all) {
      BOOST_REQUIRE(std::count_if(few.begin(), few.end(), [&](const std::string& above) {
                      return IsWithin(root, above);
                    }) == 1);
    }
  }
}

BOOST_AUTO_TEST_CASE(nonsense_changes_are_an_error) {
  BOOST_TEST(ChangeList::Read(Json(), "/", {}).ok());
  BOOST_TEST(!ChangeList::Read(Changes({{"/a/../../b", 1}}), "/", {}).ok());
  BOOST_TEST(!ChangeList::Read(Changes({{"relative", 1}}), "/", {}).ok());
}

// == how a command ends ==

std::string Frame(RunFrame kind, const std::string& body) {
  const auto size = static_cast<unsigned>(body.size());
  return std::string{static_cast<char>(kind), static_cast<char>(size >> 24U),
                     static_cast<char>(size >> 16U), static_cast<char>(size >> 8U),
                     static_cast<char>(size)} +
         body;
}

struct EndRow {
  std::string words;
  int code;
  std::string killed_by;
  bool timed_out, stuck;
};
std::ostream& operator<<(std::ostream& out, const EndRow& row) { return out << row.words; }

const std::vector<EndRow> kEnds = {{"0 none", 0, "", false, false},
                                   {"137 none", 137, "", false, false},
                                   {"-1 memory", -1, "memory", false, false},
                                   {"-1 time", -1, "time", true, false},
                                   {"-1 stuck", -1, "time", true, true},
                                   {"", -1, "", false, false},
                                   {"7", -1, "", false, false},
                                   {"0 <script>", 0, "", false, false}};

BOOST_DATA_TEST_CASE(ends_are_read, bdata::make(kEnds), row) {
  RunOutput output(10);
  output.Feed(Frame(RunFrame::kEnd, row.words) + Frame(RunFrame::kOutput, "after the end"));
  BOOST_TEST(output.has_end());
  BOOST_TEST(output.is_stuck() == row.stuck);
  const ExecEnd end = output.Take();
  BOOST_TEST(end.exit_code == row.code);
  BOOST_TEST(end.killed_by == row.killed_by);
  BOOST_TEST(end.timed_out == row.timed_out);
  BOOST_TEST(end.out == "");
}

BOOST_AUTO_TEST_CASE(streams_are_gathered_from_any_pieces_within_their_limit) {
  const std::string bytes = Frame(RunFrame::kOutput, "12345") + Frame(RunFrame::kError, "abc") +
                            Frame(RunFrame::kOutput, "67890X") + Frame(RunFrame::kEnd, "3 none");
  RunOutput output(10);
  for (const char c : bytes) output.Feed({&c, 1});
  const ExecEnd end = output.Take();
  BOOST_TEST(end.out == "1234567890");
  BOOST_TEST(end.out_truncated);
  BOOST_TEST(end.err == "abc");
  BOOST_TEST(!end.err_truncated);
  BOOST_TEST(end.exit_code == 3);
}

BOOST_AUTO_TEST_CASE(any_bytes_stay_within_the_limits) {
  std::mt19937 random(9);  // NOLINT: the same bytes every time
  for (int round = 0; round < 3000; ++round) {
    RunOutput output(50);
    std::string bytes;
    for (std::size_t i = random() % 400; i > 0; --i) {
      bytes += static_cast<char>(random() % 3 == 0 ? random() % 5 : random() % 256);
    }
    output.Feed(bytes);
    const ExecEnd end = output.Take();
    BOOST_REQUIRE(end.out.size() <= 50);
    BOOST_REQUIRE(end.err.size() <= 50);
    BOOST_REQUIRE((end.killed_by.empty() || end.killed_by == "time" || end.killed_by == "memory"));
  }
}

BOOST_AUTO_TEST_CASE(a_program_that_is_not_there) {
  RunOutput output(1000);
  output.Feed(Frame(RunFrame::kFailed, "127 nothing: there is no such program"));
  const ExecEnd end = output.Take();
  BOOST_TEST(end.exit_code == 127);
  BOOST_TEST(end.err == "nothing: there is no such program\n");
}

// == builds, labels, limits ==

BOOST_AUTO_TEST_CASE(a_build_tells_its_failure) {
  BOOST_TEST(BuildFailure("{\"stream\":\"Step 1\\n\"}\r\n{\"stream\":\"done\"}\r\n") == "");
  const std::string failure = BuildFailure(
      "{\"stream\":\"Step 1/2 : RUN x\\n\"}\n{\"stream\":\"no such thing\\n\"}\n"
      "{\"errorDetail\":{\"code\":7},\"error\":\"returned 7\"}\nnot json\n");
  BOOST_TEST(failure.find("returned 7") != std::string::npos);
  BOOST_TEST(failure.find("no such thing") != std::string::npos);
  BOOST_TEST(failure.find('\n') == std::string::npos);
}

BOOST_AUTO_TEST_CASE(the_dead_are_known_from_the_living_and_from_strangers) {
  auto labels = RunnerLabels("owner");
  BOOST_TEST(!IsOfDeadRunner(labels));
  const std::string pid = labels[kPidLabel];
  labels[kStartLabel] += "1";  // another process had this number before
  BOOST_TEST(IsOfDeadRunner(labels));
  labels[kPidLabel] = "4194305";  // beyond what Linux gives
  BOOST_TEST(IsOfDeadRunner(labels));
  labels[kHostLabel] += "elsewhere";
  BOOST_TEST(!IsOfDeadRunner(labels));
  for (const char* odd : {"", "../self", "1x", "-1"}) {
    auto strange = RunnerLabels("owner");
    strange[kPidLabel] = odd;
    BOOST_TEST(!IsOfDeadRunner(strange), odd);
  }
  BOOST_TEST(!IsOfDeadRunner({}));
}

BOOST_AUTO_TEST_CASE(a_container_has_no_more_than_it_needs) {
  ContainerSpec spec;
  spec.image = "image";
  spec.limits.memory_bytes = 1000;
  spec.limits.cpus = 0.5;
  spec.limits.pids = 7;
  const Json body = ContainerBody(spec, {{"label", "x"}}, false);
  const Json& host = body["HostConfig"];
  BOOST_TEST(host["Memory"].AsInt() == 1000);
  BOOST_TEST(host["MemorySwap"].AsInt() == 1000);
  BOOST_TEST(host["NanoCpus"].AsInt() == 500'000'000);
  BOOST_TEST(host["PidsLimit"].AsInt() == 7);
  BOOST_TEST(host["NetworkMode"].AsString() == "none");
  BOOST_TEST(host["CapDrop"].Dump() == R"(["ALL"])");
  BOOST_TEST(!host["Privileged"].AsBool(true));
  BOOST_TEST(host["SecurityOpt"].Dump() == R"(["no-new-privileges"])");
  for (const char* never : {"Binds", "Mounts", "Devices", "PidMode", "IpcMode", "VolumesFrom"}) {
    BOOST_TEST(!host.Has(never), never);
  }
  for (const char* never :
       {"SYS_ADMIN", "SYS_PTRACE", "NET_RAW", "NET_ADMIN", "MKNOD", "SETFCAP"}) {
    BOOST_TEST(host["CapAdd"].Dump().find(never) == std::string::npos, never);
  }
  BOOST_TEST(body["Labels"]["label"].AsString() == "x");
}

BOOST_AUTO_TEST_CASE(a_disk_limit_is_also_the_daemons_where_it_has_quotas) {
  ContainerSpec spec;
  spec.limits.disk_bytes = 12345;
  BOOST_TEST(!ContainerBody(spec, {}, false)["HostConfig"].Has("StorageOpt"));
  BOOST_TEST(ContainerBody(spec, {}, true)["HostConfig"]["StorageOpt"]["size"].AsString() ==
             "12345");
  const auto may = [](const std::string& info) { return MayHaveQuotas(*Json::Parse(info)); };
  BOOST_TEST(may(R"({"Driver":"btrfs"})"));
  BOOST_TEST(may(R"({"Driver":"overlay2","DriverStatus":[["Backing Filesystem","xfs"]]})"));
  BOOST_TEST(!may(R"({"Driver":"overlay2","DriverStatus":[["Backing Filesystem","extfs"]]})"));
  BOOST_TEST(!may(R"({"Driver":"overlay2","DriverStatus":[["x"],7]})"));
  BOOST_TEST(!may(R"({"Driver":"overlay"})"));
}

BOOST_AUTO_TEST_CASE(a_build_context_is_the_same_every_time) {
  const fs::path folder = fs::temp_directory_path() / ("hone-context-" + std::to_string(getpid()));
  fs::create_directories(folder / "sub");
  BOOST_TEST(!TarOfBuildContext(folder.string()).ok());
  std::ofstream(folder / "Dockerfile") << "FROM x\n";
  std::ofstream(folder / "sub/file") << "text";
  fs::create_symlink("/etc/passwd", folder / "link");
  const auto first = TarOfBuildContext(folder.string());
  BOOST_REQUIRE_MESSAGE(first.ok(), testing::Why(first));
  fs::last_write_time(folder / "sub/file",
                      fs::file_time_type::clock::now() + std::chrono::hours(1));
  const auto second = TarOfBuildContext(folder.string());
  BOOST_REQUIRE(second.ok());
  BOOST_TEST((*first == *second));
  const auto entries = ReadTar(*first);
  BOOST_TEST(entries.size() == 4);
  BOOST_TEST(entries.at("link").target == "/etc/passwd");  // as it is, never followed
  BOOST_REQUIRE(mkfifo((folder / "pipe").c_str(), 0600) == 0);
  BOOST_TEST(!TarOfBuildContext(folder.string()).ok());
  fs::remove_all(folder);
}

}  // namespace
}  // namespace hone
