// Places: a command with places instead of names, which is how one task's command serves another.
//
//   ledgerfmt write <input.csv> > <output.led>     cd <folder>     house-commit "<text>"
//
// A second file of the same suffix is <input2.csv>. Pure functions; what is filled in is quoted so
// that it stays one word or one text.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/offline/names.h"

namespace hone::offline {

// The names in a command become places: files after '>' or -o are outputs, other files inputs,
// names with a slash at their end folders, quoted texts texts. Paths of the system stay, and so do
// places: the function of its own result is that result.
std::string WithPlaces(std::string_view command);

// What the places of a command may be filled with, in order of preference.
struct Fillings {
  std::vector<std::string> inputs;   // files that are there
  std::vector<std::string> outputs;  // files that are to be made; one may be an input afterwards
  std::vector<std::string> folders;
  std::vector<std::string> texts;
};

struct FilledCommand {
  std::string text;
  std::vector<std::string> outputs;  // that it writes, of fillings.outputs
};

// Nothing when a place finds no name of its kind and suffix, or when there is no place at all: such
// a command has nothing to do with the task.
std::optional<FilledCommand> FillPlaces(std::string_view command, const Fillings& fillings);

// Whether a task has a name for every place, whatever its part: as many files of each suffix, as
// many folders and texts. False for a command without places.
bool HasNamesFor(std::string_view command, const TaskNames& names);

}  // namespace hone::offline
