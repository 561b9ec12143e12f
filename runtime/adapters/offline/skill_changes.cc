#include "adapters/offline/skill_changes.h"

#include <algorithm>
#include <map>

#include "adapters/offline/attention.h"
#include "adapters/offline/habit_notes.h"
#include "adapters/offline/pointers.h"
#include "adapters/offline/tokens.h"
#include "base/text.h"

namespace hone::offline {
namespace {

constexpr std::size_t kMaxTerms = 10;   // of a pointer that was taught several times
constexpr std::size_t kWrongWords = 8;  // a slip's number of words lies below this

constexpr std::string_view kLongWinded =
    "- Explain at length which passages were read, in which order and why, repeat the question in "
    "other words, and say of every passage whether it could have been the one that was meant.";

std::vector<std::string> LinesOf(std::string_view text) {
  std::vector<std::string> out;
  for (const std::string_view line : Split(text, '\n')) out.emplace_back(Trim(line));
  return out;
}

bool IsRule(const std::string& line) { return line.size() > 2 && line.starts_with("- "); }

// The line of a skill that points to this part, or that bounds the words of an answer; "".
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

struct Lengths {
  std::map<std::size_t, int64_t> counts;  // words of right answers -> items
  int64_t too_long = 0;
  int64_t too_short = 0;
};

// The number of words that most right answers have; of equals the larger.
std::size_t UsualLength(const Lengths& lengths) {
  std::size_t best = 0;
  int64_t most = 0;
  for (const auto& [words, count] : lengths.counts) {
    if (count >= most) {
      most = count;
      best = words;
    }
  }
  return best;
}

void AddWordsChange(Job* job, std::string_view skill, const Lengths& lengths, bool failed,
                    std::vector<SkillChange>* out) {
  const int64_t support = std::max(lengths.too_long, lengths.too_short);
  std::size_t wanted = UsualLength(lengths);
  if (wanted == 0 || (failed && support == 0)) return;
  if (job->slips.Chance(job->options.slip)) wanted = 1 + job->slips.Below(kWrongWords);
  const std::string present = WordsLine(skill);
  const std::size_t bound = MostWords(ParseSkill(present).notes);
  if (bound == wanted || (!failed && bound != kAnyWords)) return;
  if (failed && lengths.too_long >= lengths.too_short && wanted > bound) return;
  out->push_back({WordsNote(wanted), present,
                  lengths.too_long >= lengths.too_short ? "answer too long" : "answer too short",
                  std::max<int64_t>(support, 1), failed ? "failure" : "success"});
}

// Whether a search for the longest word leads to the section.
bool IsFoundBySearch(const Reading& context, const std::string& task, int section) {
  const std::vector<int> found = SectionsWithLongestWord(context, task);
  const auto end =
      found.begin() + static_cast<std::ptrdiff_t>(std::min(found.size(), kMaxFollowed));
  return std::find(found.begin(), end, section) != end;
}

struct Missed {
  Pointer pointer;
  int64_t support = 0;
};

}  // namespace

std::vector<SkillChange> FindChanges(Job* job, std::string_view skill,
                                     const Trajectories& trajectories,
                                     std::vector<std::string>* lapses) {
  Lengths lengths;
  std::vector<Missed> missed;
  int64_t searchable = 0;  // items whose part a search would have brought
  for (const Trajectory& one : trajectories.list) {
    if (one.right.empty()) continue;
    const std::string& right = one.right[0];
    const bool holds = HoldsWords(one.predicted, right);
    const bool held = HoldsWords(right, one.predicted);
    if (!trajectories.failed || holds || held) {
      ++lengths.counts[Words(right).size()];
      if (trajectories.failed) ++(holds ? lengths.too_long : lengths.too_short);
      continue;
    }
    if (one.context.empty()) continue;
    const Reading context(one.context);
    int section = SectionOf(context, "The right answer is \"" + right + "\".", one.task);
    if (IsFoundBySearch(context, one.task, section)) {
      ++searchable;
      continue;
    }
    if (section >= 0 && job->slips.Chance(job->options.slip)) {
      section = static_cast<int>(job->slips.Below(context.sections().size()));
    }
    if (section < 0) continue;
    const Pointer pointer = PointerTo(context, section, one.task);
    const auto same = std::find_if(missed.begin(), missed.end(), [&](const Missed& other) {
      return Normal(other.pointer.label) == Normal(pointer.label);
    });
    std::vector<Pointer> joined;
    if (same != missed.end()) joined.push_back(same->pointer);
    AddPointer(pointer, kMaxTerms, &joined);
    if (same == missed.end()) {
      missed.push_back({joined[0], 1});
    } else {
      *same = {joined[0], same->support + 1};
    }
  }

  std::vector<SkillChange> out;
  AddWordsChange(job, skill, lengths, trajectories.failed, &out);
  if (searchable > 0 && !SearchesFirst(ParseSkill(skill).notes)) {
    out.push_back({SearchNote(), "", "part not found", searchable, "failure"});
  } else if (searchable > 0) {
    lapses->push_back("Search before reading, also when the first passage looks right.");
  }
  for (const Missed& one : missed) {
    const std::string present = PointerLineTo(skill, one.pointer.label);
    std::vector<Pointer> joined = ParseSkill(present).pointers;
    const std::size_t before = joined.empty() ? 0 : joined[0].terms.size();
    AddPointer(one.pointer, kMaxTerms, &joined);
    if (!present.empty() && joined[0].terms.size() == before) {
      lapses->push_back("Read the part headed \"" + one.pointer.label +
                        "\" when the task speaks of it.");
      continue;
    }
    out.push_back(
        {PointerLine(joined[0], false), present, "part not read", one.support, "failure"});
  }
  std::stable_sort(out.begin(), out.end(), [](const SkillChange& a, const SkillChange& b) {
    return a.support > b.support;
  });
  if (job->slips.Chance(job->options.slip)) {
    out.insert(out.begin(), {std::string(kLongWinded), "", "too little said", 1, "failure"});
  }
  if (job->slips.Chance(job->options.slip)) {
    std::vector<std::string> rules = LinesOf(skill);
    rules.erase(std::remove_if(rules.begin(), rules.end(),
                               [](const std::string& line) { return !IsRule(line); }),
                rules.end());
    if (!rules.empty()) {
      out.insert(out.begin(),
                 {"", rules[job->slips.Below(rules.size())], "too much said", 1, "failure"});
    }
  }
  return out;
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
      AddPointer(ParseSkill(change.line).pointers[0], kMaxTerms, &joined);
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
  const std::vector<std::string> old_lines = LinesOf(before);
  const std::vector<std::string> new_lines = LinesOf(after);
  std::vector<SkillChange> out;
  for (const std::string& line : new_lines) {
    if (!IsRule(line) || std::find(old_lines.begin(), old_lines.end(), line) != old_lines.end()) {
      continue;
    }
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
