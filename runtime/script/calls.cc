#include "script/calls.h"

#include "base/text.h"
#include "script/unit.h"

namespace hone {
namespace {

const char kModules = 'm';

void PushStep(lua_State* L) {
  Unit* unit = Vm::Of(L).unit();
  if (unit == nullptr) {
    lua_pushliteral(L, "");
  } else {
    PushText(L, unit->step());
  }
}

// The step that was innermost before the call, at 1, is innermost again.
void RestoreStep(lua_State* L) {
  Unit* unit = Vm::Of(L).unit();
  if (unit != nullptr) unit->step() = TextAt(L, 1);
}

// Never returns when the error is one that no pcall may see.
void PassAborts(lua_State* L, int status) {
  Vm& vm = Vm::Of(L);
  if (status == LUA_ERRMEM) vm.AbortMemory();
  if (vm.aborted()) RaiseAbort(L);
}

bool Failed(int status) { return status != LUA_OK && status != LUA_YIELD; }

int PcallDone(lua_State* L, int status, lua_KContext /*context*/) {
  PassAborts(L, status);
  if (!Failed(status)) {
    lua_pushboolean(L, 1);
    lua_replace(L, 1);
    return lua_gettop(L);
  }
  RestoreStep(L);
  lua_pushboolean(L, 0);
  lua_insert(L, -2);
  return 2;
}

int Pcall(lua_State* L) {
  ChargeArguments(L);
  luaL_checkany(L, 1);
  PushStep(L);
  lua_insert(L, 1);  // [step, function, arguments...]
  return PcallDone(L, lua_pcallk(L, lua_gettop(L) - 2, LUA_MULTRET, 0, 0, &PcallDone), 0);
}

int HandlerDone(lua_State* L, int /*status*/, lua_KContext /*context*/) {
  return lua_gettop(L) - 2;  // [step, handler, false, results...]: false and the results
}

int XpcallDone(lua_State* L, int status, lua_KContext /*context*/) {
  PassAborts(L, status);
  if (!Failed(status)) {
    lua_pushboolean(L, 1);
    lua_replace(L, 2);
    return lua_gettop(L) - 1;
  }
  RestoreStep(L);
  // [step, handler, error] -> [step, handler, false, handler, error]. The handler runs after the
  // error and not inside it: a handler within the error runs without the instruction hook.
  lua_pushvalue(L, 2);
  lua_insert(L, 3);
  lua_pushboolean(L, 0);
  lua_insert(L, 3);
  lua_settop(L, 5);
  lua_callk(L, 1, LUA_MULTRET, 0, &HandlerDone);
  return HandlerDone(L, LUA_OK, 0);
}

int Xpcall(lua_State* L) {
  ChargeArguments(L);
  luaL_checktype(L, 2, LUA_TFUNCTION);
  PushStep(L);
  lua_insert(L, 1);  // [step, function, handler, arguments...]
  lua_pushvalue(L, 2);
  lua_remove(L, 2);  // [step, handler, arguments..., function]
  lua_insert(L, 3);  // [step, handler, function, arguments...]
  return XpcallDone(L, lua_pcallk(L, lua_gettop(L) - 3, LUA_MULTRET, 0, 0, &XpcallDone), 0);
}

// "recipes.skillopt" and "skillopt.params" belong to the folder "skillopt"; "hone.x" to "hone".
std::string Folder(std::string_view module) {
  constexpr std::string_view kRecipes = "recipes.";
  if (module.substr(0, kRecipes.size()) == kRecipes) module.remove_prefix(kRecipes.size());
  return std::string(module.substr(0, module.find('.')));
}

// The module whose chunk called require; "" when it is none of ours.
std::string CallingModule(lua_State* L) {
  lua_Debug frame;
  Vm& vm = Vm::Of(L);
  for (int level = 0; lua_getstack(L, level, &frame) != 0; ++level) {
    lua_getinfo(L, "S", &frame);
    if (frame.source[0] != '@') continue;
    for (const auto& [name, module] : vm.modules()) {
      if (module.file == frame.source + 1) return name;
    }
    return "";
  }
  return "";
}

// Why the calling file may not load `name`; "" when it may.
std::string Refusal(lua_State* L, const std::string& name) {
  const Vm& vm = Vm::Of(L);
  const std::string caller = CallingModule(L);
  const std::string target = Folder(name);
  const bool is_program = name.substr(0, 8) == "recipes.";
  if (is_program) return "'" + name + "' is a recipe: extend it, it cannot be required";
  const bool allowed = target == "hone" || target == "benchmarks" || target == Folder(caller) ||
                       (caller.empty() && target == Folder(vm.program_module));
  if (!allowed)
    return "'" + name +
           "' is out of reach: a recipe requires hone.*, benchmarks.* and its own siblings";
  return "";
}

// Pushes the error message when the module cannot be loaded, else nothing.
bool PushProblem(lua_State* L, const char* name, bool from_recipe) {
  Vm& vm = Vm::Of(L);
  ErrorCode code = ErrorCode::kRefused;
  std::string problem;
  if (from_recipe) problem = Refusal(L, name);
  for (std::size_t i = 0; problem.empty() && i < vm.loading.size(); ++i) {
    if (vm.loading[i] != name) continue;
    std::string chain;
    for (std::size_t k = i; k < vm.loading.size(); ++k) chain += "'" + vm.loading[k] + "' -> ";
    code = ErrorCode::kInvalidArgument;
    problem = "modules require each other in a circle: " + chain + "'" + name + "'";
  }
  if (problem.empty() && vm.modules().find(name) == vm.modules().end()) {
    std::vector<std::string> names;
    for (const auto& entry : vm.modules()) names.push_back(entry.first);
    const std::string nearest = NearestName(name, names);
    code = ErrorCode::kNotFound;
    problem = "there is no module '" + std::string(name) + "'" +
              (nearest.empty() ? "" : "; did you mean '" + nearest + "'?");
  }
  if (problem.empty()) return false;
  Error error = Fail(code, Vm::Where(L) + problem);
  PushText(L, error.message);
  vm.NoteRaise(std::move(error));
  return true;
}

// Pushes the module's chunk, or an error message.
bool PushChunk(lua_State* L, const char* name) {
  Vm& vm = Vm::Of(L);
  const Module& module = vm.modules().find(name)->second;
  vm.loading.emplace_back(name);
  vm.Charge(module.source.size());
  const std::string chunk_name = "@" + module.file;
  std::string_view source = module.source;
  if (source.substr(0, 3) == "\xEF\xBB\xBF") source.remove_prefix(3);
  if (luaL_loadbufferx(L, source.data(), source.size(), chunk_name.c_str(), "t") != LUA_OK)
    return false;
  RemoveTailCalls(L);
  return true;
}

int Require(lua_State* L) {
  ChargeArguments(L);
  const char* name = luaL_checkstring(L, 1);
  LoadModule(L, name, true);
  return 1;
}

}  // namespace

std::vector<Entry> CallEntries() {
  return {{"pcall", &Pcall}, {"xpcall", &Xpcall}, {"require", &Require}};
}

int ChargedCall(lua_State* L) {
  ChargeArguments(L);
  const lua_CFunction function = lua_tocfunction(L, lua_upvalueindex(1));
  return function(L);
}

void LoadModule(lua_State* L, const char* name, bool from_recipe) {
  luaL_checkstack(L, 8, "require");
  if (lua_rawgetp(L, LUA_REGISTRYINDEX, &kModules) != LUA_TTABLE) {
    lua_pop(L, 1);
    lua_newtable(L);
    lua_pushvalue(L, -1);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &kModules);
  }
  // The rule comes before the cache: being loaded by somebody else opens no door.
  if (PushProblem(L, name, from_recipe)) lua_error(L);
  lua_getfield(L, -1, name);
  if (!lua_isnil(L, -1)) {
    lua_remove(L, -2);
    return;
  }
  lua_pop(L, 1);
  const bool is_chunk = PushChunk(L, name);  // a syntax error has its file and line already
  const bool failed = !is_chunk || lua_pcall(L, 0, 1, 0) != LUA_OK;
  Vm::Of(L).loading.pop_back();
  if (failed) lua_error(L);
  if (lua_isnil(L, -1)) {
    lua_pop(L, 1);
    lua_pushboolean(L, 1);
  }
  lua_pushvalue(L, -1);
  lua_setfield(L, -3, name);
  lua_remove(L, -2);
  Vm::Of(L).loaded.emplace_back(name);
}

}  // namespace hone
