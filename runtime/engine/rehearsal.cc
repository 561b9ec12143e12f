#include "engine/rehearsal.h"

#include <algorithm>
#include <numeric>
#include <set>

#include "engine/rehearsed_containers.h"
#include "engine/session.h"
#include "store/read_database.h"

namespace hone {
namespace {

constexpr std::size_t kPerStratum = 2;

LoadedExperiment SampleOf(const LoadedExperiment& loaded, const Rehearsal& rehearsal,
                          std::vector<std::size_t>* items) {
  for (const std::vector<std::size_t>& stratum : rehearsal.sampled) {
    items->insert(items->end(), stratum.begin(), stratum.end());
  }
  std::sort(items->begin(), items->end());
  LoadedExperiment sample = loaded;
  sample.items.clear();
  for (const std::size_t item : *items) sample.items.push_back(loaded.items[item]);
  sample.experiment.seeds.resize(1);
  sample.experiment.budget = {};
  return sample;
}

// Every use of a call, arm by arm: what a call is, and whose.
constexpr std::string_view kUses = R"sql(
SELECT a.position AS arm, ru.position AS item, u.kind, us.role, us.call_id,
       c.input_tokens, c.output_tokens, c.request_json LIKE '{"embed":%', us.step
FROM arms a JOIN runs r USING (arm_id) JOIN run_units ru USING (run_id)
JOIN units u ON u.unit_id IN (ru.unit_id, ru.evaluate_unit_id, ru.select_unit_id)
JOIN uses us ON us.unit_id = u.unit_id JOIN calls c USING (call_id)
WHERE c.status = 'answered'
ORDER BY a.position, ru.position, u.kind DESC, us.path, us.ordinal)sql";

Status ReadCells(const std::string& scratch, const std::vector<std::size_t>& items,
                 Rehearsal* rehearsal) {
  HONE_ASSIGN(const auto database, ReadDatabase::Open(scratch));
  std::set<int64_t> bought;                                      // by any arm so far
  std::set<std::tuple<std::size_t, std::size_t, int64_t>> seen;  // a unit may use an answer twice
  return database->Each(kUses, Json(), [&](const auto& /*columns*/, std::vector<Json> row) {
    const auto arm = static_cast<std::size_t>(row[0].AsInt());
    const std::size_t item = items[static_cast<std::size_t>(row[1].AsInt())];
    const int64_t call = row[4].AsInt();
    if (!seen.insert({arm, item, call}).second) return true;
    const CallVolume one{1, row[5].AsDouble(), row[6].AsDouble()};
    const CallKind kind{row[3].AsString() + (row[7].AsInt() == 1 ? kEmbedRole : ""),
                        row[8].AsString()};
    RehearsedCell& cell = rehearsal->cells[{arm, item}];
    const bool is_recipe = row[2].AsString() == "run";
    (is_recipe ? cell.recipe : cell.evaluation)[kind] += one;
    if (bought.insert(call).second) {
      (is_recipe ? cell.recipe_added : cell.evaluation_added)[kind] += one;
    }
    return true;
  });
}

}  // namespace

void ChooseSample(const LoadedExperiment& loaded, std::size_t items, Rehearsal* rehearsal) {
  std::vector<std::size_t> by_size(loaded.items.size());
  std::iota(by_size.begin(), by_size.end(), std::size_t{0});
  std::sort(by_size.begin(), by_size.end(), [&](std::size_t a, std::size_t b) {
    const Item& left = loaded.items[a];
    const Item& right = loaded.items[b];
    if (left.context_bytes != right.context_bytes) {
      return left.context_bytes < right.context_bytes;
    }
    return left.input_hash < right.input_hash;
  });
  const std::size_t count =
      by_size.size() <= items ? 1 : std::max<std::size_t>(1, items / kPerStratum);
  for (std::size_t i = 0; i < count; ++i) {
    const auto first = static_cast<std::ptrdiff_t>(by_size.size() * i / count);
    const auto last = static_cast<std::ptrdiff_t>(by_size.size() * (i + 1) / count);
    std::vector<std::size_t> stratum(by_size.begin() + first, by_size.begin() + last);
    std::vector<std::size_t> sampled = stratum;
    if (by_size.size() > items) {
      std::sort(sampled.begin(), sampled.end(), [&](std::size_t a, std::size_t b) {
        return loaded.items[a].input_hash < loaded.items[b].input_hash;
      });
      sampled.resize(std::min(sampled.size(), std::min(items, kPerStratum)));
    }
    rehearsal->strata.push_back(std::move(stratum));
    rehearsal->sampled.push_back(std::move(sampled));
  }
}

Result<Rehearsal> Rehearse(EventLoop* loop, Clock* clock, ScriptProcessSpawner* spawner,
                           const LoadedExperiment& loaded,
                           const std::vector<std::string>& only_arms, std::size_t items,
                           const Facilities& facilities, const std::string& scratch) {
  Rehearsal rehearsal;
  ChooseSample(loaded, items, &rehearsal);
  std::vector<std::size_t> chosen;
  const LoadedExperiment sample = SampleOf(loaded, rehearsal, &chosen);
  Store::Options store_options;
  store_options.path = scratch;
  store_options.reserve_bytes = 0;
  HONE_ASSIGN(auto store, Store::Open(std::move(store_options),
                                      [loop](auto task) { loop->Post(std::move(task)); }));
  SessionOptions options;
  options.only_arms = only_arms;
  if (sample.search) options.cells = PlanTasks(sample, only_arms);
  options.hone_version = "plan";
  options.facilities = facilities;
  RehearsedContainers containers(loop);
  options.facilities.containers = &containers;
  Session::Hooks hooks;
  hooks.on_progress = [](const Progress&) {};
  hooks.on_log = [](LogLevel, const std::string&) {};
  SessionEnd end;
  {
    Session session(loop, clock, spawner, store.get(), &sample, options, std::move(hooks));
    end = session.Run();
  }
  store.reset();
  for (const MissingCell& cell : end.missing) {
    rehearsal.failures.push_back(cell.label + ": " + cell.reason);
  }
  HONE_TRY(ReadCells(scratch, chosen, &rehearsal));
  return rehearsal;
}

}  // namespace hone
