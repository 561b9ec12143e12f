// Verdicts of people, read from a filled label sheet (report/label_sheet.h) into the table labels.
#pragma once

#include <string>

#include "base/result.h"

namespace hone {

struct LabelCounts {
  int64_t read = 0, left_blank = 0;
};

// `labeller` is whoever filled the sheet; a row's own member "labeller" wins. Nothing is written
// when a line is wrong: the error names file, line and field. Answers must be in the database.
Result<LabelCounts> ImportLabels(const std::string& db, const std::string& file,
                                 const std::string& labeller);

}  // namespace hone
