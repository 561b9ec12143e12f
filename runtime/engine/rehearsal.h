// Rehearsal: a sample of an experiment's cells, executed against stand-in models, to learn how many
// calls its recipes make when that depends on the answers.
//
// The sample is stratified by the size of the contexts: sorted by size, cut into strata of equal
// count, two items of each (chosen by content hash, so the same sample every time). Every arm is
// executed on it with the first replicate, into a results database of its own that is thrown away.
// Containers are not made (rehearsed_containers.h).
#pragma once

#include <map>
#include <string>
#include <vector>

#include "engine/facilities.h"
#include "engine/loaded_experiment.h"
#include "ports/clock.h"

namespace hone {

// What some calls amount to.
struct CallVolume {
  double calls = 0, input_tokens = 0, output_tokens = 0;

  CallVolume& operator+=(const CallVolume& other) {
    calls += other.calls;
    input_tokens += other.input_tokens;
    output_tokens += other.output_tokens;
    return *this;
  }
  CallVolume operator*(double factor) const {
    return {calls * factor, input_tokens * factor, output_tokens * factor};
  }
};

// Stands behind the role of calls that embed: another model answers them (UnitRun::ModelFor).
inline constexpr const char* kEmbedRole = " (embed)";

// Who was asked, in which named step of the program.
struct CallKind {
  std::string role, step;
  auto operator<=>(const CallKind&) const = default;
};
using VolumeByKind = std::map<CallKind, CallVolume>;

// One item under one arm.
struct RehearsedCell {
  VolumeByKind recipe, evaluation;              // as a run of this arm alone would make them
  VolumeByKind recipe_added, evaluation_added;  // the calls that no arm further up makes
};

struct Rehearsal {
  std::vector<std::vector<std::size_t>> strata;   // items of the data, all of them
  std::vector<std::vector<std::size_t>> sampled;  // of each stratum
  std::map<std::pair<std::size_t, std::size_t>, RehearsedCell> cells;  // (arm, item)
  std::vector<std::string> failures;  // cells that did not end: "arm / seed / item: why"
};

// The items of each stratum and those of them that are executed: at most `items` in all.
void ChooseSample(const LoadedExperiment& loaded, std::size_t items, Rehearsal* rehearsal);

// `loaded` with stand-in models opened. `scratch` is a database file that does not exist yet.
Result<Rehearsal> Rehearse(EventLoop* loop, Clock* clock, ScriptProcessSpawner* spawner,
                           const LoadedExperiment& loaded,
                           const std::vector<std::string>& only_arms, std::size_t items,
                           const Facilities& facilities, const std::string& scratch);

}  // namespace hone
