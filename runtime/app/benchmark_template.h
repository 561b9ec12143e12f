// BenchmarkTemplate: what `hone new benchmark NAME` writes: a benchmark of a page, a dozen items in
// its form, and an experiment that runs at once, offline.
#pragma once

#include <string>
#include <vector>

namespace hone {

struct TemplateFile {
  std::string path;  // relative to the project
  std::string text;
};

std::vector<TemplateFile> BenchmarkTemplate(const std::string& name);

}  // namespace hone
