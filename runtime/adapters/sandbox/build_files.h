// BuildFiles: what COPY and ADD take from a build folder, as a tar.
//
// Sources are patterns within the folder; nothing outside of it can be reached, also not through
// symbolic links, which are copied as links. What .dockerignore names is left out. Blocks; any
// thread.
#pragma once

#include <string>
#include <vector>

#include "adapters/sandbox/build_plan.h"
#include "base/result.h"

namespace hone {

// Patterns of a .dockerignore: * and ? within a name, ** across names, a '!' takes back; the last
// one that matches a path or a folder above it counts.
class IgnoreList {
 public:
  explicit IgnoreList(const std::string& text);
  [[nodiscard]] bool Ignores(const std::string& path) const;

 private:
  struct Rule {
    std::string pattern;
    bool ignores = true;
  };
  std::vector<Rule> rules_;
};

struct CopiedFiles {
  std::string tar;                // to be unpacked in the step's destination, or its folder
  std::vector<std::string> tops;  // the first parts of its paths
};

// `into_folder`: the destination is a folder, else it is the name of the one file.
Result<CopiedFiles> CollectFiles(const std::string& folder, const BuildStep& step,
                                 bool into_folder);

}  // namespace hone
