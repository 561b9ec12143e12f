// Terminals and line programs inside containers of any engine: cases beside the contract.
#include <fstream>
#include <iterator>

#include "primitives/container_session.h"
#include "unit/adapters/container_engine_contract.h"

namespace hone::testing {
namespace {

// Sessions in one container, waiting for each answer.
class SessionBench {
 public:
  explicit SessionBench(ContainerBench& bench)
      : bench_(bench), session_(bench.engine(), Program()), container_(bench.Open()) {}

  std::string Terminal(SessionStart start = {}) {
    auto name = TryTerminal(std::move(start));
    BOOST_REQUIRE_MESSAGE(name.ok(), Why(name));
    return *name;
  }
  Result<std::string> TryTerminal(SessionStart start) {
    return bench_.Wait<std::string>(
        [&](auto done) { session_.StartTerminal(container_, std::move(start), std::move(done)); });
  }
  Result<std::string> TryProcess(SessionStart start) {
    return bench_.Wait<std::string>(
        [&](auto done) { session_.StartProcess(container_, std::move(start), std::move(done)); });
  }
  std::string Process(const std::string& script) {
    SessionStart start;
    start.argv = {"/bin/sh", "-c", script};
    auto name = TryProcess(std::move(start));
    BOOST_REQUIRE_MESSAGE(name.ok(), Why(name));
    return *name;
  }
  Result<TerminalOutput> TrySend(const std::string& terminal, TerminalKeys keys) {
    return bench_.Wait<TerminalOutput>(
        [&](auto done) { session_.Send(container_, terminal, std::move(keys), std::move(done)); });
  }
  TerminalOutput Send(const std::string& terminal, const std::string& keys,
                      int64_t wait_ms = 20'000) {
    TerminalKeys spec;
    spec.keys = keys;
    spec.wait_ms = wait_ms;
    auto output = TrySend(terminal, std::move(spec));
    BOOST_REQUIRE_MESSAGE(output.ok(), Why(output));
    return std::move(*output);
  }
  TerminalScreenText Screen(const std::string& terminal) {
    auto screen = bench_.Wait<TerminalScreenText>(
        [&](auto done) { session_.Screen(container_, terminal, std::move(done)); });
    BOOST_REQUIRE_MESSAGE(screen.ok(), Why(screen));
    return std::move(*screen);
  }
  Result<ProcessAnswer> TryAsk(const std::string& process, ProcessLine line) {
    return bench_.Wait<ProcessAnswer>(
        [&](auto done) { session_.Ask(container_, process, std::move(line), std::move(done)); });
  }
  ProcessAnswer Ask(const std::string& process, std::optional<std::string> line,
                    int64_t timeout_ms = 20'000, int64_t max_bytes = 1000) {
    auto answer = TryAsk(process, {std::move(line), timeout_ms, max_bytes});
    BOOST_REQUIRE_MESSAGE(answer.ok(), Why(answer));
    return std::move(*answer);
  }
  [[nodiscard]] const std::string& container() const { return container_; }

