// What a session writes down before it begins: the experiment, its arms, runs and cells as rows.
#include "base/text.h"
#include "engine/session.h"

namespace hone {
namespace {

// The price of every model that may be called, fallbacks included; null: unknown.
Json PriceRows(const LoadedExperiment& loaded) {
  Json out = Json::MakeObject();
  const auto add = [&out](const UnitModel& model) {
    out.Set(model.name, model.choice.prices ? PriceJson(*model.choice.prices) : Json());
    const ModelChoice* other = model.choice.fallback.get();
    for (; other != nullptr; other = other->fallback.get()) {
      out.Set(other->name, other->prices ? PriceJson(*other->prices) : Json());
    }
  };
  for (const LoadedArm& arm : loaded.arms) {
    for (const auto& [role, model] : arm.models) add(model);
  }
  if (loaded.evaluate_judge) add(*loaded.evaluate_judge);
  return out;
}

// Every file that the experiment's programs are made of, by the name that tracebacks show.
std::map<std::string, Part> SourcesOf(const LoadedExperiment& loaded) {
  std::map<std::string, Part> out;
  const auto add = [&](const SourceFile& source) { out[source.file] = Part::Of(source.text); };
  const auto add_program = [&](const Program& program) {
    for (const Json& module : program.description["modules"].items()) {
      const auto found = loaded.sources.modules().find(module.AsString());
      if (found != loaded.sources.modules().end()) add(found->second);
    }
    for (const auto& [name, file] : program.prompts) add(file);
  };
  for (const LoadedArm& arm : loaded.arms) {
    if (arm.program) add_program(*arm.program);
  }
  if (loaded.evaluator) add_program(*loaded.evaluator);
  if (loaded.mapper) add_program(*loaded.mapper);
  add(loaded.source);
  add(loaded.judge_prompt_file);
  if (loaded.reference) add(*loaded.reference);
  return out;
}

// What a program's part of a unit's key is made of, by name, so that two keys can be compared.
Json ProgramInputs(const LoadedExperiment& loaded, const Program& program) {
  Json files = Json::MakeObject();
  for (const Json& module : program.description["modules"].items()) {
    const auto found = loaded.sources.modules().find(module.AsString());
    if (found == loaded.sources.modules().end()) continue;
    files.Set(found->second.file, HashOf(found->second.text).Hex());
  }
  Json prompts = Json::MakeObject();
  for (const auto& [name, file] : program.prompts) {
    prompts.Set(name, Json::MakeObject({{"file", file.file}, {"hash", HashOf(file.text).Hex()}}));
  }
  return Json::MakeObject({{"module", program.module},
                           {"hash", program.hash.Hex()},
                           {"files", std::move(files)},
                           {"prompts", std::move(prompts)}});
}

Json ArmConfig(const LoadedExperiment& loaded, const LoadedArm& arm) {
  Json models = Json::MakeObject();
  for (const auto& [role, model] : arm.models) models.Set(role, Json(model.name));
  Json config = Json::MakeObject({{"models", std::move(models)}});
  config.Set("params", arm.program ? arm.program->params : Json::MakeObject());
  if (arm.program && !arm.program->preset.empty()) config.Set("preset", Json(arm.program->preset));
  if (!arm.spec.skills_from.empty()) {
    config.Set("skills_from", Json(arm.spec.skills_from));
    config.Set("skill_map", Json(arm.spec.skill_map));
  }
  if (loaded.evaluate_judge) config.Set("evaluate_judge", Json(loaded.evaluate_judge->name));
  if (loaded.evaluator) {
    config.Set("evaluator", Json(loaded.evaluator->module));
    config.Set("evaluator_params", loaded.evaluator->params);
    config.Set("evaluator_program", ProgramInputs(loaded, *loaded.evaluator));
  }
  if (arm.program) config.Set("program", ProgramInputs(loaded, *arm.program));
  config.Set("judge_prompt", HashOf(loaded.judge_prompt_file.text).Hex());
  if (arm.spec.independent) config.Set("independent", true);
  Json replaced = Json::MakeObject();
  for (const auto& [name, file] : arm.spec.prompts) replaced.Set(name, file);
  if (replaced.size() > 0) config.Set("prompts", std::move(replaced));
  return config;
}

}  // namespace

// The plan as rows, so that a cell that never starts is visibly missing.
void Session::RecordPlan() {
  const Experiment& experiment = loaded_->experiment;
  const int64_t now = clock_->NowMs();
  const Result<std::string> config = experiment.values.Canonical();
  Json data = Json::MakeObject({{"mapper", Json(experiment.mapper)},
                                {"hash", Json(loaded_->data_hash.Hex())},
                                {"items", Json(static_cast<int64_t>(loaded_->items_in_data))}});
  if (!loaded_->overrides.empty()) {
    Json overrides = Json::MakeArray();
    for (const std::string& one : loaded_->overrides) overrides.Append(Json(one));
    data.Set("overrides", std::move(overrides));
  }
  Json source_hashes = Json::MakeObject();
  std::vector<Part> sources;
  for (const auto& [file, part] : SourcesOf(*loaded_)) {
    source_hashes.Set(file, part.hash.Hex());
    sources.push_back(part);
  }
  store_->Write(PutExperiment{loaded_->hash, experiment.name, experiment.file,
                              config.ok() ? *config : "", source_hashes.Dump(), data.Dump(),
                              PriceRows(*loaded_).Dump(), loaded_->subset, options_.hone_version,
                              now, std::move(sources)});
  for (std::size_t i = 0; i < loaded_->arms.size(); ++i) {
    const LoadedArm& arm = loaded_->arms[i];
    const std::string recipe =
        arm.spec.recipe.empty() ? "(" + arm.spec.skill_map + ")" : arm.spec.recipe;
    store_->Write(PutArm{loaded_->hash, static_cast<int>(i), arm.spec.name, recipe,
                         arm.spec.baseline, ArmConfig(*loaded_, arm).Dump(), arm.spec.labels.Dump(),
                         arm.spec.origin});
  }
  // Cells of other shards, and of later rounds, are planned all the same: what nobody has executed
  // is visibly missing.
  std::map<std::pair<std::size_t, std::size_t>, CellName> runs;
  for (const CellName& name : PlanCells(*loaded_, options_.only_arms)) {
    if (runs.emplace(std::pair{name.arm, name.seed}, name).second) PlanRun(name, "planned");
    const CellTask task{name, false, true};
    if (options_.cells || !IsInShard(*loaded_, name, options_.shard)) {
      store_->Write(CellRow(task));
    } else {
      AddCell(task);
    }
  }
  if (options_.cells) {
    for (const CellTask& task : *options_.cells) AddCell(task);
  }
  progress_.cells_planned = static_cast<int64_t>(cells_.size());
}

void Session::AddCell(const CellTask& task) {
  const CellName& name = task.name;
  if (cells_left_of_run_[{name.arm, name.seed}]++ == 0) PlanRun(name, "running");
  queue_.push_back(cells_.size());
  cells_.push_back(Cell{});
  cells_.back().task = task;
  WriteCell(cells_.size() - 1);
}

void Session::PlanRun(const CellName& name, const std::string& status) {
  const LoadedArm& arm = loaded_->arms[name.arm];
  const Hash program = arm.program ? arm.program->hash : Hash{};
  store_->Write(PutRun{RunOf(*loaded_, name), program, status, clock_->NowMs()});
}

PutRunUnit Session::CellRow(const CellTask& task) const {
  const CellName& name = task.name;
  const Item& item = loaded_->items[name.item];
  PutRunUnit row;
  row.run = RunOf(*loaded_, name);
  row.position = static_cast<int>(name.item);
  row.name = item.id;
  row.cluster = item.cluster;
  row.category = item.category;
  row.separation = item.separation;
  // Without an evaluator there is nothing to report, and the cell is whole without it; nor is there
  // of a candidate that a search has not chosen.
  const bool reports = task.reports || loaded_->arms[name.arm].spec.origin != "sweep";
  row.report_tasks =
      loaded_->evaluator && reports ? static_cast<int>(item.report_hashes.size()) : 0;
  return row;
}

void Session::WriteCell(std::size_t index) {
  const Cell& cell = cells_[index];
  PutRunUnit row = CellRow(cell.task);
  row.shard = options_.shard.Text();
  if (cell.has_unit) row.unit_key = cell.unit_key;
  row.evaluate_unit_key = cell.report_key;
  row.select_unit_key = cell.select_key;
  if (cell.report_key || cell.select_key) row.skill_hash = HashOf(cell.skill);
  store_->Write(std::move(row));
}

}  // namespace hone
