// Trampoline: the only shape in which a C++ function becomes a Lua function.
//
// A binding is a plain function `Outcome Name(Call&)`. It may own anything. It pushes its results
// and says how many, or says what to raise, or says that the fiber waits; it never raises or yields
// itself. The trampoline runs it inside a block that is closed before Lua raises or yields, so that
// destructors have run by then, also in a build where a Lua error is a longjmp. Exceptions of
// libraries become errors of the recipe.
//
// The few functions that must call back into Lua across waits (pcall, require, sort, ...) are
// written by hand in calls.cc, hold no C++ object across such a call, and say so.
#pragma once

#include <string>
#include <utility>

#include "base/result.h"
#include "script/lua_include.h"
#include "script/vm.h"

namespace hone {

// One call of a binding, and what it may ask without raising.
struct Call {
  explicit Call(lua_State* state) : L(state), vm(Vm::Of(state)), top(lua_gettop(state)) {}

  lua_State* L;
  Vm& vm;
  int top;  // number of arguments
};

class Outcome {
 public:
  static Outcome Values(int count) { return Outcome(Kind::kValues, count, {}); }
  static Outcome None() { return Values(0); }
  // Position and traceback are added by the trampoline.
  static Outcome Raise(Error error) { return Outcome(Kind::kRaise, 0, std::move(error)); }
  static Outcome Raise(std::string message) { return Raise(Invalid(std::move(message))); }
  // Raises the value on top of the stack as it is.
  static Outcome RaiseTop() { return Outcome(Kind::kRaiseTop, 0, {}); }
  // The fiber waits; Unit resumes it with values or an error.
  static Outcome Wait() { return Outcome(Kind::kWait, 0, {}); }

  enum class Kind { kValues, kRaise, kRaiseTop, kWait };
  Kind kind() const { return kind_; }
  int count() const { return count_; }
  const Error& error() const { return error_; }

 private:
  Outcome(Kind kind, int count, Error error)
      : kind_(kind), count_(count), error_(std::move(error)) {}
  Kind kind_;
  int count_;
  Error error_;
};

using Binding = Outcome (*)(Call&);

inline constexpr int kSettledRaise = -1;
inline constexpr int kSettledWait = -2;

// Runs the binding, catches library exceptions, charges the call. Pushes an error message when it
// raises. Returns the number of results, kSettledRaise or kSettledWait.
int RunBinding(lua_State* L, Binding binding);
// Continuation after a wait: pushes what the unit has for the fiber.
int ResumeBinding(lua_State* L, int status, lua_KContext context);
// Raises the abort; its text only reaches the unit's own error.
[[noreturn]] void RaiseAbort(lua_State* L);
// An error value in words, without metamethods, cut to a bounded length.
std::string ErrorText(lua_State* L, int index);
// The frames of a stack, innermost first, without those of the runtime itself; "" when none is
// left.
std::string Traceback(lua_State* L, lua_State* stack);
// For functions written by hand: steps for the strings among the arguments; raises the abort.
void ChargeArguments(lua_State* L);
// Pushes text as a Lua string.
inline void PushText(lua_State* L, std::string_view text) {
  lua_pushlstring(L, text.data(), text.size());
}
// The string at an index that holds a string; "" otherwise. Borrowed from the stack.
std::string_view TextAt(lua_State* L, int index);

template <Binding Fn>
int Trampoline(lua_State* L) {
  const int settled = RunBinding(L, Fn);
  if (settled == kSettledRaise) return lua_error(L);
  if (settled == kSettledWait) return lua_yieldk(L, 0, 0, &ResumeBinding);
  return settled;
}

// A named list of functions for a library table.
struct Entry {
  const char* name;
  lua_CFunction function;
};

}  // namespace hone
