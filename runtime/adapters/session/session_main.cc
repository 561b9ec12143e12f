// hone-session: what runs inside a container for Hone. A static program; one verb a call.
//
//   run TIME_MS MAX_OUTPUT -- PROGRAM ARGUMENT...       one command (command_run.h)
//   init                                                the container's first process
//   find-link FOLDER                                    folder_links.h; names: standard input
//   terminal start NAME ROWS COLUMNS -- PROGRAM ...     a program in a terminal that stays
//   terminal send NAME WAIT_MS MAX_BYTES                keys: standard input, as they are
//   terminal screen NAME
//   process start NAME -- PROGRAM ARGUMENT...           a program that answers lines
//   process ask NAME WAIT_MS MAX_BYTES                  the line: standard input
//   process next NAME WAIT_MS MAX_BYTES                 only waits for its next line
//
// Replies of terminal and process go to standard output: "ok" or words ("ended", "truncated",
// "timed_out", "text"), a line end, and the text. Exit code: 0; 1 where a program could not be
// started (why: on standard error); 3 where nobody has that name; 2 for a wrong call.
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <cstring>
#include <string>

#include "adapters/session/command_run.h"
#include "adapters/session/container_init.h"
#include "adapters/session/folder_links.h"
#include "adapters/session/line_host.h"
#include "adapters/session/session_socket.h"
#include "adapters/session/terminal_host.h"

namespace hone {
namespace {

constexpr int kCannotStart = 1, kWrongCall = 2, kNoSuchName = 3;
constexpr long long kMaxWaitMs = 24LL * 3600 * 1000;

int Complain(const std::string& words, int code) {
  (void)WriteText(STDERR_FILENO, "hone-session: " + words + "\n");
  return code;
}

uint32_t Number(const char* text, long long most) {
  return static_cast<uint32_t>(std::clamp(std::atoll(text), 0LL, most));
}

std::string StandardInput() {
  std::string text;
  std::array<char, 65536> bytes;
  while (text.size() < kMaxSessionBytes) {
    const ssize_t got = read(STDIN_FILENO, bytes.data(), bytes.size());
    if (got <= 0) break;
    text.append(bytes.data(), static_cast<std::size_t>(got));
  }
  return text;
}

int Started(const std::string& why_not) {
  return why_not.empty() ? 0 : Complain(why_not, kCannotStart);
}

int Ask(const std::string& name, const SessionQuestion& question) {
  const auto answer = AskSession(name, question);
  if (!answer) return Complain("nothing answers under the name " + name, kNoSuchName);
  std::string reply = "ok";
  if (answer->ended) reply += " ended";
  if (answer->truncated) reply += " truncated";
  if (answer->timed_out) reply += " timed_out";
  if (answer->has_text) reply += " text";
  return WriteText(STDOUT_FILENO, reply + "\n" + answer->text) ? 0 : kCannotStart;
}

int Terminal(int argc, char** argv) {
  const std::string verb = argv[2];
  const std::string name = argv[3];
  if (verb == "start" && argc > 7 && std::strcmp(argv[6], "--") == 0) {
    return Started(StartTerminal(name, std::atoi(argv[4]), std::atoi(argv[5]), argv + 7));
  }
  if (verb == "screen" && argc == 4) return Ask(name, {SessionVerb::kScreen, 0, 0, ""});
  if (verb == "send" && argc == 6) {
    return Ask(name, {SessionVerb::kSend, Number(argv[4], kMaxWaitMs),
                      Number(argv[5], kMaxSessionBytes), StandardInput()});
  }
  return Complain("wrong call of terminal", kWrongCall);
}

int Process(int argc, char** argv) {
  const std::string verb = argv[2];
  const std::string name = argv[3];
  if (verb == "start" && argc > 5 && std::strcmp(argv[4], "--") == 0) {
    return Started(StartLineProgram(name, argv + 5));
  }
  if ((verb == "ask" || verb == "next") && argc == 6) {
    const bool is_ask = verb == "ask";
    return Ask(name, {is_ask ? SessionVerb::kAsk : SessionVerb::kNext, Number(argv[4], kMaxWaitMs),
                      Number(argv[5], kMaxSessionBytes), is_ask ? StandardInput() : ""});
  }
  return Complain("wrong call of process", kWrongCall);
}

int Main(int argc, char** argv) {
  const std::string verb = argc > 1 ? argv[1] : "";
  if (verb == "run") return RunCommand(argc - 2, argv + 2);
  if (verb == "init") return RunInit();
  if (verb == "find-link" && argc == 3) {
    return WriteText(STDOUT_FILENO, FirstLink(argv[2], StandardInput())) ? 0 : kCannotStart;
  }
  signal(SIGPIPE, SIG_IGN);
  if (verb == "terminal" && argc > 3) return Terminal(argc, argv);
  if (verb == "process" && argc > 3) return Process(argc, argv);
  return Complain("verbs are run, init, find-link, terminal and process", kWrongCall);
}

}  // namespace
}  // namespace hone

int main(int argc, char** argv) { return hone::Main(argc, argv); }
