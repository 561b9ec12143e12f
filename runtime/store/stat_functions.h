// The statistics of stats/ as SQL aggregates, so that a query recomputes what a table says:
//
//   hone_rate_low, hone_rate_high (run, cluster, item, value, weight)
//       bounds of the 95 % interval of sum(weight * value) / sum(weight)
//   hone_difference_low, hone_difference_high (run, cluster, item, value, baseline_value)
//       the same of a paired difference
//   hone_paired_p, hone_paired_p_of_runs (run, cluster, item, value, baseline_value, seed)
//       the paired test behind a mark
//
// run, cluster and item are labels of any type, compared as texts (runs "9" before "10"). Null: no
// interval, too few clusters. Values stay in memory until the group ends.
#pragma once

struct sqlite3;

namespace hone {

void AddStatFunctions(sqlite3* database);

}  // namespace hone
