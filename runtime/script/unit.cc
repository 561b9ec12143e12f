// The scheduler of one unit. Its only entry points are Start, Answer and Cancel; each ends with
// every fiber waiting or the unit ended.
#include "script/unit.h"

#include <algorithm>

#include "base/text.h"
#include "script/convert.h"
#include "script/prelude.h"
#include "script/sandbox_globals.h"
#include "script/trampoline.h"

namespace hone {
namespace {

constexpr std::size_t kMemoNameBytes = 48;

// The outermost function of every fiber: calls the function below it and hands its result over.
int FiberBodyDone(lua_State* L, int /*status*/, lua_KContext /*context*/) {
  const int settled = Vm::Of(L).unit()->StoreResult(L);
  if (settled == kSettledRaise) return lua_error(L);
  return 0;
}

int FiberBody(lua_State* L) {
  lua_callk(L, lua_gettop(L) - 1, 1, 0, &FiberBodyDone);
  return FiberBodyDone(L, LUA_OK, 0);
}

// A memo runs on a path of its own, whoever asks first: "@" and the key, or its hash.
std::string MemoPath(const std::string& key) {
  const bool plain = !key.empty() && key.size() <= kMemoNameBytes &&
                     std::all_of(key.begin(), key.end(), [](unsigned char c) {
                       return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
                              (c >= 'A' && c <= 'Z') || c == '_' || c == '-';
                     });
  return "@" + (plain ? key : HashOf(key).Short());
}

bool EndsUnit(ErrorCode code) {
  return code == ErrorCode::kCancelled || code == ErrorCode::kOverBudget ||
         code == ErrorCode::kScriptLimit || code == ErrorCode::kConflict;
}

bool IsMisuse(ErrorCode code) {
  return code == ErrorCode::kInvalidArgument || code == ErrorCode::kNotFound ||
         code == ErrorCode::kRefused || code == ErrorCode::kInternal ||
         code == ErrorCode::kCredentials;
}

}  // namespace

Unit::Unit(Job job, const VmLimits& limits, const ModuleSet* modules, const PartReceiver* parts,
           Outbox* outbox)
    : job_(std::move(job)),
      parts_(parts),
      outbox_(outbox),
      vm_(std::make_unique<Vm>(limits, modules, this)) {}

Unit::~Unit() = default;

void Unit::Start() {
  vm_->StartBurst();
  vm_->program_module = job_.program;
  const Status opened = vm_->Protect([](lua_State* L) { OpenSandbox(L); });
  if (!opened.ok()) return Fail(opened.error(), "");
  const Status spawned = Spawn(Fiber{}, [this](lua_State* L) {
    PushDriver(L, "run");
    PushText(L, job_.program);
    PushJson(L, job_.input, parts_, true);
    PushJson(L, job_.params, parts_, true);
    PushJson(L, job_.prompts, parts_, true);
    return 5;
  });
  if (!spawned.ok()) return Fail(spawned.error(), "");
  RunReady();
  Idle();
}

void Unit::Answer(int64_t call, const Json& body) {
  const auto waiting = waiting_calls_.find(call);
  if (waiting == waiting_calls_.end()) return;
  const int64_t fiber = waiting->second;
  waiting_calls_.erase(waiting);
  ++answered_;
  vm_->StartBurst();
  Resumption resumption;
  const Json* error = body.Find("error");
  if (error == nullptr) {
    resumption.kind = Resumption::Kind::kValue;
    resumption.value = body["value"];
  } else {
    const ErrorCode code = ErrorCodeFromName((*error)["code"].AsString());
    resumption.error = Error{code, (*error)["message"].AsString()};
    const Result<Part> text = parts_->TextOf((*error)["message"]);
    if (text.ok()) resumption.error.message = *text.value().text;
    const Json* infrastructure = error->Find("infrastructure");
    if (infrastructure != nullptr) {
      resumption.infrastructure = infrastructure->AsBool();
    } else if (EndsUnit(code)) {
      return Fail(resumption.error, "");
    }
    const bool raises = infrastructure == nullptr && IsMisuse(code);
    resumption.kind = raises ? Resumption::Kind::kRaise : Resumption::Kind::kNilError;
  }
  Wake(fiber, std::move(resumption));
  RunReady();
  Idle();
}

void Unit::Cancel(Error error) { Fail(std::move(error), ""); }

const std::string& Unit::path() const { return running_->path; }
std::string& Unit::step() { return running_->step; }

void Unit::StartEffect(const std::string& kind, Json args) {
  const int64_t call = ++next_call_;
  waiting_calls_.emplace(call, running_->id);
  if (kind.ends_with(".open")) running_->opened.insert(kind);
  SendEffect(call, kind, std::move(args));
}

void Unit::TellEffect(const std::string& kind, Json args) { SendEffect(0, kind, std::move(args)); }

void Unit::SendEffect(int64_t call, const std::string& kind, Json args) {
  Json body = Json::MakeObject({{"unit", job_.id},
                                {"call", call},
                                {"path", running_->path},
                                {"kind", kind},
                                {"step", running_->step}});
  body.Set("args", std::move(args));
  outbox_->SendWired(FrameType::kEffect, body);
}

void Unit::StartMap(lua_State* L, int64_t size, int64_t limit) {
  Group group;
  group.parent = running_->id;
  group.size = size;
  group.limit = limit;
  // [list, function] -> a copy of the list, so that nobody changes it meanwhile
  lua_createtable(L, static_cast<int>(std::min<int64_t>(size, 1 << 20)), 0);
  for (int64_t i = 1; i <= size; ++i) {
    lua_rawgeti(L, 1, i);
    lua_rawseti(L, -2, i);
  }
  group.list = luaL_ref(L, LUA_REGISTRYINDEX);
  lua_pushvalue(L, 2);
  group.function = luaL_ref(L, LUA_REGISTRYINDEX);
  lua_createtable(L, static_cast<int>(std::min<int64_t>(size, 1 << 20)), 0);
  group.results = luaL_ref(L, LUA_REGISTRYINDEX);
  const int64_t id = ++next_group_;
  groups_.emplace(id, group);
  // Items start when this fiber has yielded: RunReady finds the group through the ready queue.
  ready_.push_back(-id);
}

int Unit::StartMemo(lua_State* L, const std::string& key) {
  auto [entry, is_new] = memos_.try_emplace(key);
  if (entry->second.done) return PushMemoResult(L, key);
  entry->second.waiting.push_back(running_->id);
  if (!is_new) return kSettledWait;
  lua_pushvalue(L, 2);
  const int function = luaL_ref(L, LUA_REGISTRYINDEX);
  Fiber fiber;
  fiber.path = MemoPath(key);
  fiber.memo = key;
  fiber.step = running_->step;
  const Status spawned = Spawn(std::move(fiber), [function](lua_State* main) {
    lua_rawgeti(main, LUA_REGISTRYINDEX, function);
    luaL_unref(main, LUA_REGISTRYINDEX, function);
    return 1;
  });
  if (spawned.ok()) return kSettledWait;
  PushText(L, spawned.error().message);
  return kSettledRaise;
}

std::string Unit::NextRow(const std::string& table) {
  const int64_t n = ++paths_[running_->path].rows[table];
  return table + ":" + running_->path + "#" + std::to_string(n);
}

void Unit::SendRecord(const std::string& table, const std::string& path, int64_t n, Json fields) {
  Json body = Json::MakeObject(
      {{"unit", job_.id}, {"path", path}, {"table", table}, {"n", n}, {"step", running_->step}});
  body.Set("fields", std::move(fields));
  outbox_->SendWired(FrameType::kRecord, body);
}

void Unit::SendLog(std::string_view level, std::string_view text) {
  outbox_->Send(FrameType::kLog, Json::MakeObject({{"unit", job_.id},
                                                   {"path", running_->path},
                                                   {"step", running_->step},
                                                   {"level", level},
                                                   {"text", text}}));
}

void Unit::SendProgress(const Json& body) {
  Json full = body;
  full.Set("unit", job_.id);
  outbox_->Send(FrameType::kProgress, full);
}

RandomStream& Unit::random() {
  auto& stream = paths_[running_->path].random;
  if (!stream) stream.emplace(job_.random, running_->path);
  return *stream;
}

int Unit::PushResumption(lua_State* L) {
  const Resumption resumption = std::move(running_->resumption);
  running_->resumption = {};
  switch (resumption.kind) {
    case Resumption::Kind::kValue:
      PushJson(L, resumption.value, parts_);
      return 1;
    case Resumption::Kind::kNilError: {
      Json error = Json::MakeObject(
          {{"code", ErrorCodeName(resumption.error.code)}, {"message", resumption.error.message}});
      if (resumption.infrastructure) error.Set("infrastructure", *resumption.infrastructure);
      lua_pushnil(L);
      PushJson(L, error);
      return 2;
    }
    case Resumption::Kind::kMapDone:
      return PushMapResult(L, resumption.group);
    case Resumption::Kind::kMemoDone:
      return PushMemoResult(L, resumption.key);
    case Resumption::Kind::kRaise: {
      Error error = resumption.error;
      error.message = Vm::Where(L) + error.message;
      PushText(L, error.message);
      vm_->NoteRaise(std::move(error));
      return kSettledRaise;
    }
    case Resumption::Kind::kNone:
      break;
  }
  lua_pushliteral(L, "a fiber was resumed without a reason");
  return kSettledRaise;
}

int Unit::PushMapResult(lua_State* L, int64_t group_id) {
  const auto found = groups_.find(group_id);
  const Group group = found->second;
  groups_.erase(found);
  const bool failed = group.failed > 0;
  lua_rawgeti(L, LUA_REGISTRYINDEX, failed ? group.error : group.results);
  for (const int ref : {group.list, group.function, group.results, group.error}) {
    luaL_unref(L, LUA_REGISTRYINDEX, ref);
  }
  if (!failed) return 1;
  running_->item_error = ErrorText(L, -1);
  running_->item_trace = group.error_trace;
  return kSettledRaise;
}

int Unit::PushMemoResult(lua_State* L, const std::string& key) {
  const Memo& memo = memos_.find(key)->second;
  const bool failed = memo.error != LUA_NOREF;
  lua_rawgeti(L, LUA_REGISTRYINDEX, failed ? memo.error : memo.value);
  if (!failed) return 1;
  running_->item_error = ErrorText(L, -1);
  running_->item_trace = memo.error_trace;
  return kSettledRaise;
}

int Unit::StoreResult(lua_State* L) {
  Fiber& fiber = *running_;
  if (fiber.group != 0) {
    const Group& group = groups_.find(fiber.group)->second;
    lua_rawgeti(L, LUA_REGISTRYINDEX, group.results);
    lua_insert(L, -2);  // [results, value]
    if (lua_isnil(L, -1)) {
      lua_pop(L, 1);
      lua_pushboolean(L, 0);  // never a hole
    }
    lua_rawseti(L, -2, fiber.index);
    return 0;
  }
  if (!fiber.memo.empty()) {
    memos_.find(fiber.memo)->second.value = luaL_ref(L, LUA_REGISTRYINDEX);
    return 0;
  }
  Result<Json> result = JsonFromLua(L, -1, "the result of run():", outbox_);
  if (result.ok()) {
    result_ = std::move(*result);
    return 0;
  }
  PushText(L, result.error().message);
  return kSettledRaise;
}

Status Unit::Spawn(Fiber fiber, const std::function<int(lua_State*)>& push) {
  const Status made = vm_->Protect([&](lua_State* L) {
    lua_State* co = lua_newthread(L);
    fiber.anchor = luaL_ref(L, LUA_REGISTRYINDEX);
    fiber.co = co;
    lua_pushcfunction(L, &FiberBody);
    const int count = push(L) + 1;
    luaL_checkstack(co, count + LUA_MINSTACK, nullptr);
    lua_xmove(L, co, count);
  });
  if (!made.ok()) return made.error();
  fiber.id = ++next_fiber_;
  ready_.push_back(fiber.id);
  fibers_.emplace(fiber.id, std::make_unique<Fiber>(std::move(fiber)));
  return {};
}

void Unit::StartItems(int64_t group_id) {
  while (!ended_) {
    Group& group = groups_.find(group_id)->second;
    if (group.failed > 0 || group.next > group.size || group.running >= group.limit) return;
    const int64_t index = group.next++;
    ++group.running;
    const Fiber& parent = *fibers_.find(group.parent)->second;
    Fiber fiber;
    fiber.group = group_id;
    fiber.index = index;
    fiber.path = (parent.path.empty() ? "" : parent.path + ".") + std::to_string(index);
    fiber.step = parent.step;
    const Status spawned = Spawn(std::move(fiber), [&](lua_State* L) {
      lua_rawgeti(L, LUA_REGISTRYINDEX, group.function);
      lua_rawgeti(L, LUA_REGISTRYINDEX, group.list);
      lua_rawgeti(L, -1, index);
      lua_remove(L, -2);
      lua_pushinteger(L, index);
      return 3;
    });
    if (!spawned.ok()) Fail(spawned.error(), "");
  }
}

void Unit::RunReady() {
  while (!ready_.empty() && !ended_) {
    const int64_t next = ready_.front();
    ready_.pop_front();
    if (next < 0) {
      StartItems(-next);
    } else if (const auto fiber = fibers_.find(next); fiber != fibers_.end()) {
      Resume(fiber->second.get());
    }
  }
}

void Unit::Resume(Fiber* fiber) {
  running_ = fiber;
  const int arguments = fiber->started ? 0 : lua_gettop(fiber->co) - 1;
  fiber->started = true;
  int results = 0;
  const int status = lua_resume(fiber->co, vm_->main(), arguments, &results);
  if (status == LUA_YIELD && !vm_->aborted()) {
    lua_pop(fiber->co, results);
  } else {
    FiberEnded(fiber, status);
  }
  running_ = nullptr;
}

void Unit::FiberEnded(Fiber* fiber, int status) {
  if (status == LUA_ERRMEM) vm_->AbortMemory();
  if (vm_->aborted()) {
    const Error error = *vm_->aborted();
    return Fail(error, Traceback(fiber->co, *fiber));
  }
  const bool ok = status == LUA_OK;
  const std::string trace = ok ? "" : Traceback(fiber->co, *fiber);
  if (fiber->group != 0) {
    Group& group = groups_.find(fiber->group)->second;
    if (!ok && (group.failed == 0 || fiber->index < group.failed)) {
      group.failed = fiber->index;
      group.error = KeepError(fiber->co);
      group.error_trace = trace;
    } else if (!ok) {
      Unwind(fiber->co);
    }
  } else if (!fiber->memo.empty()) {
    Memo& memo = memos_.find(fiber->memo)->second;
    memo.done = true;
    if (!ok) {
      memo.error = KeepError(fiber->co);
      memo.error_trace = trace;
    }
  } else if (ok) {
    ended_ = true;
    Json body = Json::MakeObject({{"unit", job_.id}});
    body.Set("result", std::move(result_));
    return outbox_->SendWired(FrameType::kUnitDone, body);
  } else {
    const std::string text = ErrorText(fiber->co, -1);
    return Fail(Error{vm_->CodeOf(text), text}, trace);
  }
  // What a fiber opened along its path and did not close is of no use to anybody any more.
  for (const std::string& kind : fiber->opened) {
    TellEffect(kind.substr(0, kind.rfind('.')) + ".path_ended",
               Json::MakeObject({{"path", Json(fiber->path)}}));
  }
  const int64_t group = fiber->group;
  const std::string memo = fiber->memo;
  luaL_unref(vm_->main(), LUA_REGISTRYINDEX, fiber->anchor);
  fibers_.erase(fiber->id);
  if (ended_) return;
  if (group != 0) {
    EndItem(group);
  } else {
    EndMemo(memo);
  }
}

void Unit::EndItem(int64_t group_id) {
  --groups_.find(group_id)->second.running;
  StartItems(group_id);
  if (ended_) return;
  const Group& group = groups_.find(group_id)->second;
  if (group.running > 0) return;
  Resumption resumption;
  resumption.kind = Resumption::Kind::kMapDone;
  resumption.group = group_id;
  Wake(group.parent, std::move(resumption));
}

void Unit::EndMemo(const std::string& key) {
  const std::vector<int64_t> waiting = std::move(memos_.find(key)->second.waiting);
  for (const int64_t fiber : waiting) {
    Resumption resumption;
    resumption.kind = Resumption::Kind::kMemoDone;
    resumption.key = key;
    Wake(fiber, std::move(resumption));
  }
}

void Unit::Wake(int64_t fiber_id, Resumption resumption) {
  fibers_.find(fiber_id)->second->resumption = std::move(resumption);
  ready_.push_back(fiber_id);
}

int Unit::KeepError(lua_State* co) {
  int ref = LUA_NOREF;
  const Status kept = vm_->Protect([&](lua_State* L) {
    lua_xmove(co, L, 1);
    ref = luaL_ref(L, LUA_REGISTRYINDEX);
  });
  Unwind(co);
  if (!kept.ok()) Fail(kept.error(), "");
  return ref;
}

// Runs what a fiber that failed has pending to be closed: an error of which nobody hears leaves no
// container open either.
void Unit::Unwind(lua_State* co) {
  lua_resetthread(co);
  if (vm_->aborted()) Fail(*vm_->aborted(), "");
}

std::string Unit::Traceback(lua_State* co, const Fiber& fiber) {
  std::string trace;
  const Status made = vm_->Protect([&](lua_State* L) { trace = hone::Traceback(L, co); });
  if (!made.ok()) trace = "(no memory for a traceback)";
  if (!fiber.path.empty()) trace = "at path " + fiber.path + (trace.empty() ? "" : ": ") + trace;
  const bool from_item =
      !fiber.item_trace.empty() && lua_gettop(co) > 0 && fiber.item_error == ErrorText(co, -1);
  return from_item ? fiber.item_trace + "\n" + trace : trace;
}

void Unit::Fail(Error error, const std::string& traceback) {
  if (ended_) return;
  ended_ = true;
  outbox_->Send(FrameType::kUnitFailed, Json::MakeObject({{"unit", job_.id},
                                                          {"code", ErrorCodeName(error.code)},
                                                          {"message", ToValidUtf8(error.message)},
                                                          {"traceback", ToValidUtf8(traceback)}}));
}

void Unit::Idle() {
  if (ended_) return;
  if (waiting_calls_.empty()) {
    return Fail(
        Invalid("every fiber waits and nothing is under way (a memo that waits for itself?)"), "");
  }
  outbox_->Send(FrameType::kIdle, Json::MakeObject({{"unit", job_.id}, {"answered", answered_}}));
}

}  // namespace hone
