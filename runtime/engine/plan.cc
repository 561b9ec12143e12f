#include "engine/plan.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "engine/cell_plan.h"

namespace hone {
namespace {

constexpr double kSecondsPerCall = 5;

// How much of a cell is still to be executed: 1 for all of it.
struct Remaining {
  double recipe = 1, evaluation = 1;
};

const UnitModel& ModelOf(const LoadedExperiment& loaded, const LoadedArm& arm,
                         const std::string& role, bool is_evaluation) {
  if (is_evaluation && role == "judge" && loaded.evaluate_judge) return *loaded.evaluate_judge;
  const bool embeds = role.ends_with(kEmbedRole);
  auto found = arm.models.find(embeds ? role.substr(0, role.rfind(kEmbedRole)) : role);
  if (found != arm.models.end()) return found->second;
  if (!embeds) return arm.models.at("default");
  found = arm.models.find("embed");
  return found != arm.models.end() ? found->second : loaded.default_embedder;
}

void AddPrice(const CallVolume& volume, const UnitModel& model, Estimate* out) {
  const std::optional<TokenPrices>& prices = model.choice.prices;
  if (!prices) {
    if (volume.calls > 0) out->price.reset();
  } else if (out->price) {
    *out->price += TokenPrice(std::llround(volume.input_tokens), prices->input) +
                   TokenPrice(std::llround(volume.output_tokens), prices->output);
  }
}

void Add(const Estimate& one, Estimate* sum) {
  sum->volume += one.volume;
  sum->calls_error = std::hypot(sum->calls_error, one.calls_error);
  if (!one.price) sum->price.reset();
  if (sum->price && one.price) *sum->price += *one.price;
}

Estimate Nothing() {
  Estimate none;
  none.price = PicoUsd{};
  return none;
}

double CallsOf(const VolumeByKind& kinds) {
  double calls = 0;
  for (const auto& [kind, volume] : kinds) calls += volume.calls;
  return calls;
}

// The calls of an arm, told apart by role and model, and by step.
struct Parts {
  std::map<std::pair<std::string, std::string>, Estimate> roles;
  std::map<std::pair<bool, std::string>, Estimate> stages;  // (of the evaluation, step)

  void Add(const CallKind& kind, bool is_evaluation, const CallVolume& volume,
           const UnitModel& model) {
    Estimate& of_role = roles.try_emplace({kind.role, model.name}, Nothing()).first->second;
    Estimate& of_stage = stages.try_emplace({is_evaluation, kind.step}, Nothing()).first->second;
    for (Estimate* one : {&of_role, &of_stage}) {
      one->volume += volume;
      AddPrice(volume, model, one);
    }
  }
};

// One member of RehearsedCell for the sampled items of a stratum, expanded to its weight.
class Expansion {
 public:
  // `in_arm`: an item's cells in the arm; a slice has none for items outside of it.
  Expansion(const LoadedExperiment& loaded, const Rehearsal& rehearsal, std::size_t arm,
            const std::vector<double>& in_arm)
      : loaded_(loaded), rehearsal_(rehearsal), arm_(arm) {
    const auto only = [&](const std::vector<std::size_t>& items) {
      std::vector<std::size_t> out;
      for (const std::size_t item : items) {
        if (in_arm[item] > 0) out.push_back(item);
      }
      return out;
    };
    bool is_covered = true;
    for (std::size_t h = 0; h < rehearsal.strata.size(); ++h) {
      strata_.push_back({only(rehearsal.strata[h]), only(rehearsal.sampled[h])});
      is_covered = is_covered && (strata_[h].items.empty() || !strata_[h].sampled.empty());
    }
    if (is_covered) return;
    // A slice that missed a stratum's sample is one stratum.
    Stratum all;
    for (const Stratum& stratum : strata_) {
      all.items.insert(all.items.end(), stratum.items.begin(), stratum.items.end());
      all.sampled.insert(all.sampled.end(), stratum.sampled.begin(), stratum.sampled.end());
    }
    strata_ = {std::move(all)};
  }

