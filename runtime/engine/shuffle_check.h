// ShuffleCheck: executes recorded units again under random orders of completion (LEDGER.md 1).
//
// Nothing is sent and nothing is written: every answer comes from the ledger and is handed to the
// script in a random order. A recipe whose calls depend on that order is not a pure function of its
// inputs, and would not resume.
#pragma once

#include <string>
#include <vector>

#include "engine/loaded_experiment.h"
#include "ports/clock.h"
#include "store/store.h"

namespace hone {

struct ShuffleReport {
  int64_t units = 0, executions = 0, calls = 0;
  std::vector<std::string> differences;  // unit, order, path and call
};

// `orders` executions of every finished recipe unit of `loaded`.
Result<ShuffleReport> CheckShuffles(EventLoop* loop, Clock* clock, ScriptProcessSpawner* spawner,
                                    Store* store, const LoadedExperiment& loaded,
                                    const Facilities& facilities, int64_t orders);

}  // namespace hone
