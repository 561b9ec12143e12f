// The base functions that Lua's own would make depend on addresses, hash order or files.
#include <algorithm>
#include <cmath>
#include <variant>
#include <vector>

#include "script/api_table.h"
#include "script/convert.h"
#include "script/sandbox_globals.h"
#include "script/show.h"
#include "script/unit.h"

namespace hone {
namespace {

Outcome ToString(Call& call) {
  if (call.top < 1) return Outcome::Raise("tostring: a value is missing");
  ShowValue(call.L, 1);
  return Outcome::Values(1);
}

// Pushes the keys of the table at 1 as a list in sorted order: numbers by value, then strings by
// bytes, then booleans. "" or what is wrong.
std::string PushSortedKeys(lua_State* L, Vm* vm) {
  std::vector<double> floats;
  std::vector<lua_Integer> integers;
  std::vector<std::string_view> texts;  // borrowed from the table, which is not changed meanwhile
  bool has_false = false;
  bool has_true = false;
  for (lua_pushnil(L); lua_next(L, 1) != 0; lua_pop(L, 1)) {
    if (lua_isinteger(L, -2) != 0) {
      integers.push_back(lua_tointeger(L, -2));
    } else if (lua_type(L, -2) == LUA_TNUMBER) {
      floats.push_back(lua_tonumber(L, -2));
    } else if (lua_type(L, -2) == LUA_TSTRING) {
      texts.push_back(TextAt(L, -2));
    } else if (lua_type(L, -2) == LUA_TBOOLEAN) {
      (lua_toboolean(L, -2) != 0 ? has_true : has_false) = true;
    } else {
      const std::string kind = luaL_typename(L, -2);
      lua_pop(L, 2);
      return "pairs: keys of type " + kind + " have no order that repeats; use strings or numbers";
    }
  }
  const std::size_t count = integers.size() + floats.size() + texts.size() + 2;
  vm->Charge(count * 8);
  std::sort(integers.begin(), integers.end());
  std::sort(floats.begin(), floats.end());
  std::sort(texts.begin(), texts.end());
  lua_createtable(L, static_cast<int>(std::min<std::size_t>(count, 1U << 26U)), 0);
  lua_Integer n = 0;
  std::size_t f = 0;
  for (const lua_Integer integer : integers) {
    for (; f < floats.size() && floats[f] < static_cast<double>(integer); ++f) {
      lua_pushnumber(L, floats[f]);
      lua_rawseti(L, -2, ++n);
    }
    lua_pushinteger(L, integer);
    lua_rawseti(L, -2, ++n);
  }
  for (; f < floats.size(); ++f) {
    lua_pushnumber(L, floats[f]);
    lua_rawseti(L, -2, ++n);
  }
  for (const std::string_view text : texts) {
    PushText(L, text);
    lua_rawseti(L, -2, ++n);
  }
  for (const bool value : {false, true}) {
    if (!(value ? has_true : has_false)) continue;
    lua_pushboolean(L, value ? 1 : 0);
    lua_rawseti(L, -2, ++n);
  }
  return "";
}

// upvalues: table, keys, position
int NextPair(lua_State* L) {
  lua_Integer i = lua_tointeger(L, lua_upvalueindex(3));
  while (true) {
    lua_rawgeti(L, lua_upvalueindex(2), ++i);
    if (lua_isnil(L, -1)) return 1;
    lua_pushvalue(L, -1);
    lua_rawget(L, lua_upvalueindex(1));
    if (!lua_isnil(L, -1)) break;  // else removed meanwhile
    lua_pop(L, 2);
  }
  lua_pushinteger(L, i);
  lua_replace(L, lua_upvalueindex(3));
  return 2;
}

Outcome Pairs(Call& call) {
  lua_State* L = call.L;
  if (lua_type(L, 1) != LUA_TTABLE) {
    return Outcome::Raise(std::string("pairs: expected a table, got ") + luaL_typename(L, 1));
  }
  lua_settop(L, 1);
  if (luaL_getmetafield(L, 1, kSealedField) == LUA_TTABLE) lua_replace(L, 1);
  lua_settop(L, 1);
  const std::string problem = PushSortedKeys(L, &call.vm);
  if (!problem.empty()) return Outcome::Raise(problem);
  lua_pushvalue(L, 1);
  lua_insert(L, -2);
  lua_pushinteger(L, 0);
  lua_pushcclosure(L, &NextPair, 3);
  return Outcome::Values(1);
}

Outcome Next(Call& call) {
  if (lua_type(call.L, 1) != LUA_TTABLE) {
    return Outcome::Raise(std::string("next: expected a table, got ") + luaL_typename(call.L, 1));
  }
  if (call.top > 1 && !lua_isnil(call.L, 2)) {
    return Outcome::Raise(
        "next(t) only tells whether t is empty (nil) or not (true); use pairs to go "
        "through a table");
  }
  lua_pushnil(call.L);
  if (lua_next(call.L, 1) == 0) {
    lua_pushnil(call.L);
  } else {
    lua_pop(call.L, 2);
    lua_pushboolean(call.L, 1);
  }
  return Outcome::Values(1);
}

bool HasField(lua_State* L, int index, const char* name) {
  lua_pushstring(L, name);
  lua_rawget(L, index);
  const bool has = !lua_isnil(L, -1);
  lua_pop(L, 1);
  return has;
}

Outcome SetMetatable(Call& call) {
  lua_State* L = call.L;
  if (lua_type(L, 1) != LUA_TTABLE) {
    return Outcome::Raise(std::string("setmetatable: expected a table, got ") +
                          luaL_typename(L, 1));
  }
  const int kind = lua_type(L, 2);
  if (call.top < 2 || (kind != LUA_TNIL && kind != LUA_TTABLE)) {
    return Outcome::Raise("setmetatable: the metatable must be nil or a table");
  }
  if (lua_getmetatable(L, 1) != 0) {
    const bool is_protected = HasField(L, lua_gettop(L), "__metatable");
    lua_pop(L, 1);
    if (is_protected) return Outcome::Raise("setmetatable: this table's metatable is protected");
  }
  for (const char* name : {"__gc", "__mode"}) {
    if (kind == LUA_TTABLE && HasField(L, 2, name)) {
      return Outcome::Raise(std::string("setmetatable: '") + name +
                            "' is refused: when the collector runs must not be seen");
    }
  }
  lua_settop(L, 2);
  lua_setmetatable(L, 1);
  return Outcome::Values(1);
}

Outcome Print(Call& call) {
  lua_State* L = call.L;
  std::string line;
  for (int i = 1; i <= call.top; ++i) {
    if (i > 1) line += '\t';
    ShowValue(L, i);
    line += TextAt(L, -1);
    lua_pop(L, 1);
  }
  SendLogLine(&call, "info", line);
  return Outcome::None();
}

}  // namespace

std::vector<Entry> BaseEntries() {
  return {{"tostring", &Trampoline<ToString>},
          {"pairs", &Trampoline<Pairs>},
          {"next", &Trampoline<Next>},
          {"setmetatable", &Trampoline<SetMetatable>},
          {"print", &Trampoline<Print>}};
}

}  // namespace hone
