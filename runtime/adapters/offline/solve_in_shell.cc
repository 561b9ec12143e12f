// Solving a task with a shell. Before its first command the solver loads the offered skills that
// match the task best; then, at most options.commands times, it runs one command:
//
//   1. It lists what the task names: what is there is an input, what is not is an output.
//   2. It follows the procedures that it knows and whose places the task can fill (below).
//   3. It looks around: heads of the inputs, contents of folders, tools and manuals.
//   4. It makes a naive attempt, by a rule for the kind of output and for nothing else.
//   5. With its last command, or after the attempt, it reads a manual that it noticed.
//
// What it knows are the procedures of loaded skills and of the manual that it read, as far as its
// attention went: skills first, then everything that commands showed, in order. So with the default
// options a manual is read too late and too far down to be acted upon, a skill that says the same
// in short is acted upon at once, and a reader with more commands and attention needs no skill. It
// follows each procedure once, and stops when the outputs are there and nothing complained: whether
// they are right it cannot tell.
#include <algorithm>

#include "adapters/offline/jobs.h"
#include "adapters/offline/names.h"
#include "adapters/offline/places.h"
#include "adapters/offline/procedures.h"
#include "adapters/offline/tokens.h"
#include "base/text.h"

namespace hone::offline {
namespace {

constexpr std::size_t kMaxLoads = 2;
constexpr double kLeastShare =
    1.0;  // of the two or more words that skill and task share, by rarity

// The first line of each kind of command, by which the solver knows later what it did.
constexpr std::string_view kList = "# what the task names";
constexpr std::string_view kFollow = "# follow: ";
constexpr std::string_view kLookAround = "# look around";
constexpr std::string_view kAttempt = "# attempt";
constexpr std::string_view kReadManual = "# read the manual";

bool Begins(const ShellTurn& turn, std::string_view kind) {
  return std::string_view(turn.command).starts_with(kind);
}

bool Missing(std::string_view listing, std::string_view name) {
  return listing.find("cannot access '" + std::string(name) + "'") != std::string_view::npos;
}

bool Complains(std::string_view output) {
  static constexpr std::string_view kSigns[] = {
      "cannot access '", "No such file", "command not found", "usage: ",  "Traceback",
      "fatal: ",         "[exit code ",  "Permission denied", "[killed: "};
  return std::any_of(std::begin(kSigns), std::end(kSigns), [&](std::string_view sign) {
    return output.find(sign) != std::string_view::npos;
  });
}

// Offered skills that share enough with the task, best first: a word counts the more, the fewer
// skills have it.
std::vector<std::string> FittingSkills(const ShellTurns& turns,
                                       const std::vector<uint64_t>& task_stems) {
  std::vector<std::vector<uint64_t>> stems;
  for (const OfferedSkill& skill : turns.offered) {
    stems.push_back(StemsOf(skill.name + " " + skill.description));
  }
  std::vector<std::pair<double, std::size_t>> ranked;
  for (std::size_t i = 0; i < stems.size(); ++i) {
    double share = 0;
    int n_shared = 0;
    for (const uint64_t stem : task_stems) {
      if (!HasStem(stems[i], stem)) continue;
      ++n_shared;
      const auto holders = std::count_if(stems.begin(), stems.end(),
                                         [&](const auto& other) { return HasStem(other, stem); });
      share += 1.0 / static_cast<double>(holders);
    }
    if (share >= kLeastShare && n_shared >= 2) ranked.emplace_back(-share, i);
  }
  std::sort(ranked.begin(), ranked.end());
  std::vector<std::string> out;
  for (const auto& [share, index] : ranked) out.push_back(turns.offered[index].name);
  if (out.size() > kMaxLoads) out.resize(kMaxLoads);
  return out;
}

struct Solver {
  explicit Solver(const ShellJob& job)
      : turns(job.turns),
        options(job.options),
        names(NamesIn(turns.task)),
        stems(StemsOf(turns.task + " " + turns.category)) {
    int64_t left = options.attention;
    std::string known;  // read with attention, and worth following
    for (const ShellTurn& turn : turns.turns) {
      const std::string_view seen = CutTokens(turn.output, left);
      left -= CountTokens(seen);
      n_loads += turn.skill.empty() ? 0 : 1;
      n_commands += turn.skill.empty() ? 1 : 0;
      if (!turn.skill.empty() || Begins(turn, kReadManual)) known += std::string(seen) + "\n";
      if (Begins(turn, kList)) {
        listed = true;
        for (const std::string& file : names.files) {
          (Missing(turn.output, file) ? fillings.outputs : fillings.inputs).push_back(file);
        }
        for (const std::string& folder : names.folders) {
          if (!Missing(turn.output, folder)) fillings.folders.push_back(folder);
        }
      }
      if (Begins(turn, kLookAround)) around = &turn;
      if (Begins(turn, kFollow)) followed = &turn;
      attempted = attempted || Begins(turn, kAttempt);
      has_read = has_read || Begins(turn, kReadManual);
    }
    knowledge = ReadInstructions(known);
  }

