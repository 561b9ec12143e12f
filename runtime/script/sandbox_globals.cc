#include "script/sandbox_globals.h"

#include <algorithm>

#include "base/text.h"
#include "script/api_table.h"
#include "script/calls.h"
#include "script/convert.h"
#include "script/prelude.h"

namespace hone {
namespace {

const char kGlobals = 'g';
const char kCapabilities = 'c';

// Functions of Lua's own base library that are harmless as they are; `ChargedCall` bounds their
// work.
constexpr const char* kBaseNames[] = {"assert", "error",  "getmetatable", "ipairs", "rawequal",
                                      "rawlen", "select", "tonumber",     "type"};
constexpr const char* kMathNames[] = {"abs", "acos",  "asin", "atan", "ceil",      "cos",  "deg",
                                      "exp", "floor", "fmod", "log",  "max",       "min",  "modf",
                                      "rad", "sin",   "sqrt", "tan",  "tointeger", "type", "ult"};
constexpr const char* kMathValues[] = {"pi", "huge", "maxinteger", "mininteger"};
constexpr const char* kUtf8Names[] = {"char", "codepoint", "codes", "len", "offset"};
constexpr const char* kStringNames[] = {"byte", "char", "len", "lower", "reverse", "sub", "upper"};

struct Absent {
  const char* name;
  const char* cure;
};
constexpr Absent kAbsent[] = {
    {"_G", "globals are read by their names"},
    {"io", "a recipe has no files; data comes with its unit"},
    {"os", "a recipe has no clock, environment or processes"},
    {"debug", "tracebacks come with errors"},
    {"package", "modules come by require"},
    {"coroutine", "use parallel.map for things at the same time"},
    {"load", "code comes from files only"},
    {"loadstring", "code comes from files only"},
    {"loadfile", "use require"},
    {"dofile", "use require"},
    {"collectgarbage", "memory is managed by the limits"},
    {"rawset", "write t[k] = v"},
    {"rawget", "read t[k]"},
    {"unpack", "use table.unpack"},
    {"warn", "use log.warn"},
};

Outcome MissingGlobal(Call& call) {
  lua_State* L = call.L;
  const std::string name(TextAt(L, 2));
  PushCapabilities(L);
  PushText(L, name);
  lua_rawget(L, -2);
  if (!lua_isnil(L, -1)) {
    if (call.vm.program_name.empty()) {
      return Outcome::Raise(
          Fail(ErrorCode::kRefused, "'" + name +
                                        "' exists only while a unit runs, inside run(), a step or "
                                        "attempt(), not while the file is loaded"));
    }
    return Outcome::Raise(
        Fail(ErrorCode::kRefused, call.vm.program_name + " uses '" + name +
                                      "' but does not declare it: add it to uses = "
                                      "{ ... }"));
  }
  for (const Absent& absent : kAbsent) {
    if (name == absent.name) {
      return Outcome::Raise(
          Fail(ErrorCode::kRefused, "'" + name + "' does not exist in a recipe: " + absent.cure));
    }
  }
  PushGlobals(L);
  const std::vector<std::string> names = FieldNames(L, -1);
  const std::string nearest = NearestName(name, names);
  return Outcome::Raise("the global '" + name + "' is not defined" +
                        (nearest.empty() ? "" : "; did you mean '" + nearest + "'?"));
}

Outcome RefuseGlobal(Call& call) {
  const std::string name(TextAt(call.L, 2));
  return Outcome::Raise("the global '" + name + "' cannot be assigned: write 'local " + name +
                        " = ...'");
}

Outcome MissingField(Call& call) {
  const std::string library(TextAt(call.L, lua_upvalueindex(1)));
  if (lua_type(call.L, 2) != LUA_TSTRING) {
    return Outcome::Raise("'" + library + "' has named fields only");
  }
  const std::string name(TextAt(call.L, 2));
  return Outcome::Raise("'" + library + "." + name + "' does not exist" +
                        NameHint(name, FieldNames(call.L, 1)));
}

Outcome RefuseWrite(Call& call) {
  return Outcome::Raise("'" + std::string(TextAt(call.L, lua_upvalueindex(1))) + "' is read-only");
}

// Copies functions of the library on top of the stack, each behind ChargedCall, into a new table
// that replaces it.
template <std::size_t N>
void KeepOnly(lua_State* L, const char* const (&names)[N]) {
  lua_createtable(L, 0, static_cast<int>(N));
  for (const char* name : names) {
    lua_getfield(L, -2, name);
    lua_pushcclosure(L, &ChargedCall, 1);
    lua_setfield(L, -2, name);
  }
  lua_remove(L, -2);
}

void OpenLuaLibrary(lua_State* L, lua_CFunction open) {
  lua_pushcfunction(L, open);
  lua_call(L, 0, 1);
}

void MergeFunctions(lua_State* L, const std::vector<Entry>& entries) {
  for (const Entry& entry : entries) {
    lua_pushcfunction(L, entry.function);
    lua_setfield(L, -2, entry.name);
  }
}

// Environment of every chunk: reads fall through to the globals, writes are refused.
void InstallEnvironment(lua_State* L) {
  PushGlobals(L);
  lua_createtable(L, 0, 1);
  lua_pushcfunction(L, &Trampoline<MissingGlobal>);
  lua_setfield(L, -2, "__index");
  lua_setmetatable(L, -2);
  lua_newtable(L);
  lua_createtable(L, 0, 3);
  lua_pushvalue(L, -3);
  lua_setfield(L, -2, "__index");
  lua_pushcfunction(L, &Trampoline<RefuseGlobal>);
  lua_setfield(L, -2, "__newindex");
  lua_pushboolean(L, 0);
  lua_setfield(L, -2, "__metatable");
  lua_setmetatable(L, -2);
  lua_rawseti(L, LUA_REGISTRYINDEX, LUA_RIDX_GLOBALS);
  lua_pop(L, 1);
}

// Methods of strings, ("x"):upper(); replaces the metatable of Lua's own library.
void InstallStringMethods(lua_State* L) {
  PushText(L, "");
  lua_createtable(L, 0, 2);
  PushGlobals(L);
  lua_getfield(L, -1, "string");
  lua_setfield(L, -3, "__index");
  lua_pop(L, 1);
  lua_pushboolean(L, 0);
  lua_setfield(L, -2, "__metatable");
  lua_setmetatable(L, -2);
  lua_pop(L, 1);
}

void OpenLuaLibraries(lua_State* L) {
  OpenLuaLibrary(L, &luaopen_base);
  KeepOnly(L, kBaseNames);
  MergeFunctions(L, BaseEntries());
  MergeFunctions(L, CallEntries());
  lua_rawsetp(L, LUA_REGISTRYINDEX, &kGlobals);

  OpenLuaLibrary(L, &luaopen_math);
  lua_pushvalue(L, -1);
  KeepOnly(L, kMathNames);
  for (const char* name : kMathValues) {
    lua_getfield(L, -2, name);
    lua_setfield(L, -2, name);
  }
  DefineLibrary(L, "math");
  lua_pop(L, 1);

  OpenLuaLibrary(L, &luaopen_utf8);
  lua_pushvalue(L, -1);
  KeepOnly(L, kUtf8Names);
  lua_getfield(L, -2, "charpattern");
  lua_setfield(L, -2, "charpattern");
  DefineLibrary(L, "utf8");
  lua_pop(L, 1);

  OpenLuaLibrary(L, &luaopen_string);
  lua_getfield(L, -1, "format");
  SetPlainFormat(L);
  KeepOnly(L, kStringNames);
  MergeFunctions(L, StringEntries());
  DefineLibrary(L, "string");

  PushFunctions(L, TableEntries());
  DefineLibrary(L, "table");
}

}  // namespace

void PushGlobals(lua_State* L) { lua_rawgetp(L, LUA_REGISTRYINDEX, &kGlobals); }
void PushCapabilities(lua_State* L) { lua_rawgetp(L, LUA_REGISTRYINDEX, &kCapabilities); }

std::vector<std::string> FieldNames(lua_State* L, int index) {
  std::vector<std::string> names;
  index = lua_absindex(L, index);
  for (lua_pushnil(L); lua_next(L, index) != 0; lua_pop(L, 1)) {
    if (lua_type(L, -2) == LUA_TSTRING) names.emplace_back(TextAt(L, -2));
  }
  std::sort(names.begin(), names.end());
  return names;
}

void PushFunctions(lua_State* L, const std::vector<Entry>& entries) {
  lua_createtable(L, 0, static_cast<int>(entries.size()));
  MergeFunctions(L, entries);
}

void SealTable(lua_State* L, const char* name) {
  // [table] -> its own metatable reports what is missing
  lua_createtable(L, 0, 1);
  lua_pushstring(L, name);
  lua_pushcclosure(L, &Trampoline<MissingField>, 1);
  lua_setfield(L, -2, "__index");
  lua_setmetatable(L, -2);
  // [table] -> [proxy]
  lua_newtable(L);
  lua_createtable(L, 0, 4);
  lua_pushvalue(L, -3);
  lua_setfield(L, -2, "__index");
  lua_pushstring(L, name);
  lua_pushcclosure(L, &Trampoline<RefuseWrite>, 1);
  lua_setfield(L, -2, "__newindex");
  lua_pushboolean(L, 0);
  lua_setfield(L, -2, "__metatable");
  lua_setmetatable(L, -2);
  lua_remove(L, -2);
}

void SealValues(lua_State* L, const char* name) {
  lua_pushvalue(L, -1);
  SealTable(L, name);
  lua_getmetatable(L, -1);
  lua_rotate(L, -3, -1);
  lua_setfield(L, -2, kSealedField);
  lua_pop(L, 1);
}

void DefineLibrary(lua_State* L, const char* name) {
  SealTable(L, name);
  PushGlobals(L);
  lua_insert(L, -2);
  lua_setfield(L, -2, name);
  lua_pop(L, 1);
}

void DefineCapability(lua_State* L, const char* name) {
  PushCapabilities(L);
  lua_insert(L, -2);
  lua_setfield(L, -2, name);
  lua_pop(L, 1);
}

void OpenSandbox(lua_State* L) {
  OpenConvert(L);
  SealMetamethods(L);
  lua_newtable(L);
  lua_rawsetp(L, LUA_REGISTRYINDEX, &kCapabilities);
  OpenLuaLibraries(L);
  for (const Library& library : Libraries()) {
    PushFunctions(L, library.entries);
    DefineLibrary(L, library.name);
  }
  InstallStringMethods(L);
  InstallEnvironment(L);
  OpenPrelude(L);
}

}  // namespace hone
