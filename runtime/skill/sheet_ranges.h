// SheetRanges: whether two workbooks hold the same values in the cells that an answer position
// names.
//
// Source: SpreadsheetBench's comparison as SkillOpt applies it (bdfdc30). A position is a list of
// ranges split at commas: "B2", "A1:C9", "Sheet2!A1:B2", "'My sheet'!A1"; without a sheet the first
// sheet of the right workbook is meant. A sheet that the prediction lacks is a failure; a range
// whose corners are reversed and an empty position hold no cell, so nothing differs. Cells are
// compared by SameCell (skill/answer_scores.h).
//
// Deliberately other than the original: a position that cannot be read is a problem with a name
// instead of an exception, and at most kMaxCells cells are looked at.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"

namespace hone {

struct WrongCell {
  std::string sheet, cell;  // "Sheet1", "B2"
  Json prediction;          // as it stands there; null: empty
};

struct RangesReport {
  bool same = false;
  int64_t cells = 0, right = 0;  // looked at, and equal
  std::vector<WrongCell> wrong;  // the first kMaxWrong
  std::string problem;  // why nothing could be compared: "no sheet 'Data' ..."; "" for none
  static constexpr std::size_t kMaxWrong = 50;
  static constexpr int64_t kMaxCells = 2'000'000;
};

// Workbooks are {sheets: [{name, cells: {"B2": value, ...}}, ...]}, values as in SameCell.
RangesReport CompareRanges(const Json& prediction, const Json& answer, std::string_view position);

}  // namespace hone
