// Commands: what the command line fills in, verb by verb, and how a verb gets its options. Used by
// command_line.cc and the files that say the verbs' options.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>

#include "app/verbs.h"

namespace hone {

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

void AddJson(CLI::App* verb, bool* json);
// The arguments that name an experiment and how much of it.
void AddExperiment(CLI::App* verb, ExperimentArguments* options);

void AddRunVerbs(CLI::App* app, Commands* c);      // run_commands.cc: run, sweep, plan, check, new
void AddReadingVerbs(CLI::App* app, Commands* c);  // reading_commands.cc: ls to export
void AddDataVerbs(CLI::App* app, Commands* c);  // data_commands.cc: eval, data, convert, merge, ...
void AddMachineVerbs(CLI::App* app, Commands* c);  // machine_commands.cc: image, doctor, ...

}  // namespace hone
