// SlurmLauncher: one experiment as an array job of shards, merged in the end.
//
// Everything lies in one folder, which all nodes must see: "<db>.shards/" with a database, a log
// and an exit code for each shard, and the scripts that were submitted. A task that Slurm requeues
// (a lost node, a preemption) continues from its own database; one that was lost for good is
// submitted again, and so is one that ran out of its part of the budget while others left some of
// theirs. After each round a dependent job merges all shards into `db`; the last one also completes
// what no shard could do and prints nothing that a single process would not have printed.
//
// Blocking: it belongs to no loop. SIGINT leaves the jobs running; the same command waits for them.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/units.h"

namespace hone {

struct SlurmJob {
  std::string program;                 // absolute path of hone
  std::string db;                      // where everything is merged
  std::vector<std::string> arguments;  // of `hone run`: experiment, overrides, options
  std::vector<std::string> sbatch;     // further options of sbatch, e.g. "--partition=short"
  std::string name;                    // of the jobs
  int64_t shards = 1;
  std::optional<PicoUsd> budget;  // of the whole experiment
  int64_t poll_ms = 2'000;
  int rounds = 4;  // of submissions at most
};

class SlurmLauncher {
 public:
  using OnProgress = std::function<void(const std::string& line)>;
  SlurmLauncher(SlurmJob job, OnProgress on_progress);

  // Submits, waits, submits again what was lost or ran out; ends when the last merge has ended.
  // The exit code of the completing `hone run`. kNotFound when there is no sbatch.
  Result<int> Run();
  // Submits the array and the job that merges and completes, and returns their ids.
  Result<std::string> Submit();

 private:
  struct Part {
    std::optional<int> exit_code;  // of its last task that ended by itself
    PicoUsd spent;                 // answered or possibly owed, by its own database
  };

  // Jobs that an earlier launcher left in the queue write the same databases.
  Status AwaitEarlier();
  void Remember(const std::string& ids);
  Status Prepare();
  Status WriteScript(const std::string& name, const std::string& body);
  [[nodiscard]] std::string RunLine(const std::string& db) const;
  Result<std::string> SubmitArray(const std::vector<int64_t>& parts);
  Result<std::string> SubmitMerge(const std::string& after, bool completes);
  // Waits until none of the jobs is left in the queue.
  Status Wait(const std::string& ids, const std::string& what);
  [[nodiscard]] int64_t PartsDone() const;
  Result<Part> ReadPart(int64_t part) const;
  // The parts that are to run again, with what they may spend.
  Result<std::vector<int64_t>> PartsToRepeat();
  [[nodiscard]] std::string File(const std::string& name) const;
  [[nodiscard]] std::string PartFile(int64_t part, const std::string& suffix) const;

  SlurmJob job_;
  OnProgress on_progress_;
  std::string folder_;
};

}  // namespace hone
