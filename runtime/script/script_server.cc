#include "script/script_server.h"

#include "base/text.h"
#include "script/convert.h"
#include "script/prelude.h"
#include "script/sandbox_globals.h"

namespace hone {
namespace {

struct JobOutcome {
  Json value;
  Error error;
  std::string traceback;
  bool ok = false;
};

// Calls what `push_call` pushes (a function and its arguments) in a coroutine, so that an error
// leaves a traceback, and takes its one result. A job never waits: bindings that would are refused
// without a unit.
JobOutcome CallDriver(Vm* vm, const std::function<void(lua_State*)>& push_call) {
  JobOutcome outcome;
  vm->StartBurst();
  lua_State* co = nullptr;
  const Status made = vm->Protect([&](lua_State* L) {
    co = lua_newthread(L);
    lua_rawsetp(L, LUA_REGISTRYINDEX, vm);  // one job at a time
    push_call(L);
    const int count = lua_gettop(L);
    luaL_checkstack(co, count + LUA_MINSTACK, nullptr);
    lua_xmove(L, co, count);
  });
  if (!made.ok()) {
    outcome.error = made.error();
    return outcome;
  }
  int results = 0;
  const int status = lua_resume(co, vm->main(), lua_gettop(co) - 1, &results);
  if (status == LUA_ERRMEM) vm->AbortMemory();
  if (status == LUA_OK && !vm->aborted()) {
    Result<Json> value = JsonFromLua(co, -1, "the result:");
    outcome.ok = value.ok();
    if (value.ok()) {
      outcome.value = std::move(*value);
    } else {
      outcome.error = value.error();
    }
    return outcome;
  }
  if (vm->aborted()) {
    outcome.error = *vm->aborted();
  } else {
    const std::string text = ErrorText(co, -1);
    outcome.error = Error{vm->CodeOf(text), text};
  }
  const Status traced = vm->Protect([&](lua_State* L) { outcome.traceback = Traceback(L, co); });
  if (!traced.ok()) outcome.traceback = "";
  return outcome;
}

}  // namespace

ScriptServer::ScriptServer(Outbox::Sink sink, std::vector<std::string> protections)
    : outbox_(std::move(sink)), protections_(std::move(protections)) {}

ScriptServer::~ScriptServer() = default;

Status ScriptServer::Handle(const Frame& frame) {
  if (frame.type == FrameType::kPart) {
    parts_.Store(frame);
    if (peer_remembers_) outbox_.Know(HashOf(frame.payload));
    return {};
  }
  HONE_ASSIGN(const Json body, PartReceiver::DecodeShallow(frame));
  switch (frame.type) {
    case FrameType::kStart:
      return Start(body);
    case FrameType::kLoadExperiment:
      LoadExperiment(body);
      return {};
    case FrameType::kDescribe:
      RunJob(FrameType::kDescription, body["program"].AsString(), [&](lua_State* L) {
        PushDriver(L, "describe");
        PushText(L, body["program"].AsString());
      });
      return {};
    case FrameType::kBound:
      RunJob(FrameType::kBoundIs, body["program"].AsString(), [&](lua_State* L) {
        PushDriver(L, "bound");
        PushText(L, body["program"].AsString());
        PushJson(L, body["params"], &parts_);
        PushJson(L, body["unit"], &parts_);
      });
      return {};
    case FrameType::kReadConfig:
      RunJob(FrameType::kConfigIs, body["program"].AsString(), [&](lua_State* L) {
        PushDriver(L, "config");
        PushText(L, body["program"].AsString());
        PushJson(L, body["values"], &parts_);
        // A null of a file takes away what the file below says.
        PushJson(L, body["given"], &parts_, false, NullAs::kSentinel);
      });
      return {};
    case FrameType::kLayOut:
      RunJob(FrameType::kLaidOut, body["program"].AsString(), [&](lua_State* L) {
        PushDriver(L, "layout");
        PushText(L, body["program"].AsString());
        PushText(L, body["layout"].AsString());
        PushJson(L, body["rows"], &parts_);
      });
      return {};
    case FrameType::kImport:
      RunJob(FrameType::kImported, body["program"].AsString(), [&](lua_State* L) {
        PushDriver(L, "import");
        PushText(L, body["program"].AsString());
        PushText(L, body["layout"].AsString());
        PushJson(L, body["files"], &parts_);
      });
      return {};
    case FrameType::kMapData:
      MapData(body);
      return {};
    case FrameType::kDataRow:
      MapStep("row", &body["row"]);
      parts_ = PartReceiver();
      outbox_.Forget();
      return {};
    case FrameType::kDataEnd:
      MapStep("finish", nullptr);
      mapper_.reset();
      return {};
    case FrameType::kRunUnit:
      return RunUnit(body);
    case FrameType::kAnswer:
    case FrameType::kCancelUnit:
    case FrameType::kDropUnit:
      break;
    default:
      return Fail(ErrorCode::kCorrupt, "a frame of type " +
                                           std::to_string(static_cast<int>(frame.type)) +
                                           " is not for hone-script");
  }
  const int64_t id = body["unit"].AsInt();
  const auto unit = units_.find(id);
  if (unit == units_.end()) return {};  // it has just ended
  if (frame.type == FrameType::kDropUnit) {
    units_.erase(unit);
    return {};
  }
  if (frame.type == FrameType::kAnswer) {
    unit->second->Answer(body["call"].AsInt(), body);
  } else {
    HONE_ASSIGN(std::string message, Text(body["message"]));
    unit->second->Cancel(Error{ErrorCodeFromName(body["code"].AsString()), std::move(message)});
  }
  AfterUnit(id);
  return {};
}

Result<std::string> ScriptServer::Text(const Json& value) const {
  if (value.is_null()) return std::string();
  HONE_ASSIGN(const Part part, parts_.TextOf(value));
  return *part.text;
}

Status ScriptServer::Start(const Json& body) {
  modules_.clear();
  for (const Json& entry : body["modules"].items()) {
    Module module;
    module.name = entry["name"].AsString();
    module.file = entry["file"].AsString();
    HONE_ASSIGN(module.source, Text(entry["source"]));
    std::string name = module.name;
    modules_.emplace(std::move(name), std::move(module));
  }
  const Json& limits = body["limits"];
  if (limits["memory_bytes"].AsInt() > 0) {
    limits_.memory_bytes = static_cast<std::size_t>(limits["memory_bytes"].AsInt());
  }
  if (limits["instructions"].AsInt() > 0) {
    limits_.instructions = static_cast<uint64_t>(limits["instructions"].AsInt());
  }
  peer_remembers_ = body["remembers"].AsBool();
  Json sandbox = Json::MakeArray();
  for (const std::string& protection : protections_) sandbox.Append(protection);
  outbox_.Send(
      FrameType::kReady,
      Json::MakeObject({{"lua", std::string_view(LUA_RELEASE).substr(4)}, {"sandbox", sandbox}}));
  return {};
}

void ScriptServer::JobFailed(const Error& error, const std::string& traceback) {
  outbox_.Send(FrameType::kJobFailed, Json::MakeObject({{"code", ErrorCodeName(error.code)},
                                                        {"message", ToValidUtf8(error.message)},
                                                        {"traceback", ToValidUtf8(traceback)}}));
}

void ScriptServer::RunJob(FrameType reply, const std::string& program,
                          const std::function<void(lua_State*)>& push_call) {
  Vm vm(limits_, &modules_, nullptr);
  vm.program_module = program;
  const Status opened = vm.Protect([](lua_State* L) { OpenSandbox(L); });
  if (!opened.ok()) return JobFailed(opened.error(), "");
  const JobOutcome outcome = CallDriver(&vm, push_call);
  if (!outcome.ok) return JobFailed(outcome.error, outcome.traceback);
  outbox_.Send(reply, outcome.value);
}

void ScriptServer::LoadExperiment(const Json& body) {
  const Result<std::string> source = Text(body["source"]);
  if (!source.ok()) return JobFailed(source.error(), "");
  const std::string file = body["file"].AsString();
  // The file is a module like any other, of this job alone.
  constexpr const char* kName = "experiment";
  ModuleSet modules = modules_;
  modules[kName] = Module{kName, file, source.value()};
  Vm vm(limits_, &modules, nullptr);
  vm.program_module = kName;
  const Status opened = vm.Protect([](lua_State* L) {
    OpenSandbox(L);
    DefineData(L);
  });
  if (!opened.ok()) return JobFailed(opened.error(), "");
  const JobOutcome outcome = CallDriver(&vm, [&](lua_State* L) {
    PushDriver(L, "experiment");
    PushText(L, kName);
    PushText(L, file);
  });
  if (!outcome.ok) return JobFailed(outcome.error, outcome.traceback);
  outbox_.Send(FrameType::kExperiment, outcome.value);
}

void ScriptServer::MapData(const Json& body) {
  mapper_ = std::make_unique<Vm>(limits_, &modules_, nullptr);
  mapper_->program_module = body["program"].AsString();
  const Status opened = mapper_->Protect([](lua_State* L) { OpenSandbox(L); });
  JobOutcome outcome;
  outcome.error = opened.ok() ? Error{} : opened.error();
  if (opened.ok()) {
    outcome = CallDriver(mapper_.get(), [&](lua_State* L) {
      PushDriver(L, "reader");
      PushText(L, body["program"].AsString());
      PushJson(L, body["params"], &parts_);
    });
  }
  if (outcome.ok) return outbox_.Send(FrameType::kReader, outcome.value);
  JobFailed(outcome.error, outcome.traceback);
  mapper_.reset();
}

void ScriptServer::MapStep(const char* driver, const Json* row) {
  if (mapper_ == nullptr) return JobFailed(Invalid("no mapper is at work"), "");
  const JobOutcome outcome = CallDriver(mapper_.get(), [&](lua_State* L) {
    PushDriver(L, driver);
    if (row != nullptr) PushJson(L, *row, &parts_);
  });
  if (!outcome.ok) return JobFailed(outcome.error, outcome.traceback);
  outbox_.Send(FrameType::kDataUnits, outcome.value);
}

Status ScriptServer::RunUnit(const Json& body) {
  Unit::Job job;
  job.id = body["unit"].AsInt();
  job.program = body["program"].AsString();
  job.input = body["input"];
  job.params = body["params"].is_null() ? Json::MakeObject() : body["params"];
  job.prompts = body["prompts"].is_null() ? Json::MakeObject() : body["prompts"];
  job.random = body["random"].AsString();
  const int64_t id = job.id;
  if (units_.count(id) > 0) {
    return Fail(ErrorCode::kCorrupt, "the unit " + std::to_string(id) + " runs already");
  }
  const auto entry = units_.emplace(
      id, std::make_unique<Unit>(std::move(job), limits_, &modules_, &parts_, &outbox_));
  entry.first->second->Start();
  AfterUnit(id);
  return {};
}

void ScriptServer::AfterUnit(int64_t id) {
  const auto unit = units_.find(id);
  if (unit != units_.end() && unit->second->ended()) units_.erase(unit);
}

}  // namespace hone
