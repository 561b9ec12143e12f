// The published numbers of `table.reference` beside the rows of a table.
//
// A difference is made only where the experiment states that data, models and protocol match, the
// database agrees (everything was run, one response model a model, no offline reader) and the
// response models are those that the experiment names. Everywhere else the number is labelled not
// comparable.
#pragma once

#include "report/result_table.h"

namespace hone {

void AddReference(const ReportData& data, ResultTable* table);

}  // namespace hone
