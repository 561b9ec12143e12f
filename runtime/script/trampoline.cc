#include "script/trampoline.h"

#include <exception>

#include "base/text.h"
#include "script/unit.h"

namespace hone {
namespace {

constexpr std::size_t kBytesPerStep = 64;
constexpr std::size_t kErrorTextBytes = 4000;
constexpr uint64_t kCallSteps = 8;

uint64_t ArgumentSteps(lua_State* L) {
  uint64_t steps = kCallSteps;
  const int top = lua_gettop(L);
  for (int i = 1; i <= top; ++i) {
    if (lua_type(L, i) == LUA_TSTRING) steps += lua_rawlen(L, i) / kBytesPerStep;
  }
  return steps + static_cast<uint64_t>(top) / 8;
}

Outcome Guarded(Call* call, Binding binding) {
  try {
    return binding(*call);
  } catch (const std::bad_alloc&) {
    return Outcome::Raise(Fail(ErrorCode::kScriptLimit, "out of memory"));
  } catch (const std::exception& exception) {
    return Outcome::Raise(Fail(ErrorCode::kInternal, exception.what()));
  }
}

}  // namespace

int RunBinding(lua_State* L, Binding binding) {
  Call call(L);
  if (!call.vm.Charge(ArgumentSteps(L))) {
    lua_pushnil(L);
    return kSettledRaise;
  }
  luaL_checkstack(L, LUA_MINSTACK, nullptr);
  const Outcome outcome = Guarded(&call, binding);
  switch (outcome.kind()) {
    case Outcome::Kind::kValues:
      return outcome.count();
    case Outcome::Kind::kWait:
      return kSettledWait;
    case Outcome::Kind::kRaiseTop:
      return kSettledRaise;
    case Outcome::Kind::kRaise:
      break;
  }
  Error error = outcome.error();
  error.message = Vm::Where(L) + error.message;
  PushText(L, error.message);
  call.vm.NoteRaise(std::move(error));
  return kSettledRaise;
}

int ResumeBinding(lua_State* L, int /*status*/, lua_KContext /*context*/) {
  int settled = 0;
  {
    Vm& vm = Vm::Of(L);
    settled = vm.unit()->PushResumption(L);
  }
  if (settled == kSettledRaise) return lua_error(L);
  return settled;
}

void RaiseAbort(lua_State* L) {
  // The stack is left alone: in a hook it is the running function's own.
  if (lua_checkstack(L, 1)) lua_pushnil(L);
  lua_error(L);
  __builtin_unreachable();
}

std::string ErrorText(lua_State* L, int index) {
  switch (lua_type(L, index)) {
    case LUA_TSTRING:
      return ToValidUtf8(TextAt(L, index).substr(0, kErrorTextBytes));
    case LUA_TNUMBER: {
      if (lua_isinteger(L, index) != 0) return std::to_string(lua_tointeger(L, index));
      return std::to_string(lua_tonumber(L, index));
    }
    case LUA_TBOOLEAN:
      return lua_toboolean(L, index) != 0 ? "true" : "false";
    case LUA_TTABLE: {
      if (!lua_checkstack(L, 4)) return "an error value of type table";
      index = lua_absindex(L, index);
      lua_pushliteral(L, "message");
      lua_rawget(L, index);
      std::string text = lua_type(L, -1) == LUA_TSTRING
                             ? ToValidUtf8(TextAt(L, -1).substr(0, kErrorTextBytes))
                             : "an error value of type table without a message";
      lua_pop(L, 1);
      return text;
    }
    default:
      return std::string("an error value of type ") + luaL_typename(L, index);
  }
}

std::string Traceback(lua_State* L, lua_State* stack) {
  luaL_traceback(L, stack, nullptr, 0);
  std::string out;
  for (const std::string_view line : Split(TextAt(L, -1), '\n')) {
    const bool ours = line.starts_with("\t[C]:") || line.starts_with("\thone/prelude/") ||
                      line.starts_with("\t(...tail calls");
    if (!ours) out += (out.empty() ? "" : "\n") + std::string(line);
  }
  lua_pop(L, 1);
  return out.find('\n') == std::string::npos ? "" : out;
}

void ChargeArguments(lua_State* L) {
  if (!Vm::Of(L).Charge(ArgumentSteps(L))) RaiseAbort(L);
}

std::string_view TextAt(lua_State* L, int index) {
  if (lua_type(L, index) != LUA_TSTRING) return {};
  std::size_t size = 0;
  const char* text = lua_tolstring(L, index, &size);
  return {text, size};
}

}  // namespace hone
