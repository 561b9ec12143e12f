// What a recipe may reach: the allow-list of globals and libraries, sealed against writing.
//
// Globals are read through an empty table that refuses writes; libraries are proxies of the same
// kind. An unknown global or field raises with the nearest name. Capabilities (llm, judge, replay,
// ...) become globals only when a program that declares them starts.
#pragma once

#include <string>
#include <vector>

#include "script/lua_include.h"
#include "script/trampoline.h"

namespace hone {

// Builds everything in a fresh state. May raise: REQUIRES protected mode.
void OpenSandbox(lua_State* L);

// Puts the table on top of the stack under `name`, sealed, as a global. Pops it.
void DefineLibrary(lua_State* L, const char* name);
// Replaces the table on top by a read-only proxy that reports unknown fields as "name.field".
void SealTable(lua_State* L, const char* name);
// The same for values of a recipe's own (parameters, steps): pairs goes through them, as it does
// not through a library. The metatable's field kSealedField holds what is sealed.
void SealValues(lua_State* L, const char* name);
inline constexpr const char* kSealedField = "__sealed";
// The same value as a capability: a global once EnableCapabilities names it. Pops it.
void DefineCapability(lua_State* L, const char* name);
// Pushes the table of real globals.
void PushGlobals(lua_State* L);
void PushCapabilities(lua_State* L);
// The string keys of the table at `index`, sorted.
std::vector<std::string> FieldNames(lua_State* L, int index);
// A new table with these functions, on top of the stack.
void PushFunctions(lua_State* L, const std::vector<Entry>& entries);

}  // namespace hone
