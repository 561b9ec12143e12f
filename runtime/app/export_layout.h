// ExportLayout: `hone export NAME --layout LAYOUT DIR`: runs on record as the output folder of the
// published system that their recipe stands for.
#pragma once

#include "app/verbs.h"

namespace hone {

VerbResult ExportLayout(const GlobalArguments& global, const ExportArguments& arguments);

}  // namespace hone
