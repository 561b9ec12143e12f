#include "script/arg_reader.h"

#include <algorithm>

#include "base/text.h"
#include "script/sandbox_globals.h"

namespace hone {
namespace {

std::string Kind(lua_State* L, int index) {
  return lua_isnone(L, index) ? "nothing" : luaL_typename(L, index);
}

// A table whose keys are 1..n, by looking at its ends only: the converter checks the rest.
bool LooksLikeList(lua_State* L, int index) {
  if (lua_type(L, index) != LUA_TTABLE) return false;
  index = lua_absindex(L, index);
  lua_pushnil(L);
  if (lua_next(L, index) == 0) return true;
  const bool integer = lua_isinteger(L, -2) != 0;
  lua_pop(L, 2);
  return integer;
}

std::string Words(std::string_view types) { return ReplaceAll(std::string(types), "|", " or "); }

}  // namespace

void ArgReader::Problem(std::string text) {
  if (problem_.empty()) problem_ = function_ + ": " + text;
}

bool ArgReader::Expect(int index, const char* name, int type, const char* words) {
  if (lua_type(L_, index) == type) return true;
  Problem(std::string(name) + " must be " + words + ", got " + Kind(L_, index));
  return false;
}

std::string_view ArgReader::Text(int index, const char* name) {
  return Expect(index, name, LUA_TSTRING, "a string") ? TextAt(L_, index) : std::string_view();
}

std::string_view ArgReader::TextOr(int index, const char* name, std::string_view fallback) {
  return lua_isnoneornil(L_, index) ? fallback : Text(index, name);
}

int64_t ArgReader::Integer(int index, const char* name) {
  int ok = 0;
  const lua_Integer value = lua_type(L_, index) == LUA_TNUMBER ? lua_tointegerx(L_, index, &ok) : 0;
  if (ok == 0) Problem(std::string(name) + " must be a whole number, got " + Kind(L_, index));
  return value;
}

int64_t ArgReader::IntegerOr(int index, const char* name, int64_t fallback) {
  return lua_isnoneornil(L_, index) ? fallback : Integer(index, name);
}

double ArgReader::Number(int index, const char* name) {
  return Expect(index, name, LUA_TNUMBER, "a number") ? lua_tonumber(L_, index) : 0;
}

int64_t ArgReader::List(int index, const char* name) {
  if (!Expect(index, name, LUA_TTABLE, "a list")) return 0;
  return static_cast<int64_t>(lua_rawlen(L_, index));
}

void ArgReader::Function(int index, const char* name) {
  Expect(index, name, LUA_TFUNCTION, "a function");
}

std::vector<std::string> ArgReader::Texts(int index, const char* name) {
  std::vector<std::string> out;
  const int64_t size = List(index, name);
  for (int64_t i = 1; i <= size && !failed(); ++i) {
    lua_rawgeti(L_, index, i);
    if (lua_type(L_, -1) == LUA_TSTRING) {
      out.emplace_back(TextAt(L_, -1));
    } else {
      Problem(std::string(name) + "[" + std::to_string(i) + "] must be a string, got " +
              Kind(L_, -1));
    }
    lua_pop(L_, 1);
  }
  return out;
}

std::vector<double> ArgReader::Numbers(int index, const char* name) {
  std::vector<double> out;
  const int64_t size = List(index, name);
  for (int64_t i = 1; i <= size && !failed(); ++i) {
    lua_rawgeti(L_, index, i);
    if (lua_type(L_, -1) == LUA_TNUMBER) {
      out.push_back(lua_tonumber(L_, -1));
    } else {
      Problem(std::string(name) + "[" + std::to_string(i) + "] must be a number, got " +
              Kind(L_, -1));
    }
    lua_pop(L_, 1);
  }
  return out;
}

bool HasType(lua_State* L, int index, std::string_view type) {
  for (const std::string_view one : Split(type, '|')) {
    if (one == "any") return true;
    if (one == "list" && LooksLikeList(L, index)) return true;
    if (one == "integer") {
      int ok = 0;
      if (lua_type(L, index) == LUA_TNUMBER) lua_tointegerx(L, index, &ok);
      if (ok != 0) return true;
    }
    if (one == luaL_typename(L, index)) return true;
  }
  return false;
}

std::string FieldProblem(lua_State* L, int index, int spec, std::string_view what) {
  index = lua_absindex(L, index);
  spec = lua_absindex(L, spec);
  const std::string where = std::string(what) + ": ";
  if (lua_type(L, index) != LUA_TTABLE) {
    return where + "expected a table with named fields, got " + Kind(L, index);
  }
  const std::vector<std::string> known = FieldNames(L, spec);
  const int top = lua_gettop(L);
  // The unknown fields in sorted order, so that the message is the same every time.
  for (const std::string& name : FieldNames(L, index)) {
    if (std::find(known.begin(), known.end(), name) == known.end()) {
      return where + "unknown field '" + OneLine(name, 60) + "'" + NameHint(name, known);
    }
  }
  lua_rawgeti(L, spec, 1);
  const bool takes_items = !lua_isnil(L, -1);
  lua_rawgeti(L, index, 1);
  const bool has_items = !lua_isnil(L, -1);
  lua_settop(L, top);
  if (has_items && !takes_items) return where + "takes named fields only";
  for (const std::string& name : known) {
    lua_getfield(L, spec, name.c_str());
    std::string type(TextAt(L, -1));
    PushText(L, name);
    lua_rawget(L, index);
    const bool optional = !type.empty() && type.back() == '?';
    if (optional) type.pop_back();
    std::string problem;
    if (lua_isnil(L, -1)) {
      if (!optional) problem = where + "'" + name + "' is missing (" + Words(type) + ")";
    } else if (!HasType(L, -1, type)) {
      problem = where + name + " must be " + Words(type) + ", got " + Kind(L, -1);
    }
    lua_settop(L, top);
    if (!problem.empty()) return problem;
  }
  return "";
}

}  // namespace hone