  // Which of the task's quoted texts a procedure means: those of the sentence that speaks most of
  // it.
  [[nodiscard]] std::vector<std::string> TextsFor(const Procedure& procedure) const {
    std::vector<std::pair<int, std::string>> ranked;
    for (const QuotedText& text : names.texts) {
      ranked.emplace_back(-MatchOf(procedure, text.stems), text.text);
    }
    std::stable_sort(ranked.begin(), ranked.end(),
                     [](const auto& a, const auto& b) { return a.first < b.first; });
    std::vector<std::string> out;
    for (auto& [match, text] : ranked) out.push_back(std::move(text));
    return out;
  }

  // "# follow: ..." with the commands, "" when nothing that is known fits. For every output the
  // procedure that writes it and matches best; before them those that write none, if their whole
  // heading is in the task, or if the task has no outputs and they match best.
  [[nodiscard]] std::string Follow(Slips* slips) const {
    struct Fit {
      const Procedure* procedure = nullptr;
      FilledCommand command;
      int match = 0;
    };
    std::vector<Fit> fits;
    for (const Procedure& procedure : knowledge.procedures) {
      Fillings mine = fillings;
      mine.texts = TextsFor(procedure);
      std::optional<FilledCommand> filled = FillPlaces(procedure.command, mine);
      const bool done = followed != nullptr &&
                        followed->command.find(procedure.heading + ";") != std::string::npos;
      const int match = MatchOf(procedure, stems);
      const bool again = filled && std::any_of(fits.begin(), fits.end(), [&](const Fit& fit) {
                           return fit.command.text == filled->text;  // two skills may say the same
                         });
      if (filled && !done && !again && match > 0) {
        fits.push_back({&procedure, *std::move(filled), match});
      }
    }
    std::stable_sort(fits.begin(), fits.end(),
                     [](const Fit& a, const Fit& b) { return a.match > b.match; });
    std::vector<const Fit*> chosen;
    for (const Fit& fit : fits) {
      if (!fit.command.outputs.empty()) continue;
      const bool only = fillings.outputs.empty() && chosen.empty();
      if (only || HeadingIsIn(*fit.procedure, stems)) chosen.push_back(&fit);
    }
    for (const std::string& output : fillings.outputs) {
      const auto writes = [&](const Fit& fit) {
        const auto& written = fit.command.outputs;
        return std::find(written.begin(), written.end(), output) != written.end();
      };
      if (std::any_of(chosen.begin(), chosen.end(), [&](const Fit* fit) { return writes(*fit); })) {
        continue;
      }
      const auto best = std::find_if(fits.begin(), fits.end(), writes);
      if (best != fits.end()) chosen.push_back(&*best);
    }
    if (chosen.empty()) return "";
    std::string headings;
    std::string commands;
    for (const Fit* fit : chosen) {
      std::string command = fit->command.text;
      // A slip: the last letter is lost, and the solver does not see it.
      if (slips->Chance(options.slip))
        command.erase(command.size() - (command.back() == '"' ? 2 : 1), 1);
      headings += " " + fit->procedure->heading + ";";
      commands += command + "\n";
    }
    return std::string(Trim(kFollow)) + headings + "\n" + commands + ListCommand();
  }

  // Outputs where there are some, else everything the task names.
  [[nodiscard]] std::string ListCommand() const {
    std::string out = "ls -ld --";
    const bool only_outputs = listed && !fillings.outputs.empty();
    for (const auto& file : only_outputs ? fillings.outputs : names.files) out += " " + file;
    if (!only_outputs) {
      for (const std::string& folder : names.folders) out += " " + folder;
    }
    return out;
  }

  [[nodiscard]] std::string LookAround() const {
    std::string out = std::string(kLookAround) + "\n";
    if (!fillings.inputs.empty()) {
      out += "head -n 3 --";
      for (const std::string& file : fillings.inputs) out += " " + file;
      out += "\n";
    }
    for (const std::string& folder : fillings.folders) out += "ls -A -- " + folder + "\n";
    return out +
           "ls -d /usr/local/bin/* 2>/dev/null | head -n 8\nls -d /usr/share/doc/*/*.md "
           "2>/dev/null | head -n 40";
  }

