#include "script/convert.h"

#include <algorithm>
#include <cmath>

#include "base/text.h"

namespace hone {
namespace {

// Registry keys are addresses of these.
const char kArrayMark = 'a';
const char kObjectMark = 'o';
const char kAnchors = 'p';

class Reader {
 public:
  Reader(lua_State* L, std::string_view what, Outbox* outbox)
      : L_(L), path_(what), outbox_(outbox) {}

  Result<Json> Read(int index, int depth) {
    switch (lua_type(L_, index)) {
      case LUA_TNIL:
        return Json();
      case LUA_TBOOLEAN:
        return Json(lua_toboolean(L_, index) != 0);
      case LUA_TNUMBER:
        return ReadNumber(index);
      case LUA_TSTRING:
        return ReadText(index);
      case LUA_TLIGHTUSERDATA:
        return IsNull(L_, index) ? Result<Json>(Json()) : Problem("cannot be stored");
      case LUA_TTABLE:
        return ReadTable(lua_absindex(L_, index), depth);
      default:
        return Problem(std::string("is a ") + luaL_typename(L_, index) +
                       ", which is no plain value");
    }
  }

 private:
  Error Problem(std::string_view text) const { return Invalid(path_ + " " + std::string(text)); }

  Result<Json> ReadNumber(int index) {
    if (lua_isinteger(L_, index) != 0) return Json(static_cast<int64_t>(lua_tointeger(L_, index)));
    const double number = lua_tonumber(L_, index);
    if (!std::isfinite(number)) return Problem("is NaN or infinite");
    return Json(number);
  }

  Result<Json> ReadText(int index) {
    const std::string_view text = TextAt(L_, index);
    const bool large = text.size() >= kPartMinBytes;
    Vm& vm = Vm::Of(L_);
    if (large && outbox_ != nullptr) {
      const auto known = vm.known_parts.find(text.data());
      if (known != vm.known_parts.end()) return outbox_->Reference(text, known->second);
    }
    bytes_ += text.size();
    vm.Charge(text.size() / 16);
    if (bytes_ > kMaxValueBytes) return Problem("is too large");
    if (!IsValidUtf8(text)) return Problem("is not valid UTF-8");
    if (large && outbox_ != nullptr) return outbox_->Reference(text);
    return Json(text);
  }

  Result<Json> ReadTable(int table, int depth) {
    if (depth >= kMaxDepth) return Problem("is nested too deeply (a table inside itself?)");
    if (lua_checkstack(L_, 6) == 0) return Problem("is nested too deeply");
    int64_t integers = 0;
    int64_t last = 0;
    int64_t names = 0;
    for (lua_pushnil(L_); lua_next(L_, table) != 0; lua_pop(L_, 1)) {
      ++nodes_;
      if (lua_isinteger(L_, -2) != 0) {
        ++integers;
        last = std::max<int64_t>(last, lua_tointeger(L_, -2));
        if (lua_tointeger(L_, -2) < 1) names = -1;
      } else if (lua_type(L_, -2) == LUA_TSTRING) {
        if (names >= 0) ++names;
      } else {
        const std::string kind = luaL_typename(L_, -2);
        lua_pop(L_, 2);
        return Problem("has a key of type " + kind);
      }
    }
    Vm::Of(L_).Charge(static_cast<uint64_t>(integers + std::max<int64_t>(names, 0)));
    if (nodes_ > 5'000'000) return Problem("has too many values");
    if (names < 0) return Problem("has an index below 1");
    if (integers > 0 && names > 0) return Problem("mixes list items and named fields");
    if (integers > 0) {
      if (last != integers) return Problem("is a list with holes");
      return ReadList(table, last, depth);
    }
    if (names == 0) return ReadEmpty(table);
    return ReadObject(table, depth);
  }

  Result<Json> ReadEmpty(int table) {
    bool is_list = false;
    if (lua_getmetatable(L_, table) != 0) {
      lua_rawgetp(L_, LUA_REGISTRYINDEX, &kArrayMark);
      is_list = lua_rawequal(L_, -1, -2) != 0;
      lua_pop(L_, 2);
    }
    return is_list ? Json::MakeArray() : Json::MakeObject();
  }

  Result<Json> ReadList(int table, int64_t size, int depth) {
    Json::Array items;
    const std::size_t base = path_.size();
    for (int64_t i = 1; i <= size; ++i) {
      path_ += "[" + std::to_string(i) + "]";
      lua_rawgeti(L_, table, i);
      Result<Json> item = Read(lua_gettop(L_), depth + 1);
      lua_pop(L_, 1);
      if (!item.ok()) return item.error();
      path_.resize(base);
      items.push_back(std::move(*item));
    }
    return Json(std::move(items));
  }

