// The verbs of `hone`: one plain function each, in <verb>_verb.cc, taking a struct of arguments
// that command_line.cc fills. A verb prints its data on stdout and everything else on stderr; an
// error it returns is printed by main() and becomes an exit code there (exit_code.h).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "app/exit_code.h"
#include "base/result.h"

namespace hone {

using VerbResult = Result<ExitCode>;

struct GlobalArguments {
  std::string db = "results/hone.db";
  bool verbose = false;
};

// What `run` and `plan` have in common: which experiment, changed how, and how much of it.
struct ExperimentArguments {
  std::string file;    // an experiment, or a recipe that is run by itself
  std::string config;  // of a recipe: the configuration of the system it stands for
  std::vector<std::string> config_options;  // key=value for that system alone
  std::vector<std::string> overrides;       // key=value
  std::vector<std::string> endpoints;       // NAME=URL[,KEY_ENV]
  std::vector<std::string> ledgers;         // further databases to take answers from
  std::vector<std::string> arms, only;
  std::optional<int64_t> limit;
  bool is_sweep = false;  // only the arm that a search varies, under a name of its own
};

struct RunArguments {
  ExperimentArguments experiment;
  bool verify = false;             // execute finished units again, from the ledger
  bool retry_recorded = false;     // try again what failed by the world's fault and is on record
  bool accept_divergence = false;  // go on where an edited recipe departs from its record
  bool offline = false;            // send nothing: what is not on record is named and missing
  std::string rejudge;             // a recorded experiment whose answers are graded again
  std::string shard;               // "3/64": this part of the cells only
  std::optional<double> share;     // of budget and rate limits; a shard's default is its part
  std::string launcher;            // "slurm": as an array job of `shards`
  int64_t shards = 16;
  std::vector<std::string> sbatch;  // further options of sbatch
  bool detach = false;              // submit and leave
  bool json = false;
};
VerbResult RunVerb(const GlobalArguments& global, const RunArguments& options);

struct PlanArguments {
  ExperimentArguments experiment;
  int64_t sample = 8;    // items that are rehearsed; 0: none
  bool by_role = false;  // calls by role and model as well
  bool json = false;
};
VerbResult PlanVerb(const GlobalArguments& global, const PlanArguments& options);

// A file, or with `shuffles` the recorded units of an experiment, executed again in other orders.
struct CheckArguments {
  ExperimentArguments experiment;
  int64_t shuffles = 0;
  bool json = false;
};
VerbResult CheckVerb(const GlobalArguments& global, const CheckArguments& options);

// A recipe or an experiment, with parameters to try: a=1,2,3 b=log_uniform(0.1,10).
struct SweepArguments {
  RunArguments run;  // run.experiment.file: the recipe or the experiment file
  std::string on;    // the experiment that lends a recipe its data, models and evaluation
  bool plan = false;
};
VerbResult SweepVerb(const GlobalArguments& global, const SweepArguments& options);

struct NewArguments {
  std::string name;       // of the recipe; "benchmark" when `benchmark` names one
  std::string benchmark;  // "" for a recipe
  std::string base;       // a recipe to extend; "" for one of its own
  std::string ablate;     // a recipe whose parts an experiment compares; no recipe is written then
};
VerbResult NewVerb(const GlobalArguments& global, const NewArguments& options);

struct ListArguments {
  std::string experiment;  // "" lists experiments, else the runs of one
  bool json = false;
};
VerbResult ListVerb(const GlobalArguments& global, const ListArguments& options);

struct ShowArguments {
  std::string kind;  // one of ShowKinds()
  std::string id;    // its key or hash, or the first digits of it
  bool full = false;
  bool json = false;
};
VerbResult ShowVerb(const GlobalArguments& global, const ShowArguments& options);

struct TableArguments {
  std::string experiment;            // "" is the one started last
  std::string format;                // text, markdown, latex, csv, json, html; "" is text
  std::string by, group;             // "" follows the experiment
  std::vector<std::string> columns;  // lists with commas
  bool by_category = false;
  bool extras = false;
  bool queries = false;  // the SQL behind each column instead of the table
  bool json = false, csv = false, markdown = false;
};
VerbResult TableVerb(const GlobalArguments& global, const TableArguments& options);

struct CompareArguments {
  std::string a, b;  // EXPERIMENT:ARM@SEED and shorter forms, see report/compare.h
  bool skill = false, prompts = false, config = false;  // their texts or settings instead
  bool skills = false;  // a and b are LABEL=FOLDER: how alike the texts are, context by context
  bool all = false;     // every item, not only flips
  bool json = false;
};
VerbResult CompareVerb(const GlobalArguments& global, const CompareArguments& options);

struct ReportArguments {
  std::string experiment;
  std::string file;   // "-" is stdout
  int64_t cases = 3;  // flips each way, per category and arm
};
VerbResult ReportVerb(const GlobalArguments& global, const ReportArguments& options);

struct PlotArguments {
  std::string plot, experiment;
  std::string file;  // "-" is stdout
};
VerbResult PlotVerb(const GlobalArguments& global, const PlotArguments& options);

struct TraceArguments {
  std::string experiment, arm, item, task;
  std::string replicate;
  std::string against;  // what --why compares with; "": the experiment's earlier version
  bool why = false;     // why units ran or were recalled, and which input changed
  bool full = false;    // whole texts
  bool json = false;
};
VerbResult TraceVerb(const GlobalArguments& global, const TraceArguments& options);

struct SqlArguments {
  std::string query;  // SQL, "-" for stdin, or "@name" for results/queries/name.sql
  std::vector<std::string> parameters;  // name=value
  int64_t max_rows = 1000;
  int64_t time_limit_ms = 5000;
  std::string format;  // as of a table; "" is text
  bool json = false, csv = false;
};
VerbResult SqlVerb(const GlobalArguments& global, const SqlArguments& options);

struct ExportArguments {
  std::string experiment;
  std::string skills_folder;   // --skills DIR
  std::string bundle;          // --bundle FILE
  bool with_data = false;      // and the data files
  std::string sources_folder;  // --sources DIR
  std::string labels_file;     // --labels FILE
  int64_t most_labels = 0;     // answers on the sheet; 0: all
  std::string layout;          // --layout NAME: a published system's output folder
  std::string folder;          // with layout: where to; "" when `experiment` says it
  bool force = false;          // with layout: write over files that are there
  std::string arm;
  bool json = false;
};
VerbResult ExportVerb(const GlobalArguments& global, const ExportArguments& options);

// The output folder of a published system as history.
struct ImportArguments {
  std::string layout, folder;
  std::string name;  // of the experiment; "": what the recipe says, else the folder's
  bool json = false;
};
VerbResult ImportVerb(const GlobalArguments& global, const ImportArguments& options);

struct DataArguments {
  std::string what;                // stats
  ExperimentArguments experiment;  // or a data file or folder
  bool json = false;
};
VerbResult DataVerb(const GlobalArguments& global, const DataArguments& options);

// Skills made elsewhere on the contexts of an experiment, or of a data file.
struct EvalArguments {
  ExperimentArguments experiment;
  std::vector<std::string> skills;  // LABEL=FOLDER
  std::string skill;                // one SKILL.md for all contexts
  std::string model, judge;         // in place of the experiment's
  std::optional<int64_t> limit_contexts, limit_tasks;
  std::string split = "report";
  bool json = false;
};
VerbResult EvalVerb(const GlobalArguments& global, const EvalArguments& options);

// Kinds are the converters of lua/hone/convert, and labels; none lists them.
struct ConvertArguments {
  std::string kind, input, output;
  std::vector<std::string> settings;  // key=value
  std::string labeller = "person";    // of labels
  bool force = false;                 // write over what is there
};
VerbResult ConvertVerb(const GlobalArguments& global, const ConvertArguments& options);

struct ForgetArguments {
  std::vector<std::string> experiments;
  bool answers = false;  // and the answers that only they used
  bool json = false;
};
VerbResult ForgetVerb(const GlobalArguments& global, const ForgetArguments& options);

struct MergeArguments {
  std::vector<std::string> files;  // merged into --db, one after the other
  bool json = false;
};
VerbResult MergeVerb(const GlobalArguments& global, const MergeArguments& options);

// Root file systems for containers by bubblewrap.
struct ImageArguments {
  std::string what = "ls";  // add, ls, rm
  std::string name, file;   // add: a tar of the root file system
  bool json = false;
};
VerbResult ImageVerb(const GlobalArguments& global, const ImageArguments& options);

struct DoctorArguments {
  std::vector<std::string> endpoints;
  std::vector<std::string> calls;  // models to ask for one token
  bool clean = false;              // remove what dead runs left
  bool json = false;
};
VerbResult DoctorVerb(const GlobalArguments& global, const DoctorArguments& options);

struct ServeModelArguments {
  std::string model;
  int port = 0;  // 0: a free one
};
VerbResult ServeModelVerb(const GlobalArguments& global, const ServeModelArguments& options);

}  // namespace hone