 private:
  static std::string Program() {
    std::ifstream file(HONE_SESSION_PROGRAM, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  ContainerBench& bench_;
  ContainerSession session_;
  std::string container_;
};

bool Has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

void AShellThatStays(ContainerBench& bench) {
  SessionBench session(bench);
  const std::string terminal = session.Terminal();
  BOOST_TEST(terminal == "terminal-1");
  session.Send(terminal, "cd /tmp; COLOUR=deep-$((40 + 2))\n");
  const TerminalOutput output = session.Send(terminal, "pwd; echo \"<$COLOUR>\"\n");
  BOOST_TEST(Has(output.output, "/tmp\n"), output.output);
  BOOST_TEST(Has(output.output, "<deep-42>\n"), output.output);
  BOOST_TEST(!output.ended);
  BOOST_TEST(!output.truncated);
  const std::string other = session.Terminal();
  BOOST_TEST(other == "terminal-2");
  BOOST_TEST(Has(session.Send(other, "echo \"<$COLOUR>\"\n").output, "<>\n"));
}

void ACommandThatTakesItsTime(ContainerBench& bench) {
  SessionBench session(bench);
  const std::string terminal = session.Terminal();
  // The whole of it comes with one send, although nothing is said for longer than a moment.
  BOOST_TEST(
      Has(session.Send(terminal, "sleep 2; echo late-$((1 + 1))\n", 60'000).output, "late-2"));
  const TerminalOutput early = session.Send(terminal, "sleep 600\n", 300);
  BOOST_TEST(!early.ended);
  session.Send(terminal, "\x03");
  BOOST_TEST(Has(session.Send(terminal, "echo again-$((1 + 1))\n").output, "again-2"));
}

void WhatTheScreenShows(ContainerBench& bench) {
  SessionBench session(bench);
  SessionStart start;
  start.rows = 5;
  start.columns = 30;
  const std::string terminal = session.Terminal(start);
  session.Send(terminal, "stty size; PS1=; clear\n");
  session.Send(terminal, "printf '\\033[2J\\033[2;5Hhere\\033[31m!\\033[4;1H'\n");
  const TerminalScreenText screen = session.Screen(terminal);
  BOOST_TEST(Has(screen.text, "\n    here!"), screen.text);
  BOOST_TEST(!screen.ended);
}

void TheEndOfAShell(ContainerBench& bench) {
  SessionBench session(bench);
  const std::string terminal = session.Terminal();
  BOOST_TEST(session.Send(terminal, "echo bye; exit\n").ended);
  BOOST_TEST(session.Send(terminal, "echo more\n").ended);
  BOOST_TEST(session.Screen(terminal).ended);
}

void OutputOfATerminalHasALimit(ContainerBench& bench) {
  SessionBench session(bench);
  const std::string terminal = session.Terminal();
  TerminalKeys keys;
  keys.keys = "yes | head -n 100000\n";
  keys.wait_ms = 20'000;
  keys.max_output_bytes = 500;
  const auto output = session.TrySend(terminal, keys);
  BOOST_REQUIRE_MESSAGE(output.ok(), Why(output));
  BOOST_TEST(output->output.size() == 500);
  BOOST_TEST(output->truncated);
  BOOST_TEST(Has(session.Send(terminal, "echo fine-$((1 + 1))\n").output, "fine-2"));
}

void UserFolderAndEnvironment(ContainerBench& bench) {
  SessionBench session(bench);
  SessionStart start;
  start.user = "1000:1000";
  start.workdir = "/tmp";
  start.env = {{"COLOUR", "red"}};
  const std::string terminal = session.Terminal(start);
  const std::string output = session.Send(terminal, "echo \"$(id -u) $PWD $COLOUR\"\n").output;
  BOOST_TEST(Has(output, "1000 /tmp red\n"), output);
}

void WhatCannotBeStarted(ContainerBench& bench) {
  SessionBench session(bench);
  SessionStart start;
  start.argv = {"/no/such/program"};
  for (const auto& name : {session.TryTerminal(start), session.TryProcess(start)}) {
    BOOST_REQUIRE(!name.ok());
    BOOST_TEST((name.error().code == ErrorCode::kInvalidArgument));
    BOOST_TEST(Has(name.error().message, "/no/such/program"), name.error().message);
  }
  const auto nobody = session.TrySend("terminal-9", {});
  BOOST_REQUIRE(!nobody.ok());
  BOOST_TEST((nobody.error().code == ErrorCode::kNotFound));
}

void LinesForLines(ContainerBench& bench) {
  SessionBench session(bench);
  const std::string echo = session.Process("while read -r line; do echo \"got $line\"; done");
  BOOST_TEST(echo == "process-1");
  BOOST_TEST(session.Ask(echo, "one").line.value_or("") == "got one");
  BOOST_TEST(session.Ask(echo, "größe \\ 2").line.value_or("") == "got größe \\ 2");
  const ProcessAnswer silent = session.Ask(echo, std::nullopt, 300);
  BOOST_TEST(silent.timed_out);
  BOOST_TEST(!silent.line.has_value());
  BOOST_TEST(!silent.ended);

  const std::string slow =
      session.Process("read -r line; until test -e /go; do sleep 0.1; done; echo $line");
  BOOST_TEST(session.Ask(slow, "patience", 300).timed_out);
  bench.Say(session.container(), "touch /go");
  const ProcessAnswer late = session.Ask(slow, std::nullopt);
  BOOST_TEST(late.line.value_or("") == "patience");
  BOOST_TEST(session.Ask(slow, "more").ended);
}

void LinesHaveALimit(ContainerBench& bench) {
  SessionBench session(bench);
  const std::string loud = session.Process(
      "while read -r line; do head -c 200000 /dev/zero | tr '\\0' x; echo; echo next; done");
  const ProcessAnswer cut = session.Ask(loud, "go");
  BOOST_TEST(cut.line.value_or("") == std::string(1000, 'x'));
  BOOST_TEST(cut.truncated);
  BOOST_TEST(session.Ask(loud, std::nullopt).line.value_or("") == "next");
  const std::string endless = session.Process("exec cat /dev/zero");
  BOOST_TEST(session.Ask(endless, std::nullopt).truncated);
}

void SessionsEndWithTheirContainer(ContainerBench& bench) {
  SessionBench session(bench);
  const std::string marker = FreshMarker();
  const std::string terminal = session.Terminal();
  session.Send(terminal, "sh -c 'while :; do sleep 1; done' " + marker + "\n", 500);
  session.Process("while :; do sleep 1; done # " + marker);
  BOOST_TEST(!ProcessesWith(marker).empty());
  BOOST_TEST(bench.Destroy(session.container()).ok());
  BOOST_TEST(AllEnd(marker));
}

void AProgramInItsPlace(ContainerBench& bench) {
  SessionBench session(bench);
  const std::string terminal = session.Terminal();
  (void)bench.Sh(session.container(),
                 "rm /.hone/session; printf '#!/bin/sh\\necho nonsense\\n' > /.hone/session; "
                 "chmod 755 /.hone/session");
  BOOST_TEST(!session.TrySend(terminal, {}).ok());
}

}  // namespace

std::vector<ContractCase> ContainerSessionCases() {
  return {{"a shell that stays", AShellThatStays},
          {"a command that takes its time", ACommandThatTakesItsTime},
          {"what the screen shows", WhatTheScreenShows},
          {"the end of a shell", TheEndOfAShell},
          {"output of a terminal has a limit", OutputOfATerminalHasALimit},
          {"user, folder and environment", UserFolderAndEnvironment},
          {"what cannot be started", WhatCannotBeStarted},
          {"lines for lines", LinesForLines},
          {"lines have a limit", LinesHaveALimit},
          {"sessions end with their container", SessionsEndWithTheirContainer},
          {"a program in its place", AProgramInItsPlace}};
}

}  // namespace hone::testing
