#include "app/command_line.h"

#include <CLI/CLI.hpp>
#include <functional>
#include <string>
#include <vector>

#include "app/log_sink.h"
#include "app/terminal.h"
#include "app/verbs.h"
#include "base/text.h"

namespace hone {
namespace {

// Every verb's options live here while the program runs.
struct Commands {
  GlobalArguments global;
  RunArguments run;
  SweepArguments sweep;
  PlanArguments plan;
  CheckArguments check;
  NewArguments scaffold;
  ListArguments list;
  ShowArguments show;
  TableArguments table;
  CompareArguments compare;
  ReportArguments report;
  PlotArguments plot;
  TraceArguments trace;
  SqlArguments sql;
  ExportArguments exports;
  ConvertArguments convert;
  ImportArguments imports;
  EvalArguments eval;
  DataArguments data;
  MergeArguments merge;
  ForgetArguments forget;
  ImageArguments image;
  DoctorArguments doctor;
  ServeModelArguments serve;
  std::function<VerbResult()> chosen;
};

template <typename Options>
CLI::App* AddVerb(CLI::App* app, Commands* commands, const char* name, const char* doc,
                  VerbResult (*verb)(const GlobalArguments&, const Options&),
                  const Options* options) {
  CLI::App* sub = app->add_subcommand(name, doc);
  sub->fallthrough();
  sub->final_callback([commands, verb, options] {
    commands->chosen = [commands, verb, options] { return verb(commands->global, *options); };
  });
  return sub;
}

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
}

void AddReadingVerbs(CLI::App* app, Commands* c) {
  CLI::App* list =
      AddVerb(app, c, "ls", "experiments on record, or the runs of one", ListVerb, &c->list);
  list->add_option("experiment", c->list.experiment, "name or hash");
  AddJson(list, &c->list.json);

  CLI::App* show = AddVerb(app, c, "show", "one recorded thing; `show call` prints what was sent",
                           ShowVerb, &c->show);
  show->add_option("kind", c->show.kind,
                   "experiment, arm, run, unit, call, answer, text, skill or task")
      ->required();
  show->add_option("id", c->show.id, "its key or hash, or the first digits of it");
  show->add_flag("--full", c->show.full, "everything on record, whole texts");
  AddJson(show, &c->show.json);

  CLI::App* table = AddVerb(app, c, "table", "the results of an experiment", TableVerb, &c->table);
  table->add_option("experiment", c->table.experiment, "name or hash; default: started last");
  table->add_option("--format", c->table.format, "text, markdown, latex, csv, json or html");
  table->add_option("--columns", c->table.columns, "columns instead of the declared ones: a,b,c");
  table->add_option("--group", c->table.group, "rows under headings: model, slice, recipe or none");
  table->add_option("--by", c->table.by, "category: one block for each; or none");
  table->add_flag("--by-category", c->table.by_category, "the same as --by category");
  table->add_flag("--extras", c->table.extras,
                  "item-level tests, false-discovery rates, variance, agreement of judges");
  table->add_flag("--queries", c->table.queries,
                  "instead of the table the SQL that gives each column's numbers");
  table->add_flag("--csv", c->table.csv, "comma-separated values");
  table->add_flag("--markdown", c->table.markdown, "a Markdown table");
  AddJson(table, &c->table.json);

  CLI::App* compare = AddVerb(app, c, "compare",
                              "two runs, arms or experiments, item by item; their skills, prompts "
                              "or settings",
                              CompareVerb, &c->compare);
  compare->add_option("a", c->compare.a, "EXPERIMENT:ARM@SEED, EXPERIMENT:ARM, ARM or EXPERIMENT")
      ->required();
  compare->add_option("b", c->compare.b, "the other side")->required();
  compare->add_flag("--skill", c->compare.skill, "diff of two skills, or of the sides' skills");
  compare->add_flag("--skills", c->compare.skills,
                    "the sides are skills folders, LABEL=DIR each: how alike their texts are");
  compare->add_flag("--prompts", c->compare.prompts, "diffs of prompts and program files");
  compare->add_flag("--config", c->compare.config, "resolved settings that differ");
  compare->add_flag("--all", c->compare.all, "every item, not only those that flipped");
  AddJson(compare, &c->compare.json);

  CLI::App* report = AddVerb(app, c, "report", "everything about an experiment, in one HTML file",
                             ReportVerb, &c->report);
  report->add_option("experiment", c->report.experiment, "name or hash; default: started last");
  report->add_option("-o,--output", c->report.file, "file to write; - for stdout")
      ->required()
      ->option_text("FILE");
  report->add_option("--cases", c->report.cases, "flips to show each way, per category and arm")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();

  CLI::App* plot =
      AddVerb(app, c, "plot", "one drawing of an experiment, as SVG", PlotVerb, &c->plot);
  plot->add_option("plot", c->plot.plot,
                   "forest, curve, gates, edits, metrics, selection, categories, length or cost")
      ->required();
  plot->add_option("experiment", c->plot.experiment, "name or hash; default: started last");
  plot->add_option("-o,--output", c->plot.file, "file to write; default: stdout")
      ->default_val("-")
      ->option_text("FILE");

  CLI::App* trace = AddVerb(app, c, "trace", "from a cell of the table down to the prompts",
                            TraceVerb, &c->trace);
  trace->add_option("experiment", c->trace.experiment, "name or hash");
  trace->add_option("arm", c->trace.arm, "row of the table");
  trace->add_option("item", c->trace.item, "item of the data");
  trace->add_option("task", c->trace.task, "held-out task of the item");
  trace->add_option("--seed", c->trace.replicate, "replicate; default: the first")
      ->option_text("SEED");
  trace->add_flag("--why", c->trace.why,
                  "why each unit ran or was recalled, and which input changed");
  trace
      ->add_option("--against", c->trace.against,
                   "with --why: EXPERIMENT:ARM@SEED, EXPERIMENT or ARM to compare with")
      ->option_text("SIDE");
  trace->add_flag("--full", c->trace.full, "whole texts");
  AddJson(trace, &c->trace.json);

  CLI::App* sql = AddVerb(app, c, "sql", "one read-only query", SqlVerb, &c->sql);
  sql->add_option("query", c->sql.query, "SQL, - for stdin, or @NAME for results/queries/NAME.sql")
      ->required();
  sql->add_option("parameters", c->sql.parameters, "name=value for :name in the query");
  sql->add_option("--rows", c->sql.max_rows, "at most this many rows")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  sql->add_option("--time-ms", c->sql.time_limit_ms, "stop the query after this time")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  sql->add_option("--format", c->sql.format, "text, markdown, latex, csv, json or html");
  sql->add_flag("--csv", c->sql.csv, "comma-separated values");
  AddJson(sql, &c->sql.json);

  CLI::App* exports =
      AddVerb(app, c, "export", "what is on record as files: skills, a bundle, programs",
              ExportVerb, &c->exports);
  exports->add_option("experiment", c->exports.experiment, "name or hash; default: started last");
  exports
      ->add_option("--skills", c->exports.skills_folder,
                   "the evaluated skills, as SKILL.md folders")
      ->option_text("DIR");
  exports
      ->add_option("--bundle", c->exports.bundle,
                   "the experiment with all its answers, for others, in one file")
      ->option_text("FILE");
  exports->add_flag("--with-data", c->exports.with_data, "with --bundle: the data files as well");
  exports
      ->add_option("--labels", c->exports.labels_file,
                   "a sheet on which people grade the answers, blind")
      ->option_text("FILE");
  exports
      ->add_option("--answers", c->exports.most_labels, "with --labels: at most this many answers")
      ->check(CLI::PositiveNumber)
      ->option_text("N");
  exports
      ->add_option("--sources", c->exports.sources_folder,
                   "the programs that the experiment ran with")
      ->option_text("DIR");
  exports
      ->add_option("--layout", c->exports.layout,
                   "the output folder of the system that the recipe stands for: NAME DIR")
      ->option_text("LAYOUT");
  exports->add_option("folder", c->exports.folder, "with --layout: the folder to write");
  exports->add_flag("--force", c->exports.force, "with --layout: write over files that are there");
  exports->add_option("--arm", c->exports.arm, "only this arm")->option_text("NAME");
  AddJson(exports, &c->exports.json);
}

void AddOtherVerbs(CLI::App* app, Commands* c) {
  CLI::App* eval = AddVerb(app, c, "eval",
                           "pass rates of skills made elsewhere, by task source, against no skill",
                           EvalVerb, &c->eval);
  eval->add_option("experiment", c->eval.experiment.file,
                   "experiment whose data and models to take, or a data file")
      ->required();
  eval->add_option("overrides", c->eval.experiment.overrides, "key=value, as for run");
  eval->add_option("--skills", c->eval.skills, "skills by context, named LABEL (repeatable)")
      ->option_text("LABEL=DIR")
      ->allow_extra_args(false);
  eval->add_option("--skill", c->eval.skill, "one skill for every context")
      ->option_text("SKILL.md");
  eval->add_option("--model", c->eval.model, "answers; default: the experiment's")
      ->option_text("MODEL");
  eval->add_option("--judge", c->eval.judge, "judges; default: the experiment's")
      ->option_text("MODEL");
  eval->add_option("--limit-contexts", c->eval.limit_contexts, "only the first N contexts")
      ->check(CLI::PositiveNumber)
      ->option_text("N");
  eval->add_option("--limit-tasks", c->eval.limit_tasks,
                   "only the first N tasks of each source of a context")
      ->check(CLI::PositiveNumber)
      ->option_text("N");
  eval->add_option("--split", c->eval.split,
                   "the data's own tasks to take: report (test, valid_unseen), select (selection, "
                   "val, valid_seen) or train")
      ->capture_default_str()
      ->option_text("SPLIT");
  eval->add_option("--endpoint", c->eval.experiment.endpoints, "where provider/model@NAME is")
      ->option_text("NAME=URL[,KEY_ENV]")
      ->allow_extra_args(false);
  AddJson(eval, &c->eval.json);

  CLI::App* data = AddVerb(app, c, "data", "how large a data set is: stats EXPERIMENT or FILE",
                           DataVerb, &c->data);
  data->add_option("what", c->data.what, "stats")->required();
  data->add_option("experiment", c->data.experiment.file, "experiment file, data file or folder")
      ->required();
  data->add_option("overrides", c->data.experiment.overrides, "key=value, as for run");
  AddJson(data, &c->data.json);

  CLI::App* convert =
      AddVerb(app, c, "convert", "files of published systems into each other's forms; alone: which",
              ConvertVerb, &c->convert);
  convert->add_option("kind", c->convert.kind, "as in cl_bench_to_contexts; labels");
  convert->add_option("input", c->convert.input, "file or folder to read");
  convert->add_option("output", c->convert.output, "file or folder to write");
  convert->add_option("settings", c->convert.settings, "key=value: a parameter of the kind");
  convert->add_option("--labeller", c->convert.labeller, "with labels: who filled the sheet")
      ->option_text("NAME");
  convert->add_flag("--force", c->convert.force, "write over files that are there");

  CLI::App* imports =
      AddVerb(app, c, "import", "the output folder of a published system as history on record",
              ImportVerb, &c->imports);
  imports->add_option("layout", c->imports.layout, "as for export --layout")->required();
  imports->add_option("folder", c->imports.folder, "folder to read")->required();
  imports->add_option("--name", c->imports.name, "of the experiment; default: as the folder says")
      ->option_text("NAME");
  AddJson(imports, &c->imports.json);

  CLI::App* forget =
      AddVerb(app, c, "forget", "take experiments out of the database", ForgetVerb, &c->forget);
  forget->add_option("experiments", c->forget.experiments, "names or hashes")->required();
  forget->add_flag("--answers", c->forget.answers, "and the answers that only they used");
  AddJson(forget, &c->forget.json);

  CLI::App* merge =
      AddVerb(app, c, "merge", "join other results databases into --db", MergeVerb, &c->merge);
  merge->add_option("files", c->merge.files, "databases of shards, or of colleagues")->required();
  AddJson(merge, &c->merge.json);

  CLI::App* image = AddVerb(app, c, "image", "root file systems that containers are made of",
                            ImageVerb, &c->image);
  image->add_option("what", c->image.what, "add NAME FILE.tar[.gz|.zst|.xz], ls, rm NAME")
      ->check(CLI::IsMember({"add", "ls", "rm"}))
      ->option_text("add|ls|rm");
  image->add_option("name", c->image.name, "what a Dockerfile's FROM calls it")
      ->option_text("NAME");
  image->add_option("file", c->image.file, "a tar of a whole root file system")
      ->option_text("FILE");
  AddJson(image, &c->image.json);

  CLI::App* doctor = AddVerb(app, c, "doctor", "check this machine, the database and the keys",
                             DoctorVerb, &c->doctor);
  doctor->add_option("--endpoint", c->doctor.endpoints, "an endpoint to check as well")
      ->option_text("NAME=URL[,KEY_ENV]")
      ->allow_extra_args(false);
  doctor->add_option("--call", c->doctor.calls, "ask this model for one token (it costs that)")
      ->option_text("MODEL")
      ->allow_extra_args(false);
  doctor->add_flag("--clean", c->doctor.clean, "remove containers that runs which died have left");
  AddJson(doctor, &c->doctor.json);

  CLI::App* serve =
      AddVerb(app, c, "serve-model", "serve an offline model over the OpenAI chat API, on loopback",
              ServeModelVerb, &c->serve);
  serve->add_option("model", c->serve.model, "offline/reader")->required();
  serve->add_option("--port", c->serve.port, "default: a free one")
      ->check(CLI::Range(0, 65535))
      ->option_text("N");
}

std::vector<std::string> VerbNames(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* verb : app.get_subcommands({})) names.push_back(verb->get_name());
  return names;
}

