// The options of the verbs that bring data and results in or take them out: eval, data, convert,
// import, forget and merge.
#include "app/commands.h"

namespace hone {

void AddDataVerbs(CLI::App* app, Commands* c) {
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
}

}  // namespace hone
