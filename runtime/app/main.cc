// hone: the program. Everything is in command_line.h and the verbs.
#include <malloc.h>

#include <exception>
#include <string>

#include "app/command_line.h"
#include "app/exit_code.h"
#include "app/terminal.h"

int main(int argc, char** argv) {
  // Texts of a quarter of a megabyte come and go by the thousand: given back to the system at once,
  // they leave no holes. (glibc would raise this threshold by itself.)
  mallopt(M_MMAP_THRESHOLD, 128 << 10);
  mallopt(M_TRIM_THRESHOLD, 64 << 20);  // what is freed will be wanted again
  try {
    return hone::RunCommandLine(argc, argv);
  } catch (const std::exception& error) {
    // Our code does not throw: this is a library's exception that nobody expected.
    hone::Report(hone::Tone::kError, std::string("internal error: ") + error.what());
    return static_cast<int>(hone::ExitCode::kInternal);
  }
}
