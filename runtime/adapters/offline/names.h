// Names: the files, folders and quoted texts that a task names, which is all that a shell job takes
// out of a task to put into commands.
//
// A file ends in a suffix and a folder in a slash; either stands between backticks or has a slash.
// Only letters, digits and "_./-" make a name, so that no name can end a command or begin another.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace hone::offline {

struct QuotedText {
  std::string text;             // between double quotes
  std::vector<uint64_t> stems;  // of the sentence in which it stands
};

struct TaskNames {
  std::vector<std::string> files;    // in the order in which they are first named
  std::vector<std::string> folders;  // with the slash
  std::vector<QuotedText> texts;
};

bool IsFileName(std::string_view token);
bool IsFolderName(std::string_view token);
// Without the dot; "" when there is none.
std::string_view SuffixOf(std::string_view file);

// Pure.
TaskNames NamesIn(std::string_view task);

}  // namespace hone::offline
