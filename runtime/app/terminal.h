// What the program writes: data on stdout, everything else on stderr, nothing from outside
// unescaped.
//
// Loop's thread only, except Report, which is safe from everywhere.
#pragma once

#include <string>
#include <string_view>

#include "base/json.h"

namespace hone {

struct Terminal {
  bool stdout_is_terminal = false;
  bool stderr_is_terminal = false;  // and TERM is not "dumb"
  bool color = false;               // for stderr: a terminal and no NO_COLOR
  int columns = 80;

  static const Terminal& Get();  // looked at once
};

// Text for people, on stdout, made safe for a terminal whether it is one or not.
void PrintText(std::string_view text);
// Data, on stdout: byte for byte into a file or pipe, made safe on a terminal.
void PrintData(std::string_view bytes);
// One JSON text and a newline: pretty on a terminal, compact elsewhere.
void PrintJson(const Json& value);

enum class Tone { kPlain, kGood, kWarning, kError };

// One line on stderr, made safe; colours and a progress bar on the last line are taken care of.
void Report(Tone tone, std::string_view line);

// Replaces the last line of stderr, which must be a terminal; "" takes it away. Report keeps it
// last.
void ShowStatusLine(std::string_view line);

}  // namespace hone
