// UnitJournal: the effects of one unit that are journaled by place (LEDGER.md 4, decisions/0015):
// containers and searches.
//
// An effect that is on record is answered from it, and its group remembers the command; one that is
// not is executed, written, and then answered. Another command in a recorded place is a divergence,
// as it is for calls: the unit stops before anything happens. What an earlier version of the
// program recorded is handed out in the same way, and written again under this unit.
// Loop's thread only.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include "engine/effect_desk.h"
#include "engine/effect_group.h"
#include "store/store.h"

namespace hone {

class UnitJournal {
 public:
  struct World {
    Store* store = nullptr;
    EffectDesk* desk = nullptr;  // null: nothing is executed (check --shuffle)
    Hash unit_key;
    bool accept_divergence = false;
    bool rewrites = false;  // the record is another unit's, or was forgotten: it is written again
    std::function<void(Operation)> write;
    std::function<void(const std::string& status, Error)> stop;
    std::function<void()> start_again;  // records from a place on are forgotten
  };
  using Place = std::pair<std::string, int64_t>;  // path, ordinal along it
  // {"value"} or {"error"}, as the message kAnswer has it.
  using Answer = std::function<void(Json)>;

  UnitJournal(World world, JournalMap recorded);
  ~UnitJournal();
  UnitJournal(const UnitJournal&) = delete;
  UnitJournal& operator=(const UnitJournal&) = delete;

  // Effects whose kind begins with "<name>." are this group's.
  void AddGroup(const std::string& name, std::unique_ptr<EffectGroup> group);
  [[nodiscard]] bool Has(const std::string& kind) const { return GroupOf(kind) != nullptr; }

  void Run(const Effect& effect, const Answer& answer);
  void Tell(const std::string& kind, const Json& args);
  // Calls that were interrupted, where the experiment records that (on_interruption). They stand in
  // the journal under this kind and the call's key.
  static constexpr const char* kCall = "call";
  void WriteCall(const Place& place, const Hash& key, const Error& interruption);
  // REQUIRES: one is on record in that place.
  Error RecallCall(const Place& place, const Hash& key);
  // A command was executed again and gave another result: both are kept, and everything from the
  // opening on is forgotten.
  void OnDivergence(const EffectDivergence& divergence);
  // The unit ended: what is under way is of no use any more.
  void LetGo();
  // It starts again; `recorded` is what is on record by now.
  void Restart(JournalMap recorded);

  [[nodiscard]] const JournalEntry* Recorded(const Place& place) const;
  // What was asked for so far: place -> hash of the command.
  [[nodiscard]] const UseMap& commands() const { return commands_; }
  [[nodiscard]] bool is_executing() const { return executing_ > 0; }
  // Something was written that the record at the start does not have.
  [[nodiscard]] bool has_written() const { return has_written_; }
  void Forget(const std::string& path, int64_t from);

 private:
  [[nodiscard]] EffectGroup* GroupOf(const std::string& kind) const;
  void Recall(EffectGroup* group, const Effect& effect, const Hash& command,
              const JournalEntry& entry, const Answer& answer);
  void Execute(EffectGroup* group, const Effect& effect, const Hash& command, const Answer& answer);
  void OnEnd(const EffectGroup& group, const Effect& effect, const Hash& command,
             const Result<EffectEnd>& end, const Answer& answer);
  void Write(const EffectGroup& group, const Effect& effect, const Hash& command, const Json& form);

  World world_;
  JournalMap recorded_;
  std::map<std::string, std::unique_ptr<EffectGroup>> groups_;
  UseMap commands_;
  int executing_ = 0;
  bool has_written_ = false;
  // Counts restarts: what an earlier execution started is not heard any more.
  std::shared_ptr<int64_t> generation_ = std::make_shared<int64_t>(0);
};

// What makes two commands the same: kind and arguments, long texts by their hash.
Result<Hash> CommandHash(const Effect& effect);

// Whether `place` is one of those that are forgotten from an ordinal of a path on: the path's own
// later ones, and all of the paths below it.
bool IsForgotten(const UnitJournal::Place& place, const std::string& path, int64_t from);

}  // namespace hone
