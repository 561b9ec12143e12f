// UnitRun: one execution of a program on an item: its frames, its calls, its rows, its end.
//
// It gives each call its ordinal along the path, its draw and its key (LEDGER.md 1, 2), compares
// the key with what an earlier execution recorded in the same place (the divergence guard), and
// asks the broker. Loop's thread only; owned by shared_ptr, because answers outlive a unit that was
// stopped.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/log.h"
#include "engine/call_broker.h"
#include "engine/effect_desk.h"
#include "engine/facilities.h"
#include "engine/script_host.h"
#include "engine/unit_journal.h"
#include "primitives/call_gate.h"
#include "primitives/workspaces.h"
#include "skill/prompt_template.h"
#include "stats/random_stream.h"
#include "store/store.h"

namespace hone {

struct UnitModel {
  std::string name;  // as configured; part of the key
  ModelChoice choice;
};

struct UnitSpec {
  Hash unit_key;
  std::string kind;  // "run" | "evaluate"
  Hash item_hash;
  std::vector<Hash> item_hashes;  // evaluate: of each report item; its path is "1", "2", ...
  std::string name, replicate, epoch;
  std::string arm;             // that pays for its calls
  std::string run_label;       // for messages: "arm / seed / item"
  std::function<Json()> body;  // kRunUnit without `unit`; made when it is sent, for it holds texts
  std::map<std::string, UnitModel> models;   // by role; "default" is there
  std::optional<int64_t> call_limit;         // the recipe's own bound
  UseMap recorded;                           // what an earlier execution consumed
  JournalMap journal;                        // what other effects gave it
  bool is_predecessor = false;               // recorded by another version of the program
  bool is_selection = false;                 // evaluates selection tasks: its rows say so
  const Workspaces::Seeds* seeds = nullptr;  // of its workspace parameters; null: it has none
};

struct UnitEnd {
  std::string status;  // finished | suspended | failed | diverged | stopped
  Error error;         // of the others
  Json result;
};

class UnitRun : public std::enable_shared_from_this<UnitRun> {
 public:
  struct World {
    Clock* clock = nullptr;
    Store* store = nullptr;
    CallBroker* broker = nullptr;
    EffectDesk* desk = nullptr;        // null: effects come from the journal or not at all
    const AssetMap* assets = nullptr;  // of the data, for effects that name some
    std::shared_ptr<const PromptTemplate> judge_prompt;
    std::function<void(LogLevel, const std::string&)> on_log;
    std::function<void(int64_t step, double score)> on_progress;
    // It must start again, with another number: records that it was held against are forgotten.
    std::function<void()> on_start_again;
    bool accept_divergence = false;
    bool records_interruptions = false;  // an interrupted call is an answer, and on record
    std::string buys_only_role;          // only calls of this role are bought; "": of any
    UnitModel default_embedder;          // of llm.embed where the experiment names none
    Facilities facilities;
    bool writes = true;                   // false: nothing is stored (check --shuffle)
    std::optional<RandomStream> shuffle;  // answers are handed out in this random order
  };
  using OnEnd = std::function<void(const UnitSpec&, UnitEnd)>;

  UnitRun(World world, ScriptHost* host, int64_t number, UnitSpec spec, OnEnd on_end);

  void Start();
  void OnFrame(FrameType type, const Json& body);
  // Ends it now with that status; the script's state is dropped, calls in flight are still stored.
  void Stop(const std::string& status, Error error);
  // While it is held, what it asks for waits; nothing is sent and nothing compared.
  void Hold(bool on);
  [[nodiscard]] bool is_held() const { return is_held_; }
  // What it waited for is forgotten and it starts again in `host`, whose process may be another
  // one.
  void Restart(ScriptHost* host, int64_t number);

  [[nodiscard]] int64_t number() const { return number_; }
  [[nodiscard]] const UnitSpec& spec() const { return spec_; }
  [[nodiscard]] const UseMap& uses() const { return uses_; }
  // Place -> command, of the effects that are journaled.
  [[nodiscard]] const UseMap& effects() const { return journal_->commands(); }
  // Something is executed for it that can be done again at no cost.
  [[nodiscard]] bool executes_effects() const { return journal_->is_executing(); }
  // Every recorded call that can be reached without buying one has been compared.
  [[nodiscard]] bool is_quiet() const { return idle_seen_ && answered_ == sent_; }
  // Texts of self-play tasks and their rubrics, for the overlap of held-out tasks.
  [[nodiscard]] const std::vector<std::string>& task_texts() const { return task_texts_; }
  void OnQuiet(std::function<void()> on_quiet) { on_quiet_ = std::move(on_quiet); }

 private:
  class PathGate;
  using Place = std::pair<std::string, int64_t>;  // path, ordinal along it
  struct Delivery {
    int64_t call = 0;
    Json answer;  // {value} or {error}
  };

  void MakeJournal();
  void OnDivergence(const EffectDivergence& divergence);
  void OnEffect(const Json& body);
  Result<Json> RunWorkspace(const std::string& kind, const std::string& path, const Json& args);
  void WriteOwnRow(const std::string& table, const std::string& path, Json fields);
  void OnJournaledEffect(const Json& body);
  void OnRecord(const Json& body);
  void Call(const std::string& path, CallWish wish, CallGate::Done done);
  const UnitModel& ModelFor(const CallWish& wish) const;
  Result<CallBroker::Spec> MakeCall(const std::string& path, const CallWish& wish);
  [[nodiscard]] CallBroker::Spec Asked(CallBroker::Spec call, const CallWish& wish,
                                       const std::string& name, const ModelChoice& choice) const;
  [[nodiscard]] std::optional<CallBroker::Spec> RecordedFallback(const Place& place,
                                                                 const CallBroker::Spec& call,
                                                                 const CallWish& wish) const;
  void Ask(CallBroker::Spec call, const Place& place, CallWish wish,
           const std::string& fallback_for, CallGate::Done done);
  void OnAnswer(const CallBroker::Spec& call, const Place& place, const CallWish& wish,
                const std::string& fallback_for, Result<CallBroker::Answer> answer,
                const CallGate::Done& done);
  bool Diverges(const Place& place, const CallWish& wish, const CallAddress& address,
                const Hash& key);
  void Deliver(int64_t call, Json answer);
  void ReleaseShuffled();
  void SendAnswer(const Delivery& delivery);
  void End(UnitEnd end);
  void Write(Operation operation);
  void StartAgain();

  World world_;
  ScriptHost* host_;
  int64_t number_;
  UnitSpec spec_;
  OnEnd on_end_;
  std::function<void()> on_quiet_;
  bool ended_ = false;
  bool is_held_ = false;
  std::vector<Json> held_effects_;
  bool idle_seen_ = false;
  int64_t sent_ = 0, answered_ = 0;
  int64_t generation_ = 0;  // counts restarts: answers for an earlier one are not delivered
  std::map<std::string, int64_t> ordinals_;
  std::map<std::pair<std::string, Hash>, int64_t> occurrences_;
  UseMap uses_;
  std::unique_ptr<Workspaces> workspaces_;  // made when the first one is opened
  std::map<std::pair<std::string, std::string>, int64_t> own_rows_;  // by (table, path)
  std::unique_ptr<UnitJournal> journal_;
  std::vector<std::string> task_texts_;
  std::vector<Delivery> shuffled_;
};

}  // namespace hone
