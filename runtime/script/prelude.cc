#include "script/prelude.h"

#include <string>
#include <vector>

#include "script/api_table.h"
#include "script/sandbox_globals.h"

namespace hone {
namespace {

const char kShared = 's';

}  // namespace

void OpenPrelude(lua_State* L) {
  std::vector<Entry> entries = HostEntries();
  const std::vector<Entry> rows = RecordEntries();
  entries.insert(entries.end(), rows.begin(), rows.end());
  PushFunctions(L, entries);
  lua_newtable(L);
  lua_pushvalue(L, -1);
  lua_rawsetp(L, LUA_REGISTRYINDEX, &kShared);
  for (const PreludeChunk& chunk : PreludeChunks()) {
    // "=" marks Hone's own frames: errors name the innermost frame that is not one of them.
    const std::string name = std::string("=hone/") + chunk.name;
    if (luaL_loadbufferx(L, chunk.source.data(), chunk.source.size(), name.c_str(), "t") !=
        LUA_OK) {
      lua_error(L);
    }
    lua_pushvalue(L, -3);
    lua_pushvalue(L, -3);
    lua_call(L, 2, 0);
  }
  lua_pop(L, 2);
}

void PushDriver(lua_State* L, const char* name) {
  lua_rawgetp(L, LUA_REGISTRYINDEX, &kShared);
  lua_getfield(L, -1, "drivers");
  lua_getfield(L, -1, name);
  lua_replace(L, -3);
  lua_pop(L, 1);
}

void DefineData(lua_State* L) {
  PushGlobals(L);
  lua_rawgetp(L, LUA_REGISTRYINDEX, &kShared);
  lua_getfield(L, -1, "data");
  lua_setfield(L, -3, "data");
  lua_pop(L, 2);
}

}  // namespace hone
