// LayoutRows: what is on record about the units of one run, as plain values: the input of a
// recipe's layout (kLayOut in wire/effects.h), which turns it into the files of a published system.
#pragma once

#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "report/report_data.h"
#include "store/read_database.h"

namespace hone {

// An arm with one entry of `seeds`.
struct LayoutRun {
  int64_t run_id = 0;
  std::string arm, recipe, replicate;
};

// The runs of arms that execute a recipe, in file order; of one arm when `arm` is not empty. The
// error names the arms there are.
Result<std::vector<LayoutRun>> FindLayoutRuns(ReadDatabase& database,
                                              const ExperimentRef& experiment,
                                              const std::string& arm);

// One entry for each unit of the run that has ended well, in the order of the data, each list in
// program order; `evaluation` has the rows of its evaluation, {} when there is none yet. `left_out`
// gets the items whose unit has not finished.
Result<Json> LayoutRows(ReadDatabase& database, const LayoutRun& run,
                        std::vector<std::string>* left_out);

}  // namespace hone
