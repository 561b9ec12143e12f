#include "adapters/offline/skill_changes.h"

#include <algorithm>

#include "adapters/offline/habit_notes.h"
#include "adapters/offline/pointers.h"
#include "adapters/offline/tokens.h"
#include "base/text.h"

namespace hone::offline {
namespace {

std::vector<std::string> LinesOf(std::string_view text) {
  std::vector<std::string> out;
  for (const std::string_view line : Split(text, '\n')) out.emplace_back(Trim(line));
  return out;
}

}  // namespace

std::vector<std::string> RulesOf(std::string_view skill) {
  std::vector<std::string> out = LinesOf(skill);
  out.erase(std::remove_if(out.begin(), out.end(),
                           [](const std::string& line) {
                             return line.size() <= 2 || !line.starts_with("- ");
                           }),
            out.end());
  return out;
}

std::string PointerLineTo(std::string_view skill, const std::string& label) {
  for (const std::string& line : LinesOf(skill)) {
    for (const Pointer& pointer : ParseSkill(line).pointers) {
      if (Normal(pointer.label) == Normal(label)) return line;
    }
  }
  return "";
}

std::string WordsLine(std::string_view skill) {
  for (const std::string& line : LinesOf(skill)) {
    if (MostWords(ParseSkill(line).notes) != kAnyWords) return line;
  }
  return "";
}

std::vector<SkillChange> JoinChanges(const std::vector<SkillChange>& changes) {
  std::vector<SkillChange> out;
  const auto label_of = [](const SkillChange& change) {
    const std::vector<Pointer> pointers = ParseSkill(change.line).pointers;
    return pointers.empty() ? std::string() : Normal(pointers[0].label);
  };
  const auto bounds_words = [](const SkillChange& change) {
    return MostWords(ParseSkill(change.line).notes) != kAnyWords;
  };
  for (const SkillChange& change : changes) {
    const std::string label = label_of(change);
    const auto same = std::find_if(out.begin(), out.end(), [&](const SkillChange& other) {
      if (!label.empty()) return label_of(other) == label;
      if (bounds_words(change)) return bounds_words(other);
      return other.line == change.line && other.replaces == change.replaces;
    });
    if (same == out.end()) {
      out.push_back(change);
      continue;
    }
    if (!label.empty()) {
      std::vector<Pointer> joined = ParseSkill(same->line).pointers;
      AddPointer(ParseSkill(change.line).pointers[0], kChangeTerms, &joined);
      same->line = PointerLine(joined[0], false);
    } else if (change.support > same->support) {
      same->line = change.line;  // of two numbers the one that more items ask for
    }
    same->support += change.support;
    if (same->replaces.empty()) same->replaces = change.replaces;
  }
  std::stable_sort(out.begin(), out.end(), [](const SkillChange& a, const SkillChange& b) {
    return a.support > b.support;
  });
  return out;
}

std::string ApplyChanges(std::string_view skill, const std::vector<SkillChange>& changes) {
  std::string out(Trim(skill));
  for (const SkillChange& change : changes) {
    const std::size_t at = change.replaces.empty() ? std::string::npos : out.find(change.replaces);
    if (at != std::string::npos) {
      out.replace(at, change.replaces.size(), change.line);
    } else if (!change.line.empty()) {
      out += "\n" + change.line;
    }
  }
  return out + "\n";
}

std::vector<SkillChange> ChangesBetween(std::string_view before, std::string_view after) {
  const std::vector<std::string> old_rules = RulesOf(before);
  std::vector<SkillChange> out;
  for (const std::string& line : RulesOf(after)) {
    if (std::find(old_rules.begin(), old_rules.end(), line) != old_rules.end()) continue;
    const std::vector<Pointer> pointers = ParseSkill(line).pointers;
    out.push_back(
        {line, pointers.empty() ? "" : PointerLineTo(before, pointers[0].label), "", 1, "failure"});
  }
  return out;
}

Json EditOf(const SkillChange& change) {
  const char* op = change.replaces.empty() ? "append" : change.line.empty() ? "delete" : "replace";
  return Json::MakeObject({{"op", op}, {"target", change.replaces}, {"content", change.line}});
}

SkillChange ChangeOfEdit(const Json& edit) {
  SkillChange out;
  out.line = edit["content"].AsString();
  if (edit["op"].AsString() != "append") out.replaces = edit["target"].AsString();
  out.support = std::max<int64_t>(edit["support_count"].AsInt(1), 1);
  if (edit["source_type"].is_string()) out.source = edit["source_type"].AsString();
  return out;
}

namespace {
constexpr std::string_view kPutIn = "Put in this line:\n";
constexpr std::string_view kInPlace = "\nin the place of:\n";
constexpr std::string_view kTakeOut = "Take out this line:\n";
}  // namespace

Json SuggestionOf(const SkillChange& change) {
  std::string instruction = change.line.empty() ? std::string(kTakeOut) + change.replaces
                                                : std::string(kPutIn) + change.line;
  if (!change.line.empty() && !change.replaces.empty()) {
    instruction += std::string(kInPlace) + change.replaces;
  }
  const char* type = change.line.empty()       ? "remove_rule"
                     : change.replaces.empty() ? "add_rule"
                                               : "merge_rules";
  return Json::MakeObject({{"type", type},
                           {"title", change.cause.empty() ? "one line" : change.cause},
                           {"motivation", std::to_string(change.support) + " items ask for it"},
                           {"instruction", instruction},
                           {"priority_hint", change.support > 2   ? "high"
                                             : change.support > 1 ? "medium"
                                                                  : "low"}});
}

SkillChange ChangeOfSuggestion(const Json& suggestion) {
  SkillChange out;
  std::string_view instruction = suggestion["instruction"].AsString();
  out.cause = suggestion["title"].AsString();
  out.support = std::max<int64_t>(suggestion["support_count"].AsInt(1), 1);
  if (suggestion["source_type"].is_string()) out.source = suggestion["source_type"].AsString();
  if (instruction.starts_with(kTakeOut)) {
    out.replaces = std::string(Trim(instruction.substr(kTakeOut.size())));
    return out;
  }
  if (!instruction.starts_with(kPutIn)) return out;
  instruction.remove_prefix(kPutIn.size());
  const std::size_t place = instruction.find(kInPlace);
  out.line = std::string(Trim(instruction.substr(0, place)));
  if (place != std::string_view::npos) {
    out.replaces = std::string(Trim(instruction.substr(place + kInPlace.size())));
  }
  return out;
}

}  // namespace hone::offline
