// Commands in a container: cases of the container contract.
#include <optional>

#include "unit/adapters/container_engine_contract.h"

namespace hone::testing {
namespace {

ExecSpec Command(std::vector<std::string> argv) {
  ExecSpec spec;
  spec.argv = std::move(argv);
  return spec;
}

void ArgumentsArriveAsTheyAre(ContainerBench& bench) {
  const std::string container = bench.Open();
  const std::vector<std::string> words = {"two words", "", "'\"$HOME`id`\\", "a\nb", "größe", "-n"};
  ExecSpec spec = Command({"/bin/sh", "-c", "for word; do printf '[%s]' \"$word\"; done", "sh"});
  std::string expected;
  for (const std::string& word : words) {
    spec.argv.push_back(word);
    expected += "[" + word + "]";
  }
  BOOST_TEST(bench.Exec(container, spec).out == expected);
}

void StreamsAreApart(ContainerBench& bench) {
  const std::string container = bench.Open();
  const ExecEnd end =
      bench.Sh(container, "echo one; echo two >&2; echo three; printf 'no end' >&2");
  BOOST_TEST(end.out == "one\nthree\n");
  BOOST_TEST(end.err == "two\nno end");
  BOOST_TEST(end.exit_code == 0);
  BOOST_TEST(!end.out_truncated);
  BOOST_TEST(!end.err_truncated);
  BOOST_TEST(!end.timed_out);
  BOOST_TEST(end.killed_by == "");
}

void AnyByteComesThrough(ContainerBench& bench) {
  const std::string container = bench.Open();
  ExecSpec spec = Command({"/bin/cat"});
  for (int i = 0; i < 4096; ++i) spec.stdin_text += static_cast<char>(i * 7);
  BOOST_TEST((bench.Exec(container, spec).out == spec.stdin_text));
}

void CodesAndSignals(ContainerBench& bench) {
  const std::string container = bench.Open();
  for (const int code : {0, 1, 7, 126, 255}) {
    BOOST_TEST(bench.Sh(container, "exit " + std::to_string(code)).exit_code == code);
  }
  BOOST_TEST(bench.Sh(container, "kill -TERM $$").exit_code == 128 + 15);
  BOOST_TEST(bench.Sh(container, "kill -SEGV $$").exit_code == 128 + 11);
  const ExecEnd killed = bench.Sh(container, "kill -KILL $$");
  BOOST_TEST(killed.exit_code == 128 + 9);
  BOOST_TEST(killed.killed_by == "");
  BOOST_TEST(!killed.timed_out);
}

void AProgramThatIsNotThere(ContainerBench& bench) {
  const std::string container = bench.Open();
  const ExecEnd end = bench.Exec(container, Command({"no-such-program", "--help"}));
  BOOST_TEST(end.exit_code == 127);
  BOOST_TEST(end.err.find("no-such-program") != std::string::npos, end.err);
  const ExecEnd folder = bench.Exec(container, Command({"/etc"}));
  BOOST_TEST(folder.exit_code == 126);
}

void AnEmptyCommandIsRefused(ContainerBench& bench) {
  const std::string container = bench.Open();
  const auto end = bench.TryExec(container, Command({}));
  BOOST_REQUIRE(!end.ok());
  BOOST_TEST((end.error().code == ErrorCode::kInvalidArgument));
}

void TheEnvironmentIsWhatWasGiven(ContainerBench& bench) {
  ContainerSpec container_spec;
  container_spec.env = {{"FROM_CONTAINER", "c"}, {"BOTH", "container"}};
  const std::string container = bench.Open(std::move(container_spec));
  ExecSpec spec = Command({"/bin/sh", "-c", "echo \"$FROM_CONTAINER|$BOTH|$FROM_EXEC\""});
  spec.env = {{"BOTH", "exec"}, {"FROM_EXEC", "two\nlines = here"}};
  BOOST_TEST(bench.Exec(container, spec).out == "c|exec|two\nlines = here\n");
  BOOST_TEST(bench.Say(container, "echo \"$FROM_EXEC|$BOTH\"") == "|container");
  BOOST_TEST(bench.Say(container, "test -n \"$PATH\" && echo path") == "path");
}

void TheFolderIsWhatWasGiven(ContainerBench& bench) {
  const std::string container = bench.Open();
  bench.Say(container, "mkdir -p '/a b/c'");
  ExecSpec spec = Command({"/bin/pwd"});
  spec.workdir = "/a b/c";
  BOOST_TEST(bench.Exec(container, spec).out == "/a b/c\n");
  spec.workdir = "/not/there";
  const auto end = bench.TryExec(container, spec);
  BOOST_TEST((!end.ok() || end->exit_code != 0));
}

void TheUserIsWhatWasGiven(ContainerBench& bench) {
  const std::string container = bench.Open();
  BOOST_TEST(bench.Say(container, "id -u") == "0");
  ExecSpec spec = Command({"/bin/sh", "-c", "id -u; id -g; touch /denied || echo refused"});
  spec.user = "1000:1001";
  const ExecEnd end = bench.Exec(container, spec);
  BOOST_TEST(end.out == "1000\n1001\nrefused\n");
  spec.user = "root";
  spec.argv = {"/bin/id", "-u"};
  BOOST_TEST(bench.Exec(container, spec).out == "0\n");
  spec.user = "nobody-of-that-name";
  const auto unknown = bench.TryExec(container, spec);
  BOOST_TEST((!unknown.ok() || unknown->out.empty()));
}

void StandardInput(ContainerBench& bench) {
  const std::string container = bench.Open();
  ExecSpec spec = Command({"/bin/sh", "-c", "wc -c; echo done"});
  BOOST_TEST(bench.Exec(container, spec).out == "0\ndone\n");
  spec.stdin_text = std::string(3'000'000, 'x');
  BOOST_TEST(bench.Exec(container, spec).out == "3000000\ndone\n");
  // A program that never reads it is no trouble.
  spec.argv = {"/bin/true"};
  BOOST_TEST(bench.Exec(container, spec).exit_code == 0);
}

void TimeKillsTheWholeTree(ContainerBench& bench) {
  const std::string container = bench.Open();
  const std::string marker = FreshMarker();
  const std::string stubborn = "trap \"\" TERM INT HUP; while :; do sleep 1; done";
  const ExecEnd end = bench.Sh(container,
                               "trap '' TERM INT HUP; echo before\n"
                               "setsid sh -c '" +
                                   stubborn + "' " + marker +
                                   " &\n"
                                   "(setsid setsid sh -c '" +
                                   stubborn + "' " + marker +
                                   " & )\n"
                                   "sh -c '" +
                                   stubborn + "' " + marker + "\n",
                               2'500);
  BOOST_TEST(end.timed_out);
  BOOST_TEST(end.killed_by == "time");
  BOOST_TEST(end.exit_code == -1);
  BOOST_TEST(end.out == "before\n");
  BOOST_TEST(AllEnd(marker));
  BOOST_TEST(bench.Say(container, "echo still here") == "still here");
}

void TimeKillsOnlyItsOwn(ContainerBench& bench) {
  const std::string container = bench.Open();
  std::optional<Result<ExecEnd>> other;
  ExecSpec patient =
      Command({"/bin/sh", "-c", "until test -e /go; do sleep 0.1; done; echo whole"});
  bench.loop().Post([&] {
    bench.engine().Exec(container, patient, [&](Result<ExecEnd> end) { other = std::move(end); });
  });
  BOOST_TEST(bench.Sh(container, "sleep 100", 1'000).timed_out);
  BOOST_TEST(!other.has_value());
  bench.Say(container, "touch /go");
  for (int tries = 0; tries < 600 && !other.has_value(); ++tries) bench.Say(container, "sleep 0.1");
  BOOST_REQUIRE(other.has_value());
  BOOST_REQUIRE(other->ok());
  BOOST_TEST((*other)->out == "whole\n");
  BOOST_TEST(!(*other)->timed_out);
}

void OutputIsCappedAndMarked(ContainerBench& bench) {
  const std::string container = bench.Open();
  ExecSpec spec = Command({"/bin/sh", "-c", "head -c 3000000 /dev/zero | tr '\\0' a; echo e >&2"});
  spec.max_output_bytes = 1000;
  const ExecEnd end = bench.Exec(container, spec);
  BOOST_TEST(end.exit_code == 0);  // the rest was read and dropped
  BOOST_TEST(end.out == std::string(1000, 'a'));
  BOOST_TEST(end.out_truncated);
  BOOST_TEST(end.err == "e\n");
  BOOST_TEST(!end.err_truncated);
  spec.argv = {"/bin/sh", "-c", "head -c 1000 /dev/zero | tr '\\0' a"};
  const ExecEnd exact = bench.Exec(container, spec);
  BOOST_TEST(exact.out.size() == 1000);
  BOOST_TEST(!exact.out_truncated);
}

void WhatIsLeftBehindLivesOn(ContainerBench& bench) {
  const std::string container = bench.Open();
  const std::string marker = FreshMarker();
  // It holds the command's streams, and goes on writing to them.
  const ExecEnd end =
      bench.Sh(container,
               "sh -c 'while :; do echo beat; echo beat >> /beats; sleep 0.1; done' " + marker +
                   " &\necho started",
               30'000);
  BOOST_TEST(!end.timed_out);
  BOOST_TEST(end.out.find("started\n") != std::string::npos);
  bench.Say(container,
            "rm /beats; n=0; until test -s /beats || test $n = 100; do sleep 0.1; "
            "n=$((n + 1)); done; test -s /beats");
  BOOST_TEST(!ProcessesWith(marker).empty());
  BOOST_TEST(bench.Destroy(container).ok());
  BOOST_TEST(AllEnd(marker));
}

void CommandsRunAtTheSameTime(ContainerBench& bench) {
  const std::string container = bench.Open();
  static constexpr int kCommands = 8;
  bench.Say(container, "mkdir /met");
  const auto ends = bench.Wait<std::vector<ExecEnd>>([&](auto done) {
    auto all = std::make_shared<std::vector<ExecEnd>>();
    for (int i = 0; i < kCommands; ++i) {
      ExecSpec spec = Command({"/bin/sh", "-c",
                               "touch /met/$0; until test $(ls /met | wc -l) = 8; do sleep 0.1; "
                               "done; echo $0",
                               std::to_string(i)});
      bench.engine().Exec(container, spec, [all, done](Result<ExecEnd> end) {
        BOOST_TEST(end.ok());
        all->push_back(end.ok() ? *end : ExecEnd());
        if (all->size() == kCommands) done(std::move(*all));
      });
    }
  });
  BOOST_REQUIRE(ends.ok());
  for (const ExecEnd& end : *ends) BOOST_TEST(!end.timed_out);
}

}  // namespace

std::vector<ContractCase> ContainerExecCases() {
  return {{"arguments arrive as they are", ArgumentsArriveAsTheyAre},
          {"streams are apart", StreamsAreApart},
          {"any byte comes through", AnyByteComesThrough},
          {"codes and signals", CodesAndSignals},
          {"a program that is not there", AProgramThatIsNotThere},
          {"an empty command is refused", AnEmptyCommandIsRefused},
          {"the environment is what was given", TheEnvironmentIsWhatWasGiven},
          {"the folder is what was given", TheFolderIsWhatWasGiven},
          {"the user is what was given", TheUserIsWhatWasGiven},
          {"standard input", StandardInput},
          {"time kills the whole tree", TimeKillsTheWholeTree},
          {"time kills only its own", TimeKillsOnlyItsOwn},
          {"output is capped and marked", OutputIsCappedAndMarked},
          {"what is left behind lives on", WhatIsLeftBehindLivesOn},
          {"commands run at the same time", CommandsRunAtTheSameTime}};
}

}  // namespace hone::testing
