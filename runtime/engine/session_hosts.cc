// The processes of a session that execute its units.
#include "engine/session.h"

namespace hone {
namespace {

constexpr int kMaxDeathsInARow = 5;
constexpr std::size_t kMaxPartBytes = 64U << 20U;  // of texts that a process has handed over

}  // namespace

// The run has no cell left: its processes may go, once the caller's stack has left them.
void Session::ReleaseHosts(std::size_t index) {
  const CellName name = cells_[index].task.name;
  loop_->Post([this, name, alive = alive_] {
    if (!*alive) return;
    for (const bool is_evaluation : {false, true}) {
      const auto first = hosts_.lower_bound({name.arm, name.seed, is_evaluation, 0});
      for (auto host = first; host != hosts_.end();) {
        const bool is_of_run = std::get<0>(host->first) == name.arm &&
                               std::get<1>(host->first) == name.seed &&
                               std::get<2>(host->first) == is_evaluation;
        if (!is_of_run) break;
        host = host->second.units.empty() ? hosts_.erase(host) : std::next(host);
      }
    }
  });
}

Session::HostKey Session::CurrentHost(const CellName& cell, bool is_evaluation) {
  int& generation = generation_[{cell.arm, cell.seed, is_evaluation}];
  const HostKey key{cell.arm, cell.seed, is_evaluation, generation};
  const auto found = hosts_.find(key);
  const bool is_full = found != hosts_.end() && found->second.process != nullptr &&
                       found->second.process->parts().size_bytes() > kMaxPartBytes;
  if (!is_full) return key;
  if (found->second.units.empty()) hosts_.erase(found);
  ++generation;
  return {cell.arm, cell.seed, is_evaluation, generation};
}

ScriptHost* Session::HostFor(const HostKey& key) {
  Host& host = hosts_[key];
  if (host.process != nullptr) return host.process.get();
  ScriptHost::Options options;
  options.modules = loaded_->sources.ModulesForStart();
  options.cpu_limit_ms = options_.cpu_limit_ms;
  options.memory_bytes = options_.memory_bytes;
  ScriptHost::Events events;
  events.on_unit_frame = [this, key](FrameType type, const Json& body) {
    const auto found = hosts_.find(key);
    if (found == hosts_.end()) return;
    const auto unit = found->second.units.find(body["unit"].AsInt());
    if (unit == found->second.units.end()) return;
    const std::shared_ptr<UnitRun> keep = unit->second;
    keep->OnFrame(type, body);
  };
  events.on_death = [this, key, alive = alive_](const ScriptHost::Death& death) {
    loop_->Post([this, key, death, alive] {
      if (*alive) OnDeath(key, death);
    });
  };
  host.process = std::make_unique<ScriptHost>(loop_, spawner_, options, events);
  if (const Status started = host.process->Start(); !started.ok()) {
    if (hooks_.on_log) hooks_.on_log(LogLevel::kError, started.error().message);
    host.process.reset();
  }
  return host.process.get();
}

// The guilty unit fails; the others go on in a new process, from the ledger.
void Session::OnDeath(const HostKey& key, const ScriptHost::Death& death) {
  const auto found = hosts_.find(key);
  if (found == hosts_.end() || finished_) return;
  Host& host = found->second;
  std::map<int64_t, std::shared_ptr<UnitRun>> units = std::move(host.units);
  host.units.clear();
  host.process.reset();
  ++host.deaths;
  if (hooks_.on_log && !units.empty()) hooks_.on_log(LogLevel::kWarn, death.error.message);
  const bool hopeless = host.deaths > kMaxDeathsInARow;
  ScriptHost* fresh = nullptr;
  for (const auto& [number, unit] : units) {
    if (hopeless || (death.guilty && *death.guilty == number)) {
      unit->Stop("failed", death.error);
      continue;
    }
    if (fresh == nullptr) fresh = HostFor(key);
    if (fresh == nullptr) {
      unit->Stop("failed", death.error);
      continue;
    }
    const int64_t next = ++next_number_;
    hosts_[key].units[next] = unit;
    unit->Restart(fresh, next);
  }
}

// In the same process, under another number: what the old one still says is not heard.
void Session::StartAgain(const Hash& unit_key) {
  const auto found = active_.find(unit_key);
  if (found == active_.end() || finished_) return;
  const std::shared_ptr<UnitRun> unit = found->second.unit;
  Host& host = hosts_[found->second.host];
  if (host.process == nullptr) return;  // its death starts every unit of it again
  host.units.erase(unit->number());
  const int64_t next = ++next_number_;
  host.units[next] = unit;
  unit->Restart(host.process.get(), next);
}

}  // namespace hone
