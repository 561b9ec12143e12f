#include "app/command_line.h"

#include <string>
#include <vector>

#include "app/commands.h"
#include "app/log_sink.h"
#include "app/terminal.h"
#include "base/text.h"

namespace hone {
namespace {

std::vector<std::string> VerbNames(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* verb : app.get_subcommands({})) names.push_back(verb->get_name());
  return names;
}

// Long option names of `app` and of the verb that is being parsed.
std::vector<std::string> OptionNames(const CLI::App& app) {
  std::vector<std::string> names;
  const auto add = [&names](const CLI::App& level) {
    for (const CLI::Option* option : level.get_options({})) {
      for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
    }
  };
  add(app);
  for (const CLI::App* verb : app.get_subcommands()) add(*verb);
  return names;
}

// A parse error in one line: what CLI11 says, with the nearest name where a name is wrong.
int ReportParseError(const CLI::App& app, const CLI::ParseError& error, int argc, char** argv) {
  std::string message = error.what();
  const std::vector<std::string> verbs = VerbNames(app);
  const bool has_verb = !app.get_subcommands().empty();
  for (int i = 1; i < argc; ++i) {
    const std::string argument = argv[i];
    if (argument.starts_with("--") && argument.size() > 2) {
      const std::string name = argument.substr(0, argument.find('='));
      const std::vector<std::string> options = OptionNames(app);
      bool known = false;
      for (const std::string& option : options) known = known || option == name;
      if (!known) {
        const std::string nearest = NearestName(name, options);
        message = "unknown option " + name +
                  (nearest.empty() ? std::string() : "; did you mean " + nearest + "?");
        break;
      }
    } else if (!has_verb && !argument.starts_with("-")) {
      message = "unknown verb '" + argument + "'" + NameHint(argument, verbs);
      break;
    }
  }
  std::string where = "hone";
  for (const CLI::App* verb : app.get_subcommands()) where += " " + verb->get_name();
  Report(Tone::kError, "error: " + message + " (" + where + " --help)");
  return static_cast<int>(ExitCode::kUsage);
}

}  // namespace

int RunCommandLine(int argc, char** argv) {
  Commands commands;
  CLI::App app{"Experiments on skill evolution: sandboxed recipes, durable calls, results in SQL.",
               "hone"};
  app.set_version_flag("--version", "hone " HONE_VERSION);
  app.add_option("--db", commands.global.db,
                 "results database; default results/hone.db, or $HONE_DB")
      ->envname("HONE_DB")
      ->option_text("FILE");
  app.add_flag("-v,--verbose", commands.global.verbose, "say more on stderr");
  app.require_subcommand(1);
  AddRunVerbs(&app, &commands);
  AddReadingVerbs(&app, &commands);
  AddDataVerbs(&app, &commands);
  AddMachineVerbs(&app, &commands);

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    // --help and --version arrive as "errors" of code 0, and CLI11 prints them to stdout.
    if (error.get_exit_code() == 0) return app.exit(error);
    return ReportParseError(app, error, argc, argv);
  }
  InstallLogSink(commands.global.verbose);
  const VerbResult result = commands.chosen();
  if (result.ok()) return static_cast<int>(result.value());
  Report(Tone::kError, "error: " + result.error().message);
  return static_cast<int>(ExitCodeOf(result.error().code));
}

}  // namespace hone
