// SkillChanges: lines that a skill should get, lose or have in another form, as the offline
// optimizer finds them in trajectories, and the forms in which they travel: edits, suggestions,
// whole texts.
//
// Two things can help a reader of bounded attention: knowing where to read, and knowing how long an
// answer may be. So a failed item asks for one of three lines: where its answer contains the right
// one, or is contained in it, the number of words; else to search first, where that would have led
// to the part in which the right answer stands; else a pointer to that part. The first two are
// general and written when half of a group, and three items, ask for them, so that one comes after
// the other: how long answers should be shows where the right sentence is found. What succeeded
// teaches nothing. By a slip a change is a harmful one: a wrong part, a wrong number, a line that
// says much and helps nobody, or a good line taken out.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/offline/jobs.h"
#include "adapters/offline/trajectories.h"
#include "base/json.h"

namespace hone::offline {

// Terms of a pointer that was taught several times.
inline constexpr std::size_t kChangeTerms = 10;

struct SkillChange {
  std::string line;      // with its bullet; "" takes `replaces` out
  std::string replaces;  // a line of the present skill; "" adds at the end
  std::string cause;     // a kind of failure, in a few words
  int64_t support = 1;   // items that it stands for
  std::string source = "failure";
};

// What the trajectories teach beside the present skill, most support first; reminders of lines that
// were there and did not help are put into `lapses`.
std::vector<SkillChange> FindChanges(Job* job, std::string_view skill,
                                     const Trajectories& trajectories,
                                     std::vector<std::string>* lapses);

// The lines of a skill that are rules ("- ..."); the line that points to a part, and the one that
// bounds the words of an answer, "" when there is none.
std::vector<std::string> RulesOf(std::string_view skill);
std::string PointerLineTo(std::string_view skill, const std::string& label);
std::string WordsLine(std::string_view skill);

// One change for what says the same: support is added up, pointers to one part get all terms.
std::vector<SkillChange> JoinChanges(const std::vector<SkillChange>& changes);

std::string ApplyChanges(std::string_view skill, const std::vector<SkillChange>& changes);
// The changes that make `after` of `before`, line by line.
std::vector<SkillChange> ChangesBetween(std::string_view before, std::string_view after);

Json EditOf(const SkillChange& change);  // {op, target, content}
SkillChange ChangeOfEdit(const Json& edit);
Json SuggestionOf(const SkillChange& change);  // {type, title, motivation, instruction, ...}
SkillChange ChangeOfSuggestion(const Json& suggestion);

}  // namespace hone::offline
