// RunCommandLine: arguments -> one verb -> exit code. The only file that knows CLI11.
#pragma once

namespace hone {

// Parses, runs the verb, prints its error. Never throws.
int RunCommandLine(int argc, char** argv);

}  // namespace hone
