// ScriptServer: the whole of hone-script behind its socket: frames in, frames out. No I/O of its
// own, so tests drive it in process.
//
// Several units live at the same time; each frame is handled to its end before the next one is
// looked at. Single-threaded.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "base/json.h"
#include "script/outbox.h"
#include "script/unit.h"
#include "script/vm.h"
#include "wire/frame.h"
#include "wire/parts.h"

namespace hone {

class ScriptServer {
 public:
  // `protections` is what kReady reports.
  ScriptServer(Outbox::Sink sink, std::vector<std::string> protections);
  ~ScriptServer();

  // Fails only when the peer breaks the protocol; close the channel then.
  Status Handle(const Frame& frame);

 private:
  Status Start(const Json& body);
  void RunJob(FrameType reply, const std::string& program,
              const std::function<void(lua_State*)>& push_call);
  void LoadExperiment(const Json& body);
  void MapData(const Json& body);
  void MapStep(const char* driver, const Json* row);
  void JobFailed(const Error& error, const std::string& traceback);
  Status RunUnit(const Json& body);
  void AfterUnit(int64_t id);
  Result<std::string> Text(const Json& value) const;

  PartReceiver parts_;
  Outbox outbox_;
  std::vector<std::string> protections_;
  bool peer_remembers_ = false;
  ModuleSet modules_;
  VmLimits limits_;
  std::map<int64_t, std::unique_ptr<Unit>> units_;
  std::unique_ptr<Vm> mapper_;
};

}  // namespace hone
