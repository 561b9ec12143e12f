#include "app/plan_text.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <set>

#include "app/terminal.h"
#include "base/text.h"
#include "report/text_grid.h"

namespace hone {
namespace {

std::string Rounded(double value) { return std::to_string(std::llround(value)); }

std::string Calls(const Estimate& estimate) {
  std::string out = Rounded(estimate.volume.calls);
  if (estimate.calls_error >= 0.5) out += " +- " + Rounded(2 * estimate.calls_error);
  return out;
}

std::string Money(const Estimate& estimate) {
  if (!estimate.price) return "no price";
  char text[32];
  std::snprintf(text, sizeof text, "$%.2f", estimate.price->ToUsd());
  return text;
}

std::string Duration(double seconds) {
  if (seconds < 90) return Rounded(seconds) + " s";
  if (seconds < 5400) return Rounded(seconds / 60) + " min";
  return Rounded(seconds / 3600) + " h";
}

std::string ArmTable(const Plan& plan) {
  using Align = TextGrid::Align;
  TextGrid grid;
  grid.AddColumn("arm", Align::kLeft, 44);
  for (const char* title : {"cells", "finished", "calls alone", "price alone", "added calls",
                            "added price", "now", "recipe calls at most"}) {
    grid.AddColumn(title, Align::kRight);
  }
  const auto row = [&](const std::string& name, const std::string& cells,
                       const std::string& finished, const Estimate& alone, const Estimate& added,
                       const Estimate& now, const std::string& bound) {
    grid.AddRow({name, cells, finished, Calls(alone), Money(alone), Calls(added), Money(added),
                 Calls(now), bound});
  };
  for (const PlannedArm& arm : plan.arms) {
    row(arm.preset.empty() ? arm.name : arm.name + " (" + arm.preset + ")",
        std::to_string(arm.cells), std::to_string(arm.finished), arm.alone, arm.added, arm.now,
        arm.recipe_calls_at_most ? std::to_string(*arm.recipe_calls_at_most) : "no bound");
  }
  row("all rows", "", "", plan.sum_alone, plan.total, plan.now, "");
  return grid.Render();
}

std::string RoleTable(const Plan& plan) {
  TextGrid grid;
  grid.AddColumn("arm", TextGrid::Align::kLeft, 44);
  grid.AddColumn("role");
  grid.AddColumn("model");
  for (const char* title : {"calls alone", "tokens in", "tokens out", "price"}) {
    grid.AddColumn(title, TextGrid::Align::kRight);
  }
  for (const PlannedArm& arm : plan.arms) {
    for (const PlannedRole& role : arm.roles) {
      grid.AddRow({arm.name, role.role, role.model, Calls(role.alone),
                   Rounded(role.alone.volume.input_tokens),
                   Rounded(role.alone.volume.output_tokens), Money(role.alone)});
    }
  }
  return grid.Render();
}

// Whether a recipe bounds its calls by the names of its steps: then the plan speaks of stages.
bool SpeaksOfStages(const PlannedArm& arm) {
  return std::any_of(arm.stages.begin(), arm.stages.end(), [&](const PlannedStage& stage) {
    return !stage.is_evaluation && arm.bound_parts.Has(stage.step);
  });
}

// Calls by stage: what the rehearsal found, beside the recipe's own bound of a unit.
std::string StageTable(const Plan& plan) {
  TextGrid grid;
  grid.AddColumn("arm", TextGrid::Align::kLeft, 44);
  grid.AddColumn("stage");
  for (const char* title : {"calls alone", "tokens in", "tokens out", "price", "a unit at most"}) {
    grid.AddColumn(title, TextGrid::Align::kRight);
  }
  bool any = false;
  for (const PlannedArm& arm : plan.arms) {
    if (!SpeaksOfStages(arm)) continue;
    any = true;
    std::set<std::string> seen;
    for (const PlannedStage& stage : arm.stages) {
      const std::string name = stage.is_evaluation ? "(evaluation)" : stage.step;
      const Json& most = stage.is_evaluation ? Json() : arm.bound_parts[stage.step];
      seen.insert(name);
      grid.AddRow({arm.name, name, Calls(stage.alone), Rounded(stage.alone.volume.input_tokens),
                   Rounded(stage.alone.volume.output_tokens), Money(stage.alone),
                   most.is_null() ? "" : std::to_string(most.AsInt())});
    }
    for (const auto& [name, most] : arm.bound_parts.members()) {
      if (seen.count(name) > 0) continue;
      grid.AddRow({arm.name, name, "0", "", "", "", std::to_string(most.AsInt())});
    }
  }
  return any ? grid.Render() : "";
}

}  // namespace

std::string PlanText(const Plan& plan, bool by_role) {
  std::string out = std::to_string(plan.items) + " items in " + std::to_string(plan.clusters) +
                    " clusters, " + std::to_string(plan.report_tasks) + " report tasks, " +
                    std::to_string(plan.replicates) + " replicates";
  if (plan.items < plan.items_in_data) {
    out += " (a subset: the data has " + std::to_string(plan.items_in_data) + ")";
  }
  out += "\n";
  if (plan.exposed_items > 0) {
    out +=
        std::to_string(plan.exposed_items) + " items are exposed and stay out of every headline\n";
  }
  if (plan.candidates > 0) {
    out += "a search over " + std::to_string(plan.candidates) +
           " candidates, at most: every one on every selection item, and the winner reported\n";
  }
  out += "\n" + ArmTable(plan);
  if (const std::string stages = StageTable(plan); !stages.empty()) out += "\n" + stages;
  if (by_role) out += "\n" + RoleTable(plan);
  out += "\n";
  if (plan.sampled_items == 0) {
    out += "not rehearsed: only the recipes' own bounds are known\n";
  } else {
    if (plan.sum_alone.volume.calls > 0) {
      out += "all rows together: " +
             Rounded(100 * plan.total.volume.calls / plan.sum_alone.volume.calls) +
             " % of the calls of the rows alone\n";
    }
    out += "to buy now: " + Calls(plan.now) + " calls, " + Money(plan.now) + ", about " +
           Duration(plan.seconds) + " at the limits of the endpoints\n";
    out += "estimated from " + std::to_string(plan.sampled_items) + " of " +
           std::to_string(plan.items) +
           " items, executed with the offline reader (a stand-in, not a language model); +- is two "
           "standard errors\n";
    out += std::string("tokens and time: ") + Plan::kEstimator + "\n";
    if (plan.has_containers) {
      out +=
          "containers were not executed: every command counts as code 0 without output, every test "
          "as failed; real tasks may take more or fewer calls\n";
    }
  }
  for (const std::string& failure : plan.failures) {
    out += "note: did not end in the rehearsal: " + OneLine(failure, 200) + "\n";
  }
  for (const std::string& name : plan.aliases) {
    out += "note: " + name + " is an alias: pin a dated snapshot to compare later\n";
  }
  for (const std::string& name : plan.unpriced) {
    out += "note: " + name + " has no price here; a USD budget needs one\n";
  }
  return out;
}

}  // namespace hone
