// The only place that includes Lua. Lua is built as C++ from Debian's source package (LEDGER.md
// 10): a Lua error is a C++ exception, so destructors run; and still no binding raises by itself,
// see trampoline.h. Upstream's headers may be used too: all of Lua is compiled as C++ then.
#pragma once

// First: it changes what lua.h says.
#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>

#include "script/lua_stack.h"

namespace hone {

// Switches the metamethods __mode and __gc off for a new state (lua_seal.cc): weak tables and
// finalisers would let a recipe see when the collector runs. Refusing them in setmetatable alone is
// not enough, for the field may be set later. May raise a Lua error: call it in protected mode.
void SealMetamethods(lua_State* L);

// Makes ordinary calls of the tail calls in the Lua function on top of the stack and in all
// functions inside it. `return recipe { ... }` would else forget the file's line before the
// constructor can name it.
void RemoveTailCalls(lua_State* L);

}  // namespace hone
