// Session: one `hone run`: executes the cells of a loaded experiment against a results database.
//
// Cells are taken replicate by replicate, arm by arm. A finished unit is recalled by its key; one
// that several cells ask for is executed once. Units that an earlier session left unfinished go
// first and are compared with their record before any call is sent. Loop's thread only.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "base/log.h"
#include "engine/cell_plan.h"
#include "engine/effect_desk.h"
#include "engine/facilities.h"
#include "engine/progress.h"
#include "engine/progress_barrier.h"
#include "engine/shard.h"
#include "ports/clock.h"

namespace hone {

struct SessionOptions {
  std::vector<std::string> only_arms;
  // What to execute instead of every reported cell: a round of a search. More rounds follow unless
  // it is the last one.
  std::optional<std::vector<CellTask>> cells;
  bool is_last = true;
  std::optional<ProgressBarrier::Options> barrier;  // candidates that their own progress prunes
  Shard shard;           // the part of the cells that this session executes
  double share = 1;      // of the budget, for this session (0, 1]
  int concurrency = 16;  // units at the same time
  bool accept_divergence = false;
  bool verify = false;  // execute finished units again, against the record
  // Failures of the world on record (containers, searches, calls of `on_interruption = "record"`)
  // are forgotten with what followed from them, and their units executed again, finished or not.
  bool retry_recorded = false;
  std::string buys_only_role;  // "judge": everything else is taken from the record; "": no limit
  bool offline = false;        // never send: a call that is not recorded is named and missing
  int64_t cpu_limit_ms = 5'000;
  int64_t memory_bytes = 256LL << 20U;
  int64_t retry_base_ms = 500;
  int max_tries = 5;
  int64_t retry_after_ceiling_ms = 60'000;
  std::string hone_version;
  Facilities facilities;
};

struct MissingCell {
  std::string label, status, reason;
};

// How a cell ended: "finished", "pruned", or the status of the unit that it lacks.
struct CellEnd {
  CellName name;
  std::string status, reason;
  std::optional<Hash> unit_key, select_key;  // the units of its recipe and of its selection tasks
};

struct SessionEnd {
  // complete | incomplete | budget | interrupted | failed
  std::string status;
  Error error;  // the first reason, when not complete
  std::vector<MissingCell> missing;
  std::vector<CellEnd> cells;
  std::vector<ProgressBarrier::Decision> pruning;
  Progress progress;
};

class Session {
 public:
  struct Hooks {
    std::function<void(const Progress&)> on_progress;  // a few times a second
    std::function<void(LogLevel, const std::string&)> on_log;
  };

  // REQUIRES: models of `loaded` are open. All pointers must outlive the session.
  Session(EventLoop* loop, Clock* clock, ScriptProcessSpawner* spawner, Store* store,
          const LoadedExperiment* loaded, SessionOptions options, Hooks hooks);
  ~Session();

  // Runs to its end, on the calling thread, which becomes the loop's.
  SessionEnd Run();
  // The first call stops admission and waits for what is in flight; the second cancels that too.
  void Interrupt();

 private:
  enum class CellState { kPlanned, kRunning, kEvaluating, kDone, kMissing };
  struct Cell {
    CellTask task;
    CellState state = CellState::kPlanned;
    std::string skill;
    Hash unit_key;  // of the unit that makes its skill, also a recalled one
    bool has_unit = false;
    std::optional<Hash> select_key, report_key;  // evaluations that have started
    bool is_guarded = false;                     // its recipe unit has a record to be compared with
    UnitEnd end;                                 // why it is missing
    bool is_pruned = false;
    // What its recipe returned, while others may still prune it.
    std::optional<std::pair<Json, std::vector<std::string>>> waiting;
  };
  struct Host {
    std::unique_ptr<ScriptHost> process;
    std::map<int64_t, std::shared_ptr<UnitRun>> units;
    int deaths = 0;  // in a row, without a unit that ended
  };
  // (arm, seed, is_evaluation, generation). A process whose texts have grown large gets no new
  // unit: the next generation takes over, so that memory does not grow with the number of items.
  using HostKey = std::tuple<std::size_t, std::size_t, bool, int>;
  struct Active {
    std::shared_ptr<UnitRun> unit;
    HostKey host;
    std::vector<std::size_t> cells;
    bool passed_guard = false;
    std::vector<std::pair<int64_t, double>> progress;  // as reported: step, score
  };

