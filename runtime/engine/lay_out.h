// LayOut: the files of a published system's output tree, from rows on record, as the recipe that
// stands for that system writes them.
#pragma once

#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "ports/event_loop.h"
#include "ports/script_process.h"

namespace hone {

struct LaidOutFile {
  std::string path, text;  // the path is the recipe's own: a stranger's, as far as the caller knows
};

// `rows` as in wire/effects.h (kLayOut). Roots as in SourceTree. The error names the layouts there
// are when the recipe has none of that name.
Result<std::vector<LaidOutFile>> LayOut(EventLoop* loop, ScriptProcessSpawner* spawner,
                                        const std::string& home, const std::string& project,
                                        const std::string& recipe, const std::string& layout,
                                        const Json& rows);

}  // namespace hone
