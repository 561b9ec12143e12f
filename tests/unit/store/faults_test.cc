// Power cuts, killed processes and full disks: what was reported as durable is there afterwards.
#include <sched.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <csignal>
#include <fstream>
#include <set>

#include "store/connection.h"
#include "support/fault_vfs.h"
#include "unit/store/store_fixture.h"

namespace hone {
namespace {

std::string TextOfCall(const std::string& call) {
  return "answer to " + call + " " + std::string(700, call.back());
}

// The file is whole: "ok" from SQLite's own check, and no reference leads nowhere.
void CheckWhole(const std::string& path) {
  auto db = Connection::Open(path, Connection::Mode::kReadOnly);
  BOOST_REQUIRE(db.ok());
  auto check = (*db)->Prepare("PRAGMA integrity_check");
  BOOST_REQUIRE(check.ok());
  BOOST_REQUIRE(*check->Step());
  BOOST_TEST(check->String(0) == "ok");
  BOOST_TEST(!(*db)->FindInt("PRAGMA foreign_key_check")->has_value());
}

struct FaultFixture : StoreFixture {
  ~FaultFixture() {
    store.reset();
    FaultVfs::Remove();
  }
};

BOOST_AUTO_TEST_SUITE(faults)

BOOST_DATA_TEST_CASE_F(FaultFixture, a_power_cut_takes_nothing_that_was_reported,
                       boost::unit_test::data::xrange(40), seed) {
  std::mt19937 random(static_cast<unsigned>(seed));
  FaultVfs::Install();
  Open();
  std::set<std::string> sent;      // intents reported durable
  std::set<std::string> answered;  // answers reported durable
  FaultVfs::FailAfter(static_cast<int64_t>(random() % 350));
  int ended = 0;
  int given = 0;
  for (int i = 0; i < 200; ++i) {
    const std::string call = "call " + std::to_string(i);
    store->Write(IntentOf(call, "prompt of " + call), [&, call](Status status) {
      if (status.ok()) sent.insert(call);
      ++ended;
    });
    store->Write(AnswerOf(call, TextOfCall(call)), [&, call](Status status) {
      if (status.ok()) answered.insert(call);
      ++ended;
    });
    given += 2;
    if (i % 10 == 9) loop.RunUntil([&] { return ended == given; });
  }
  BOOST_TEST(FaultVfs::Failed());
  store.reset();
  FaultVfs::Cut(&random);
  FaultVfs::Remove();

  Open();
  CheckWhole(path);
  for (const std::string& call : sent) BOOST_TEST(*store->CountSends(KeyOf(call)) == 1, call);
  for (const std::string& call : answered) {
    const auto answer = store->FindAnswer(KeyOf(call));
    BOOST_TEST_REQUIRE(answer.ok());
    BOOST_TEST_REQUIRE(answer->has_value(), call);
    BOOST_TEST(*(*answer)->text.text == TextOfCall(call));
  }
  BOOST_TEST(Put(IntentOf("afterwards")).ok());
}

BOOST_AUTO_TEST_CASE(a_killed_process_leaves_what_it_reported) {
  StoreFixture parent;  // its folder is removed here; the child opens a copy of it
  int ends[2];
  BOOST_TEST_REQUIRE(pipe(ends) == 0);
  const pid_t child = fork();
  BOOST_TEST_REQUIRE(child >= 0);
  if (child == 0) {
    close(ends[0]);
    parent.Open();
    for (int i = 0;; ++i) {
      const std::string call = "call " + std::to_string(i);
      parent.store->Write(IntentOf(call));
      parent.store->Write(IntentOf("lost " + call));
      if (!parent.Put(AnswerOf(call, TextOfCall(call))).ok()) _exit(1);
      if (write(ends[1], &i, sizeof(i)) != sizeof(i)) _exit(1);
    }
  }
  close(ends[1]);
  int last = -1;
  while (last < 150) BOOST_TEST_REQUIRE(read(ends[0], &last, sizeof(last)) == sizeof(last));
  kill(child, SIGKILL);
  int status = 0;
  BOOST_TEST_REQUIRE(waitpid(child, &status, 0) == child);
  BOOST_TEST_REQUIRE(WIFSIGNALED(status));
  close(ends[0]);

  parent.Open();  // the dead process's lock is gone with it
  CheckWhole(parent.path);
  for (int i = 0; i <= last; ++i) {
    BOOST_TEST(parent.store->FindAnswer(KeyOf("call " + std::to_string(i)))->has_value());
  }
  auto db = Connection::Open(parent.path, Connection::Mode::kReadOnly);
  BOOST_TEST(**(*db)->FindInt("SELECT count(*) FROM sends WHERE outcome = 'in_flight'") == 0);
  BOOST_TEST(**(*db)->FindInt("SELECT count(*) FROM sends WHERE outcome = 'unknown' AND "
                              "maybe_billed = 1") >= last);
}

// Mounts of this process are its own from now on. False where that is not allowed.
bool EnterOwnMounts() {
  const std::string map = "0 " + std::to_string(getuid()) + " 1";
  if (unshare(CLONE_NEWNS) != 0) {
    if (unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0) return false;
    std::ofstream("/proc/self/uid_map") << map;
  }
  return mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0;
}

// Intents until the disk is full, then answers to all that were sent. Returns how many were sent;
// everything that `expect` says is checked by the caller.
struct FullDisk {
  int sent = 0, answered = 0, refused = 0, troubles = 0;
  std::string trouble;
};

FullDisk FillDisk(StoreFixture* fixture, int64_t reserve_bytes) {
  FullDisk seen;
  auto opened =
      Store::Open({.path = fixture->path, .answer_sources = {}, .reserve_bytes = reserve_bytes},
                  fixture->loop.post());
  if (!opened.ok()) {
    seen.trouble = opened.error().message;
    return seen;
  }
  fixture->store = std::move(opened).value();
  fixture->store->OnTrouble([&](const Error& error) {
    ++seen.troubles;
    seen.trouble = error.message;
  });
  std::mt19937 random(1);
  std::vector<std::string> calls;
  for (int i = 0; i < 2000 && seen.troubles == 0; ++i) {
    std::string noise(40'000, '\0');  // does not compress
    for (char& byte : noise) byte = static_cast<char>('!' + random() % 90);
    const std::string call = "call " + std::to_string(i);
    if (fixture->Put(IntentOf(call, noise)).ok()) {
      calls.push_back(call);
    } else {
      ++seen.refused;
    }
  }
  seen.sent = static_cast<int>(calls.size());
  for (const std::string& call : calls) {
    if (fixture->Put(AnswerOf(call, TextOfCall(call))).ok()) ++seen.answered;
  }
  if (!fixture->Put(IntentOf("late")).ok()) ++seen.refused;
  return seen;
}

BOOST_FIXTURE_TEST_CASE(a_full_disk_frees_the_reserve_for_paid_answers, FaultFixture) {
  FaultVfs::Install();
  constexpr int64_t kReserve = 4 << 20;
  FaultVfs::SetQuota(12 << 20, path + ".reserve", kReserve);
  const FullDisk seen = FillDisk(this, kReserve);
  BOOST_TEST(seen.sent > 10);
  BOOST_TEST(seen.answered == seen.sent);
  BOOST_TEST(seen.refused == 2);  // the one that met the wall and the late one
  BOOST_TEST(seen.troubles == 1);
  BOOST_TEST(seen.trouble.find("the reserve was freed") != std::string::npos, seen.trouble);
  BOOST_TEST(!std::filesystem::exists(path + ".reserve"));
  store.reset();
  FaultVfs::Remove();
  // With room again the same file goes on, with a new reserve.
  auto opened =
      Store::Open({.path = path, .answer_sources = {}, .reserve_bytes = kReserve}, loop.post());
  BOOST_TEST_REQUIRE(opened.ok(), (opened.ok() ? std::string() : opened.error().message));
  store = std::move(opened).value();
  BOOST_TEST(std::filesystem::file_size(path + ".reserve") == kReserve);
  BOOST_TEST(Put(IntentOf("late")).ok());
  CheckWhole(path);
}

BOOST_FIXTURE_TEST_CASE(a_broken_disk_ends_all_writing, FaultFixture) {
  FaultVfs::Install();
  Open();
  BOOST_TEST_REQUIRE(Put(IntentOf("before")).ok());
  int troubles = 0;
  store->OnTrouble([&](const Error&) { ++troubles; });
  FaultVfs::FailAfter(0);
  const Status first = Put(AnswerOf("before", "x"));
  BOOST_TEST_REQUIRE(!first.ok());
  BOOST_TEST((first.error().code == ErrorCode::kIo), first.error().message);
  BOOST_TEST(Put(UnitOf("unit")).error().message == first.error().message);
  BOOST_TEST(!Flush().ok());
  BOOST_TEST(troubles == 1);
}

// The same on a real, small file system, where this process may mount one.
BOOST_AUTO_TEST_CASE(a_full_file_system_frees_the_reserve) {
  TempFolder folder;
  int ends[2];
  BOOST_TEST_REQUIRE(pipe(ends) == 0);
  const pid_t child = fork();
  BOOST_TEST_REQUIRE(child >= 0);
  if (child == 0) {
    if (!EnterOwnMounts()) _exit(77);
    const std::string mount_point = folder.File("small");
    std::filesystem::create_directory(mount_point);
    if (mount("tmpfs", mount_point.c_str(), "tmpfs", 0, "size=16m") != 0) _exit(77);
    FullDisk seen;
    {
      StoreFixture fixture;
      fixture.path = mount_point + "/hone.db";
      seen = FillDisk(&fixture, 6 << 20);
    }
    const bool good =
        seen.sent > 10 && seen.answered == seen.sent && seen.refused == 2 && seen.troubles == 1;
    const std::string report = std::to_string(seen.sent) + " sent, " +
                               std::to_string(seen.answered) + " answered, " +
                               std::to_string(seen.refused) + " refused: " + seen.trouble;
    if (write(ends[1], report.data(), report.size()) < 0) _exit(2);
    _exit(good ? 0 : 1);
  }
  close(ends[1]);
  char report[2000] = {};
  const ssize_t size = read(ends[0], report, sizeof(report) - 1);
  close(ends[0]);
  int status = 0;
  BOOST_TEST_REQUIRE(waitpid(child, &status, 0) == child);
  BOOST_TEST_REQUIRE(WIFEXITED(status));
  if (WEXITSTATUS(status) == 77) {
    BOOST_TEST_MESSAGE("skipped: this process may not mount a file system");
    return;
  }
  BOOST_TEST(WEXITSTATUS(status) == 0,
             std::string(report, size > 0 ? static_cast<std::size_t>(size) : 0));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace hone