// Long option names of `app` and of the verb that is being parsed.
std::vector<std::string> OptionNames(const CLI::App& app) {
  std::vector<std::string> names;
  const auto add = [&names](const CLI::App& level) {
    for (const CLI::Option* option : level.get_options({})) {
      for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
    }
  };
  add(app);
  for (const CLI::App* verb : app.get_subcommands()) add(*verb);
  return names;
}

// A parse error in one line: what CLI11 says, with the nearest name where a name is wrong.
int ReportParseError(const CLI::App& app, const CLI::ParseError& error, int argc, char** argv) {
  std::string message = error.what();
  const std::vector<std::string> verbs = VerbNames(app);
  const bool has_verb = !app.get_subcommands().empty();
  for (int i = 1; i < argc; ++i) {
    const std::string argument = argv[i];
    if (argument.starts_with("--") && argument.size() > 2) {
      const std::string name = argument.substr(0, argument.find('='));
      const std::vector<std::string> options = OptionNames(app);
      bool known = false;
      for (const std::string& option : options) known = known || option == name;
      if (!known) {
        const std::string nearest = NearestName(name, options);
        message = "unknown option " + name +
                  (nearest.empty() ? std::string() : "; did you mean " + nearest + "?");
        break;
      }
    } else if (!has_verb && !argument.starts_with("-")) {
      message = "unknown verb '" + argument + "'" + NameHint(argument, verbs);
      break;
    }
  }
  std::string where = "hone";
  for (const CLI::App* verb : app.get_subcommands()) where += " " + verb->get_name();
  Report(Tone::kError, "error: " + message + " (" + where + " --help)");
  return static_cast<int>(ExitCode::kUsage);
}

}  // namespace

int RunCommandLine(int argc, char** argv) {
  Commands commands;
  CLI::App app{"Experiments on skill evolution: sandboxed recipes, durable calls, results in SQL.",
               "hone"};
  app.set_version_flag("--version", "hone " HONE_VERSION);
  app.add_option("--db", commands.global.db,
                 "results database; default results/hone.db, or $HONE_DB")
      ->envname("HONE_DB")
      ->option_text("FILE");
  app.add_flag("-v,--verbose", commands.global.verbose, "say more on stderr");
  app.require_subcommand(1);
  AddRunVerbs(&app, &commands);
  AddSweep(&app, &commands);
  AddReadingVerbs(&app, &commands);
  AddOtherVerbs(&app, &commands);

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    // --help and --version arrive as "errors" of code 0, and CLI11 prints them to stdout.
    if (error.get_exit_code() == 0) return app.exit(error);
    return ReportParseError(app, error, argc, argv);
  }
  InstallLogSink(commands.global.verbose);
  const VerbResult result = commands.chosen();
  if (result.ok()) return static_cast<int>(result.value());
  Report(Tone::kError, "error: " + result.error().message);
  return static_cast<int>(ExitCodeOf(result.error().code));
}

}  // namespace hone