  void OpenBudget();
  void RecordPlan();
  void AddCell(const CellTask& task);
  void PlanRun(const CellName& name, const std::string& status);
  void FindGuarded();
  void Pump();
  void StartCell(std::size_t index);
  void StartRecipe(std::size_t index);
  void AfterRecipe(std::size_t index, const Json& result,
                   const std::vector<std::string>* task_texts);
  void Evaluate(std::size_t index);
  void StartEvaluation(std::size_t index, TaskSplit split);
  void CellMissing(std::size_t index, const UnitEnd& end);
  void CellSettled(std::size_t index);
  void StartUnit(std::size_t index, UnitSpec spec, bool is_evaluation);
  void OnUnitEnd(const UnitSpec& spec, UnitEnd end);
  void OnGuardStep(const Hash& unit_key);
  void OnProgress(const Hash& unit_key, int64_t step, double score);
  void AddProgress(std::size_t index, const std::vector<std::pair<int64_t, double>>& progress);
  void EndProgress(std::size_t index);
  [[nodiscard]] bool MayBePruned(std::size_t index) const;
  [[nodiscard]] bool IsAnyWaiting() const;
  void HoldOrRelease();
  void SettleBarrier();
  void Prune(std::size_t arm, int64_t step);
  void AbandonBarrier(const Error& error);
  HostKey CurrentHost(const CellName& cell, bool is_evaluation);
  void StartAgain(const Hash& unit_key);
  ScriptHost* HostFor(const HostKey& key);
  void OnDeath(const HostKey& key, const ScriptHost::Death& death);
  void ReleaseHosts(std::size_t index);
  void WriteCell(std::size_t index);
  [[nodiscard]] PutRunUnit CellRow(const CellTask& task) const;
  void StopEffects(const Error& why);
  void MaybeFinish();
  void Finish();
  void Tick();
  Status PrepareRecorded(const CellName& cell, UnitSpec* spec);
  bool ForgetFailures(UnitSpec* spec);
  [[nodiscard]] bool IsRecalled(const StoredUnit& unit, const Hash& unit_key) const;
  [[nodiscard]] bool IsGuarding() const { return guards_open_ > 0; }

  EventLoop* loop_;
  Clock* clock_;
  ScriptProcessSpawner* spawner_;
  Store* store_;
  const LoadedExperiment* loaded_;
  SessionOptions options_;
  Hooks hooks_;
  Progress progress_;
  std::unique_ptr<Budget> budget_;
  std::unique_ptr<CallBroker> broker_;
  std::unique_ptr<EffectDesk> desk_;
  std::vector<Cell> cells_;
  std::map<HostKey, Host> hosts_;
  std::map<std::tuple<std::size_t, std::size_t, bool>, int> generation_;
  std::map<std::pair<std::size_t, std::size_t>, int> cells_left_of_run_;
  std::map<Hash, Active> active_;
  std::deque<std::size_t> queue_;
  std::map<Hash, UnitSpec> guarded_;  // recipe units with a record, by key
  std::unique_ptr<ProgressBarrier> barrier_;
  std::vector<ProgressBarrier::Decision> pruning_;
  bool is_barrier_abandoned_ = false;
  // Units whose recorded failures were forgotten -> whether they have finished again.
  std::map<Hash, bool> retried_;
  std::map<Hash, UnitEnd> gave_up_;  // units that did not finish in this session: not tried twice
  int guards_open_ = 0;
  bool diverged_ = false;
  bool stopping_ = false;
  bool finished_ = false;
  int interrupts_ = 0;
  int64_t next_number_ = 0;
  Error first_error_;
  bool has_error_ = false;
  std::set<std::string> faults_shown_;  // their first lines
  bool pumping_ = false;
  EventLoop::TimerId tick_ = 0;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace hone
