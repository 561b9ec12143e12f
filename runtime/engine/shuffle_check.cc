#include "engine/shuffle_check.h"

#include <set>

#include "engine/cell_plan.h"

namespace hone {
namespace {

// Runs one unit to its end on its own host, in one order.
class Execution {
 public:
  Execution(EventLoop* loop, ScriptProcessSpawner* spawner, const LoadedExperiment& loaded)
      : loop_(loop) {
    ScriptHost::Options options;
    options.modules = loaded.sources.ModulesForStart();
    ScriptHost::Events events;
    events.on_unit_frame = [this](FrameType type, const Json& body) {
      if (unit_ && body["unit"].AsInt() == unit_->number()) unit_->OnFrame(type, body);
    };
    events.on_death = [this](const ScriptHost::Death& death) {
      if (unit_) unit_->Stop("failed", death.error);
    };
    host_ = std::make_unique<ScriptHost>(loop, spawner, options, events);
  }

  Status Start() { return host_->Start(); }

  UnitEnd Run(UnitRun::World world, UnitSpec spec, UseMap* uses, UseMap* effects) {
    std::optional<UnitEnd> end;
    unit_ = std::make_shared<UnitRun>(std::move(world), host_.get(), ++number_, std::move(spec),
                                      [&](const UnitSpec& /*spec*/, UnitEnd how) {
                                        end = std::move(how);
                                        loop_->Stop();
                                      });
    unit_->Start();
    while (!end) loop_->Run();
    *uses = unit_->uses();
    *effects = unit_->effects();
    unit_.reset();
    return *end;
  }

 private:
  EventLoop* loop_;
  std::unique_ptr<ScriptHost> host_;
  std::shared_ptr<UnitRun> unit_;
  int64_t number_ = 0;
};

// `what` names one of them: "call", "effect".
std::string FirstDifference(const std::string& what, const UseMap& recorded, const UseMap& now) {
  for (const auto& [place, key] : recorded) {
    const auto found = now.find(place);
    const std::string where =
        "path '" + place.first + "', " + what + " " + std::to_string(place.second);
    if (found == now.end()) return where + " was not made";
    if (found->second != key) return where + " has another key";
  }
  return now.size() > recorded.size() ? "more " + what + "s than recorded" : "";
}

UseMap CommandsOf(const JournalMap& journal) {
  UseMap out;
  for (const auto& [place, entry] : journal) out.emplace(place, entry.command_hash);
  return out;
}

}  // namespace

Result<ShuffleReport> CheckShuffles(EventLoop* loop, Clock* clock, ScriptProcessSpawner* spawner,
                                    Store* store, const LoadedExperiment& loaded,
                                    const Facilities& facilities, int64_t orders) {
  ShuffleReport report;
  Progress progress;
  Budget budget{BudgetSpec{}};
  CallBroker::Options broker_options;
  broker_options.may_send = false;
  CallBroker broker(loop, clock, store, &budget, &progress, broker_options);
  Execution execution(loop, spawner, loaded);
  HONE_TRY(execution.Start());
  std::set<Hash> seen;
  for (const CellName& cell : PlanCells(loaded, {})) {
    if (!loaded.arms[cell.arm].program) continue;
    UnitSpec spec = RecipeUnit(loaded, cell);
    if (!seen.insert(spec.unit_key).second) continue;
    HONE_ASSIGN(const std::optional<StoredUnit> unit, store->FindUnit(spec.unit_key));
    if (!unit || unit->status != "finished") continue;
    HONE_ASSIGN(spec.recorded, store->UsesOf(spec.unit_key));
    HONE_ASSIGN(spec.journal, store->JournalOf(spec.unit_key));
    ++report.units;
    for (int64_t order = 1; order <= orders; ++order) {
      UnitRun::World world;
      world.clock = clock;
      world.store = store;
      world.broker = &broker;
      world.judge_prompt = loaded.judge_prompt;
      world.default_embedder = loaded.default_embedder;
      world.facilities = facilities;
      world.assets = &loaded.assets;
      world.writes = false;
      world.shuffle = RandomStream("shuffle " + std::to_string(order));
      UseMap uses;
      UseMap effects;
      const UnitEnd end = execution.Run(std::move(world), spec, &uses, &effects);
      ++report.executions;
      report.calls += static_cast<int64_t>(uses.size());
      std::string difference = end.error.message;
      if (end.status == "finished") {
        difference = FirstDifference("call", spec.recorded, uses);
        if (difference.empty()) {
          difference = FirstDifference("effect", CommandsOf(spec.journal), effects);
        }
      }
      if (!difference.empty()) {
        report.differences.push_back(spec.run_label + ", order " + std::to_string(order) + ": " +
                                     difference);
        break;
      }
    }
  }
  return report;
}

}  // namespace hone
