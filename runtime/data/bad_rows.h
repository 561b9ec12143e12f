// BadRows: rows that cannot be used, by file and line, and what becomes of them.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"

namespace hone {

class BadRows {
 public:
  // `where` is "rows.jsonl:17", `why` one clause.
  void Add(std::string where, std::string why);
  void Take(const BadRows& other);

  [[nodiscard]] std::size_t size() const { return places_.size(); }
  // "rows.jsonl:17: no rubrics (4 bad rows in all, also rows.jsonl:90, ...); <cure>". At most 20
  // places are listed. REQUIRES: size() > 0.
  [[nodiscard]] Error ToError(const std::string& cure) const;
  // The same as one line for a log: "4 bad rows left out: rows.jsonl:17 (no rubrics), ...".
  [[nodiscard]] std::string ToNote() const;

 private:
  std::vector<std::string> places_, reasons_;
};

}  // namespace hone
