// Which arms `--arm` means: names, or globs such as "GPT-4.1: *" (`*` any text, `?` one byte).
// Pure.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"

namespace hone {

// Whether one of `patterns` means the arm; no patterns mean all arms.
bool IsChosenArm(const std::vector<std::string>& patterns, const std::string& name);

// Every pattern means an arm; the error gives the nearest name.
Status CheckArmPatterns(const std::vector<std::string>& patterns,
                        const std::vector<std::string>& names);

}  // namespace hone
