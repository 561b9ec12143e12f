// HabitNotes: what a skill's notes say about how to read and to answer, and how it is said.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace hone::offline {

inline constexpr std::size_t kAnyWords = SIZE_MAX;

// The words that the notes of a skill allow an answer: "at most two words" (or "up to", "no more
// than", "not more than", and a number); of several such notes the strictest holds.
std::size_t MostWords(const std::vector<std::string>& notes);

// The line of a skill that allows as many.
std::string WordsNote(std::size_t most);

// Whether the notes say to search for the task's longest word before reading, and the line of a
// skill that says so.
bool SearchesFirst(const std::vector<std::string>& notes);
std::string SearchNote();

}  // namespace hone::offline
