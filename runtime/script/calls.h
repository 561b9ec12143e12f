// Functions that call back into Lua across waits, written by hand: pcall, xpcall, require, and the
// wrapper around Lua's own library functions. They hold no C++ object across such a call and are
// the only ones besides the trampoline that raise.
#pragma once

#include <string>
#include <vector>

#include "script/trampoline.h"

namespace hone {

std::vector<Entry> CallEntries();  // pcall, xpcall, require

// Charges the arguments, then calls the C function in its upvalue.
int ChargedCall(lua_State* L);

// Loads the module on demand and leaves its value on the stack; cycles and unknown names raise with
// a position. `from_recipe` applies the rule which modules a file may require.
void LoadModule(lua_State* L, const char* name, bool from_recipe);

}  // namespace hone
