// ArgReader: reads a binding's arguments without raising. The first problem is kept; the binding
// asks for everything it needs and then looks once.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "script/trampoline.h"

namespace hone {

class ArgReader {
 public:
  // `function` opens every message ("text.trim").
  ArgReader(Call* call, const char* function) : L_(call->L), function_(function) {}

  // Borrowed from the stack; valid until the binding returns.
  std::string_view Text(int index, const char* name);
  std::string_view TextOr(int index, const char* name, std::string_view fallback);
  int64_t Integer(int index, const char* name);
  int64_t IntegerOr(int index, const char* name, int64_t fallback);
  double Number(int index, const char* name);
  // The list at `index`: its length. Items are read by the binding.
  int64_t List(int index, const char* name);
  void Function(int index, const char* name);
  std::vector<std::string> Texts(int index, const char* name);
  std::vector<double> Numbers(int index, const char* name);

  void Problem(std::string text);
  bool failed() const { return !problem_.empty(); }
  Outcome Raise() const { return Outcome::Raise(problem_); }

 private:
  bool Expect(int index, const char* name, int type, const char* words);

  lua_State* L_;
  std::string function_;
  std::string problem_;
};

// Checks the fields of the table at `index` against the table at `spec`: {field = "type"}. A type
// is one of string, number, integer, boolean, table, list, function, any; several joined by "|";
// "?" at the end makes it optional. "" or the first problem, with the field's path and the nearest
// known name.
std::string FieldProblem(lua_State* L, int index, int spec, std::string_view what);

// Whether the value at `index` is of a type as above, without "?".
bool HasType(lua_State* L, int index, std::string_view type);

}  // namespace hone
