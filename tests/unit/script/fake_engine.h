// FakeEngine: what the engine is to hone-script, in a page: it starts the script side, runs units,
// answers their effects by a function of the test, and keeps every frame it was sent.
#pragma once

#include <sys/types.h>

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/json.h"
#include "script/script_server.h"
#include "wire/frame.h"
#include "wire/parts.h"

namespace hone {

// The script side: in this process or a real hone-script over a socket pair.
class ScriptPeer {
 public:
  virtual ~ScriptPeer() = default;
  // Sends a frame; appends whatever came back by then. Process peers only come back in Wait.
  virtual void Send(const Frame& frame) = 0;
  // The next frame from the script; false when the peer is gone.
  virtual bool Receive(Frame* frame) = 0;
};

std::unique_ptr<ScriptPeer> MakeInProcessPeer();
// Starts the built hone-script with an empty environment.
std::unique_ptr<ScriptPeer> MakeProcessPeer();

struct UnitEnd {
  bool done = false;
  Json result;
  std::string code, message, traceback;
};

class FakeEngine {
 public:
  // {value = ...} or {error = {code, message}}.
  using Responder = std::function<Json(const Json& effect)>;

  explicit FakeEngine(std::unique_ptr<ScriptPeer> peer = MakeInProcessPeer());

  void AddModule(std::string name, std::string source);
  int64_t memory_bytes = 64LL << 20U;
  int64_t instructions = 20'000'000;
  // Which of the waiting effects is answered next; default: the first.
  std::function<std::size_t(std::size_t)> pick = [](std::size_t) { return std::size_t{0}; };

  void Start();  // sends kStart and takes kReady
  Json ready;
  // Sends a job and returns its reply's body; {"failed": {...}} for kJobFailed.
  Json Ask(FrameType type, const Json& body);
  // Runs one unit of "recipes.<name>" to its end.
  UnitEnd Run(const std::string& program, const Responder& responder, Json input = DefaultInput(),
              Json params = Json::MakeObject(),
              const Json& prompts = Json::MakeObject());  // {name: text}
  // The source as recipes.test, run by itself.
  UnitEnd RunSource(const std::string& source, const Responder& responder = EchoChat());
  // The same with the source as the body of run(context, p, step), all capabilities declared.
  UnitEnd RunBody(const std::string& body, const Responder& responder = EchoChat());

  static Json DefaultInput();
  // llm.chat answers with the last message's text; judge.rubrics passes all rubrics.
  static Responder EchoChat();

  std::vector<Json> effects, records, logs, idles;  // resolved bodies, in order
  bool alive = true;

  void Send(FrameType type, const Json& body);
  bool Next(FrameType* type, Json* body);

 private:
  std::unique_ptr<ScriptPeer> peer_;
  PartSender sender_;
  PartReceiver receiver_;
  std::map<std::string, std::string> sources_;
  static std::string ReplaceDots(std::string name);
  bool started_ = false;
  int64_t next_unit_ = 0;
};

}  // namespace hone
