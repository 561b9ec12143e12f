// The host of one terminal: a program in a pseudo-terminal, its screen, and its output since the
// last question.
//
// A kSend writes its keys and answers when the program ended, when nothing came for a moment while
// the program itself is in the foreground (a shell at its prompt), or when wait_ms is over. What
// nobody asks for is kept up to a limit; then the oldest goes, and the answer is marked.
#pragma once

#include <string>

namespace hone {

// `argv` ends with a null pointer. "" once it runs, else why not.
std::string StartTerminal(const std::string& name, int rows, int columns, char** argv);

}  // namespace hone
