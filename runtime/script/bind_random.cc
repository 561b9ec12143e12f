// random.*: one stream per path, so that neither other fibers nor their order change what a fiber
// draws.
#include "script/api_table.h"
#include "script/arg_reader.h"
#include "script/unit.h"

namespace hone {
namespace {

constexpr const char* kNoUnit = "random exists only while a unit runs";

Outcome Int(Call& call) {
  ArgReader args(&call, "random.int");
  const int64_t low = args.Integer(1, "low");
  const int64_t high = args.Integer(2, "high");
  if (!args.failed() && low > high) args.Problem("low is above high");
  if (args.failed()) return args.Raise();
  if (call.vm.unit() == nullptr) return Outcome::Raise(kNoUnit);
  lua_pushinteger(call.L, call.vm.unit()->random().Int(low, high));
  return Outcome::Values(1);
}

Outcome Float(Call& call) {
  if (call.vm.unit() == nullptr) return Outcome::Raise(kNoUnit);
  lua_pushnumber(call.L, call.vm.unit()->random().Double());
  return Outcome::Values(1);
}

Outcome Choice(Call& call) {
  ArgReader args(&call, "random.choice");
  const int64_t size = args.List(1, "list");
  if (!args.failed() && size == 0) args.Problem("the list is empty");
  if (args.failed()) return args.Raise();
  if (call.vm.unit() == nullptr) return Outcome::Raise(kNoUnit);
  const auto at = call.vm.unit()->random().Below(static_cast<uint64_t>(size));
  lua_rawgeti(call.L, 1, static_cast<lua_Integer>(at) + 1);
  return Outcome::Values(1);
}

// A new list in random order (Fisher and Yates, from the last down).
Outcome Shuffle(Call& call) {
  lua_State* L = call.L;
  ArgReader args(&call, "random.shuffle");
  const int64_t size = args.List(1, "list");
  if (args.failed()) return args.Raise();
  if (call.vm.unit() == nullptr) return Outcome::Raise(kNoUnit);
  if (!call.vm.Charge(static_cast<uint64_t>(size) * 4)) return Outcome::Raise("aborted");
  lua_createtable(L, static_cast<int>(std::min<int64_t>(size, 1 << 26)), 0);
  const int out = lua_gettop(L);
  for (int64_t i = 1; i <= size; ++i) {
    lua_rawgeti(L, 1, i);
    lua_rawseti(L, out, i);
  }
  for (int64_t i = size; i > 1; --i) {
    const auto k =
        static_cast<lua_Integer>(call.vm.unit()->random().Below(static_cast<uint64_t>(i))) + 1;
    lua_rawgeti(L, out, i);
    lua_rawgeti(L, out, k);
    lua_rawseti(L, out, i);
    lua_rawseti(L, out, k);
  }
  return Outcome::Values(1);
}

}  // namespace

std::vector<Entry> RandomEntries() {
  return {{"int", &Trampoline<Int>},
          {"float", &Trampoline<Float>},
          {"choice", &Trampoline<Choice>},
          {"shuffle", &Trampoline<Shuffle>},
          {"mt19937", &NewMersenneTwister}};
}

}  // namespace hone
