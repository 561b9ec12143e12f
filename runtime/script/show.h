// Values in words, without addresses: what tostring, print, log and %s show.
#pragma once

#include <string_view>

#include "script/trampoline.h"

namespace hone {

// Pushes a string for the value at `index`: __tostring (which may raise) and __name are honoured;
// tables and functions are shown by kind alone.
void ShowValue(lua_State* L, int index);

// Sends a log line of the running fiber; dropped where nobody listens (a file that is only
// described).
void SendLogLine(Call* call, std::string_view level, std::string_view text);

}  // namespace hone
