#include "app/benchmark_template.h"

#include "base/text.h"
#include "engine/source_tree.h"

namespace hone {

Result<std::vector<TemplateFile>> BenchmarkTemplate(const std::string& home,
                                                    const std::string& name) {
  std::vector<TemplateFile> files = {
      {"benchmarks/" + name + ".lua", "benchmark.lua.in"},
      {"experiments/" + name + "/items.json", "benchmark_items.json"},
      {"experiments/" + name + ".lua", "benchmark_experiment.lua.in"},
  };
  for (TemplateFile& file : files) {
    HONE_ASSIGN(const std::string text, ReadSourceFile(home + "/lua/hone/scaffold/" + file.text));
    file.text = ReplaceAll(text, "NAME", name);
  }
  return files;
}

}  // namespace hone
