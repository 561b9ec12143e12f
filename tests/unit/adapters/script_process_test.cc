// What a spawned child may see, how frames travel, and how each end is reported.
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <functional>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "adapters/uv_event_loop.h"
#include "adapters/uv_script_process.h"
#include "base/json.h"

namespace hone {
namespace {

// One child with a record of what it said. `on_frame` may be replaced by a test.
struct Fixture {
  UvEventLoop loop;
  std::vector<Frame> frames;
  std::string end;
  std::function<void(Frame)> on_frame = [this](Frame frame) { frames.push_back(std::move(frame)); };
  std::unique_ptr<ScriptProcess> process;

  void Spawn() {
    UvScriptProcessSpawner spawner(loop, {.program = HONE_SCRIPT_CHILD});
    auto made = spawner.Spawn({.on_frame = [this](Frame frame) { on_frame(std::move(frame)); },
                               .on_exit =
                                   [this](std::string words) {
                                     BOOST_TEST(end.empty());
                                     end = std::move(words);
                                     loop.Stop();
                                   }});
    BOOST_REQUIRE(made.ok());
    process = std::move(made).value();
  }
  void Say(std::string command) { process->Send({FrameType::kStart, std::move(command)}); }
};

BOOST_FIXTURE_TEST_SUITE(script_process, Fixture)

BOOST_AUTO_TEST_CASE(a_child_sees_one_socket_and_no_environment) {
  setenv("OPENAI_API_KEY", "canary-key-in-the-environment", 1);
  const int leak = open("/proc/self/stat", O_RDONLY);  // on purpose without close-on-exec
  const int high_leak = fcntl(leak, F_DUPFD, 200);
  BOOST_REQUIRE(high_leak >= 200);
  Spawn();
  on_frame = [&](Frame frame) {
    frames.push_back(std::move(frame));
    loop.Stop();
  };
  Say("look");
  loop.Run();
  close(leak);
  close(high_leak);
  BOOST_REQUIRE(frames.size() == 1);
  const auto seen = Json::Parse(frames[0].payload);
  BOOST_REQUIRE(seen.ok());
  BOOST_TEST((*seen)["environ"].size() == 0);
  BOOST_TEST((*seen)["proc_environ"].AsString() == "");
  BOOST_TEST((*seen)["own_session"].AsBool());
  BOOST_TEST((*seen)["argument_count"].AsInt() == 1);
  const Json& descriptors = (*seen)["descriptors"];
  BOOST_TEST(descriptors.size() == 4);
  for (const char* standard : {"0", "1", "2"}) {
    BOOST_TEST(descriptors[standard].AsString() == "/dev/null");
  }
  BOOST_TEST(descriptors["3"].AsString().starts_with("socket:"));
}

BOOST_AUTO_TEST_CASE(frames_of_all_sizes_come_back_in_order) {
  Spawn();
  std::vector<Frame> sent;
  for (const std::size_t size : {0UL, 1UL, 1000UL, 70'000UL, 5'000'000UL, 3UL}) {
    for (int copy = 0; copy < 50 && size * static_cast<std::size_t>(copy) < 10'000'000; ++copy) {
      sent.push_back(
          {FrameType::kAnswer, "#" + std::to_string(sent.size()) + std::string(size, 'x')});
    }
  }
  on_frame = [&](Frame frame) {
    frames.push_back(std::move(frame));
    if (frames.size() == sent.size()) loop.Stop();
  };
  for (const Frame& frame : sent) process->Send(frame);
  BOOST_TEST(frames.empty());  // never inside Send
  loop.Run();
  BOOST_REQUIRE(frames.size() == sent.size());
  for (std::size_t i = 0; i < sent.size(); ++i) {
    BOOST_TEST((frames[i].type == sent[i].type && frames[i].payload == sent[i].payload));
  }
  BOOST_TEST(process->CpuMs() >= 0);
}

struct Ending {
  const char* command;
  const char* words;
};
std::ostream& operator<<(std::ostream& out, const Ending& ending) { return out << ending.command; }

BOOST_DATA_TEST_CASE_F(Fixture, every_end_is_told_in_words,
                       (std::vector<Ending>{
                           {"exit 0", "exited with code 0"},
                           {"exit 3", "exited with code 3"},
                           {"abort", "killed by signal 6 (Aborted)"},
                           {"deaf", "closed its socket"},
                           {"garbage",
                            "sent a broken message (a frame of 4294967295 bytes is "
                            "too large)"},
                       }),
                       ending) {
  Spawn();
  Say(ending.command);
  loop.Run();
  BOOST_TEST(end == ending.words);
  BOOST_TEST(process->CpuMs() == -1);
  Say("into the void");
  process->Kill();
}

BOOST_AUTO_TEST_CASE(kill_is_reported_and_last_words_come_before_the_end) {
  Spawn();
  process->Kill();
  BOOST_TEST(end.empty());  // never inside Kill
  loop.Run();
  BOOST_TEST(end == "killed by signal 9 (Killed)");
  end.clear();
  frames.clear();
  Spawn();
  Say("last-words");
  loop.Run();
  BOOST_TEST(end == "exited with code 0");
  BOOST_TEST(frames.size() == 200);
}

BOOST_AUTO_TEST_CASE(a_process_may_be_destroyed_by_its_own_callback) {
  Spawn();
  on_frame = [&](Frame frame) {
    frames.push_back(std::move(frame));
    process.reset();
    loop.Post([&] { loop.Stop(); });
  };
  Say("one");
  Say("two");
  loop.Run();
  BOOST_TEST(frames.size() == 1);
  BOOST_TEST(end.empty());
  BOOST_TEST(waitpid(-1, nullptr, WNOHANG) == -1);  // no child is left, not even a zombie
}

// The child is stuck and never looks at its socket, so only the kernel can end it.
BOOST_AUTO_TEST_CASE(children_die_with_the_process_that_spawned_them) {
  int report[2];
  BOOST_REQUIRE(pipe(report) == 0);
  const pid_t parent = fork();
  if (parent == 0) {
    UvEventLoop child_loop;
    UvScriptProcessSpawner spawner(child_loop, {.program = HONE_SCRIPT_CHILD});
    auto made = spawner.Spawn({.on_frame =
                                   [&](Frame frame) {
                                     const auto seen = Json::Parse(frame.payload);
                                     const auto pid = static_cast<pid_t>((*seen)["pid"].AsInt());
                                     // The test takes hold of the child before its parent dies.
                                     if (write(report[1], &pid, sizeof pid) != sizeof pid) _exit(1);
                                   },
                               .on_exit = [](std::string) {}});
    if (!made.ok()) _exit(1);
    (*made)->Send({FrameType::kStart, "look"});
    (*made)->Send({FrameType::kStart, "stuck"});
    child_loop.Run();
  }
  pid_t child = -1;
  BOOST_REQUIRE(read(report[0], &child, sizeof child) == sizeof child);
  const int child_exit = static_cast<int>(syscall(SYS_pidfd_open, child, 0U));
  BOOST_REQUIRE(child_exit >= 0);
  pollfd ended{child_exit, POLLIN, 0};
  BOOST_TEST(poll(&ended, 1, 0) == 0);  // it lives while its parent does
  kill(parent, SIGKILL);
  BOOST_TEST(waitpid(parent, nullptr, 0) == parent);
  BOOST_TEST(poll(&ended, 1, 20'000) == 1);
  close(child_exit);
  close(report[0]);
  close(report[1]);
}

BOOST_AUTO_TEST_CASE(a_missing_program_is_one_clear_line) {
  UvScriptProcessSpawner spawner(loop, {.program = "/nowhere/hone-script"});
  const auto made = spawner.Spawn({});
  BOOST_REQUIRE(!made.ok());
  BOOST_TEST((made.error().code == ErrorCode::kNotFound));
  BOOST_TEST(made.error().message ==
             "cannot start /nowhere/hone-script: No such file or directory");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace hone
