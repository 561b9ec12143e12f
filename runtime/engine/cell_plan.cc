#include "engine/cell_plan.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "base/text.h"
#include "engine/arm_pattern.h"
#include "engine/item_filter.h"

namespace hone {
namespace {

// Roles and their models, as part of a unit's key.
Json ModelNames(const std::map<std::string, UnitModel>& models) {
  Json out = Json::MakeObject();
  for (const auto& [role, model] : models) out.Set(role, Json(model.name));
  return out;
}

std::string Canonical(const Json& value) {
  const Result<std::string> text = value.Canonical();
  return text.ok() ? *text : "";
}

std::string EpochOf(const LoadedExperiment& loaded, const LoadedArm& arm) {
  if (!arm.spec.independent) return loaded.experiment.epoch;
  return loaded.experiment.epoch + "/" + arm.spec.name;
}

Json Prompts(const Program& program) {
  Json out = Json::MakeObject();
  for (const auto& [name, source] : program.prompts) {
    out.Set(name, Json::MakeObject({{"file", Json(source.file)}, {"text", Json(source.text)}}));
  }
  return out;
}

std::size_t NextItemOfAnotherCluster(const LoadedExperiment& loaded, std::size_t item) {
  for (std::size_t i = 1; i < loaded.items.size(); ++i) {
    const std::size_t other = (item + i) % loaded.items.size();
    if (loaded.items[other].cluster != loaded.items[item].cluster) return other;
  }
  return (item + 1) % loaded.items.size();
}

std::string UnrelatedText(const LoadedExperiment& loaded, const CellName& cell,
                          const std::string& skill) {
  const Item& other = loaded.items[NextItemOfAnotherCluster(loaded, cell.item)];
  const std::string whole = other.ContextText();
  if (whole.size() <= skill.size()) return whole;
  const std::size_t start = (whole.size() - skill.size()) / 2;
  std::string_view text = whole;
  text.remove_prefix(start);
  while (!text.empty() && (static_cast<unsigned char>(text.front()) & 0xC0U) == 0x80U)
    text.remove_prefix(1);
  return std::string(Utf8Prefix(text, skill.size()));
}

}  // namespace

std::vector<CellName> PlanCells(const LoadedExperiment& loaded,
                                const std::vector<std::string>& only_arms) {
  std::vector<CellName> out;
  for (std::size_t seed = 0; seed < loaded.experiment.seeds.size(); ++seed) {
    for (std::size_t arm = 0; arm < loaded.arms.size(); ++arm) {
      const ArmSpec& spec = loaded.arms[arm].spec;
      if (spec.origin == "sweep" || !IsChosenArm(only_arms, spec.name)) continue;
      for (std::size_t item = 0; item < loaded.items.size(); ++item) {
        const bool is_reported = !loaded.items[item].is_set_aside;
        if (is_reported && IsInSlice(loaded.items[item], spec.slice)) {
          out.push_back({arm, seed, item});
        }
      }
    }
  }
  return out;
}

std::vector<CellTask> PlanTasks(const LoadedExperiment& loaded,
                                const std::vector<std::string>& only_arms) {
  std::map<std::tuple<std::size_t, std::size_t, std::size_t>, CellTask> tasks;
  const auto task_of = [&tasks](const CellName& name) -> CellTask& {
    return tasks.try_emplace({name.seed, name.arm, name.item}, CellTask{name, false, false})
        .first->second;
  };
  for (const CellName& cell : PlanCells(loaded, only_arms)) {
    task_of(cell).reports = true;
    if (!loaded.search || cell.arm != loaded.search->base) continue;
    task_of({loaded.search->candidates[0], cell.seed, cell.item}).reports = true;
  }
  if (loaded.search) {
    std::vector<std::size_t> arms = {loaded.search->base};
    arms.insert(arms.end(), loaded.search->candidates.begin(), loaded.search->candidates.end());
    for (std::size_t item = 0; item < loaded.items.size(); ++item) {
      const Json& slice = loaded.arms[loaded.search->base].spec.slice;
      if (loaded.items[item].select_hashes.empty() || !IsInSlice(loaded.items[item], slice)) {
        continue;
      }
      for (std::size_t seed = 0; seed < loaded.experiment.seeds.size(); ++seed) {
        for (const std::size_t arm : arms) task_of({arm, seed, item}).selects = true;
      }
    }
  }
  std::vector<CellTask> out;
  for (const auto& [place, task] : tasks) out.push_back(task);
  return out;
}

RunName RunOf(const LoadedExperiment& loaded, const CellName& cell) {
  return {loaded.hash, loaded.arms[cell.arm].spec.name, loaded.experiment.seeds[cell.seed]};
}

std::string CellLabel(const LoadedExperiment& loaded, const CellName& cell) {
  return loaded.arms[cell.arm].spec.name + " / " + loaded.experiment.seeds[cell.seed] + " / " +
         loaded.items[cell.item].id;
}

UnitSpec RecipeUnit(const LoadedExperiment& loaded, const CellName& cell) {
  const LoadedArm& arm = loaded.arms[cell.arm];
  const Item& item = loaded.items[cell.item];
  const Program& program = *arm.program;
  UnitSpec spec;
  spec.kind = "run";
  spec.item_hash = item.input_hash;
  spec.name = item.id;
  spec.replicate = loaded.experiment.seeds[cell.seed];
  spec.epoch = EpochOf(loaded, arm);
  spec.arm = arm.spec.name;
  spec.run_label = CellLabel(loaded, cell);
  spec.models = arm.models;
  spec.call_limit = arm.bound;
  if (!program.seeds.empty()) spec.seeds = &program.seeds;
  spec.unit_key = HashFields({"hone-unit-1", kSemanticsVersion, program.module, program.hash.View(),
                              Canonical(program.params), Canonical(ModelNames(arm.models)),
                              loaded.judge_prompt_file.text, item.input_hash.View(), spec.replicate,
                              spec.epoch});
  spec.body = [&program, &item, replicate = spec.replicate, epoch = spec.epoch] {
    const Hash random = HashFields({"hone-random-1", replicate, item.input_hash.View(), epoch});
    return Json::MakeObject({{"program", Json(program.module)},
                             {"input", item.Input()},
                             {"params", program.params},
                             {"prompts", Prompts(program)},
                             {"random", Json(random.Hex())}});
  };
  return spec;
}

UnitSpec EvaluateUnit(const LoadedExperiment& loaded, const CellName& cell,
                      const std::string& skill, TaskSplit split) {
  const LoadedArm& arm = loaded.arms[cell.arm];
  const Item& item = loaded.items[cell.item];
  const Program& program = *loaded.evaluator;
  UnitSpec spec;
  spec.kind = "evaluate";
  spec.is_selection = split == TaskSplit::kSelect;
  spec.item_hashes = spec.is_selection ? item.select_hashes : item.report_hashes;
  Sha256 all;
  for (const Hash& hash : spec.item_hashes) all.Field(hash.View());
  spec.item_hash = all.Finish();
  spec.name = item.id;
  spec.replicate = loaded.experiment.seeds[cell.seed];
  spec.epoch = EpochOf(loaded, arm);
  spec.arm = arm.spec.name;
  spec.run_label = CellLabel(loaded, cell) + (spec.is_selection ? " (select)" : " (report)");
  spec.models = arm.models;
  if (loaded.evaluate_judge) spec.models["judge"] = *loaded.evaluate_judge;
  spec.unit_key = HashFields(
      {spec.is_selection ? "hone-select-1" : "hone-evaluate-1", kSemanticsVersion, program.module,
       program.hash.View(), Canonical(program.params), Canonical(ModelNames(spec.models)),
       loaded.judge_prompt_file.text, spec.item_hash.View(), skill, spec.replicate, spec.epoch});
  const Hash random =
      HashFields({"hone-random-1", spec.replicate, spec.item_hash.View(), spec.epoch});
  spec.body = [&program, &item, random, skill, selects = spec.is_selection] {
    Json context = item.Context();
    if (context.Find("id") == nullptr) context.Set("id", Json(item.id));
    Json input = Json::MakeObject({{"context", std::move(context)},
                                   {"items", selects ? item.Select() : item.Report()},
                                   {"skill", Json(skill)}});
    return Json::MakeObject({{"program", Json(program.module)},
                             {"input", std::move(input)},
                             {"params", program.params},
                             {"prompts", Prompts(program)},
                             {"random", Json(random.Hex())}});
  };
  return spec;
}

CellName SkillSource(const LoadedExperiment& loaded, const CellName& cell) {
  const ArmSpec& arm = loaded.arms[cell.arm].spec;
  CellName source = cell;
  for (std::size_t i = 0; i < loaded.arms.size(); ++i) {
    if (loaded.arms[i].spec.name == arm.skills_from) source.arm = i;
  }
  if (arm.skill_map == "another_unit") source.item = NextItemOfAnotherCluster(loaded, cell.item);
  return source;
}

CellName SkillMaker(const LoadedExperiment& loaded, const CellName& cell) {
  CellName at = cell;
  while (!loaded.arms[at.arm].program) at = SkillSource(loaded, at);
  return at;
}

std::string SkillOf(const LoadedExperiment& loaded, const CellName& cell, const std::string& made) {
  const LoadedArm& arm = loaded.arms[cell.arm];
  if (arm.program) return made;
  std::string skill = SkillOf(loaded, SkillSource(loaded, cell), made);
  if (arm.spec.skill_map != "unrelated_text") return skill;
  return UnrelatedText(loaded, cell, skill);
}

}  // namespace hone
