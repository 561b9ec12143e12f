// The contract of container engines on bubblewrap, and what is special to it. Skipped, with the
// reason printed, where bubblewrap cannot run.
#include "adapters/sandbox/bubblewrap_engine.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <memory>
#include <string>

#include "adapters/run_command.h"
#include "adapters/sandbox/remove_tree.h"
#include "support/container_bench.h"
#include "support/tar_entries.h"
#include "unit/adapters/container_engine_contract.h"

namespace bdata = boost::unit_test::data;

namespace hone::testing {
namespace {

constexpr char kImage[] = "hone/busybox:1";

std::string StoreFolder() {
  return std::string(HONE_BINARY_DIR) + "/images-" + std::to_string(geteuid());
}

// One engine for all cases; its store has busybox.
struct Engine {
  UvEventLoop loop;
  std::unique_ptr<BubblewrapEngine> engine;
  std::string why_not;  // a machine without bwrap or user namespaces: a reason to skip
  std::string trouble;  // anything else is a failure

  Engine() { Start(); }

  void Start() {
    auto made = BubblewrapEngine::Make({StoreFolder(), HONE_KEEPER}, &loop);
    if (!made.ok()) return Note(made.error());
    engine = std::move(*made);
    const ImageStore& store = engine->store();
    if (!store.Find(kImage).ok()) {
      const auto added = AddImage(store, kImage, HONE_SOURCE_DIR "/.deps/images/busybox.tar");
      if (!added.ok()) return Note(added.error());
    }
    loop.Post([this] {
      ContainerSpec spec;
      spec.image = kImage;
      engine->Create(spec, [this](Result<std::string> first) {
        if (!first.ok()) Note(first.error());
        loop.Stop();
      });
    });
    loop.Run();
  }

  void Note(const Error& error) {
    (error.code == ErrorCode::kUnavailable ? why_not : trouble) = error.message;
  }
};

Engine& TheEngine() {
  static Engine engine;
  return engine;
}

boost::test_tools::assertion_result CanRun(boost::unit_test::test_unit_id /*test*/) {
  const bool can_run = TheEngine().why_not.empty();
  if (!can_run) std::printf("skipped: %s\n", TheEngine().why_not.c_str());
  boost::test_tools::assertion_result result(can_run);
  result.message() << "bubblewrap cannot run here: " << TheEngine().why_not;
  return result;
}

BOOST_AUTO_TEST_CASE(it_runs_here_or_there_is_a_reason) { BOOST_TEST(TheEngine().trouble == ""); }

BOOST_TEST_DECORATOR(*boost::unit_test::precondition(CanRun))
BOOST_DATA_TEST_CASE(contract, bdata::make(ContainerContract()), one) {
  ContainerBench bench(TheEngine().loop, *TheEngine().engine, kImage, HONE_CONTAINER_PROBE);
  one.run(bench);
}

BOOST_TEST_DECORATOR(*boost::unit_test::precondition(CanRun))
BOOST_DATA_TEST_CASE(sessions, bdata::make(ContainerSessionCases()), one) {
  ContainerBench bench(TheEngine().loop, *TheEngine().engine, kImage, HONE_CONTAINER_PROBE);
  one.run(bench);
}

BOOST_TEST_DECORATOR(*boost::unit_test::precondition(CanRun))
BOOST_DATA_TEST_CASE(starved, bdata::make(ContainerStarvedCases()), one) {
  ContainerBench bench(TheEngine().loop, *TheEngine().engine, kImage, HONE_CONTAINER_PROBE);
  one.run(bench);
}

struct Bench : ContainerBench {
  Bench() : ContainerBench(TheEngine().loop, *TheEngine().engine, kImage, HONE_CONTAINER_PROBE) {}