  // `weight` of an item: how many times the item's calls are made. `per_task`: the member is
  // counted per report task of the item.
  Estimate Expand(VolumeByKind RehearsedCell::*member, const std::vector<double>& weight,
                  bool per_task, Parts* parts) const {
    Estimate sum = Nothing();
    double variance = 0;
    for (const auto& [members, sampled] : strata_) {
      VolumeByKind mean;
      double calls = 0, squares = 0, n = 0;
      for (const std::size_t item : sampled) {
        const auto cell = rehearsal_.cells.find({arm_, item});
        const double size = SizeOf(item, per_task);
        if (size == 0) continue;
        n += 1;
        if (cell == rehearsal_.cells.end()) continue;
        for (const auto& [kind, volume] : cell->second.*member) mean[kind] += volume * (1 / size);
        const double rate = CallsOf(cell->second.*member) / size;
        calls += rate;
        squares += rate * rate;
      }
      if (n == 0) continue;
      double total = 0, items = 0;
      for (const std::size_t item : members) {
        total += weight[item] * SizeOf(item, per_task);
        if (SizeOf(item, per_task) > 0) items += 1;
      }
      for (const auto& [kind, volume] : mean) {
        const CallVolume part = volume * (total / n);
        const UnitModel& model = ModelOf(loaded_, loaded_.arms[arm_], kind.role, per_task);
        sum.volume += part;
        AddPrice(part, model, &sum);
        if (parts != nullptr) parts->Add(kind, per_task, part, model);
      }
      const double spread = n > 1 ? std::max(0.0, (squares - calls * calls / n) / (n - 1)) : 0;
      variance += total * total * (1 - n / std::max(items, n)) * spread / n;
    }
    sum.calls_error = std::sqrt(variance);
    return sum;
  }

 private:
  struct Stratum {
    std::vector<std::size_t> items, sampled;
  };

  [[nodiscard]] double SizeOf(std::size_t item, bool per_task) const {
    const Item& one = loaded_.items[item];
    const std::size_t selects = loaded_.search ? one.select_hashes.size() : 0;
    return per_task ? static_cast<double>(one.report_hashes.size() + selects) : 1;
  }

