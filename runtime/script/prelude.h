// The Lua half of the surface: prelude/*.lua, embedded at build time and run in every state before
// the recipe. It is built on `host` (bind_host.cc), which no recipe sees.
#pragma once

#include <string_view>
#include <vector>

#include "script/lua_include.h"

namespace hone {

struct PreludeChunk {
  const char* name;  // "prelude/context.lua"
  std::string_view source;
};

// In the order of running; generated.
const std::vector<PreludeChunk>& PreludeChunks();

// Runs the chunks. REQUIRES the other globals, and protected mode.
void OpenPrelude(lua_State* L);
// Pushes the driver function of that name (prelude/drivers.lua).
void PushDriver(lua_State* L, const char* name);
// The global `data`, which is defined for experiments only.
void DefineData(lua_State* L);

}  // namespace hone
