// `hone-session run`: runs one command below a supervisor, so that time can end all of it.
//
//   hone-session run TIME_MS MAX_OUTPUT -- PROGRAM ARGUMENT...
//
// The supervisor is a child subreaper: whatever the command starts stays below it until the command
// ends by itself; then the rest lives on under the container's first process. Its standard input is
// the command's; its standard output carries run_frames.h. The command gets a session of its own.
#pragma once

namespace hone {

// The exit code of this program: 0 once the end was told.
int RunCommand(int argc, char** argv);

}  // namespace hone