  Result<Json> ReadObject(int table, int depth) {
    Json::Members members;
    const std::size_t base = path_.size();
    bool reserved = false;
    for (lua_pushnil(L_); lua_next(L_, table) != 0; lua_pop(L_, 1)) {
      const std::string_view key = TextAt(L_, -2);
      path_ += base > 0 && path_.back() == ':' ? " " : ".";
      path_ += key.substr(0, 80);
      if (!IsValidUtf8(key)) {
        lua_pop(L_, 2);
        return Problem("has a name that is not valid UTF-8");
      }
      Result<Json> member = Read(lua_gettop(L_), depth + 1);
      if (!member.ok()) {
        lua_pop(L_, 2);
        return member.error();
      }
      path_.resize(base);
      reserved = reserved || key == "$part" || key == "$literal";
      members.emplace_back(std::string(key), std::move(*member));
    }
    // The order of a hash table means nothing.
    std::sort(members.begin(), members.end(),
              [](const auto& a, const auto& b) { return a.first < b.first; });
    Json out = Json::MakeObject();
    out.mutable_members() = std::move(members);
    if (!reserved || outbox_ == nullptr) return out;
    return Json::MakeObject({{"$literal", std::move(out)}});
  }

  lua_State* L_;
  std::string path_;
  Outbox* outbox_;
  std::size_t bytes_ = 0;
  int64_t nodes_ = 0;
};

class Writer {
 public:
  Writer(lua_State* L, const PartReceiver* parts, bool anchor, NullAs null_as)
      : L_(L), parts_(parts), anchor_(anchor), null_as_(null_as) {}

  void Push(const Json& value) {
    luaL_checkstack(L_, 6, "a value is nested too deeply");
    switch (value.type()) {
      case Json::Type::kNull:
        PushNull(L_);
        break;
      case Json::Type::kBool:
        lua_pushboolean(L_, value.AsBool() ? 1 : 0);
        break;
      case Json::Type::kInt:
        lua_pushinteger(L_, value.AsInt());
        break;
      case Json::Type::kDouble:
        lua_pushnumber(L_, value.AsDouble());
        break;
      case Json::Type::kString:
        PushText(L_, value.AsString());
        break;
      case Json::Type::kArray:
        PushList(value);
        break;
      case Json::Type::kObject:
        PushObject(value);
        break;
    }
  }

 private:
  void PushList(const Json& value) {
    lua_createtable(L_, static_cast<int>(value.size()), 0);
    int64_t i = 0;
    for (const Json& item : value.items()) {
      Push(item);
      lua_rawseti(L_, -2, ++i);
    }
    if (i == 0) MarkArray(L_);
  }

  void PushObject(const Json& value) {
    if (parts_ != nullptr && value.size() == 1) {
      const auto& [key, member] = value.members()[0];
      if (key == "$part") return PushPart(value);
      if (key == "$literal") return PushMembers(member);
    }
    PushMembers(value);
  }

  void PushMembers(const Json& value) {
    lua_createtable(L_, 0, static_cast<int>(value.size()));
    for (const auto& [key, member] : value.members()) {
      if (member.is_null() && null_as_ == NullAs::kAbsent) continue;
      PushText(L_, key);
      Push(member);
      lua_rawset(L_, -3);
    }
    if (value.size() == 0) MarkObject(L_);
  }

  void PushPart(const Json& reference) {
    const Result<Part> part = parts_->TextOf(reference);
    if (!part.ok()) {
      PushText(L_, "");
      return;
    }
    PushText(L_, *part.value().text);
    if (!anchor_) return;
    const char* address = lua_tostring(L_, -1);
    lua_rawgetp(L_, LUA_REGISTRYINDEX, &kAnchors);
    lua_pushvalue(L_, -2);
    lua_rawseti(L_, -2, static_cast<lua_Integer>(lua_rawlen(L_, -2)) + 1);
    lua_pop(L_, 1);
    Vm::Of(L_).known_parts.emplace(address, part.value().hash);
  }

  lua_State* L_;
  const PartReceiver* parts_;
  bool anchor_;
  NullAs null_as_;
};

void Mark(lua_State* L, const char* mark) {
  lua_rawgetp(L, LUA_REGISTRYINDEX, mark);
  lua_setmetatable(L, -2);
}

void MakeMark(lua_State* L, const char* mark) {
  lua_createtable(L, 0, 1);
  lua_pushboolean(L, 0);
  lua_setfield(L, -2, "__metatable");
  lua_rawsetp(L, LUA_REGISTRYINDEX, mark);
}

}  // namespace

Result<Json> JsonFromLua(lua_State* L, int index, std::string_view what, Outbox* outbox) {
  const int top = lua_gettop(L);
  Result<Json> value = Reader(L, what, outbox).Read(index, 0);
  lua_settop(L, top);
  return value;
}

void PushJson(lua_State* L, const Json& value, const PartReceiver* parts, bool anchor,
              NullAs null_as) {
  Writer(L, parts, anchor, null_as).Push(value);
}

void MarkArray(lua_State* L) { Mark(L, &kArrayMark); }
void MarkObject(lua_State* L) { Mark(L, &kObjectMark); }

void PushNull(lua_State* L) { lua_pushlightuserdata(L, nullptr); }

bool IsNull(lua_State* L, int index) {
  return lua_type(L, index) == LUA_TLIGHTUSERDATA && lua_touserdata(L, index) == nullptr;
}

void OpenConvert(lua_State* L) {
  MakeMark(L, &kArrayMark);
  MakeMark(L, &kObjectMark);
  lua_newtable(L);
  lua_rawsetp(L, LUA_REGISTRYINDEX, &kAnchors);
}

}  // namespace hone
