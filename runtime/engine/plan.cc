#include "engine/plan.h"

#include <algorithm>
#include <map>
#include <set>

#include "base/text.h"
#include "engine/cell_plan.h"

namespace hone {
namespace {

constexpr int64_t kOutputTokens = 700;
constexpr int64_t kPromptTokens = 500;  // a recipe's own prompt

// Adds `calls` calls of `role` over the item to the arm's estimate.
void AddCalls(const LoadedArm& arm, const std::string& role, int64_t calls, const Item& item,
              PlannedArm* out) {
  auto model = arm.models.find(role);
  if (model == arm.models.end()) model = arm.models.find("default");
  const int64_t input =
      calls * (static_cast<int64_t>(item.context_text.size()) / 4 + kPromptTokens);
  const int64_t output = calls * kOutputTokens;
  out->input_tokens += input;
  out->output_tokens += output;
  const std::optional<TokenPrices>& prices = model->second.choice.prices;
  if (!prices) {
    out->price.reset();
  } else if (out->price) {
    *out->price += TokenPrice(input, prices->input) + TokenPrice(output, prices->output);
  }
}

// What the cell's recipe may still buy.
void AddRecipe(const LoadedExperiment& loaded, const CellName& cell, Store* store,
               PlannedArm* out) {
  const LoadedArm& arm = loaded.arms[cell.arm];
  if (!arm.program) return;
  int64_t recorded = 0;
  if (store != nullptr) {
    const UnitSpec spec = RecipeUnit(loaded, cell);
    const Result<std::optional<StoredUnit>> unit = store->FindUnit(spec.unit_key);
    if (unit.ok() && unit->has_value()) {
      if ((*unit)->status == "finished") {
        ++out->finished;
        return;
      }
      const Result<UseMap> uses = store->UsesOf(spec.unit_key);
      if (uses.ok()) recorded = static_cast<int64_t>(uses->size());
    }
  }
  if (!arm.bound) {
    out->recipe_calls.reset();
    return;
  }
  const int64_t calls = std::max<int64_t>(0, *arm.bound - recorded);
  if (out->recipe_calls) *out->recipe_calls += calls;
  AddCalls(arm, "default", calls, loaded.items[cell.item], out);
}

std::string Money(const std::optional<PicoUsd>& price) {
  return price ? price->Text() : "no price";
}

}  // namespace

Plan MakePlan(const LoadedExperiment& loaded, const std::vector<std::string>& only_arms,
              Store* store) {
  Plan plan;
  std::map<std::size_t, PlannedArm> arms;
  for (const CellName& cell : PlanCells(loaded, only_arms)) {
    const LoadedArm& arm = loaded.arms[cell.arm];
    auto [at, is_new] = arms.try_emplace(cell.arm);
    PlannedArm& out = at->second;
    if (is_new) {
      out.name = arm.spec.name;
      out.recipe = arm.spec.recipe;
      out.recipe_calls = 0;
      out.price = PicoUsd{};
    }
    ++out.cells;
    AddRecipe(loaded, cell, store, &out);
    if (!loaded.evaluator) continue;
    const auto tasks = static_cast<int64_t>(loaded.items[cell.item].report.size());
    out.evaluate_calls += 2 * tasks;
    AddCalls(arm, "default", tasks, loaded.items[cell.item], &out);
    AddCalls(arm, "judge", tasks, loaded.items[cell.item], &out);
  }
  std::set<std::string> clusters, aliases, unpriced;
  for (const Item& item : loaded.items) {
    clusters.insert(item.cluster);
    plan.report_tasks += static_cast<int64_t>(item.report.size());
    if (item.separation == "none") ++plan.exposed_items;
  }
  plan.total = PicoUsd{};
  for (auto& [index, arm] : arms) {
    for (const auto& [role, model] : loaded.arms[index].models) {
      if (model.choice.is_alias) aliases.insert(model.name);
      if (!model.choice.prices) unpriced.insert(model.name);
    }
    if (!arm.price) plan.total.reset();
    if (plan.total) *plan.total += *arm.price;
    plan.arms.push_back(std::move(arm));
  }
  plan.aliases.assign(aliases.begin(), aliases.end());
  plan.unpriced.assign(unpriced.begin(), unpriced.end());
  plan.items = static_cast<int64_t>(loaded.items.size());
  plan.items_in_data = static_cast<int64_t>(loaded.items_in_data);
  plan.clusters = static_cast<int64_t>(clusters.size());
  return plan;
}

Json Plan::ToJson() const {
  Json out;
  out.Set("items", items);
  out.Set("items_in_data", items_in_data);
  out.Set("clusters", clusters);
  out.Set("report_tasks", report_tasks);
  out.Set("exposed_items", exposed_items);
  out.Set("estimator", kEstimator);
  Json list{Json::Array()};
  for (const PlannedArm& arm : arms) {
    Json row;
    row.Set("arm", arm.name);
    row.Set("recipe", arm.recipe);
    row.Set("cells", arm.cells);
    row.Set("finished", arm.finished);
    row.Set("recipe_calls_at_most", arm.recipe_calls ? Json(*arm.recipe_calls) : Json());
    row.Set("evaluate_calls", arm.evaluate_calls);
    row.Set("input_tokens", arm.input_tokens);
    row.Set("output_tokens", arm.output_tokens);
    row.Set("usd", arm.price ? Json(arm.price->ToUsd()) : Json());
    list.Append(std::move(row));
  }
  out.Set("arms", std::move(list));
  out.Set("usd_at_most_unshared", total ? Json(total->ToUsd()) : Json());
  return out;
}

std::string Plan::ToText() const {
  std::string out = std::to_string(items) + " items in " + std::to_string(clusters) +
                    " clusters, " + std::to_string(report_tasks) + " report tasks";
  if (items < items_in_data)
    out += " (a subset: the data has " + std::to_string(items_in_data) + ")";
  out += "\n";
  if (exposed_items > 0)
    out += std::to_string(exposed_items) + " items are exposed and stay out of every headline\n";
  for (const PlannedArm& arm : arms) {
    out += "  " + OneLine(arm.name, 40) + ": " + std::to_string(arm.cells) + " cells";
    if (arm.finished > 0) out += " (" + std::to_string(arm.finished) + " finished)";
    out += ", recipe calls at most " + (arm.recipe_calls ? std::to_string(*arm.recipe_calls)
                                                         : std::string("unknown (no bound)"));
    out += ", evaluation calls " + std::to_string(arm.evaluate_calls);
    out += ", tokens in " + std::to_string(arm.input_tokens) + " out " +
           std::to_string(arm.output_tokens);
    out += ", " + Money(arm.price) + "\n";
  }
  out += "at most, if no call were shared between arms: " + Money(total) +
         " (estimate: " + kEstimator + ")\n";
  for (const std::string& name : aliases)
    out += "note: " + name + " is an alias: pin a dated snapshot to compare later\n";
  for (const std::string& name : unpriced)
    out += "note: " + name + " has no price here; a USD budget needs one\n";
  return out;
}

}  // namespace hone
