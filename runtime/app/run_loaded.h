// RunLoaded: what `hone run` and `hone eval` do with an experiment that is loaded: its session with
// progress bar and signals, what is missing, the table, and how it ended.
#pragma once

#include <functional>
#include <string>

#include "app/verbs.h"
#include "app/workbench.h"
#include "engine/loaded_experiment.h"

namespace hone {

// REQUIRES: models of `loaded` are open. `print` prints the results of the experiment with this
// hash on stdout; the database can be read then.
VerbResult RunLoaded(const GlobalArguments& global, const RunArguments& arguments,
                     Workbench* workbench, LoadedExperiment* loaded,
                     const std::function<Status(const std::string& hash)>& print);

}  // namespace hone
