// string.find, match, gmatch, gsub, rep and format with bounded work. The pattern functions are
// written by hand: they raise and call back, and hold nothing that has a destructor.
#include <algorithm>
#include <cstring>
#include <string>

#include "script/api_table.h"
#include "script/pattern.h"
#include "script/show.h"

namespace hone {
namespace {

constexpr std::size_t kMaxText = 256U << 20U;
constexpr lua_Integer kMaxRepeats = 100'000'000;
const char kFormat = 'f';

std::string_view CheckText(lua_State* L, int index) {
  std::size_t size = 0;
  const char* text = luaL_checklstring(L, index, &size);
  return {text, size};
}

// A start position as Lua counts (from 1, negative from the end) -> offset; may be past the end.
std::size_t Offset(lua_Integer position, std::size_t size) {
  if (position > 0) return static_cast<std::size_t>(position) - 1;
  if (position == 0 || position < -static_cast<lua_Integer>(size)) return 0;
  return size - static_cast<std::size_t>(-position);
}

// What stopped a match is raised, an abort as an abort.
void RaiseProblem(lua_State* L, const PatternMatcher& matcher) {
  if (matcher.problem() == nullptr) return;
  if (Vm::Of(L).aborted()) RaiseAbort(L);
  luaL_error(L, "%s", matcher.problem());
}

int PushCaptures(lua_State* L, const PatternMatcher& matcher, std::size_t start, std::size_t end,
                 bool whole_when_none) {
  const int count = matcher.capture_count() == 0 && whole_when_none ? 1 : matcher.capture_count();
  luaL_checkstack(L, count, "too many captures");
  for (int i = 0; i < count; ++i) matcher.PushCapture(L, i, start, end);
  return count;
}

bool IsPlain(std::string_view pattern) {
  return pattern.find_first_of("^$*+?.([%-") == std::string_view::npos;
}

int FindPlain(lua_State* L, std::string_view subject, std::string_view needle, std::size_t start) {
  Vm& vm = Vm::Of(L);
  if (!vm.Charge((subject.size() - start + needle.size()) / 16)) RaiseAbort(L);
  // memmem is linear in both lengths; the searches of std::string are not.
  const void* hit = needle.empty() ? subject.data() + start
                                   : memmem(subject.data() + start, subject.size() - start,
                                            needle.data(), needle.size());
  if (hit == nullptr) {
    lua_pushnil(L);
    return 1;
  }
  const auto at = static_cast<const char*>(hit) - subject.data();
  lua_pushinteger(L, at + 1);
  lua_pushinteger(L, at + static_cast<lua_Integer>(needle.size()));
  return 2;
}

int FindOrMatch(lua_State* L, bool find) {
  ChargeArguments(L);
  const std::string_view subject = CheckText(L, 1);
  std::string_view pattern = CheckText(L, 2);
  std::size_t start = Offset(luaL_optinteger(L, 3, 1), subject.size());
  if (start > subject.size()) {
    lua_pushnil(L);
    return 1;
  }
  if (find && (lua_toboolean(L, 4) != 0 || IsPlain(pattern))) {
    return FindPlain(L, subject, pattern, start);
  }
  const bool anchored = !pattern.empty() && pattern.front() == '^';
  if (anchored) pattern.remove_prefix(1);
  PatternMatcher matcher(&Vm::Of(L), subject, pattern);
  for (; start <= subject.size(); ++start) {
    const std::size_t end = matcher.MatchAt(start);
    RaiseProblem(L, matcher);
    if (end != PatternMatcher::kNoMatch) {
      if (!find) return PushCaptures(L, matcher, start, end, true);
      lua_pushinteger(L, static_cast<lua_Integer>(start) + 1);
      lua_pushinteger(L, static_cast<lua_Integer>(end));
      return 2 + PushCaptures(L, matcher, start, end, false);
    }
    if (anchored) break;
  }
  lua_pushnil(L);
  return 1;
}

int Find(lua_State* L) { return FindOrMatch(L, true); }
int Match(lua_State* L) { return FindOrMatch(L, false); }

// upvalues: subject, pattern, next start, end of the last match (-1: none)
int GmatchNext(lua_State* L) {
  ChargeArguments(L);
  const std::string_view subject = TextAt(L, lua_upvalueindex(1));
  const auto last = static_cast<std::size_t>(lua_tointeger(L, lua_upvalueindex(4)));
  PatternMatcher matcher(&Vm::Of(L), subject, TextAt(L, lua_upvalueindex(2)));
  for (auto start = static_cast<std::size_t>(lua_tointeger(L, lua_upvalueindex(3)));
       start <= subject.size(); ++start) {
    const std::size_t end = matcher.MatchAt(start);
    RaiseProblem(L, matcher);
    if (end == PatternMatcher::kNoMatch || end == last) continue;
    lua_pushinteger(L, static_cast<lua_Integer>(end));
    lua_copy(L, -1, lua_upvalueindex(3));
    lua_copy(L, -1, lua_upvalueindex(4));
    return PushCaptures(L, matcher, start, end, true);
  }
  lua_pushinteger(L, static_cast<lua_Integer>(subject.size()) + 1);
  lua_replace(L, lua_upvalueindex(3));
  return 0;
}

int Gmatch(lua_State* L) {
  ChargeArguments(L);
  const std::string_view subject = CheckText(L, 1);
  CheckText(L, 2);
  const std::size_t start = Offset(luaL_optinteger(L, 3, 1), subject.size());
  lua_settop(L, 2);
  lua_pushinteger(L, static_cast<lua_Integer>(start));
  lua_pushinteger(L, -1);
  lua_pushcclosure(L, &GmatchNext, 4);
  return 1;
}

// Appends the replacement text: %0 the match, %1-%9 captures, %% a percent sign.
void AppendTemplate(lua_State* L, luaL_Buffer* out, const PatternMatcher& matcher,
                    std::size_t start, std::size_t end) {
  const std::string_view text = TextAt(L, 3);
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      luaL_addchar(out, text[i]);
      continue;
    }
    const char c = ++i < text.size() ? text[i] : '\0';
    if (c == '%') {
      luaL_addchar(out, '%');
    } else if (c == '0') {
      luaL_addlstring(out, TextAt(L, 1).data() + start, end - start);
    } else if (c >= '1' && c <= '9') {
      matcher.PushCapture(L, c - '1', start, end);
      luaL_tolstring(L, -1, nullptr);
      lua_remove(L, -2);
      luaL_addvalue(out);
    } else {
      luaL_error(L, "invalid use of '%%' in replacement string");
    }
  }
}

