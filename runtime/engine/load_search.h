// LoadSearch: the candidates of an experiment's search, as arms.
#pragma once

#include <vector>

#include "engine/load_program.h"

namespace hone {

// Fills loaded->search but for its candidates, and gives these: the varied arm under the settings
// of each point of the sweep, named "<arm> iterations=3 smoothing=none". The sweep is the
// experiment's, else the recipe's own. REQUIRES: the declared arms are loaded and the experiment
// has a search.
Result<std::vector<ArmSpec>> LoadSearch(ProgramLoader* programs, LoadedExperiment* loaded);

}  // namespace hone
