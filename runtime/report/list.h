// Lists for `hone ls`: experiments, and the runs of one; and the lines at the end of `hone run`.
//
// This is where the figures are that depend on how a run went: spend, possible spend, retries,
// unknown outcomes, time. They are sums over the calls of this database that belong to the units of
// an experiment; a call shared by two experiments counts in both, and in "total" once.
#pragma once

#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "report/report_data.h"
#include "store/read_database.h"

namespace hone {

struct SpendSummary {
  int64_t calls = 0;  // with an answer
  int64_t calls_without_price = 0;
  int64_t sends = 0;     // HTTP tries of these calls and of unanswered ones
  int64_t retries = 0;   // sends after the first of their call
  int64_t unknowns = 0;  // sends whose outcome is not known: bytes left, no answer came
  PicoUsd spent;
  PicoUsd possible;  // reserved for the unknown sends
  int64_t input_tokens = 0, cached_tokens = 0, output_tokens = 0;
};
Result<SpendSummary> SpendOf(ReadDatabase& database, int64_t experiment_id);

// {experiments: [...], total: {...}}, the last started first.
Result<Json> ListExperiments(ReadDatabase& database);
// {experiment: {...}, runs: [...]} by arm and seed.
Result<Json> ListRuns(ReadDatabase& database, const std::string& experiment);
// Either of them as aligned text.
std::string RenderList(const Json& list);

// "calls: ...", "spend: ...", "time: ...": what `hone run` prints under its table.
Result<std::vector<std::string>> SummaryLines(ReadDatabase& database,
                                              const ExperimentRef& experiment);

// "850 ms", "12.3 s", "4 min 05 s", "3 h 07 min".
std::string DurationText(int64_t ms);
// "2026-11-21 01:45 UTC"
std::string TimeText(int64_t utc_ms);

}  // namespace hone
