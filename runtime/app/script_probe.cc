#include "app/script_probe.h"

#include <memory>
#include <utility>

#include "engine/script_host.h"
#include "wire/parts.h"

namespace hone {
namespace {

constexpr int64_t kWaitMs = 5'000;

// In the Lua of a distribution each of the three comes out differently from process to process.
constexpr const char* kScript = R"lua(
local words, ties, holes = {}, {}, {}
for i = 1, 60 do words["word" .. i % 7 .. i] = i end
for i = 1, 200 do ties[i] = { key = i % 3, at = i } end
for i = 1, 300 do if i % 7 ~= 0 then holes[i] = i end end
table.sort(ties, function(a, b) return a.key < b.key end)
local seen = { tostring(#holes) }
for word in pairs(words) do seen[#seen + 1] = word end
for _, tie in ipairs(ties) do seen[#seen + 1] = tostring(tie.at) end
return experiment { name = "doctor", doc = table.concat(seen, " ") }
)lua";

Result<std::string> RunScript(EventLoop* loop, ScriptProcessSpawner* spawner) {
  ScriptHost::Options options;
  options.modules = Json::MakeArray();
  ScriptHost host(loop, spawner, std::move(options), {});
  HONE_TRY(host.Start());
  Json job = Json::MakeObject({{"file", "doctor.lua"}, {"source", kScript}});
  job.Set("overrides", Json::MakeArray());
  HONE_ASSIGN(const Json reply, host.Ask(FrameType::kLoadExperiment, job));
  return reply["value"]["doc"].AsString();
}

}  // namespace

Result<Json> ProbeSandbox(EventLoop* loop, ScriptProcessSpawner* spawner) {
  Result<Json> said = Fail(ErrorCode::kTimeout, "hone-script did not report within 5 s");
  ScriptProcess::Events events;
  events.on_frame = [&said, loop](const Frame& frame) {
    if (frame.type == FrameType::kReady) said = PartReceiver::DecodeShallow(frame);
    loop->Stop();
  };
  events.on_exit = [&said, loop](const std::string& how) {
    if (!said.ok()) said = Fail(ErrorCode::kUnavailable, "hone-script ended: " + how);
    loop->Stop();
  };
  HONE_ASSIGN(const std::unique_ptr<ScriptProcess> process, spawner->Spawn(std::move(events)));
  Json limits = Json::MakeObject({{"memory_bytes", 64 << 20}, {"instructions", 1'000'000}});
  Json body = Json::MakeObject({{"modules", Json::MakeArray()}, {"limits", std::move(limits)}});
  process->Send(Frame{FrameType::kStart, body.Dump()});
  const EventLoop::TimerId timer = loop->After(kWaitMs, [loop] { loop->Stop(); });
  loop->Run();
  loop->CancelTimer(timer);
  return said;
}

Result<std::string> ProbeDeterminism(EventLoop* loop, ScriptProcessSpawner* spawner) {
  HONE_ASSIGN(const std::string first, RunScript(loop, spawner));
  HONE_ASSIGN(const std::string second, RunScript(loop, spawner));
  if (first != second) {
    return Fail(ErrorCode::kInternal,
                "two processes disagree about table.sort, pairs or #: this hone-script was not "
                "built from the patched Lua, and recipes would not resume");
  }
  return first;
}

}  // namespace hone
