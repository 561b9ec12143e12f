// The frames that `hone-session run` writes to its standard output, read by the Docker back end:
// a kind, the length of the body (4 bytes, big endian) and the body.
//
//   kBegun            before anything of the command runs; nothing in it
//   kOutput, kError   bytes of the command's streams, at most one more than the limit of each
//   kEnd              "CODE KILLED": exit code, 128 + signal, or -1; "none", "time", "memory" or
//                     "stuck" (time was up, and some processes would not die)
//   kFailed           the command could not be started: "126 words" or "127 words"
#pragma once

#include <cstddef>

namespace hone {

enum class RunFrame : unsigned char { kOutput = 1, kError = 2, kEnd = 3, kFailed = 4, kBegun = 5 };
inline constexpr std::size_t kRunFrameHeader = 5;

}  // namespace hone