  const LoadedExperiment& loaded_;
  const Rehearsal& rehearsal_;
  std::size_t arm_;
  std::vector<Stratum> strata_;
};

// What of the cell's recipe and evaluation is on record.
Remaining Look(const LoadedExperiment& loaded, const CellName& cell, Store* store,
               PlannedArm* out) {
  const LoadedArm& arm = loaded.arms[cell.arm];
  Remaining left;
  int64_t recorded = 0;
  if (store != nullptr && arm.program) {
    const Hash key = RecipeUnit(loaded, cell).unit_key;
    const Result<std::optional<StoredUnit>> unit = store->FindUnit(key);
    if (unit.ok() && unit->has_value() && (*unit)->status == "finished") {
      ++out->finished;
      left.recipe = 0;
      if (loaded.evaluator) {
        const std::string skill = (*unit)->result["skill"].AsString();
        const auto evaluated = store->FindUnit(EvaluateUnit(loaded, cell, skill).unit_key);
        const bool is_done =
            evaluated.ok() && evaluated->has_value() && (*evaluated)->status == "finished";
        if (is_done) left.evaluation = 0;
      }
      return left;
    }
    const Result<UseMap> uses = store->UsesOf(key);
    if (uses.ok()) recorded = static_cast<int64_t>(uses->size());
    out->recorded += recorded;
  }
  if (!arm.program) return left;
  if (!arm.bound) {
    out->recipe_calls_at_most.reset();
  } else if (out->recipe_calls_at_most) {
    *out->recipe_calls_at_most += std::max<int64_t>(0, *arm.bound - recorded);
  }
  return left;
}

void PlanArm(const LoadedExperiment& loaded, std::size_t index, const std::vector<CellName>& cells,
             Store* store, const Rehearsal& rehearsal, PlannedArm* out) {
  const LoadedArm& arm = loaded.arms[index];
  out->name = arm.spec.name;
  out->recipe = arm.spec.recipe;
  out->preset = arm.program ? arm.program->preset : "";
  out->bound_parts = arm.bound_parts;
  out->recipe_calls_at_most = 0;
  out->cells = static_cast<int64_t>(cells.size());
  std::vector<double> all(loaded.items.size()), recipe(all.size()), evaluation(all.size());
  for (const CellName& cell : cells) {
    const Remaining left = Look(loaded, cell, store, out);
    all[cell.item] += 1;
    recipe[cell.item] += left.recipe;
    evaluation[cell.item] += left.evaluation;
  }
  out->alone = out->added = out->now = Nothing();
  if (rehearsal.cells.empty()) return;
  const Expansion expansion(loaded, rehearsal, index, all);
  Parts parts;
  using Cell = RehearsedCell;
  Add(expansion.Expand(&Cell::recipe, all, false, &parts), &out->alone);
  Add(expansion.Expand(&Cell::evaluation, all, true, &parts), &out->alone);
  Add(expansion.Expand(&Cell::recipe_added, all, false, nullptr), &out->added);
  Add(expansion.Expand(&Cell::evaluation_added, all, true, nullptr), &out->added);
  Add(expansion.Expand(&Cell::recipe_added, recipe, false, nullptr), &out->now);
  Add(expansion.Expand(&Cell::evaluation_added, evaluation, true, nullptr), &out->now);
  for (const auto& [name, estimate] : parts.roles) {
    out->roles.push_back({name.first, name.second, estimate});
  }
  for (const auto& [name, estimate] : parts.stages) {
    out->stages.push_back({name.second, name.first, estimate});
  }
}

// The busiest endpoint decides: its requests and tokens a minute, and its places.
double SecondsFor(const LoadedExperiment& loaded, const Plan& plan) {
  std::map<std::string, std::pair<CallVolume, EndpointLimits>> endpoints;
  double alone = 0;
  for (const PlannedArm& arm : plan.arms) alone += arm.alone.volume.calls;
  if (alone <= 0) return 0;
  const double part = plan.now.volume.calls / alone;
  for (const PlannedArm& planned : plan.arms) {
    for (const PlannedRole& role : planned.roles) {
      for (const LoadedArm& arm : loaded.arms) {
        if (arm.spec.name != planned.name) continue;
        for (const auto& [name, model] : arm.models) {
          if (model.name != role.model) continue;
          auto& [volume, limits] = endpoints[model.choice.endpoint];
          volume += role.alone.volume * part;
          limits = model.choice.limits;
          break;
        }
      }
    }
  }
  double seconds = 0;
  for (const auto& [name, load] : endpoints) {
    const auto& [volume, limits] = load;
    seconds = std::max(seconds, volume.calls * kSecondsPerCall / limits.max_in_flight);
    if (limits.requests_per_minute) {
      seconds =
          std::max(seconds, volume.calls * 60 / static_cast<double>(*limits.requests_per_minute));
    }
    if (limits.tokens_per_minute) {
      seconds = std::max(seconds, (volume.input_tokens + volume.output_tokens) * 60 /
                                      static_cast<double>(*limits.tokens_per_minute));
    }
  }
  return seconds;
}

}  // namespace

Plan MakePlan(const LoadedExperiment& loaded, const std::vector<std::string>& only_arms,
              Store* store, const Rehearsal& rehearsal) {
  Plan plan;
  std::map<std::size_t, std::vector<CellName>> cells;
  for (const CellTask& task : PlanTasks(loaded, only_arms)) {
    cells[task.name.arm].push_back(task.name);
  }
  if (loaded.search) plan.candidates = static_cast<int64_t>(loaded.search->candidates.size());
  std::set<std::string> clusters, aliases, unpriced;
  for (const Item& item : loaded.items) {
    clusters.insert(item.cluster);
    plan.report_tasks += static_cast<int64_t>(item.report_hashes.size());
    if (item.separation == "none") ++plan.exposed_items;
  }
  plan.sum_alone = plan.total = plan.now = Nothing();
  for (const auto& [index, of_arm] : cells) {
    PlannedArm arm;
    PlanArm(loaded, index, of_arm, store, rehearsal, &arm);
    for (const auto& [role, model] : loaded.arms[index].models) {
      if (model.choice.is_alias) aliases.insert(model.name);
      if (!model.choice.prices) unpriced.insert(model.name);
    }
    Add(arm.alone, &plan.sum_alone);
    Add(arm.added, &plan.total);
    Add(arm.now, &plan.now);
    plan.arms.push_back(std::move(arm));
  }
  plan.aliases.assign(aliases.begin(), aliases.end());
  plan.unpriced.assign(unpriced.begin(), unpriced.end());
  plan.items = static_cast<int64_t>(loaded.items.size());
  plan.items_in_data = static_cast<int64_t>(loaded.items_in_data);
  plan.has_containers = UsesCapability(loaded, "container");
  plan.clusters = static_cast<int64_t>(clusters.size());
  plan.replicates = static_cast<int64_t>(loaded.experiment.seeds.size());
  for (const auto& stratum : rehearsal.sampled) plan.sampled_items += stratum.size();
  plan.failures = rehearsal.failures;
  plan.seconds = SecondsFor(loaded, plan);
  return plan;
}

}  // namespace hone