  // The noticed manual that is named after the category or after a word of the task, else the
  // first.
  [[nodiscard]] std::string Manual() const {
    if (around == nullptr) return "";
    std::string best;
    bool best_fits = false;
    static constexpr std::string_view kFolder = "/usr/share/doc/";
    for (const std::string_view line : Split(around->output, '\n')) {
      const std::size_t at = line.find(kFolder);  // a prompt may stand before it
      if (at == std::string_view::npos) continue;
      const std::string_view path = Trim(line.substr(at));
      if (!IsFileName(path)) continue;
      const std::string_view file = path.substr(path.rfind('/') + 1);
      const std::string_view stem = file.substr(0, file.rfind('.'));
      const bool fits = stem == turns.category || HasStem(stems, StemOf(stem));
      if (best.empty() || (fits && !best_fits)) {
        best = path;
        best_fits = fits;
      }
    }
    return best;
  }

  // By the kind of output and nothing else; "" when there is nothing to try.
  [[nodiscard]] std::string Attempt() const {
    std::string out;
    for (const std::string& output : fillings.outputs) {
      if (!fillings.inputs.empty()) {
        const std::string& input = fillings.inputs.front();
        out += SuffixOf(output) == "json" ? "jq . -- " + input + " > " + output + "\n"
                                          : "cp -- " + input + " " + output + "\n";
      } else if (!fillings.folders.empty()) {
        out += "tar -cf " + output + " -- " + fillings.folders.front() + "\n";
      }
    }
    if (fillings.outputs.empty() && !fillings.folders.empty()) {
      out += "chmod -R go-w -- " + fillings.folders.front() + "\n";
    }
    const bool repository = around != nullptr && !fillings.folders.empty() &&
                            around->output.find(".git") != std::string::npos;
    if (repository && !names.texts.empty()) {
      Fillings mine = fillings;
      mine.texts = {names.texts.front().text};
      const auto commit = FillPlaces("git -C <folder> commit --all -m \"<text>\"", mine);
      if (commit) out += commit->text + "\n";
    }
    return out.empty() ? "" : std::string(kAttempt) + "\n" + std::string(Trim(out));
  }

  const ShellTurns& turns;
  const ReaderOptions& options;
  TaskNames names;
  std::vector<uint64_t> stems;  // of task and category
  Fillings fillings;
  Instructions knowledge;
  int64_t n_commands = 0;
  std::size_t n_loads = 0;
  bool listed = false;
  bool attempted = false;
  bool has_read = false;
  const ShellTurn* around = nullptr;
  const ShellTurn* followed = nullptr;  // the last time
};

}  // namespace

ShellStep SolveInShell(ShellJob job) {
  const Solver solver(job);
  const int64_t left = job.options.commands - solver.n_commands;
  if (solver.n_commands == 0) {
    const std::vector<std::string> fitting = FittingSkills(job.turns, solver.stems);
    if (solver.n_loads < fitting.size()) {
      return {"This skill may fit.", "", fitting[solver.n_loads]};
    }
  }
  const bool names_nothing = solver.names.files.empty() && solver.names.folders.empty();
  if (left <= 0) return {"I stop here: I have tried what I could.", "", ""};
  if (!solver.listed && !names_nothing) {
    return {"First what the task names.", std::string(kList) + "\n" + solver.ListCommand(), ""};
  }
  const std::string follow = solver.Follow(&job.slips);
  if (!follow.empty()) return {"I know how this is done.", follow, ""};
  if (solver.followed != nullptr && !Complains(solver.followed->output)) {
    return {"Everything that the task asks for is there.", "", ""};
  }
  if (solver.around == nullptr) return {"I look around.", solver.LookAround(), ""};
  const std::string manual = solver.has_read ? "" : solver.Manual();
  const bool must_read_now = !manual.empty() && left == 1;
  const std::string attempt =
      solver.attempted || solver.followed != nullptr ? "" : solver.Attempt();
  if (!attempt.empty() && !must_read_now) return {"I try the obvious.", attempt, ""};
  if (!manual.empty()) {
    return {"There is a manual.", std::string(kReadManual) + "\ncat -- " + manual, ""};
  }
  return {"I stop here: I have tried what I could.", "", ""};
}

}  // namespace hone::offline
