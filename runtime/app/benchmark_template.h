// BenchmarkTemplate: what `hone new benchmark NAME` writes: a benchmark of a page, a dozen items in
// its form, and an experiment that runs at once, offline. The texts are lua/hone/scaffold/.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"

namespace hone {

struct TemplateFile {
  std::string path;  // relative to the project
  std::string text;
};

// `home` is the installation's; the error names the file that is missing there.
Result<std::vector<TemplateFile>> BenchmarkTemplate(const std::string& home,
                                                    const std::string& name);

}  // namespace hone
