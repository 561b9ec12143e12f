// hone: the program. Everything is in command_line.h and the verbs.
#include <exception>
#include <string>

#include "app/command_line.h"
#include "app/exit_code.h"
#include "app/terminal.h"

int main(int argc, char** argv) {
  try {
    return hone::RunCommandLine(argc, argv);
  } catch (const std::exception& error) {
    // Our code does not throw: this is a library's exception that nobody expected.
    hone::Report(hone::Tone::kError, std::string("internal error: ") + error.what());
    return static_cast<int>(hone::ExitCode::kInternal);
  }
}
