// random.mt19937(seed): an object that draws as Python's random.Random(seed) does
// (stats/mersenne_twister.h). A function of its seed and of the draws made from it alone.
#include <charconv>
#include <new>
#include <type_traits>

#include "base/text.h"
#include "script/api_table.h"
#include "script/arg_reader.h"
#include "stats/mersenne_twister.h"

namespace hone {
namespace {

static_assert(std::is_trivially_destructible_v<MersenneTwister>, "Lua frees it as bytes");

const char kMethods = 'm';

// The object a method was called on with ":"; null, and a problem, for anything else.
MersenneTwister* Self(Call& call, ArgReader* args) {
  if (lua_type(call.L, 1) == LUA_TUSERDATA && lua_getmetatable(call.L, 1) != 0) {
    lua_rawgetp(call.L, LUA_REGISTRYINDEX, &kMethods);
    const bool same = lua_rawequal(call.L, -1, -2) != 0;
    lua_pop(call.L, 2);
    if (same) return static_cast<MersenneTwister*>(lua_touserdata(call.L, 1));
  }
  args->Problem("call it with a colon, on what random.mt19937(seed) gave");
  return nullptr;
}

Outcome Int(Call& call) {
  ArgReader args(&call, "mt19937:int");
  MersenneTwister* random = Self(call, &args);
  const int64_t low = args.Integer(2, "low");
  const int64_t high = args.Integer(3, "high");
  if (!args.failed() && low > high) args.Problem("low is above high");
  if (!args.failed() && static_cast<uint64_t>(high) - static_cast<uint64_t>(low) == UINT64_MAX) {
    args.Problem("the range is too wide");
  }
  if (args.failed()) return args.Raise();
  lua_pushinteger(call.L, random->Int(low, high));
  return Outcome::Values(1);
}

Outcome Float(Call& call) {
  ArgReader args(&call, "mt19937:float");
  MersenneTwister* random = Self(call, &args);
  if (args.failed()) return args.Raise();
  lua_pushnumber(call.L, random->Double());
  return Outcome::Values(1);
}

Outcome Choice(Call& call) {
  ArgReader args(&call, "mt19937:choice");
  MersenneTwister* random = Self(call, &args);
  const int64_t size = args.List(2, "list");
  if (!args.failed() && size == 0) args.Problem("the list is empty");
  if (args.failed()) return args.Raise();
  const uint64_t at = random->Below(static_cast<uint64_t>(size));
  lua_rawgeti(call.L, 2, static_cast<lua_Integer>(at) + 1);
  return Outcome::Values(1);
}

// Pushes a new list of the elements at the given positions (from 0) of the list at index 2.
void PushPicked(lua_State* L, const std::vector<std::size_t>& positions) {
  lua_createtable(L, static_cast<int>(positions.size()), 0);
  lua_Integer n = 0;
  for (const std::size_t position : positions) {
    lua_rawgeti(L, 2, static_cast<lua_Integer>(position) + 1);
    lua_rawseti(L, -2, ++n);
  }
}

Outcome Shuffle(Call& call) {
  ArgReader args(&call, "mt19937:shuffle");
  MersenneTwister* random = Self(call, &args);
  const int64_t size = args.List(2, "list");
  if (args.failed()) return args.Raise();
  if (!call.vm.Charge(static_cast<uint64_t>(size) * 4)) return Outcome::Raise("aborted");
  std::vector<std::size_t> order(static_cast<std::size_t>(size));
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  random->Shuffle(&order);
  PushPicked(call.L, order);
  return Outcome::Values(1);
}

Outcome Sample(Call& call) {
  ArgReader args(&call, "mt19937:sample");
  MersenneTwister* random = Self(call, &args);
  const int64_t size = args.List(2, "list");
  const int64_t count = args.Integer(3, "count");
  if (!args.failed() && (count < 0 || count > size)) {
    args.Problem("count is " + std::to_string(count) + ", the list has " + std::to_string(size));
  }
  if (args.failed()) return args.Raise();
  if (!call.vm.Charge(static_cast<uint64_t>(size) * 4)) return Outcome::Raise("aborted");
  PushPicked(call.L,
             random->Sample(static_cast<std::size_t>(size), static_cast<std::size_t>(count)));
  return Outcome::Values(1);
}

void PushMethods(lua_State* L) {
  if (lua_rawgetp(L, LUA_REGISTRYINDEX, &kMethods) == LUA_TTABLE) return;
  lua_pop(L, 1);
  lua_createtable(L, 0, 3);
  lua_createtable(L, 0, 5);
  const Entry methods[] = {{"int", &Trampoline<Int>},
                           {"float", &Trampoline<Float>},
                           {"choice", &Trampoline<Choice>},
                           {"shuffle", &Trampoline<Shuffle>},
                           {"sample", &Trampoline<Sample>}};
  for (const Entry& method : methods) {
    lua_pushcfunction(L, method.function);
    lua_setfield(L, -2, method.name);
  }
  lua_setfield(L, -2, "__index");
  PushText(L, "random.mt19937");
  lua_setfield(L, -2, "__name");
  lua_pushboolean(L, 0);
  lua_setfield(L, -2, "__metatable");
  lua_pushvalue(L, -1);
  lua_rawsetp(L, LUA_REGISTRYINDEX, &kMethods);
}

// A whole number (its magnitude, as Python takes it), or digits as text for seeds of 64 bits.
bool SeedOf(lua_State* L, uint64_t* seed) {
  if (lua_isinteger(L, 1) != 0) {
    const lua_Integer value = lua_tointeger(L, 1);
    *seed = value < 0 ? ~static_cast<uint64_t>(value) + 1 : static_cast<uint64_t>(value);
    return true;
  }
  if (lua_type(L, 1) != LUA_TSTRING) return false;
  std::string_view digits = TextAt(L, 1);
  const bool hexadecimal = digits.substr(0, 2) == "0x";
  if (hexadecimal) digits.remove_prefix(2);
  const auto read =
      std::from_chars(digits.data(), digits.data() + digits.size(), *seed, hexadecimal ? 16 : 10);
  return read.ec == std::errc() && read.ptr == digits.data() + digits.size();
}

// random.mt19937(seed) -> object
Outcome New(Call& call) {
  uint64_t seed = 0;
  if (!SeedOf(call.L, &seed)) {
    return Outcome::Raise(
        "random.mt19937: seed must be a whole number, or a text of decimal digits or of 0x and at "
        "most 16 hexadecimal digits");
  }
  new (lua_newuserdatauv(call.L, sizeof(MersenneTwister), 0)) MersenneTwister(seed);
  PushMethods(call.L);
  lua_setmetatable(call.L, -2);
  return Outcome::Values(1);
}

}  // namespace

int NewMersenneTwister(lua_State* L) { return Trampoline<New>(L); }

}  // namespace hone
