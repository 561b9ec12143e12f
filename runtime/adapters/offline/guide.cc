#include "adapters/offline/guide.h"

#include <algorithm>
#include <set>

#include "adapters/offline/names.h"
#include "adapters/offline/places.h"
#include "adapters/offline/tokens.h"
#include "base/text.h"
#include "skill/skill_document.h"

namespace hone::offline {
namespace {

constexpr std::size_t kProcedures = 2;
constexpr std::size_t kRules = 3;       // of a procedure
constexpr std::size_t kNotes = 3;       // of a task
constexpr std::size_t kGuideNotes = 6;  // of a guide
constexpr int kLeastMatch = 2;

int64_t Cost(const Procedure& procedure) {
  int64_t cost = CountTokens(procedure.heading) + CountTokens(procedure.command);
  for (const std::string& rule : procedure.rules) cost += CountTokens(rule);
  return cost;
}

int SharedStems(std::string_view text, const std::vector<uint64_t>& wanted) {
  const std::vector<uint64_t> stems = StemsOf(text);
  return static_cast<int>(std::count_if(wanted.begin(), wanted.end(),
                                        [&](uint64_t stem) { return HasStem(stems, stem); }));
}

template <typename Item, typename Match>
std::vector<Item> BestFirst(std::vector<Item> items, Match match) {
  std::stable_sort(items.begin(), items.end(),
                   [&](const Item& a, const Item& b) { return match(a) > match(b); });
  return items;
}

}  // namespace

Instructions Learn(std::string_view seen, std::string_view task, int64_t attention, double slip,
                   Slips* slips) {
  const Instructions read = ReadInstructions(seen);
  const TaskNames names = NamesIn(task);
  const std::vector<uint64_t> stems = StemsOf(task);
  std::vector<Procedure> candidates;
  std::set<std::string> headings;  // a skill that was loaded may say what the manual says again
  for (const Procedure& procedure : read.procedures) {
    if (MatchOf(procedure, stems) >= kLeastMatch &&
        headings.insert(Normal(procedure.heading)).second) {
      candidates.push_back(procedure);
    }
  }
  candidates = BestFirst(std::move(candidates),
                         [&](const Procedure& procedure) { return MatchOf(procedure, stems); });
  const auto unfit = std::stable_partition(
      candidates.begin(), candidates.end(),
      [&](const Procedure& procedure) { return HasNamesFor(procedure.command, names); });
  const auto n_fitting = static_cast<std::size_t>(unfit - candidates.begin());
  candidates.resize(
      std::min({candidates.size(), std::max<std::size_t>(n_fitting, 1), kProcedures}));

  Instructions out;
  for (Procedure& procedure : candidates) {
    if (procedure.rules.size() > kRules) procedure.rules.resize(kRules);
    attention -= Cost(procedure);
    if (attention < 0) break;
    if (!slips->Chance(slip)) out.procedures.push_back(std::move(procedure));
  }
  const std::string said = Normal(task);
  const auto match = [&](const Note& note) { return SharedStems(note.text, stems); };
  for (const Note& note : BestFirst(read.notes, match)) {
    if (out.notes.size() == kNotes || match(note) < kLeastMatch) break;
    const bool same_document =
        std::any_of(out.procedures.begin(), out.procedures.end(),
                    [&](const Procedure& procedure) { return procedure.title == note.title; });
    if (!same_document || said.find(Normal(note.text)) != std::string::npos) continue;
    attention -= CountTokens(note.text);
    if (attention < 0) break;
    out.notes.push_back(note);
  }
  return out;
}

void MergeInto(const Instructions& learned, Instructions* guide) {
  if (guide->procedures.empty() && !learned.procedures.empty()) guide->notes.clear();
  for (const Procedure& procedure : learned.procedures) {
    const auto same = std::find_if(
        guide->procedures.begin(), guide->procedures.end(),
        [&](const Procedure& known) { return Normal(known.heading) == Normal(procedure.heading); });
    if (same == guide->procedures.end()) {
      guide->procedures.push_back(procedure);
    } else {
      *same = procedure;
    }
  }
  for (const Note& note : learned.notes) {
    const bool known = std::any_of(guide->notes.begin(), guide->notes.end(),
                                   [&](const Note& other) { return other.text == note.text; });
    if (!known && guide->notes.size() < kGuideNotes) guide->notes.push_back(note);
  }
}

bool IsEmpty(const Instructions& guide) { return guide.procedures.empty() && guide.notes.empty(); }

Instructions GeneralAdvice() {
  static constexpr const char* kTitle = "Working with care";
  return {{{kTitle, "Read the task twice before you begin."},
           {kTitle, "Check every output before you stop."},
           {kTitle, "When a format has a name, find out what the name means."}},
          {}};
}

std::string RenderGuide(std::string_view name, std::string_view category,
                        const Instructions& guide) {
  std::string description = !guide.procedures.empty() ? guide.procedures.front().title
                            : !guide.notes.empty()    ? guide.notes.front().title
                                                      : "";
  if (description.empty()) description = category;
  std::string body = "# " + description + "\n";
  std::vector<std::string> headings;
  for (const Procedure& procedure : guide.procedures) {
    headings.push_back(procedure.heading);
    body += "\n## " + procedure.heading + "\n\n";
    for (const std::string& rule : procedure.rules) body += "- " + rule + "\n";
    body += "\n```sh\n" + procedure.command + "\n```\n";
  }
  if (!guide.notes.empty()) body += "\n## Rules\n\n";
  for (const Note& note : guide.notes) body += "- " + note.text + "\n";
  if (!headings.empty()) description += ": " + Join(headings, "; ");
  SkillDocument document = NormaliseSkill(name, description, body);
  if (!category.empty()) document.other.push_back({"category", std::string(category)});
  return RenderSkill(document);
}

}  // namespace hone::offline
