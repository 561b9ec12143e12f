// Identifiers that sort by time and never repeat; used for database files and sessions only, never
// in anything a recipe can see.
#pragma once

#include <string>

namespace hone {

// A UUIDv7 in its 36-character text form, from the system clock and the kernel's random source.
std::string NewUid();

}  // namespace hone
