// json.*: encode, decode, canonical form, marks for empty tables, null.
#include "script/api_table.h"
#include "script/arg_reader.h"
#include "script/convert.h"

namespace hone {
namespace {

Outcome Encode(Call& call) {
  Result<Json> value = JsonFromLua(call.L, 1, "json.encode: the value");
  if (!value.ok()) return Outcome::Raise(value.error());
  PushText(call.L, value->Dump());
  return Outcome::Values(1);
}

Outcome Canonical(Call& call) {
  Result<Json> value = JsonFromLua(call.L, 1, "json.canonical: the value");
  if (!value.ok()) return Outcome::Raise(value.error());
  const Result<std::string> text = value->Canonical();
  if (!text.ok()) return Outcome::Raise(text.error().With("json.canonical"));
  PushText(call.L, text.value());
  return Outcome::Values(1);
}

// value | nil, reason
Outcome Decode(Call& call) {
  ArgReader args(&call, "json.decode");
  const std::string_view text = args.Text(1, "text");
  if (args.failed()) return args.Raise();
  call.vm.Charge(text.size());
  const Result<Json> value = Json::Parse(text, kMaxDepth);
  if (value.ok()) {
    PushJson(call.L, value.value(), nullptr, false, NullAs::kSentinel);
    return Outcome::Values(1);
  }
  lua_pushnil(call.L);
  PushText(call.L, value.error().message);
  return Outcome::Values(2);
}

template <void (*Mark)(lua_State*)>
Outcome Marked(Call& call) {
  lua_State* L = call.L;
  if (call.top == 0) lua_newtable(L);
  if (lua_type(L, -1) != LUA_TTABLE)
    return Outcome::Raise("json.array and json.object mark tables");
  if (lua_getmetatable(L, -1) != 0) {
    lua_pop(L, 1);
    lua_getmetatable(L, -1);
    lua_getfield(L, -1, "__metatable");
    const bool ours = lua_isboolean(L, -1);
    lua_pop(L, 2);
    if (!ours)
      return Outcome::Raise("json.array and json.object mark plain tables, without a metatable");
  }
  Mark(L);
  return Outcome::Values(1);
}

Outcome IsNullValue(Call& call) {
  lua_pushboolean(call.L, IsNull(call.L, 1) ? 1 : 0);
  return Outcome::Values(1);
}

}  // namespace

std::vector<Entry> JsonEntries() {
  return {{"encode", &Trampoline<Encode>},
          {"canonical", &Trampoline<Canonical>},
          {"decode", &Trampoline<Decode>},
          {"array", &Trampoline<Marked<&MarkArray>>},
          {"object", &Trampoline<Marked<&MarkObject>>},
          {"is_null", &Trampoline<IsNullValue>}};
}

}  // namespace hone
