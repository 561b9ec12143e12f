#include "app/slurm_launcher.h"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <map>

#include "adapters/run_command.h"
#include "app/exit_code.h"
#include "base/text.h"
#include "store/read_database.h"

namespace hone {
namespace {

namespace fs = std::filesystem;

constexpr int64_t kCommandMs = 120'000;
constexpr std::size_t kMostWords = 300;  // of another program's message

// A word for bash that means itself.
std::string Quoted(const std::string& word) { return "'" + ReplaceAll(word, "'", "'\\''") + "'"; }

Result<std::string> Command(const std::vector<std::string>& arguments) {
  HONE_ASSIGN(CommandOutput output, RunCommand(arguments, kCommandMs));
  const std::string text(Trim(output.out));
  if (output.exit_code != 0) {
    return Fail(ErrorCode::kUnavailable, arguments[0] + ": " + OneLine(text, kMostWords) +
                                             " (exit code " + std::to_string(output.exit_code) +
                                             ")");
  }
  return text;
}

// "3 running, 2 waiting" from squeue's lines of states.
std::string CountStates(const std::string& states) {
  std::map<std::string, int> counts;
  for (const std::string_view line : Split(states, '\n')) {
    const std::string_view state = Trim(line);
    if (state.empty()) continue;
    ++counts[state == "RUNNING" || state == "COMPLETING" ? "running" : "waiting"];
  }
  std::vector<std::string> words;
  for (const auto& [state, count] : counts) words.push_back(std::to_string(count) + " " + state);
  return Join(words, ", ");
}

}  // namespace

SlurmLauncher::SlurmLauncher(SlurmJob job, OnProgress on_progress)
    : job_(std::move(job)), on_progress_(std::move(on_progress)) {
  job_.db = fs::absolute(job_.db).lexically_normal().string();
  folder_ = job_.db + ".shards";
}

std::string SlurmLauncher::File(const std::string& name) const { return folder_ + "/" + name; }

std::string SlurmLauncher::PartFile(int64_t part, const std::string& suffix) const {
  return File("shard-" + std::to_string(part) + suffix);
}

Status SlurmLauncher::WriteScript(const std::string& name, const std::string& body) {
  std::ofstream out(File(name), std::ios::trunc);
  out << "#!/bin/bash\n# Written by hone run --launcher slurm.\ncd " << Quoted(fs::current_path())
      << " || exit 1\n"
      << body;
  out.close();
  if (!out) return Fail(ErrorCode::kIo, File(name) + ": cannot be written");
  return Ok{};
}

std::string SlurmLauncher::RunLine(const std::string& db) const {
  std::string line = Quoted(job_.program) + " --db " + db + " run";
  for (const std::string& argument : job_.arguments) line += " " + Quoted(argument);
  return line;
}

Status SlurmLauncher::Prepare() {
  std::error_code error;
  fs::create_directories(folder_, error);
  if (error) return Fail(ErrorCode::kIo, folder_ + ": " + error.message());
  // What is on record already is not bought again.
  const std::string known = fs::exists(job_.db) ? " --ledger " + Quoted(job_.db) : "";
  const std::string part = Quoted(folder_ + "/shard-") + "\"$k\"";
  HONE_TRY(WriteScript(
      "shard.sh", "k=$SLURM_ARRAY_TASK_ID\nrm -f " + part + ".exit\n[ -f " + part +
                      ".more ] && mapfile -t more < " + part + ".more\n" + RunLine(part + ".db") +
                      " --shard \"$k/" + std::to_string(job_.shards) + "\"" + known +
                      " \"${more[@]}\" > /dev/null\ncode=$?\necho $code > " + part +
                      ".exit.new && mv " + part + ".exit.new " + part + ".exit\nexit $code\n"));
  const std::string merge = "shopt -s nullglob\nfiles=(" + Quoted(folder_) + "/shard-*.db)\n" +
                            Quoted(job_.program) + " --db " + Quoted(job_.db) +
                            " merge \"${files[@]}\" || exit 1\n";
  HONE_TRY(WriteScript("merge.sh", merge));
  return WriteScript("complete.sh", merge + RunLine(Quoted(job_.db)) +
                                        " > /dev/null\ncode=$?\necho $code > " +
                                        Quoted(File("complete.exit")) + "\nexit $code\n");
}

Result<std::string> SlurmLauncher::SubmitArray(const std::vector<int64_t>& parts) {
  std::vector<std::string> indexes;
  for (const int64_t part : parts) {
    indexes.push_back(std::to_string(part));
    std::error_code ignored;
    fs::remove(PartFile(part, ".exit"), ignored);
  }
  std::vector<std::string> command = {"sbatch",
                                      "--parsable",
                                      "--requeue",
                                      "--open-mode=append",
                                      "--job-name=" + job_.name,
                                      "--output=" + File("shard-%a.log"),
                                      "--array=" + Join(indexes, ",")};
  command.insert(command.end(), job_.sbatch.begin(), job_.sbatch.end());
  command.push_back(File("shard.sh"));
  return Command(command);
}

Result<std::string> SlurmLauncher::SubmitMerge(const std::string& after, bool completes) {
  std::vector<std::string> command = {"sbatch",
                                      "--parsable",
                                      "--requeue",
                                      "--open-mode=append",
                                      "--job-name=" + job_.name + "-merge",
                                      "--output=" + File("merge.log")};
  if (!after.empty()) command.push_back("--dependency=afterany:" + after);
  command.insert(command.end(), job_.sbatch.begin(), job_.sbatch.end());
  command.push_back(File(completes ? "complete.sh" : "merge.sh"));
  return Command(command);
}

Status SlurmLauncher::Wait(const std::string& ids, const std::string& what) {
  std::string last;
  while (true) {
    // A job that ended some time ago is an invalid id to squeue, one that ended just now is no
    // line.
    HONE_ASSIGN(const CommandOutput output,
                RunCommand({"squeue", "--noheader", "--array", "--format=%T", "--jobs=" + ids},
                           kCommandMs));
    const bool is_gone = output.out.find("Invalid job id") != std::string::npos;
    if (output.exit_code != 0 && !is_gone) {
      return Fail(ErrorCode::kUnavailable, "squeue: " + OneLine(output.out, kMostWords));
    }
    const std::string states = is_gone ? "" : CountStates(output.out);
    if (states.empty()) return Ok{};
    const std::string line = what + ": " + std::to_string(PartsDone()) + " of " +
                             std::to_string(job_.shards) + " shards done; jobs: " + states;
    if (line != last) on_progress_(line);
    last = line;
    PauseMs(job_.poll_ms);
  }
}

int64_t SlurmLauncher::PartsDone() const {
  int64_t done = 0;
  for (int64_t k = 1; k <= job_.shards; ++k) done += fs::exists(PartFile(k, ".exit")) ? 1 : 0;
  return done;
}

Result<SlurmLauncher::Part> SlurmLauncher::ReadPart(int64_t part) const {
  Part out;
  std::ifstream file(PartFile(part, ".exit"));
  int code = 0;
  if (file >> code) out.exit_code = code;
  const std::string db = PartFile(part, ".db");
  if (!fs::exists(db)) return out;
  HONE_ASSIGN(const auto database, ReadDatabase::Open(db));
  HONE_ASSIGN(
      const auto rows,
      database->Query("SELECT coalesce(sum(iif(c.status = 'answered', c.cost_pico_usd, 0)), 0) + "
                      "coalesce(sum((SELECT count(*) FROM sends s WHERE s.call_id = c.call_id "
                      "AND s.maybe_billed = 1) * c.reserved_pico_usd), 0) AS spent FROM calls c"));
  if (!rows.empty()) out.spent = PicoUsd{rows[0]["spent"].AsInt()};
  return out;
}

Result<std::vector<int64_t>> SlurmLauncher::PartsToRepeat() {
  std::vector<int64_t> lost, short_of_money;
  std::map<int64_t, Part> parts;
  PicoUsd spent;
  for (int64_t k = 1; k <= job_.shards; ++k) {
    HONE_ASSIGN(parts[k], ReadPart(k));
    spent += parts[k].spent;
    if (!parts[k].exit_code) {
      lost.push_back(k);
    } else if (*parts[k].exit_code == static_cast<int>(ExitCode::kBudget)) {
      short_of_money.push_back(k);
    }
  }
  std::vector<int64_t> again = lost;
  if (job_.budget && spent < *job_.budget && !short_of_money.empty()) {
    const double left = (*job_.budget - spent).ToUsd() / static_cast<double>(short_of_money.size());
    for (const int64_t k : short_of_money) {
      // The shard takes 1/n of the budget that it is told.
      const double usd = (parts[k].spent.ToUsd() + left) * static_cast<double>(job_.shards);
      std::ofstream out(PartFile(k, ".more"), std::ios::trunc);
      out << "budget.usd=" << std::fixed << usd << "\n";
      again.push_back(k);
    }
  }
  if (!again.empty()) {
    on_progress_(std::to_string(lost.size()) + " shards were lost, " +
                 std::to_string(again.size() - lost.size()) +
                 " ran out of their part of the budget: again");
  }
  return again;
}

Result<std::string> SlurmLauncher::Submit() {
  HONE_TRY(AwaitEarlier());
  HONE_TRY(Prepare());
  std::vector<int64_t> all;
  for (int64_t k = 1; k <= job_.shards; ++k) all.push_back(k);
  HONE_ASSIGN(const std::string array, SubmitArray(all));
  HONE_ASSIGN(const std::string merge, SubmitMerge(array, /*completes=*/true));
  Remember(array + "," + merge);
  return array + ", " + merge;
}

Status SlurmLauncher::AwaitEarlier() {
  std::ifstream file(File("jobs"));
  std::string ids;
  if (!(file >> ids)) return Ok{};
  return Wait(ids, "jobs of an earlier launch");
}

void SlurmLauncher::Remember(const std::string& ids) {
  std::ofstream out(File("jobs"), std::ios::trunc);
  out << ids << "\n";
}

Result<int> SlurmLauncher::Run() {
  HONE_TRY(AwaitEarlier());
  HONE_TRY(Prepare());
  std::vector<int64_t> parts;
  for (int64_t k = 1; k <= job_.shards; ++k) parts.push_back(k);
  for (int round = 1; round <= job_.rounds && !parts.empty(); ++round) {
    HONE_ASSIGN(const std::string array, SubmitArray(parts));
    HONE_ASSIGN(const std::string merge, SubmitMerge(array, /*completes=*/false));
    on_progress_("round " + std::to_string(round) + ": job " + array + " of " +
                 std::to_string(parts.size()) + " shards, then job " + merge + " to merge them");
    Remember(array + "," + merge);
    HONE_TRY(Wait(array + "," + merge, "round " + std::to_string(round)));
    HONE_ASSIGN(parts, PartsToRepeat());
  }
  std::error_code ignored;
  fs::remove(File("complete.exit"), ignored);
  HONE_ASSIGN(const std::string last, SubmitMerge("", /*completes=*/true));
  Remember(last);
  HONE_TRY(Wait(last, "completing"));
  std::ifstream file(File("complete.exit"));
  int code = 0;
  if (!(file >> code)) {
    return Fail(ErrorCode::kUnavailable,
                "job " + last + " ended without a result; see " + File("merge.log"));
  }
  return code;
}

}  // namespace hone
