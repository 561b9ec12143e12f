// The options of the verbs that read the results: ls, show, table, compare, report, plot, trace,
// sql and export.
#include "app/commands.h"

namespace hone {

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

}  // namespace hone
