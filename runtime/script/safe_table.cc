// table.*: bounded and raw. Metamethods are not consulted: a huge __len cannot make them run for
// ever. `sort` is a stable merge sort, so its result depends on the comparator alone.
#include <algorithm>
#include <string>
#include <vector>

#include "script/api_table.h"
#include "script/show.h"

namespace hone {
namespace {

constexpr lua_Integer kMaxSpan = 50'000'000;
constexpr std::size_t kMaxText = 256U << 20U;

std::string Expected(const char* function, lua_State* L, int index) {
  return std::string("table.") + function + ": argument " + std::to_string(index) +
         " must be a table, got " + (index > lua_gettop(L) ? "nothing" : luaL_typename(L, index));
}

// "" or why the table at `index` may not be used; `writes` refuses sealed ones.
std::string TableProblem(lua_State* L, const char* function, int index, bool writes) {
  if (lua_type(L, index) != LUA_TTABLE) return Expected(function, L, index);
  if (!writes || luaL_getmetafield(L, index, "__newindex") == LUA_TNIL) return "";
  lua_pop(L, 1);
  return std::string("table.") + function + ": this table is read-only";
}

lua_Integer Size(lua_State* L, int index) { return static_cast<lua_Integer>(lua_rawlen(L, index)); }

// An integer argument, or `fallback` when absent. False: it is something else.
bool Integer(lua_State* L, int index, lua_Integer fallback, lua_Integer* out) {
  *out = fallback;
  if (lua_isnoneornil(L, index)) return true;
  int ok = 0;
  *out = lua_tointegerx(L, index, &ok);
  return ok != 0 && lua_type(L, index) == LUA_TNUMBER;
}

Outcome Insert(Call& call) {
  lua_State* L = call.L;
  const std::string problem = TableProblem(L, "insert", 1, true);
  if (!problem.empty()) return Outcome::Raise(problem);
  const lua_Integer end = Size(L, 1) + 1;
  if (call.top == 2) {
    lua_rawseti(L, 1, end);
    return Outcome::None();
  }
  lua_Integer at = 0;
  if (call.top != 3)
    return Outcome::Raise("table.insert: expected (list, value) or (list, position, value)");
  if (!Integer(L, 2, end, &at) || at < 1 || at > end) {
    return Outcome::Raise("table.insert: the position is outside the list");
  }
  if (!call.vm.Charge(static_cast<uint64_t>(end - at))) return Outcome::Raise("aborted");
  for (lua_Integer i = end; i > at; --i) {
    lua_rawgeti(L, 1, i - 1);
    lua_rawseti(L, 1, i);
  }
  lua_pushvalue(L, 3);
  lua_rawseti(L, 1, at);
  return Outcome::None();
}

Outcome Remove(Call& call) {
  lua_State* L = call.L;
  const std::string problem = TableProblem(L, "remove", 1, true);
  if (!problem.empty()) return Outcome::Raise(problem);
  const lua_Integer size = Size(L, 1);
  lua_Integer at = 0;
  if (!Integer(L, 2, size, &at) ||
      (call.top >= 2 && size + 1 != at && (at < 1 || at > size + 1) && !(size == 0 && at == 0))) {
    return Outcome::Raise("table.remove: the position is outside the list");
  }
  if (!call.vm.Charge(static_cast<uint64_t>(std::max<lua_Integer>(size - at, 0)))) {
    return Outcome::Raise("aborted");
  }
  lua_rawgeti(L, 1, at);
  for (lua_Integer i = at; i < size; ++i) {
    lua_rawgeti(L, 1, i + 1);
    lua_rawseti(L, 1, i);
  }
  if (at <= size && at > 0) {
    lua_pushnil(L);
    lua_rawseti(L, 1, size);
  }
  return Outcome::Values(1);
}

Outcome Concat(Call& call) {
  lua_State* L = call.L;
  const std::string problem = TableProblem(L, "concat", 1, false);
  if (!problem.empty()) return Outcome::Raise(problem);
  lua_Integer first = 1;
  lua_Integer last = 0;
  if (!lua_isnoneornil(L, 2) && lua_type(L, 2) != LUA_TSTRING) {
    return Outcome::Raise("table.concat: the separator must be a string");
  }
  if (!Integer(L, 3, 1, &first) || !Integer(L, 4, Size(L, 1), &last)) {
    return Outcome::Raise("table.concat: the bounds must be integers");
  }
  const std::string separator(TextAt(L, 2));
  std::string out;
  for (lua_Integer i = first; i <= last; ++i) {
    const int kind = lua_rawgeti(L, 1, i);
    if (kind == LUA_TNUMBER) {
      ShowValue(L, -1);
      lua_remove(L, -2);
    } else if (kind != LUA_TSTRING) {
      return Outcome::Raise("table.concat: item " + std::to_string(i) + " is a " +
                            lua_typename(L, kind) + ", not a string or number");
    }
    out += TextAt(L, -1);
    lua_pop(L, 1);
    if (i < last) out += separator;
    if (out.size() > kMaxText) return Outcome::Raise("table.concat: the result is too long");
    if (!call.vm.Charge(1 + separator.size() / 64)) return Outcome::Raise("aborted");
    if (i == last) break;  // last may be the largest integer
  }
  PushText(L, out);
  return Outcome::Values(1);
}

Outcome Unpack(Call& call) {
  lua_State* L = call.L;
  const std::string problem = TableProblem(L, "unpack", 1, false);
  if (!problem.empty()) return Outcome::Raise(problem);
  lua_Integer first = 1;
  lua_Integer last = 0;
  if (!Integer(L, 2, 1, &first) || !Integer(L, 3, Size(L, 1), &last)) {
    return Outcome::Raise("table.unpack: the bounds must be integers");
  }
  if (first > last) return Outcome::None();
  const auto count = static_cast<uint64_t>(last) - static_cast<uint64_t>(first);
  if (count >= 100'000 || lua_checkstack(L, static_cast<int>(count) + 1) == 0) {
    return Outcome::Raise("table.unpack: too many values");
  }
  call.vm.Charge(count);
  for (lua_Integer i = first; i < last; ++i) lua_rawgeti(L, 1, i);
  lua_rawgeti(L, 1, last);
  return Outcome::Values(static_cast<int>(count) + 1);
}

Outcome Pack(Call& call) {
  lua_State* L = call.L;
  lua_createtable(L, call.top, 1);
  for (int i = 1; i <= call.top; ++i) {
    lua_pushvalue(L, i);
    lua_rawseti(L, -2, i);
  }
  lua_pushinteger(L, call.top);
  lua_setfield(L, -2, "n");
  return Outcome::Values(1);
}

Outcome Move(Call& call) {
  lua_State* L = call.L;
  const int target = call.top >= 5 ? 5 : 1;
  std::string problem = TableProblem(L, "move", 1, false);
  if (problem.empty()) problem = TableProblem(L, "move", target, true);
  if (!problem.empty()) return Outcome::Raise(problem);
  lua_Integer first = 0;
  lua_Integer last = 0;
  lua_Integer to = 0;
  if (call.top < 4 || !Integer(L, 2, 0, &first) || !Integer(L, 3, 0, &last) ||
      !Integer(L, 4, 0, &to)) {
    return Outcome::Raise("table.move: the bounds must be integers");
  }
  lua_pushvalue(L, target);
  if (first > last) return Outcome::Values(1);
  if (first < 1 || last > kMaxSpan || to < 1 || to > kMaxSpan) {
    return Outcome::Raise("table.move: the bounds are too large");
  }
  if (!call.vm.Charge(static_cast<uint64_t>(last - first))) return Outcome::Raise("aborted");
  const bool backwards = to > first;
  for (lua_Integer k = 0; k <= last - first; ++k) {
    const lua_Integer i = backwards ? last - first - k : k;
    lua_rawgeti(L, 1, first + i);
    lua_rawseti(L, target, to + i);
  }
  return Outcome::Values(1);
}

// Written by hand, as the comparator may raise: no C++ object is alive while it runs.
// [list, comparator or nil, from, to]: merges runs of `width` of `from` into `to`.
bool Less(lua_State* L, bool has_comparator) {
  // [..., a, b] -> [...]; is a < b?
  if (!has_comparator) {
    const bool less = lua_compare(L, -2, -1, LUA_OPLT) != 0;
    lua_pop(L, 2);
    return less;
  }
  lua_pushvalue(L, 2);
  lua_insert(L, -3);
  lua_call(L, 2, 1);
  const bool less = lua_toboolean(L, -1) != 0;
  lua_pop(L, 1);
  return less;
}

void MergeRuns(lua_State* L, int from, int to, lua_Integer size, lua_Integer width) {
  const bool has_comparator = lua_type(L, 2) == LUA_TFUNCTION;
  Vm& vm = Vm::Of(L);
  for (lua_Integer start = 1; start <= size; start += 2 * width) {
    lua_Integer left = start;
    lua_Integer right = std::min(start + width, size + 1);
    const lua_Integer left_end = right;
    const lua_Integer right_end = std::min(start + 2 * width, size + 1);
    for (lua_Integer out = start; out < right_end; ++out) {
      if (!vm.Charge(4)) RaiseAbort(L);
      bool take_right = left >= left_end;
      if (!take_right && right < right_end) {
        lua_rawgeti(L, from, right);
        lua_rawgeti(L, from, left);
        take_right = Less(L, has_comparator);
      }
      lua_rawgeti(L, from, take_right ? right++ : left++);
      lua_rawseti(L, to, out);
    }
  }
}

int Sort(lua_State* L) {
  ChargeArguments(L);
  luaL_checktype(L, 1, LUA_TTABLE);
  if (!lua_isnoneornil(L, 2)) luaL_checktype(L, 2, LUA_TFUNCTION);
  if (luaL_getmetafield(L, 1, "__newindex") != LUA_TNIL) {
    return luaL_error(L, "table.sort: this table is read-only");
  }
  lua_settop(L, 2);
  const lua_Integer size = Size(L, 1);
  lua_createtable(L, static_cast<int>(std::min<lua_Integer>(size, 1 << 26)), 0);
  lua_createtable(L, static_cast<int>(std::min<lua_Integer>(size, 1 << 26)), 0);
  for (lua_Integer i = 1; i <= size; ++i) {
    lua_rawgeti(L, 1, i);
    lua_rawseti(L, 3, i);
  }
  int from = 3;
  int to = 4;
  for (lua_Integer width = 1; width < size; width *= 2) {
    MergeRuns(L, from, to, size, width);
    std::swap(from, to);
  }
  for (lua_Integer i = 1; i <= size; ++i) {
    lua_rawgeti(L, from, i);
    lua_rawseti(L, 1, i);
  }
  return 0;
}

}  // namespace

std::vector<Entry> TableEntries() {
  return {{"insert", &Trampoline<Insert>},
          {"remove", &Trampoline<Remove>},
          {"concat", &Trampoline<Concat>},
          {"unpack", &Trampoline<Unpack>},
          {"pack", &Trampoline<Pack>},
          {"move", &Trampoline<Move>},
          {"sort", &Sort}};
}

}  // namespace hone
