// Unicode tables: word characters and small letters as ranges of code points, in order. The numbers
// are written by make_unicode_tables.py; unicode_text.h is what others use.
#pragma once

#include <array>
#include <cstdint>

namespace hone {

struct CodeRange {
  uint32_t first, last;
};

// Every `step`-th code point from first to last has its small letter `difference` further on.
struct SmallRun {
  uint32_t first, last, step;
  int32_t difference;
};

extern const std::array<CodeRange, 734> kWordRanges;
extern const std::array<SmallRun, 181> kSmallRuns;

}  // namespace hone
