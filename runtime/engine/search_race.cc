// The race: which candidates an anytime-valid paired test finds worse than the best so far.
#include <algorithm>

#include "engine/search.h"

namespace hone {

void Search::DropBeaten(const std::vector<std::size_t>& /*ranked*/, const Scores& /*scores*/) {}

}  // namespace hone
