// RemoveTree: a folder of a stranger's making, taken away.
//
// Follows no link, enters folders without permissions of their own, and is not stopped by folders
// nested thousands deep. Blocks.
#pragma once

#include <string>

#include "base/result.h"

namespace hone {

// A path that is not there is fine.
Status RemoveTree(const std::string& path);

}  // namespace hone
