#include "script/vm.h"

#include <cstdlib>
#include <cstring>

#include "script/trampoline.h"

namespace hone {
namespace {

constexpr int kHookEvery = 1000;
constexpr std::size_t kBytesPerStep = 64;
constexpr std::size_t kChargedBlock =
    4096;  // smaller blocks cost no more than the instruction itself

int RunBody(lua_State* L) {
  const auto* body = static_cast<const std::function<void(lua_State*)>*>(lua_touserdata(L, 1));
  lua_settop(L, 0);
  (*body)(L);
  return 0;
}

std::string Bytes(std::size_t bytes) {
  if (bytes >= (1U << 20U)) return std::to_string(bytes >> 20U) + " MiB";
  return std::to_string(bytes) + " bytes";
}

}  // namespace

Vm::Vm(const VmLimits& limits, const ModuleSet* modules, Unit* unit)
    : limits_(limits), modules_(modules), unit_(unit) {
  main_ = lua_newstate(&Vm::Allocate, this);
  HONE_CHECK(main_ != nullptr);
  *static_cast<Vm**>(lua_getextraspace(main_)) = this;
  lua_atpanic(main_, &Vm::Panic);
  lua_sethook(main_, &Vm::Hook, LUA_MASKCOUNT, kHookEvery);
}

Vm::~Vm() { lua_close(main_); }

void* Vm::Allocate(void* self, void* block, std::size_t old_size, std::size_t new_size) {
  auto* vm = static_cast<Vm*>(self);
  if (block == nullptr) old_size = 0;  // Lua passes the kind of object there
  if (new_size == 0) {
    vm->memory_used_ -= old_size;
    std::free(block);
    return nullptr;
  }
  if (new_size > old_size && vm->memory_used_ + (new_size - old_size) > vm->limits_.memory_bytes) {
    if (++vm->refusals_ >= 2) vm->AbortMemory();
    return nullptr;
  }
  void* moved = std::realloc(block, new_size);
  if (moved == nullptr) return nullptr;
  if (new_size > old_size) vm->refusals_ = 0;
  vm->memory_used_ = vm->memory_used_ - old_size + new_size;
  if (new_size >= kChargedBlock) vm->Charge(new_size / kBytesPerStep);
  return moved;
}

void Vm::Hook(lua_State* L, lua_Debug* /*event*/) {
  Vm& vm = Of(L);
  if (!vm.aborted_ && vm.Charge(kHookEvery)) return;
  // From now on every instruction ends here, so that no handler or __close runs on.
  lua_sethook(L, &Vm::Hook, LUA_MASKCOUNT, 1);
  RaiseAbort(L);
}

int Vm::Panic(lua_State* L) {
  const char* text = lua_type(L, -1) == LUA_TSTRING ? lua_tostring(L, -1) : "no message";
  CheckFailed(__FILE__, __LINE__, text);
}

bool Vm::Charge(uint64_t steps) {
  used_ += steps;
  if (aborted_) return false;
  if (used_ <= limits_.instructions) return true;
  Abort(Fail(ErrorCode::kScriptLimit, "the instruction limit of " +
                                          std::to_string(limits_.instructions) +
                                          " between two waits is used up (an endless loop?)"));
  return false;
}

void Vm::Abort(Error error) {
  if (aborted_) return;
  aborted_ = std::move(error);
}

void Vm::AbortMemory() {
  Abort(Fail(ErrorCode::kScriptLimit,
             "the memory limit of " + Bytes(limits_.memory_bytes) + " is used up"));
}

ErrorCode Vm::CodeOf(const std::string& message) const {
  return !message.empty() && message == last_raise_.message ? last_raise_.code
                                                            : ErrorCode::kInvalidArgument;
}

std::string Vm::Where(lua_State* L) {
  lua_Debug frame;
  for (int level = 0; lua_getstack(L, level, &frame) != 0; ++level) {
    lua_getinfo(L, "Sl", &frame);
    if (frame.currentline > 0 && frame.source[0] == '@') {
      return std::string(frame.source + 1) + ":" + std::to_string(frame.currentline) + ": ";
    }
  }
  return "";
}

Status Vm::Protect(const std::function<void(lua_State*)>& body) {
  const int top = lua_gettop(main_);
  lua_pushcfunction(main_, &RunBody);  // light: allocates nothing
  lua_pushlightuserdata(main_, const_cast<void*>(static_cast<const void*>(&body)));
  const int status = lua_pcall(main_, 1, 0, 0);
  Status result;
  if (aborted_) {
    result = *aborted_;
  } else if (status == LUA_ERRMEM) {
    AbortMemory();
    result = *aborted_;
  } else if (status != LUA_OK) {
    const std::string text = ErrorText(main_, -1);
    result = Fail(CodeOf(text), text);
  }
  lua_settop(main_, top);
  return result;
}

}  // namespace hone
