// Attention: which sentences of a context the offline reader gets to see for a task.
//
// The heart of the model. It reads at most `attention` tokens: the skill first, as far as that
// goes, then those parts of the context that pointers of the skill name for terms of the task, then
// the context from its beginning, in order. Nothing else is seen. So a good pointer brings a far
// part within reach, a long skill leaves less room, and a pointer to a part that is not there does
// nothing. A skill that says to search first (habit_notes.h) brings the first parts that have the
// longest word of the task before the others.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/offline/reading.h"

namespace hone::offline {

// Parts that pointers, or a search, bring before the others.
inline constexpr std::size_t kMaxFollowed = 3;

struct Seen {
  std::vector<int> sentences;      // indexes into the reading, in the order read
  std::vector<std::string> notes;  // lines of the skill that point nowhere in this context
  std::vector<int> followed;       // sections read because a pointer named them
};

Seen Attend(const Reading& context, std::string_view skill, std::string_view task,
            int64_t attention);

// Sections that have the longest content word of a task, in their order.
std::vector<int> SectionsWithLongestWord(const Reading& context, std::string_view task);

}  // namespace hone::offline
