// LoadedExperiment: everything a session needs to know before it spends anything: the checked
// experiment, its programs with their parameters and prompts, its models and its items.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "data/asset.h"
#include "engine/experiment.h"
#include "engine/item_shelf.h"
#include "engine/source_tree.h"
#include "engine/unit_run.h"
#include "ports/model_source.h"
#include "ports/script_process.h"
#include "skill/prompt_template.h"

namespace hone {

// Part of every unit's key: raised when the same program would do something else.
inline constexpr const char* kSemanticsVersion = "1";

// An item of the data: what one call of run() gets, and the report tasks that it does not get.
struct Item {
  std::string id, cluster, category, separation;
  Hash input_hash;
  Json fields;                      // plain values by name, for slices: id, category, metadata's
  std::vector<Hash> report_hashes;  // of (context, task), one for each report task
  std::vector<Hash> select_hashes;  // of tasks that a search evaluates candidates on
  bool is_set_aside = false;        // a selection item of a search: nothing of it is reported
  std::size_t context_bytes = 0;

  // The rest is on disk: every call of a method below reads it again.
  ShelvedJson shelved_context, shelved_visible, shelved_report, shelved_select;

  // For the recipe: no report tasks, rubrics or answers of them.
  [[nodiscard]] Json Input() const;
  [[nodiscard]] Json Context() const { return shelved_context.Get(); }  // for the evaluator
  [[nodiscard]] Json Report() const { return shelved_report.Get(); }    // [{id, task, rubrics}]
  [[nodiscard]] Json Select() const { return shelved_select.Get(); }
  [[nodiscard]] std::string ContextText() const;
};

// A recipe or an evaluator with its parameters.
struct Program {
  std::string module;  // "recipes.ctx2skill", "hone.evaluate.rubrics"
  Json description;    // kDescription
  Json params;         // resolved
  std::string preset;  // the preset under them; "" for none
  std::map<std::string, SourceFile> prompts;
  Workspaces::Seeds seeds;  // of its workspace parameters, by value
  Hash hash;                // of its modules, prompts and seeds
};

struct LoadedArm {
  ArmSpec spec;
  std::optional<Program> program;           // nothing for an arm that takes another's skills
  std::map<std::string, UnitModel> models;  // described; opened when the session runs
  std::optional<int64_t> bound;             // calls of one unit at most, when the recipe says
  Json bound_parts;  // the same by part, as in {"loop": 75, "retries": 40}; null: not said
};

// The arms of a search, as indexes of LoadedExperiment::arms.
struct LoadedSearch {
  SearchSpec spec;
  std::size_t base = 0;                 // the arm that is varied; a candidate itself, never dropped
  std::vector<std::size_t> candidates;  // the others, in the order in which they were made
};

struct LoadedExperiment {
  Experiment experiment;
  SourceFile source;                   // the experiment file, as named on the command line
  std::vector<std::string> overrides;  // that were applied to it
  std::optional<Program> mapper;
  SourceTree sources;
  std::vector<LoadedArm> arms;  // as declared, then the candidates of the search
  std::optional<LoadedSearch> search;
  std::optional<Program> evaluator;
  std::optional<UnitModel> evaluate_judge;  // the role "judge" of the evaluation, when named apart
  // Of llm.embed where no model is named for it; no part of any unit's key.
  UnitModel default_embedder{"offline/hash-embedding", {}};
  std::vector<Item> items;  // after --limit and --only
  AssetMap assets;          // files and folders that items name
  std::size_t items_in_data = 0;
  Hash data_hash;  // of all items
  SourceFile judge_prompt_file;
  std::shared_ptr<const PromptTemplate> judge_prompt;
  std::optional<SourceFile> reference;  // published numbers, for the table only
  std::string subset;                   // "3 of 500 items", "" for all
  Hash hash;                            // the experiment's identity in the database
};

struct LoadOptions {
  std::string experiment_file;  // or what stands for it where `values` are given: paths start there
  Json values;                  // the experiment's values (wire/effects.h); null: of the file
  // May change the values, of the file or given, with the sets that are chosen,
  // before they are read; other overrides come after.
  std::function<Result<Json>(Json values)> rewrite;
  // May change the units of the data, add to them or leave some out.
  std::function<Result<Json>(Json units)> rework;
  std::string home, project;            // see SourceTree
  std::vector<std::string> overrides;   // key=value
  std::vector<std::string> only_arms;   // --arm: names, or globs such as "GPT-4.1: *"
  std::vector<std::string> only_items;  // --only
  std::optional<int64_t> limit;         // --limit
  bool is_sweep = false;                // see ReadExperiment
  int64_t cpu_limit_ms = 5'000;
  int64_t memory_bytes = 256LL << 20U;
};

Result<LoadedExperiment> LoadExperiment(EventLoop* loop, ScriptProcessSpawner* spawner,
                                        ModelSource* models, const LoadOptions& options);

// Whether one of its recipes, or its evaluator, declares the capability in `uses`.
bool UsesCapability(const LoadedExperiment& loaded, const std::string& name);

// Leaves every endpoint this part of its limits, for one of several processes.
void ShareLimits(double share, LoadedExperiment* loaded);

// Opens every model that the arms `only_arms` (all when empty) may call: a missing key fails here,
// before anything is sent.
Status OpenModels(ModelSource* models, const std::vector<std::string>& only_arms,
                  LoadedExperiment* loaded);

}  // namespace hone
