// Case pages: the largest flips per category between an arm and its baseline, with both answers
// rubric by rubric, and for every item its tasks with their verdicts.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "report/result_table.h"
#include "store/read_database.h"

namespace hone {

// One side of a case.
struct CaseSide {
  std::string arm, answer, call;  // call: key of the call that answered, hex
  bool solved = false, graded = false;
  int64_t n_pass = 0;
  std::vector<std::pair<std::string, std::string>> verdicts;  // status and reason, by rubric
};

struct Case {
  std::string category, item, task, replicate, text;
  std::vector<std::string> rubrics;
  CaseSide baseline, arm;
  double change = 0;  // share of rubrics passed, arm minus baseline
};

// Of each category and arm at most `most` flips up and as many down, the largest change first.
// Tasks outside the headline are left out. `query` gives the attempts that they are chosen from.
Result<std::vector<Case>> LoadCases(ReadDatabase& database, const ResultTable& table, int most,
                                    std::string* query);

// Long answers are cut, saying how the whole one is shown.
std::string RenderCases(const std::vector<Case>& cases);

// The items with their tasks: one row a task, one column an arm, the share of replicates that
// solved it. At most `most_items` items.
Result<std::string> RenderTasks(ReadDatabase& database, const ResultTable& table,
                                int64_t most_items);

}  // namespace hone
