// GivenSkills: skills that were made elsewhere, and the tasks that lie beside them, for an
// evaluation of several folders side by side on the same contexts.
//
// A folder holds one folder for each context with its SKILL.md, at any depth; the context is named
// by `context_id` in the frontmatter or in the rows of a file of tasks beside it, by the manifest
// of a `hone export`, or by the folder. A file of JSON lines beside a SKILL.md whose rows have
// `task` and `rubrics` is a source of tasks, named after the label of the skills and the file:
// "hard_set.jsonl" of A is "A-hard-set", "probes.jsonl" is "A-probe". A skill evolved on the
// sources of its own folder: there it is evaluated in-sample.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"

namespace hone {

// What the contexts' own report tasks are called among the sources.
inline constexpr const char* kHeldOutSource = "held-out";

class GivenSkills {
 public:
  // Reads the skills of a folder, or one SKILL.md for all contexts. The error names the folder.
  Status Add(const std::string& label, const std::string& path);

  [[nodiscard]] std::vector<std::string> labels() const;
  // The label's skills by context.
  [[nodiscard]] std::map<std::string, std::string> SkillsOf(const std::string& label) const;
  // Sources of tasks that lie beside the label's skills, sorted.
  [[nodiscard]] std::vector<std::string> SourcesOf(const std::string& label) const;

  struct Limits {
    int64_t contexts = 0;  // 0: all
    int64_t tasks = 0;     // of each source of a context, 0: all
    std::string split = "report";
  };
  // Of each unit for which every folder has a skill: the unit once for its own tasks of `split` and
  // once for each source of tasks, with the skills as `given` and the source as category. Others
  // are left out and counted. Tasks of a source that are equal to an earlier one of the context
  // come once.
  Json Rework(const Json& units, const Limits& limits);

  [[nodiscard]] int64_t contexts() const { return contexts_; }
  [[nodiscard]] int64_t contexts_without_skill() const { return without_skill_; }

 private:
  struct Source {
    std::string name;
    Json tasks = Json::MakeArray();  // {id, task, rubrics}
  };
  struct Entry {
    std::string skill;
    std::vector<Source> sources;
  };
  struct Folder {
    std::string label;
    bool is_for_all = false;
    std::map<std::string, Entry> by_context;
  };

  static Status AddFile(const std::string& path, const std::string& text,
                        const std::map<std::string, std::string>& manifest, Folder* folder,
                        std::map<std::string, std::string>* ids);
  [[nodiscard]] const Entry* Find(const Folder& folder, const std::string& context) const;

  std::vector<Folder> folders_;
  int64_t contexts_ = 0, without_skill_ = 0;
};

}  // namespace hone
