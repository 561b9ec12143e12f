// What the calls of an experiment's arms were: counts and prices alone and shared, which models
// answered as what, fallbacks, estimated tokens. One pass over the uses, one over the calls.
#pragma once

#include "base/result.h"
#include "report/report_data.h"
#include "store/read_database.h"

namespace hone {

// Fills the figures of data->arms, and models, fallbacks and the call counts of `data`.
Status LoadCallFigures(ReadDatabase& database, ReportData* data);

}  // namespace hone
