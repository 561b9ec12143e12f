// The size of Lua's stack, in slots; the numbers of its pseudo-indices depend on it, so Lua and all
// that includes it must agree (lua_include.h).
//
// A call may copy its varargs, uncounted by the instruction hook: a tail call that adds arguments
// each time takes 20 s to fill stock Lua's million slots, and 0.2 s to fill these.
#pragma once

#include <luaconf.h>
#undef LUAI_MAXSTACK
#define LUAI_MAXSTACK 100000