  std::string SnapshotOf(const std::string& container) {
    const auto image =
        Wait<ImageInfo>([&](auto done) { engine().Snapshot(container, std::move(done)); });
    BOOST_REQUIRE_MESSAGE(image.ok(), Why(image));
    return image->id;
  }
  FileTree Changes(const std::string& container) {
    GetSpec spec;
    spec.changes_only = true;
    const auto tree = Get(container, spec);
    BOOST_REQUIRE_MESSAGE(tree.ok(), Why(tree));
    return *tree;
  }
};

BOOST_TEST_DECORATOR(*boost::unit_test::precondition(CanRun))
BOOST_FIXTURE_TEST_CASE(a_replaced_folder_tells_what_it_hides, Bench) {
  const std::string first = Open();
  Say(first, "mkdir -p /d/sub/deep /d/kept; touch /d/a /d/sub/b /d/sub/deep/c /d/kept/k");
  ContainerSpec spec;
  spec.image = SnapshotOf(first);
  const std::string second = Open(spec);
  Say(second, "rm /d/a; touch /d/new");
  spec.image = SnapshotOf(second);
  const std::string third = Open(spec);
  Say(third, "rm -rf /d; mkdir -p /d/sub; touch /d/sub/b2 /d/kept");
  const FileTree tree = Changes(third);
  const std::vector<std::string> gone = {"/d/kept", "/d/new", "/d/sub/b", "/d/sub/deep"};
  BOOST_TEST(tree.deleted == gone, boost::test_tools::per_element());
}

BOOST_TEST_DECORATOR(*boost::unit_test::precondition(CanRun))
BOOST_FIXTURE_TEST_CASE(owners_modes_and_links_live_in_snapshots, Bench) {
  const std::string container = Open();
  Say(container,
      "mkdir -m 500 /locked; cp /bin/busybox /s; chmod 4755 /s; chmod 1777 /home; mkfifo /pipe;"
      "ln -s /s /link; chown -h 1000:7 /link; touch /f; chown 1000:7 /f; chmod 0 /f");
  ContainerSpec spec;
  spec.image = SnapshotOf(container);
  const std::string copy = Open(spec);
  const std::string all = geteuid() == 0 ? "1000:7" : "0:0";
  BOOST_TEST(
      Say(copy, "stat -c %a:%u:%g /locked /s /home /f; stat -c %u:%g /link; ls /pipe || :") ==
      "500:0:0\n4755:0:0\n1777:0:0\n0:" + all + "\n" + all);
}

BOOST_TEST_DECORATOR(*boost::unit_test::precondition(CanRun))
BOOST_FIXTURE_TEST_CASE(a_supervisor_in_the_way_is_gone_around, Bench) {
  const std::string container = Open();
  const std::string marker = FreshMarker();
  // The shell's parent is its supervisor; stopped, it cannot kill by itself.
  const ExecEnd end = Sh(container,
                         "sh -c 'while :; do sleep 1; done' " + marker +
                             " & kill -STOP $PPID; while :; do kill -STOP $PPID; done",
                         1'000);
  BOOST_TEST(end.timed_out);
  BOOST_TEST(ProcessesWith(marker).empty());
}

BOOST_TEST_DECORATOR(*boost::unit_test::precondition(CanRun))
BOOST_FIXTURE_TEST_CASE(who_kills_its_supervisor_loses_all_it_started, Bench) {
  const std::string container = Open();
  const std::string marker = FreshMarker();
  (void)Sh(container,
           "setsid sh -c 'while :; do sleep 1; done' " + marker + " & kill -9 $PPID; sleep 100",
           20'000);
  BOOST_TEST(Say(container, "echo alive") == "alive");
  BOOST_TEST(ProcessesWith(marker).empty());
}

BOOST_TEST_DECORATOR(*boost::unit_test::precondition(CanRun))
BOOST_FIXTURE_TEST_CASE(the_keeper_cannot_be_looked_into, Bench) {
  const std::string container = Open();
  for (const char* attempt : {"cat /proc/1/environ", "cat /proc/1/mem", "readlink /proc/1/fd/*",
                              "cat /proc/1/fd/*", "readlink /proc/1/exe", "cat /proc/1/maps",
                              "ls /proc/1/root/", "echo x > /proc/1/mem", "echo x > /proc/1/exe"}) {
    BOOST_TEST(Say(container, std::string(attempt) + " 2>/dev/null; true") == "", attempt);
  }
  // No path of the host is in what the kernel tells of mounts.
  const std::string folder = std::string(HONE_BINARY_DIR);
  BOOST_TEST(Say(container, "cat /proc/self/mountinfo").find(folder) == std::string::npos);
}

// Files in memory that are larger than the memory: nothing can be run any more, and that is what
// commands are told to have ended by. Copies are not in the commands' way.
BOOST_TEST_DECORATOR(*boost::unit_test::precondition(CanRun))
BOOST_FIXTURE_TEST_CASE(a_memory_that_stays_full_is_no_failure_of_the_engine, Bench) {
  ContainerSpec spec;
  spec.limits.memory_bytes = int64_t{32} << 20U;
  const std::string container = Open(spec);
  Say(container, "echo kept > /kept");
  for (int i = 0; i < 3; ++i) {
    const ExecEnd end = Sh(container, "cat /kept; head -c 60000000 /dev/zero > /dev/shm/fill");
    const bool is_told = end.killed_by == "memory" && end.exit_code == -1;
    BOOST_TEST((is_told || end.exit_code == 0), end.exit_code << " " << end.err);
  }
  BOOST_TEST(Put(container, "/in", WriteTar({TarFile("a", "b")})).ok());
  GetSpec changes;
  changes.changes_only = true;
  const auto tree = Get(container, changes);
  BOOST_REQUIRE_MESSAGE(tree.ok(), Why(tree));
  BOOST_TEST(ReadTar(tree->tar).count("kept") == 1);
}

// Wherever its keeper was killed, for want of memory or by somebody's hand.
BOOST_TEST_DECORATOR(*boost::unit_test::precondition(CanRun))
BOOST_FIXTURE_TEST_CASE(a_container_outlives_its_keeper, Bench) {
  ContainerSpec spec;
  spec.limits.disk_bytes = 1'234'567'890;  // in the keeper's command line
  const std::string container = Open(spec);
  Say(container, "echo kept > /kept; echo gone > /dev/shm/gone");
  const std::vector<std::string> keepers = ProcessesWith(" serve 1234567890 ");
  BOOST_REQUIRE(!keepers.empty());
  const std::string marker = FreshMarker();
  ExecSpec command;
  command.argv = {"/bin/sh", "-c", "echo begun; setsid sleep 1000; : " + marker};
  const auto end = Wait<ExecEnd>([&](auto done) {
    engine().Exec(container, command, std::move(done));
    for (const std::string& keeper : keepers) kill(std::stoi(keeper), SIGKILL);
  });
  BOOST_REQUIRE_MESSAGE(end.ok(), Why(end));
  BOOST_TEST(end->killed_by == "memory");
  BOOST_TEST(end->exit_code == -1);
  BOOST_TEST(AllEnd(marker));
  BOOST_TEST(Say(container, "cat /kept; ls /dev/shm") == "kept");
  BOOST_TEST(Put(container, "/in", WriteTar({TarFile("a", "b")})).ok());
  BOOST_TEST(Say(container, "cat /in/a") == "b");
}

BOOST_TEST_DECORATOR(*boost::unit_test::precondition(CanRun))
BOOST_FIXTURE_TEST_CASE(root_has_its_few_capabilities_and_others_none, Bench) {
  const std::string container = Open();
  const std::string ask = "grep ^Cap /proc/self/status | cut -f2 | tr '\\n' ' '";
  // Inherited, permitted, effective, bounding, ambient.
  BOOST_TEST(
      Say(container, ask) ==
      "0000000000000000 00000000000004fb 00000000000004fb 00000000000004fb 0000000000000000 ");
  if (geteuid() != 0) return;
  ExecSpec spec;
  spec.argv = {"/bin/sh", "-c", ask};
  spec.user = "1000";
  BOOST_TEST(
      Exec(container, spec).out ==
      "0000000000000000 0000000000000000 0000000000000000 00000000000004fb 0000000000000000 ");
}

BOOST_TEST_DECORATOR(*boost::unit_test::precondition(CanRun))
BOOST_FIXTURE_TEST_CASE(files_nested_too_deeply_do_not_stop_anything, Bench) {
  const std::string container = Open();
  Say(container, "cd /home; i=0; while test $i -lt 400; do mkdir d; cd d; i=$((i + 1)); done");
  GetSpec spec;
  spec.path = "/home";
  const auto tree = Get(container, spec);
  BOOST_REQUIRE_MESSAGE(tree.ok(), Why(tree));
  BOOST_TEST(tree->left_out.size() == 1);
  BOOST_TEST(Destroy(container).ok());
}

// What another hone does, one byte told after each step, until it is killed.
[[noreturn]] void LiveUntilKilled(int told, const std::string& marker) {
  UvEventLoop loop;
  auto engine = BubblewrapEngine::Make({StoreFolder(), HONE_KEEPER}, &loop);
  if (!engine.ok()) _exit(1);
  ContainerBench bench(loop, **engine, kImage, HONE_CONTAINER_PROBE);
  const auto tell = [told] {
    if (write(told, ".", 1) != 1) _exit(1);
  };
  const std::string loop_forever = "setsid sh -c 'while :; do sleep 1; done' " + marker;
  while (true) {
    tell();
    const std::string container = bench.Open();
    tell();
    (void)bench.Sh(container, loop_forever + " >/dev/null 2>&1 & echo x > /f");
    tell();
    (void)bench.Put(container, "/in", WriteTar({TarFile("a", std::string(100'000, 'x'))}));
    tell();
    (void)bench.Wait<ImageInfo>(
        [&](auto done) { bench.engine().Snapshot(container, std::move(done)); });
    tell();
    (void)bench.Destroy(container);
  }
}

// Comes to be true: what was killed may take a moment to end, and to let go of its lock.
bool Soon(const std::function<bool()>& is_so) {
  constexpr int kTries = 400;
  for (int i = 0; i < kTries; ++i) {
    if (is_so()) return true;
    PauseMs(25);
  }
  return false;
}

BOOST_TEST_DECORATOR(*boost::unit_test::precondition(CanRun))
BOOST_AUTO_TEST_CASE(after_kill_9_at_any_moment_nothing_is_left) {
  constexpr int kMoments = 20;
  const std::string store = StoreFolder();
  for (int moment = 0; moment < kMoments; ++moment) {
    const std::string marker = FreshMarker();
    int ends[2];
    BOOST_REQUIRE(pipe(ends) == 0);
    const pid_t other = fork();
    if (other == 0) LiveUntilKilled(ends[1], marker);
    close(ends[1]);
    char byte = 0;
    for (int i = 0; i <= moment; ++i) BOOST_REQUIRE(read(ends[0], &byte, 1) == 1);
    PauseMs(moment * 3 % 10);  // somewhere in the step
    kill(other, SIGKILL);
    waitpid(other, nullptr, 0);
    close(ends[0]);
    BOOST_TEST(Soon([&] { return ProcessesWith(marker).empty(); }), "moment " << moment);
    BOOST_REQUIRE(Soon([&] { return DeadOwners(store).size() == 1; }));
    const std::string dead = DeadOwners(store).at(0);
    const auto removed = RemoveDeadOwners(store);
    BOOST_REQUIRE_MESSAGE(removed.ok(), Why(removed));
    BOOST_TEST(*removed == 1);
    BOOST_TEST(!std::filesystem::exists(store + "/containers/" + dead));
    for (const CgroupBase& base : WorkingCgroupBases()) {
      for (const auto& group : std::filesystem::directory_iterator(base.folder)) {
        BOOST_TEST(!group.path().filename().string().starts_with(dead), group.path());
      }
    }
    std::ifstream mounts("/proc/self/mountinfo");
    const std::string text{std::istreambuf_iterator<char>(mounts), {}};
    BOOST_TEST(text.find(dead) == std::string::npos);
  }
}

BOOST_TEST_DECORATOR(*boost::unit_test::precondition(CanRun))
BOOST_AUTO_TEST_CASE(images_go_with_their_last_name) {
  const std::string folder = (std::filesystem::temp_directory_path() / FreshMarker()).string();
  const std::string tar = std::string(HONE_SOURCE_DIR) + "/.deps/images/busybox.tar";
  {
    const auto store = ImageStore::Open(folder);
    BOOST_REQUIRE_MESSAGE(store.ok(), Why(store));
    const auto one = AddImage(*store, "one", tar);
    BOOST_REQUIRE_MESSAGE(one.ok(), Why(one));
    BOOST_TEST(AddImage(*store, "docker.io/library/two:3", tar)->digest == one->digest);
    BOOST_TEST(store->Find("one:latest").ok());
    BOOST_TEST(store->Find("two:3")->digest == one->digest);
    BOOST_TEST(store->Remove("one").ok());
    BOOST_TEST(store->Find(one->digest).ok());
    BOOST_TEST(store->Remove("two:3").ok());
    BOOST_TEST(!store->Find(one->digest).ok());
    BOOST_TEST(std::filesystem::is_empty(folder + "/layers"));
    BOOST_TEST(!AddImage(*store, "../x", tar).ok());
    BOOST_TEST(!AddImage(*store, "x", folder + "/kind").ok());
  }
  BOOST_TEST(RemoveTree(folder).ok());
}

}  // namespace
}  // namespace hone::testing
