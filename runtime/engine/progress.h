// Progress: counters of one session, for the bar and the summary. Nothing in a table reads them.
#pragma once

#include <cstdint>

#include "base/units.h"

namespace hone {

struct Progress {
  int64_t cells_planned = 0;  // items x runs
  int64_t cells_done = 0;     // evaluated or finished, recalled ones included
  int64_t cells_recalled = 0;
  int64_t cells_missing = 0;  // suspended, failed, diverged, stopped
  int64_t calls_new = 0;      // answers bought in this session
  int64_t calls_reused = 0;   // answers from the ledger or from another cell's call
  int64_t calls_waiting = 0;
  int64_t retries = 0;
  int64_t unknown = 0;
  PicoUsd spent;  // in this session
  PicoUsd possible;
  int64_t started_ms = 0;  // monotonic
};

}  // namespace hone
