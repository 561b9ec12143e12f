// The options of run, sweep, plan, check and new.
#include "app/commands.h"

namespace hone {
namespace {

void AddSweep(CLI::App* app, Commands* c) {
  CLI::App* sweep =
      AddVerb(app, c, "sweep", "try parameters: a=1,2,3 b=log_uniform(0.1,10) method=halving",
              SweepVerb, &c->sweep);
  AddExperiment(sweep, &c->sweep.run.experiment);
  sweep->get_option("experiment")
      ->description("recipe, or experiment file, whose values are tried");
  sweep->add_option("--on", c->sweep.on, "experiment that lends a recipe data, models, evaluation")
      ->option_text("FILE");
  sweep->add_flag("--plan", c->sweep.plan, "say what it would do and cost; nothing is sent");
  sweep->add_flag("--offline", c->sweep.run.offline,
                  "send nothing; cells that need a call not on record stay missing");
  sweep->add_flag("--accept-divergence", c->sweep.run.accept_divergence,
                  "go on where an edited program departs from what is recorded");
  AddJson(sweep, &c->sweep.run.json);
}

}  // namespace

void AddJson(CLI::App* verb, bool* json) { verb->add_flag("--json", *json, "data as JSON"); }

void AddExperiment(CLI::App* verb, ExperimentArguments* options) {
  verb->add_option("experiment", options->file,
                   "experiment file (experiments/x.lua), or a recipe (recipes/x)")
      ->required();
  verb->add_option(
      "overrides", options->overrides,
      "key=value: a parameter of the recipe (key=@FILE: a file's text), or a field such as "
      "data.path, seeds=1,2");
  verb->add_option("--config", options->config,
                   "with a recipe: the configuration file of the system it stands for")
      ->option_text("FILE");
  verb->add_option("--cfg-options", options->config_options,
                   "key=value ...: for that configuration alone, typed as that system types them")
      ->option_text("KEY=VALUE ...");
  verb->add_option("--limit", options->limit, "only the first N items of the data")
      ->check(CLI::PositiveNumber)
      ->option_text("N");
  verb->add_option("--only", options->only, "only this item (repeatable)")
      ->option_text("ITEM")
      ->allow_extra_args(false);
  verb->add_option("--arm", options->arms, "only this arm (repeatable)")
      ->option_text("NAME")
      ->allow_extra_args(false);
  verb->add_option("--endpoint", options->endpoints,
                   "where provider/model@NAME is; KEY_ENV names the variable with its key")
      ->option_text("NAME=URL[,KEY_ENV]")
      ->allow_extra_args(false);
  verb->add_option("--ledger", options->ledgers, "take answers from another database, read-only")
      ->option_text("FILE")
      ->allow_extra_args(false);
}

void AddRunVerbs(CLI::App* app, Commands* c) {
  CLI::App* run = AddVerb(app, c, "run", "run an experiment, or continue it", RunVerb, &c->run);
  AddExperiment(run, &c->run.experiment);
  run->get_option("experiment")->required(false);
  run->add_option(
         "--rejudge", c->run.rejudge,
         "grade the answers of a recorded experiment again, with judge=MODEL; only the judge "
         "is called")
      ->option_text("EXPERIMENT");
  run->add_flag("--verify", c->run.verify, "execute finished units again from their record");
  run->add_flag("--retry-recorded", c->run.retry_recorded,
                "forget failures of the world that are on record, and execute their units again");
  run->add_flag("--accept-divergence", c->run.accept_divergence,
                "go on where an edited program departs from what is recorded");
  run->add_flag("--offline", c->run.offline,
                "send nothing; cells that need a call not on record stay missing");
  run->add_option("--shard", c->run.shard, "only this part of the cells; merge the databases after")
      ->option_text("K/N");
  run->add_option("--launcher", c->run.launcher, "run as an array job of shards: slurm")
      ->check(CLI::IsMember({"slurm"}))
      ->option_text("NAME");
  run->add_option("--shards", c->run.shards, "with --launcher: how many")
      ->check(CLI::PositiveNumber)
      ->option_text("N");
  run->add_option("--sbatch", c->run.sbatch, "with --launcher: a further option of sbatch")
      ->option_text("OPTION")
      ->allow_extra_args(false);
  run->add_flag("--detach", c->run.detach, "with --launcher: submit, print the job ids and leave");
  run->add_option("--share", c->run.share,
                  "part of the budget and of the rate limits for this process; a shard's is 1/N")
      ->check(CLI::Range(0.0, 1.0))
      ->option_text("F");
  AddJson(run, &c->run.json);

  CLI::App* plan =
      AddVerb(app, c, "plan", "what a run would do and cost; nothing is sent", PlanVerb, &c->plan);
  AddExperiment(plan, &c->plan.experiment);
  plan->add_option("--sample", c->plan.sample,
                   "items to rehearse with the offline reader; 0: bounds only")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  plan->add_flag("--roles", c->plan.by_role, "calls by role and model as well");
  AddJson(plan, &c->plan.json);

  CLI::App* check =
      AddVerb(app, c, "check", "read and check an experiment or recipe file; no model call",
              CheckVerb, &c->check);
  AddExperiment(check, &c->check.experiment);
  check
      ->add_option("--shuffle", c->check.shuffles,
                   "execute the recorded units again under N orders of completion")
      ->check(CLI::NonNegativeNumber)
      ->option_text("N");
  AddJson(check, &c->check.json);

  CLI::App* scaffold =
      AddVerb(app, c, "new", "start a recipe, or a benchmark, and an experiment of your own",
              NewVerb, &c->scaffold);
  scaffold
      ->add_option("name", c->scaffold.name,
                   "snake_case name of the recipe; or the word benchmark and the name of one")
      ->required();
  scaffold->add_option("benchmark", c->scaffold.benchmark, "its name, after the word benchmark");
  scaffold
      ->add_option("--ablation", c->scaffold.ablate,
                   "only an experiment: this recipe without each of its parts, and an A/A row")
      ->option_text("RECIPE");
  scaffold->add_option("--extend", c->scaffold.base, "start as a variant of this recipe")
      ->option_text("RECIPE");
  AddSweep(app, c);
}

}  // namespace hone