// Appends what the replacement gives for one match.
void AppendReplacement(lua_State* L, luaL_Buffer* out, const PatternMatcher& matcher,
                       std::size_t start, std::size_t end) {
  const int kind = lua_type(L, 3);
  if (kind == LUA_TFUNCTION) {
    lua_pushvalue(L, 3);
    const int count = PushCaptures(L, matcher, start, end, true);
    lua_call(L, count, 1);
  } else if (kind == LUA_TTABLE) {
    matcher.PushCapture(L, 0, start, end);
    lua_gettable(L, 3);
  } else {
    return AppendTemplate(L, out, matcher, start, end);
  }
  if (lua_toboolean(L, -1) == 0) {
    lua_pop(L, 1);
    luaL_addlstring(out, TextAt(L, 1).data() + start, end - start);
  } else if (lua_isstring(L, -1) != 0) {
    luaL_addvalue(out);
  } else {
    luaL_error(L, "invalid replacement value (a %s)", luaL_typename(L, -1));
  }
}

int Gsub(lua_State* L) {
  ChargeArguments(L);
  const std::string_view subject = CheckText(L, 1);
  std::string_view pattern = CheckText(L, 2);
  const int kind = lua_type(L, 3);
  luaL_argexpected(
      L, kind == LUA_TNUMBER || kind == LUA_TSTRING || kind == LUA_TFUNCTION || kind == LUA_TTABLE,
      3, "string/function/table");
  if (kind == LUA_TNUMBER) lua_tostring(L, 3);
  const lua_Integer limit = luaL_optinteger(L, 4, static_cast<lua_Integer>(subject.size()) + 1);
  const bool anchored = !pattern.empty() && pattern.front() == '^';
  if (anchored) pattern.remove_prefix(1);
  PatternMatcher matcher(&Vm::Of(L), subject, pattern);
  luaL_Buffer out;
  luaL_buffinit(L, &out);
  std::size_t at = 0;
  std::size_t last = PatternMatcher::kNoMatch;
  lua_Integer count = 0;
  while (count < limit) {
    const std::size_t end = matcher.MatchAt(at);
    RaiseProblem(L, matcher);
    if (end != PatternMatcher::kNoMatch && end != last) {
      ++count;
      AppendReplacement(L, &out, matcher, at, end);
      if (luaL_bufflen(&out) > kMaxText) luaL_error(L, "string.gsub: the result is too long");
      at = last = end;
    } else if (at < subject.size()) {
      luaL_addchar(&out, subject[at]);
      ++at;
    } else {
      break;
    }
    if (anchored) break;
  }
  luaL_addlstring(&out, subject.data() + at, subject.size() - at);
  luaL_pushresult(&out);
  lua_pushinteger(L, count);
  return 2;
}

