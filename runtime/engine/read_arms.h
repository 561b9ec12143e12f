// ReadArms: the arms of an experiment: base and named differences, expanded by the matrix.
#pragma once

#include "engine/experiment.h"

namespace hone {

// Fills out->arms from the experiment's value. Names that `baseline` and `skills_from` refer to are
// looked up among the arms of the same place of the matrix first, then among the full names; a
// table {arm =, model =, slice =} names another place. Errors name the field and the nearest name.
Status ReadArms(const Json& value, Experiment* out);

}  // namespace hone
