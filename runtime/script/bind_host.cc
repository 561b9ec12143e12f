// `host`: what the prelude is built on. Not a global; no recipe ever sees it.
#include <algorithm>

#include "base/text.h"
#include "script/api_table.h"
#include "script/arg_reader.h"
#include "script/calls.h"
#include "script/convert.h"
#include "script/sandbox_globals.h"
#include "script/unit.h"
#include "skill/json_extract.h"
#include "skill/prompt_template.h"
#include "skill/replay_score.h"

namespace hone {
namespace {

// Why the running code may not wait now; "" when it may.
std::string WaitProblem(const Call& call, std::string_view what) {
  if (call.vm.unit() == nullptr) return std::string(what) + " exists only while a unit runs";
  if (lua_isyieldable(call.L) == 0) {
    return std::string(what) +
           " cannot be called inside a table.sort comparator, a gsub callback, "
           "a metamethod of a library call or while a module is loaded";
  }
  return "";
}

// host.effect(kind, args) -> value | nil, err
Outcome Effect(Call& call) {
  const std::string kind(TextAt(call.L, 1));
  const std::string problem = WaitProblem(call, kind);
  if (!problem.empty()) return Outcome::Raise(problem);
  Result<Json> args = JsonFromLua(call.L, 2, kind + ":", call.vm.unit()->outbox());
  if (!args.ok()) return Outcome::Raise(args.error());
  call.vm.unit()->StartEffect(kind, std::move(*args));
  return Outcome::Wait();
}

// host.tell(kind, args): an effect without an answer; nothing is waited for, and no place of the
// path is taken
Outcome Tell(Call& call) {
  const std::string kind(TextAt(call.L, 1));
  if (call.vm.unit() == nullptr) return Outcome::Raise(kind + " exists only while a unit runs");
  Result<Json> args = JsonFromLua(call.L, 2, kind + ":", call.vm.unit()->outbox());
  if (!args.ok()) return Outcome::Raise(args.error());
  call.vm.unit()->TellEffect(kind, std::move(*args));
  return Outcome::None();
}

// host.args(what, table, spec)
Outcome Args(Call& call) {
  const std::string problem = FieldProblem(call.L, 2, 3, TextAt(call.L, 1));
  return problem.empty() ? Outcome::None() : Outcome::Raise(problem);
}

// host.fail(message, code)
Outcome RaiseAtRecipe(Call& call) {
  Error error = Invalid(std::string(TextAt(call.L, 1)));
  if (lua_type(call.L, 2) == LUA_TSTRING) error.code = ErrorCodeFromName(TextAt(call.L, 2));
  return Outcome::Raise(std::move(error));
}

// host.hint(name, names)
Outcome Hint(Call& call) {
  ArgReader args(&call, "hint");
  const std::string_view name = args.Text(1, "name");
  const std::vector<std::string> names = args.Texts(2, "names");
  if (args.failed()) return args.Raise();
  PushText(call.L, NameHint(name, names));
  return Outcome::Values(1);
}

// host.step(name) -> the name before; host.step() -> the name
Outcome Step(Call& call) {
  if (call.vm.unit() == nullptr) {
    PushText(call.L, "");
    return Outcome::Values(1);
  }
  std::string& step = call.vm.unit()->step();
  PushText(call.L, step);
  if (lua_type(call.L, 1) == LUA_TSTRING) step = TextAt(call.L, 1);
  return Outcome::Values(1);
}

// host.enable(names, program): capabilities become globals
Outcome Enable(Call& call) {
  lua_State* L = call.L;
  ArgReader args(&call, "enable");
  const std::vector<std::string> names = args.Texts(1, "uses");
  if (args.failed()) return args.Raise();
  call.vm.program_name = TextAt(L, 2);
  PushGlobals(L);
  PushCapabilities(L);
  for (const std::string& name : names) {
    lua_getfield(L, -1, name.c_str());
    lua_setfield(L, -3, name.c_str());
  }
  return Outcome::None();
}

Outcome CapabilityNames(Call& call) {
  PushCapabilities(call.L);
  const std::vector<std::string> names = FieldNames(call.L, -1);
  lua_createtable(call.L, static_cast<int>(names.size()), 0);
  lua_Integer n = 0;
  for (const std::string& name : names) {
    PushText(call.L, name);
    lua_rawseti(call.L, -2, ++n);
  }
  return Outcome::Values(1);
}

// host.define(name, table), host.capability(name, table): both seal
Outcome Define(Call& call) {
  lua_settop(call.L, 2);
  const std::string name(TextAt(call.L, 1));
  if (lua_type(call.L, 2) == LUA_TTABLE) {
    DefineLibrary(call.L, name.c_str());
  } else {
    PushGlobals(call.L);
    lua_insert(call.L, -2);
    lua_setfield(call.L, -2, name.c_str());
  }
  return Outcome::None();
}

Outcome Capability(Call& call) {
  lua_settop(call.L, 2);
  const std::string name(TextAt(call.L, 1));
  SealTable(call.L, name.c_str());
  DefineCapability(call.L, name.c_str());
  return Outcome::None();
}

// host.seal(table, name) -> read-only proxy
Outcome Seal(Call& call) {
  const std::string name(TextAt(call.L, 2));
  lua_settop(call.L, 1);
  SealValues(call.L, name.c_str());
  return Outcome::Values(1);
}

// host.render(file, text, vars) -> messages with lists of parts
Outcome Render(Call& call) {
  lua_State* L = call.L;
  const std::string file = std::string(TextAt(L, 1));
  const Result<PromptTemplate> prompt = PromptTemplate::Parse(TextAt(L, 2), file);
  if (!prompt.ok()) return Outcome::Raise(prompt.error());
  PromptValues values;
  if (lua_type(L, 3) == LUA_TTABLE) {
    for (const std::string& name : FieldNames(L, 3)) {
      lua_getfield(L, 3, name.c_str());
      if (lua_type(L, -1) == LUA_TNUMBER) lua_tostring(L, -1);
      if (lua_type(L, -1) != LUA_TSTRING) {
        return Outcome::Raise("llm.chat: vars." + name + " must be a string or number, got " +
                              luaL_typename(L, -1));
      }
      values.emplace(name, Part::Of(std::string(TextAt(L, -1))));
      lua_pop(L, 1);
    }
  }
  const Result<std::vector<PromptMessage>> messages = prompt.value().Render(values);
  if (!messages.ok()) return Outcome::Raise(messages.error());
  lua_createtable(L, static_cast<int>(messages.value().size()), 0);
  lua_Integer n = 0;
  for (const PromptMessage& message : messages.value()) {
    lua_createtable(L, 0, 2);
    PushText(L, message.role);
    lua_setfield(L, -2, "role");
    lua_createtable(L, static_cast<int>(message.content.size()), 0);
    lua_Integer k = 0;
    for (const Part& part : message.content) {
      PushText(L, *part.text);
      lua_rawseti(L, -2, ++k);
    }
    lua_setfield(L, -2, "content");
    lua_rawseti(L, -2, ++n);
  }
  return Outcome::Values(1);
}

// host.extract(text, schema?) -> value | nil, reason
Outcome Extract(Call& call) {
  call.vm.Charge(TextAt(call.L, 1).size());
  Json schema;
  if (lua_istable(call.L, 2)) {
    Result<Json> given = JsonFromLua(call.L, 2, "llm.chat: format.schema");
    if (!given.ok()) return Outcome::Raise(given.error());
    schema = std::move(*given);
  }
  const Result<Json> value = ExtractJson(TextAt(call.L, 1), JsonShape::kAny, schema);
  if (value.ok()) {
    PushJson(call.L, value.value());
    return Outcome::Values(1);
  }
  lua_pushnil(call.L);
  PushText(call.L, value.error().message);
  return Outcome::Values(2);
}

int64_t IntegerField(lua_State* L, int index, const char* name) {
  lua_getfield(L, index, name);
  const int64_t value = lua_tointeger(L, -1);
  lua_pop(L, 1);
  return value;
}

ProbeCounts ReadCounts(lua_State* L, const char* set) {
  lua_getfield(L, -1, set);
  const ProbeCounts counts{IntegerField(L, -1, "correct"), IntegerField(L, -1, "valid")};
  lua_pop(L, 1);
  return counts;
}

// host.rank(counts, smoothing, empty, combine, hard_weight, easy_weight) -> index, {"3/4", ...}
Outcome Rank(Call& call) {
  lua_State* L = call.L;
  Result<ReplayRule> rule = ReplayRule::FromNames(TextAt(L, 2), TextAt(L, 3), TextAt(L, 4));
  if (!rule.ok()) return Outcome::Raise(rule.error().With("replay.select"));
  if (rule->combine == ReplayCombine::kWeighted) {
    const Status weighted = rule->SetWeights(lua_tonumber(L, 5), lua_tonumber(L, 6));
    if (!weighted.ok()) return Outcome::Raise(weighted.error().With("replay.select"));
  }
  std::vector<CandidateCounts> counts;
  const auto size = static_cast<lua_Integer>(lua_rawlen(L, 1));
  for (lua_Integer i = 1; i <= size; ++i) {
    lua_rawgeti(L, 1, i);
    counts.push_back({ReadCounts(L, "hard"), ReadCounts(L, "easy")});
    lua_pop(L, 1);
  }
  const Result<ReplayRanking> ranking = RankCandidates(counts, rule.value());
  if (!ranking.ok()) return Outcome::Raise(ranking.error().With("replay.select"));
  lua_pushinteger(L, static_cast<lua_Integer>(ranking.value().best) + 1);
  lua_createtable(L, static_cast<int>(size), 0);
  lua_Integer n = 0;
  for (const CandidateScore& score : ranking.value().scores) {
    PushText(L, score.score.Text());
    lua_rawseti(L, -2, ++n);
  }
  return Outcome::Values(2);
}

Outcome Names(Call& call, const std::vector<std::string>& names) {
  lua_createtable(call.L, static_cast<int>(names.size()), 0);
  lua_Integer n = 0;
  for (const std::string& name : names) {
    PushText(call.L, name);
    lua_rawseti(call.L, -2, ++n);
  }
  return Outcome::Values(1);
}

Outcome LoadedModules(Call& call) {
  std::vector<std::string> names = call.vm.loaded;
  std::sort(names.begin(), names.end());
  return Names(call, names);
}

// modules.below(prefix): names of the modules directly below a folder, as in "hone.data", sorted
Outcome ModulesBelow(Call& call) {
  ArgReader args(&call, "modules.below");
  const std::string prefix = std::string(args.Text(1, "prefix")) + ".";
  if (args.failed()) return args.Raise();
  std::vector<std::string> names;
  for (const auto& [name, module] : call.vm.modules()) {
    if (name.starts_with(prefix) && name.find('.', prefix.size()) == std::string::npos) {
      names.push_back(name);
    }
  }
  std::sort(names.begin(), names.end());
  return Names(call, names);
}

// host.progress(body)
Outcome Progress(Call& call) {
  if (call.vm.unit() == nullptr) return Outcome::None();
  Result<Json> body = JsonFromLua(call.L, 1, "progress:");
  if (!body.ok()) return Outcome::Raise(body.error());
  call.vm.unit()->SendProgress(*body);
  return Outcome::None();
}

// parallel.map(list, function, options)
Outcome ParallelMap(Call& call) {
  lua_State* L = call.L;
  ArgReader args(&call, "parallel.map");
  const int64_t size = args.List(1, "list");
  args.Function(2, "fn");
  int64_t limit = size;
  if (!lua_isnoneornil(L, 3)) {
    lua_newtable(L);
    PushText(L, "integer?");
    lua_setfield(L, -2, "limit");
    const std::string problem = FieldProblem(L, 3, -1, "parallel.map");
    if (!problem.empty()) return Outcome::Raise(problem);
    if (lua_getfield(L, 3, "limit") == LUA_TNUMBER) limit = lua_tointeger(L, -1);
    if (limit < 1 && size > 0) args.Problem("limit must be at least 1");
  }
  if (args.failed()) return args.Raise();
  const std::string problem = WaitProblem(call, "parallel.map");
  if (!problem.empty()) return Outcome::Raise(problem);
  if (size > 1'000'000)
    return Outcome::Raise("parallel.map: the list has more than 1,000,000 items");
  if (size == 0) {
    lua_newtable(L);
    MarkArray(L);
    return Outcome::Values(1);
  }
  call.vm.Charge(static_cast<uint64_t>(size) * 4);
  call.vm.unit()->StartMap(L, size, limit);
  return Outcome::Wait();
}

// memo(key, function)
Outcome Memo(Call& call) {
  lua_State* L = call.L;
  ArgReader args(&call, "memo");
  args.Function(2, "fn");
  std::string key(TextAt(L, 1));
  if (lua_isinteger(L, 1) != 0) key = std::to_string(lua_tointeger(L, 1));
  if (key.empty()) args.Problem("key must be a string or a whole number, and not empty");
  if (args.failed()) return args.Raise();
  const std::string problem = WaitProblem(call, "memo");
  if (!problem.empty()) return Outcome::Raise(problem);
  const int settled = call.vm.unit()->StartMemo(L, key);
  if (settled == kSettledWait) return Outcome::Wait();
  return settled == kSettledRaise ? Outcome::RaiseTop() : Outcome::Values(settled);
}

// host.load(module) -> its value
int Load(lua_State* L) {
  LoadModule(L, luaL_checkstring(L, 1), false);
  return 1;
}

}  // namespace

std::vector<Entry> HostEntries() {
  return {{"effect", &Trampoline<Effect>},
          {"tell", &Trampoline<Tell>},
          {"args", &Trampoline<Args>},
          {"fail", &Trampoline<RaiseAtRecipe>},
          {"hint", &Trampoline<Hint>},
          {"step", &Trampoline<Step>},
          {"enable", &Trampoline<Enable>},
          {"capabilities", &Trampoline<CapabilityNames>},
          {"define", &Trampoline<Define>},
          {"capability", &Trampoline<Capability>},
          {"seal", &Trampoline<Seal>},
          {"render", &Trampoline<Render>},
          {"extract", &Trampoline<Extract>},
          {"rank", &Trampoline<Rank>},
          {"loaded", &Trampoline<LoadedModules>},
          {"modules_below", &Trampoline<ModulesBelow>},
          {"progress", &Trampoline<Progress>},
          {"map", &Trampoline<ParallelMap>},
          {"memo", &Trampoline<Memo>},
          {"load", &Load}};
}

}  // namespace hone
