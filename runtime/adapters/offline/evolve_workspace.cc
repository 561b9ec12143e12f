// Evolving a workspace with a shell: one step at a time, as a person at a desk would.
//
//   1. It lists observations and skills.
//   2. It reads each observation of a task that the results name (all of them when they name none).
//   3. For each category among them it reads the skill <category>-conventions, if there is one, and
//      writes it anew with what the observations teach (guide.h), places instead of this task's
//      names. Other skills, drafts, prompts and memories it leaves alone.
//   4. It says what it did.
//
// It keeps to its permissions: where skills that are there must stay it writes another one beside
// them, where no skill may be made it writes nothing, and it makes no more of them than its budget.
//
// An observation without a manual teaches nothing: then a skill of general advice is written where
// there is none, which helps nobody. Its attention is that of the options, for each category.
#include <algorithm>
#include <cstdlib>
#include <map>

#include "adapters/offline/guide.h"
#include "adapters/offline/jobs.h"
#include "adapters/offline/names.h"
#include "adapters/offline/observation.h"
#include "base/text.h"
#include "skill/skill_document.h"

namespace hone::offline {
namespace {

constexpr std::string_view kList = "# what is there";
constexpr std::string_view kRead = "# read ";
constexpr std::string_view kWrite = "# write ";
constexpr std::string_view kEnd = "END_OF_SKILL";

std::string Second(std::string_view command, std::string_view kind) {
  command.remove_prefix(kind.size());
  return std::string(command.substr(0, command.find('\n')));
}

std::string StemOfFile(std::string_view path) {
  path = path.substr(path.rfind('/') + 1);
  return std::string(path.substr(0, path.rfind('.')));
}

std::string SkillPath(const std::string& name) { return "skills/" + name + "/SKILL.md"; }

// What the first message permits; everything when it says nothing about it.
struct Permissions {
  explicit Permissions(const std::string& opening) {
    const std::size_t list = opening.find("You may change:");
    if (list == std::string::npos) return;
    const std::size_t at = opening.find("- skills/:", list);
    may_make = at != std::string::npos;
    const std::string line = may_make ? opening.substr(at, opening.find('\n', at) - at) : "";
    may_change = line.find("change") != std::string::npos;
    static constexpr std::string_view kBudget = "Budget: at most ";
    const std::size_t budget = opening.find(kBudget);
    if (budget != std::string::npos)
      most_new = std::atoi(opening.c_str() + budget + kBudget.size());
  }

  bool may_make = true;
  bool may_change = true;
  int most_new = 1000;
};

struct Desk {
  explicit Desk(const ShellTurns& turns) {
    for (const ShellTurn& turn : turns.turns) {
      const std::string_view command = turn.command;
      if (command.starts_with(kList)) {
        listed = true;
        for (const std::string_view line : Split(turn.output, '\n')) {
          const std::string_view path = Trim(line);
          if (IsFileName(path)) paths.emplace_back(path);
        }
      } else if (command.starts_with(kRead)) {
        read[Second(command, kRead)] = turn.output;
      } else if (command.starts_with(kWrite)) {
        written.push_back(Second(command, kWrite));
      }
    }
    const auto observation = [](const std::string& path) { return path.starts_with("evolution/"); };
    std::copy_if(paths.begin(), paths.end(), std::back_inserter(observations), observation);
    const auto is_named = [&](const std::string& path) {
      return turns.opening.find("\"" + StemOfFile(path) + "\"") != std::string::npos;
    };
    if (std::any_of(observations.begin(), observations.end(), is_named)) {
      std::erase_if(observations, [&](const std::string& path) { return !is_named(path); });
    }
  }

  [[nodiscard]] bool Has(const std::string& path) const {
    return std::find(paths.begin(), paths.end(), path) != paths.end();
  }
  [[nodiscard]] bool Wrote(const std::string& path) const {
    return std::find(written.begin(), written.end(), path) != written.end();
  }

  // The category's skill; where that must stay, the first of the name and a number that is not
  // there.
  [[nodiscard]] std::string NameFor(const std::string& category, bool may_change) const {
    const std::string first = Slugify(category + " conventions");
    std::string name = first;
    for (int i = 2; !may_change && Has(SkillPath(name)); ++i) {
      name = first + "-" + std::to_string(i);
    }
    return name;
  }

  bool listed = false;
  std::vector<std::string> paths;
  std::vector<std::string> observations;
  std::map<std::string, std::string> read;  // by path
  std::vector<std::string> written;
};

ShellStep ReadFile(const std::string& path) {
  return {"I read " + path + ".", std::string(kRead) + path + "\ncat -- " + path, ""};
}

ShellStep WriteFile(const std::string& path, const std::string& content) {
  const std::string folder = path.substr(0, path.rfind('/'));
  std::string end(kEnd);
  while (content.find(end) != std::string::npos) end += "_";
  return {"I write " + path + ".",
          std::string(kWrite) + path + "\nmkdir -p -- " + folder + " && cat > " + path + " <<'" +
              end + "'\n" + content + end,
          ""};
}

}  // namespace

ShellStep EvolveWorkspace(ShellJob job) {
  const Desk desk(job.turns);
  const Permissions permissions(job.turns.opening);
  if (!permissions.may_make) return {"I may change no skill, so I changed nothing.", "", ""};
  if (!desk.listed) {
    return {"First what is there.",
            std::string(kList) +
                "\nls -d -- evolution/observations/*.md evolution/current_observation.md "
                "skills/*/SKILL.md 2>/dev/null",
            ""};
  }
  std::vector<std::string> categories;  // in the order in which they are first observed
  std::map<std::string, std::vector<std::string>> observed;
  for (const std::string& path : desk.observations) {
    const auto found = desk.read.find(path);
    if (found == desk.read.end()) return ReadFile(path);
    std::string category = ReadObservation(found->second).category;
    if (category.empty()) category = "general";
    if (observed.find(category) == observed.end()) categories.push_back(category);
    observed[category].push_back(found->second);
  }
  int n_new = 0;
  for (const std::string& category : categories) {
    const std::string name = desk.NameFor(category, permissions.may_change);
    const std::string path = SkillPath(name);
    if (!desk.Has(path)) ++n_new;
    if (desk.Wrote(path) || (!desk.Has(path) && n_new > permissions.most_new)) continue;
    const auto present = desk.read.find(path);
    if (desk.Has(path) && present == desk.read.end()) return ReadFile(path);
    Instructions guide = desk.Has(path) ? ReadInstructions(present->second) : Instructions();
    const std::string before = RenderGuide(name, category, guide);
    const auto each = job.options.attention / static_cast<int64_t>(observed[category].size());
    for (const std::string& text : observed[category]) {
      const Observation observation = ReadObservation(text);
      MergeInto(Learn(text, observation.task, each, job.options.slip, &job.slips), &guide);
    }
    if (IsEmpty(guide)) guide = GeneralAdvice();
    const std::string content = RenderGuide(name, category, guide);
    if (desk.Has(path) && content == before) continue;
    return WriteFile(path, content);
  }
  return {desk.written.empty()
              ? "The observations taught me nothing new; I changed nothing."
              : "Written from what the observations showed: " + Join(desk.written, ", ") + ".",
          "", ""};
}

}  // namespace hone::offline
