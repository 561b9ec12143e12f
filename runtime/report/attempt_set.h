// AttemptSet: the attempts of one split, chosen and paired as a table's numbers need them.
//
// Borrows the ReportData, which must outlive it. Replicates of an arm that came out identical (same
// answers, same numbers of rubrics passed) are copies: they are one observation, however often they
// were run.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/hash.h"
#include "report/report_data.h"
#include "stats/intervals.h"
#include "stats/observation.h"

namespace hone {

using Attempts = std::vector<const ReportAttempt*>;
// The same task under the same replicate, of an arm and of its baseline.
using AttemptPairs = std::vector<std::pair<const ReportAttempt*, const ReportAttempt*>>;

struct TableRate {
  int64_t hits = 0, n = 0;
  std::optional<Interval> interval;

  [[nodiscard]] bool defined() const { return n > 0; }
  [[nodiscard]] double value() const {
    return n > 0 ? static_cast<double>(hits) / static_cast<double>(n) : 0;
  }
};

// No other arm's run has touched the task, and it is not exposed.
bool InHeadline(const ReportAttempt& attempt);

class AttemptSet {
 public:
  using Keep = std::function<bool(const ReportAttempt&)>;

  // `attempts` are data.attempts or data.selects.
  AttemptSet(const ReportData& data, const std::vector<ReportAttempt>& attempts);

  [[nodiscard]] Attempts Of(int arm, const Keep& keep) const;
  // Attempts of both that stand at the same task and replicate, in the order of `arm`.
  [[nodiscard]] static AttemptPairs Paired(const Attempts& arm, const Attempts& baseline);

  // Of the given replicates, those that equal an earlier one in all of the arms.
  [[nodiscard]] std::set<int> Copies(const std::vector<int>& arms,
                                     const std::set<int>& replicates) const;

  // Solved: 1 or 0. `run` is the replicate's rank in natural order.
  [[nodiscard]] Observation Solved(const ReportAttempt& attempt) const;
  // REQUIRES: a score.
  [[nodiscard]] Observation Score(const ReportAttempt& attempt) const;
  // Share of the rubrics passed, weighted by their number.
  [[nodiscard]] Observation Rubrics(const ReportAttempt& attempt) const;

 private:
  const ReportData& data_;
  std::vector<std::pair<std::size_t, std::size_t>> of_arm_;  // [begin, end) in attempts_
  const std::vector<ReportAttempt>& attempts_;
  std::vector<std::vector<Hash>> signatures_;  // [arm][replicate]; zero: no attempts
  std::vector<int> rank_;                      // of a replicate
};

std::set<int> ReplicatesOf(const Attempts& attempts);
int64_t CountClusters(const Attempts& attempts);
// Hits and n, without an interval.
TableRate SolvedRate(const Attempts& attempts, bool ungraded_counts);

}  // namespace hone