Outcome Rep(Call& call) {
  lua_State* L = call.L;
  int is_integer = 0;
  const lua_Integer count = lua_tointegerx(L, 2, &is_integer);
  if (lua_isstring(L, 1) == 0 || is_integer == 0 ||
      (!lua_isnoneornil(L, 3) && lua_type(L, 3) != LUA_TSTRING)) {
    return Outcome::Raise("string.rep: expected (text, count, separator)");
  }
  if (lua_type(L, 1) == LUA_TNUMBER) lua_tostring(L, 1);
  const std::string_view text = TextAt(L, 1);
  const std::string_view separator = TextAt(L, 3);
  if (count <= 0) {
    PushText(L, "");
    return Outcome::Values(1);
  }
  const std::size_t each = text.size() + separator.size();
  if (count > kMaxRepeats || (each > 0 && static_cast<std::size_t>(count) > kMaxText / each)) {
    return Outcome::Raise("string.rep: the result is too long");
  }
  if (each == 0) {
    PushText(L, "");
    return Outcome::Values(1);
  }
  if (!call.vm.Charge(static_cast<uint64_t>(count) * (1 + each / 64)))
    return Outcome::Raise("aborted");
  std::string out;
  out.reserve(static_cast<std::size_t>(count) * each);
  for (lua_Integer i = 0; i < count; ++i) {
    if (i > 0) out += separator;
    out += text;
  }
  PushText(L, out);
  return Outcome::Values(1);
}

// Replaces what %s and %q would show by our own words; refuses %p, which shows addresses. "" or a
// problem.
const char* PrepareFormat(lua_State* L, std::string_view format, int top) {
  int argument = 1;
  for (std::size_t i = 0; i < format.size(); ++i) {
    if (format[i] != '%') continue;
    if (++i < format.size() && format[i] == '%') continue;
    i = std::min(format.find_first_not_of("-+ #0123456789.", i), format.size());
    if (i >= format.size()) return "string.format: the format ends inside a directive";
    if (++argument > top) return "string.format: there are fewer values than directives";
    if (format[i] == 'p')
      return "string.format: '%p' is refused, addresses differ between executions";
    if (format[i] == 's' && lua_type(L, argument) != LUA_TNUMBER) {
      ShowValue(L, argument);
      lua_replace(L, argument);
    }
  }
  return nullptr;
}

int Format(lua_State* L) {
  ChargeArguments(L);
  const std::string_view format = CheckText(L, 1);
  const char* problem = PrepareFormat(L, format, lua_gettop(L));
  if (problem != nullptr) return luaL_error(L, "%s", problem);
  lua_rawgetp(L, LUA_REGISTRYINDEX, &kFormat);
  const lua_CFunction plain = lua_tocfunction(L, -1);
  lua_pop(L, 1);
  return plain(L);
}

}  // namespace

void SetPlainFormat(lua_State* L) { lua_rawsetp(L, LUA_REGISTRYINDEX, &kFormat); }

std::vector<Entry> StringEntries() {
  return {{"find", &Find}, {"match", &Match},         {"gmatch", &Gmatch},
          {"gsub", &Gsub}, {"rep", &Trampoline<Rep>}, {"format", &Format}};
}

}  // namespace hone
