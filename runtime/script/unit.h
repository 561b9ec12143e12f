// Unit: one execution of a program, in a Lua state of its own, as fibers that have paths (LEDGER.md
// 1).
//
// A fiber is a coroutine. It runs until it waits: for the answer of an effect, for the items of its
// parallel.map, or for a memo that another fiber computes. Nothing is resumed from inside anything:
// what becomes ready is queued and resumed by RunReady, in the order in which it became ready.
// Everything that is counted is counted along a path. Single-threaded; frames leave through the
// outbox.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/json.h"
#include "script/outbox.h"
#include "script/vm.h"
#include "stats/random_stream.h"
#include "wire/parts.h"

namespace hone {

class Unit {
 public:
  struct Job {
    int64_t id = 0;
    std::string program;
    Json input;  // shallow, as all of these
    Json params;
    Json prompts;  // {name: {file, text}}
    std::string random;
  };

  Unit(Job job, const VmLimits& limits, const ModuleSet* modules, const PartReceiver* parts,
       Outbox* outbox);
  ~Unit();

  // Each handles one frame and everything that becomes ready by it. kIdle is sent at the end of
  // each unless the unit ended by it.
  void Start();
  void Answer(int64_t call, const Json& body);
  void Cancel(Error error);

  bool ended() const { return ended_; }
  const Job& job() const { return job_; }
  const PartReceiver* parts() const { return parts_; }
  Outbox* outbox() { return outbox_; }

  // -- For bindings; all of them concern the running fiber. --

  const std::string& path() const;
  std::string& step();
  // Sends an effect and makes the fiber wait. `args` has references already.
  void StartEffect(const std::string& kind, Json args);
  // Sends one that has no answer; the fiber goes on.
  void TellEffect(const std::string& kind, Json args);
  // parallel.map: the list and the function are on the stack of L at 1 and 2. The fiber waits,
  // unless the list is empty.
  void StartMap(lua_State* L, int64_t size, int64_t limit);
  // memo: the function is at 2. Pushes the value or the error, or makes the fiber wait: 1,
  // kSettledRaise or kSettledWait.
  int StartMemo(lua_State* L, const std::string& key);
  // The id of a new row of a table along this path; the row is sent by SendRecord.
  std::string NextRow(const std::string& table);
  void SendRecord(const std::string& table, const std::string& path, int64_t n, Json fields);
  void SendLog(std::string_view level, std::string_view text);
  void SendProgress(const Json& body);
  RandomStream& random();
  // Fields of attempts that have no verdict yet, by row id, so that a later judgement completes
  // them.
  std::unordered_map<std::string, Json>& open_attempts() { return open_attempts_; }
  // Pushes what the running fiber was resumed with: a count, or kSettledRaise with the error
  // pushed.
  int PushResumption(lua_State* L);
  // Stores the result of a fiber's function, which is on top of the stack of L: 0, or kSettledRaise
  // with an error pushed.
  int StoreResult(lua_State* L);

 private:
  struct Resumption {
    enum class Kind { kNone, kValue, kNilError, kRaise, kMapDone, kMemoDone } kind = Kind::kNone;
    Json value;  // shallow
    Error error;
    std::optional<bool> infrastructure;  // of a failure that is an answer: whose fault it was
    int64_t group = 0;
    std::string key;
  };
  struct Fiber {
    int64_t id = 0;
    lua_State* co = nullptr;
    int anchor = LUA_NOREF;
    std::string path;
    std::string step;
    int64_t group = 0;  // the parallel.map it belongs to; 0: root or memo
    int64_t index = 0;
    std::string memo;
    bool started = false;
    std::set<std::string> opened;  // kinds of effects that opened something: it ends with the fiber
    Resumption resumption;
    std::string item_error, item_trace;  // of an item whose error this fiber got
  };
  struct Group {
    int64_t parent = 0;
    int list = LUA_NOREF, function = LUA_NOREF, results = LUA_NOREF, error = LUA_NOREF;
    int64_t size = 0, limit = 0, next = 1, running = 0;
    int64_t failed = 0;  // lowest failing index; 0: none
    std::string error_trace;
  };
  struct Memo {
    int value = LUA_NOREF;
    int error = LUA_NOREF;
    bool done = false;
    std::string error_trace;
    std::vector<int64_t> waiting;
  };
  struct PathState {
    std::map<std::string, int64_t> rows;
    std::optional<RandomStream> random;
  };

  Fiber& running() { return *running_; }
  void SendEffect(int64_t call, const std::string& kind, Json args);
  // `push` leaves a function and its arguments on the stack and returns how many values that is.
  Status Spawn(Fiber fiber, const std::function<int(lua_State*)>& push);
  void StartItems(int64_t group_id);
  void RunReady();
  void Resume(Fiber* fiber);
  void FiberEnded(Fiber* fiber, int status);
  void EndItem(int64_t group_id);
  void EndMemo(const std::string& key);
  void Wake(int64_t fiber_id, Resumption resumption);
  int PushMapResult(lua_State* L, int64_t group_id);
  int PushMemoResult(lua_State* L, const std::string& key);
  // Takes the error value off the top of `co`; LUA_NOREF when that fails.
  int KeepError(lua_State* co);
  void Unwind(lua_State* co);
  std::string Traceback(lua_State* co, const Fiber& fiber);
  void Fail(Error error, const std::string& traceback);
  void Idle();

  Job job_;
  const PartReceiver* parts_;
  Outbox* outbox_;
  std::unique_ptr<Vm> vm_;
  std::map<int64_t, std::unique_ptr<Fiber>> fibers_;
  std::map<int64_t, Group> groups_;
  std::map<std::string, Memo> memos_;
  std::map<std::string, PathState> paths_;
  std::unordered_map<int64_t, int64_t> waiting_calls_;  // call -> fiber
  std::unordered_map<std::string, Json> open_attempts_;
  std::deque<int64_t> ready_;
  Fiber* running_ = nullptr;
  int64_t next_fiber_ = 0, next_group_ = 0, next_call_ = 0, answered_ = 0;
  Json result_;
  bool ended_ = false;
};

}  // namespace hone
