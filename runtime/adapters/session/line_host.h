// The host of one program that answers a line with a line: pipes to its standard input and output
// (its standard error goes nowhere), and the lines that nobody has asked for yet.
#pragma once

#include <string>

namespace hone {

// `argv` ends with a null pointer. "" once it runs, else why not.
std::string StartLineProgram(const std::string& name, char** argv);

}  // namespace hone
