#include "script/show.h"

#include "base/text.h"
#include "script/convert.h"
#include "script/unit.h"

namespace hone {
namespace {

constexpr std::size_t kLogBytes = 16'000;

}  // namespace

void ShowValue(lua_State* L, int index) {
  index = lua_absindex(L, index);
  luaL_checkstack(L, 8, "tostring");
  switch (lua_type(L, index)) {
    case LUA_TSTRING:
      lua_pushvalue(L, index);
      return;
    case LUA_TNUMBER:
    case LUA_TBOOLEAN:
    case LUA_TNIL:
      luaL_tolstring(L, index, nullptr);
      return;
    case LUA_TLIGHTUSERDATA:
      lua_pushliteral(L, "null");
      return;
    default:
      break;
  }
  if (luaL_getmetafield(L, index, "__tostring") == LUA_TFUNCTION) {
    lua_pushvalue(L, index);
    lua_call(L, 1, 1);
    if (lua_type(L, -1) != LUA_TSTRING) luaL_error(L, "'__tostring' must return a string");
    return;
  }
  const int kind = luaL_getmetafield(L, index, "__name");
  if (kind == LUA_TSTRING) return;
  if (kind != LUA_TNIL) lua_pop(L, 1);
  lua_pushstring(L, luaL_typename(L, index));
}

void SendLogLine(Call* call, std::string_view level, std::string_view text) {
  if (call->vm.unit() == nullptr) return;
  call->vm.Charge(2000);  // a log line is a message
  call->vm.unit()->SendLog(level, ToValidUtf8(Utf8Prefix(text, kLogBytes)));
}

}  // namespace hone
