// Forced into every file of Lua's own sources (-include): the choices that make Lua deterministic
// and keep each instruction short. Never included by Hone's code.
//
// A stock Lua seeds string hashing from addresses and the time (`pairs` and `#` with holes then
// differ between processes) and picks sort pivots from the clock. Constants make both repeat;
// strangers cannot flood the hash table of anybody but themselves, each unit has a state of its
// own.
#pragma once

#define luai_makeseed(L) (static_cast<void>(L), 0x486F6E65U)
#define l_randomizePivot() (~0U)
#define lua_getlocaledecpoint() ('.')

#define LUA_CORE  // as Lua's files say themselves, but after this header
#include "lua_stack.h"
