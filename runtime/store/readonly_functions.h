// The SQL functions that `hone sql` and reports may call: those that compute from their arguments
// and nothing else. Whatever a future SQLite adds is refused until it is listed.
#pragma once

#include <string_view>

namespace hone {

// By name, in any case.
bool IsReadonlyFunction(std::string_view name);

}  // namespace hone
