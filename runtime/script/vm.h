// Vm: one Lua state with a memory cap, an instruction budget and an abort that no recipe code sees.
//
// Every unit and every job has a Vm of its own; it dies with them. Lua is entered only through
// Protect and lua_resume. Single-threaded. What a recipe may reach is put together in
// sandbox_globals.cc.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/hash.h"
#include "base/result.h"
#include "script/lua_include.h"

namespace hone {

class Unit;

struct VmLimits {
  std::size_t memory_bytes = 512U << 20U;
  // Instructions between two waits. Work inside library functions is charged as instructions too,
  // at about 64 bytes each, so that this bounds time.
  uint64_t instructions = 400'000'000;
};

struct Module {
  std::string name;  // "hone.roles", "recipes.ctx2skill"
  std::string file;  // what tracebacks show
  std::string source;
};
// Name -> module; shared by all states of a process.
using ModuleSet = std::map<std::string, Module, std::less<>>;

class Vm {
 public:
  // `unit` may be null: a job that cannot wait, log or record.
  Vm(const VmLimits& limits, const ModuleSet* modules, Unit* unit);
  ~Vm();
  Vm(const Vm&) = delete;
  Vm& operator=(const Vm&) = delete;

  static Vm& Of(lua_State* L) { return **static_cast<Vm**>(lua_getextraspace(L)); }

  lua_State* main() { return main_; }
  Unit* unit() { return unit_; }
  const ModuleSet& modules() const { return *modules_; }

  // Runs `body` in protected mode on the main state. The error is the message of a Lua error, or
  // the abort. The stack of the main state is left as it was.
  Status Protect(const std::function<void(lua_State*)>& body);

  // A fresh budget; call it before each entry from outside.
  void StartBurst() { used_ = 0; }
  // Charges work done outside the interpreter. False: the budget is used up and the Vm is aborted.
  bool Charge(uint64_t steps);
  uint64_t ChargeLeft() const {
    return used_ >= limits_.instructions ? 0 : limits_.instructions - used_;
  }

  // Ends the state: from now on every Lua instruction raises. The first abort stands.
  void Abort(Error error);
  void AbortMemory();
  const std::optional<Error>& aborted() const { return aborted_; }

  // What the last error raised by a binding was, so that its code survives as long as its text
  // does.
  void NoteRaise(Error error) { last_raise_ = std::move(error); }
  ErrorCode CodeOf(const std::string& message) const;

  // "file:line: " of the innermost frame that is not Hone's own prelude, or "".
  static std::string Where(lua_State* L);

  // Module names being loaded (for cycles) and those loaded so far, in order.
  std::vector<std::string> loading;
  std::vector<std::string> loaded;
  // What the program declares; decides what a missing global's error says.
  std::string program_name;
  std::string program_module;
  // Strings known by hash because they came as parts; anchored, so that the address stays theirs.
  std::unordered_map<const void*, Hash> known_parts;

 private:
  static void* Allocate(void* self, void* block, std::size_t old_size, std::size_t new_size);
  static void Hook(lua_State* L, lua_Debug* event);
  static int Panic(lua_State* L);

  VmLimits limits_;
  const ModuleSet* modules_;
  Unit* unit_;
  lua_State* main_ = nullptr;
  std::size_t memory_used_ = 0;
  int refusals_ =
      0;  // growth requests refused in a row: the second follows an emergency collection
  uint64_t used_ = 0;
  std::optional<Error> aborted_;
  Error last_raise_;
};

}  // namespace hone
