// JudgeAgreement: how far two judges (models or people) agree on the same answers.
//
// Judges meet on an answer by the call that gave it (calls.key): an experiment and its re-judged
// copy, two arms that differ in their judge, and the people of `labels`. Compared verdict by
// verdict where both graded the same rubrics, else answer by answer (solved or not).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "stats/summary.h"
#include "store/read_database.h"

namespace hone {

struct JudgeAgreement {
  std::string first, second;  // model names, or "labeller NAME"
  bool of_answers = false;    // whole answers; else rubrics
  int64_t both_yes = 0, only_first = 0, only_second = 0, both_no = 0;
  std::optional<double> kappa;  // Cohen's; nothing when one side says the same to everything
  std::optional<Interval> kappa_interval;  // over clusters

  [[nodiscard]] int64_t n() const { return both_yes + only_first + only_second + both_no; }
  [[nodiscard]] double agreement() const {
    return n() > 0 ? static_cast<double>(both_yes + both_no) / static_cast<double>(n()) : 0;
  }
};

// Every pair of judges that met on an answer to a report task of the experiment.
Result<std::vector<JudgeAgreement>> AgreementsOf(ReadDatabase& database, int64_t experiment_id);

}  // namespace hone
