// Where hone-session lies in a Docker container. It is put there before the container starts and is
// no part of what Get gives.
#pragma once

namespace hone {

inline constexpr const char* kSessionEntry = ".hone/session";     // in a tar of "/"
inline constexpr const char* kSessionProgram = "/.hone/session";  // to be executed

}  // namespace hone
