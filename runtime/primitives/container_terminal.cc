#include "primitives/container_terminal.h"

#include <algorithm>
#include <cmath>

#include "base/text.h"
#include "primitives/container_exec.h"
#include "primitives/container_process.h"

namespace hone {

void RunContainerTerminal(const std::shared_ptr<ContainerBox>& box, const Json& args,
                          EffectDone done) {
  Result<SessionStart> start = ReadSessionStart(*box, args, "container:terminal");
  if (!start.ok()) return done(start.error());
  if (args.Has("rows")) start->rows = static_cast<int>(args["rows"].AsInt());
  if (args.Has("columns")) start->columns = static_cast<int>(args["columns"].AsInt());
  box->sessions->StartTerminal(
      box->id, std::move(*start), [done = std::move(done)](const Result<std::string>& name) {
        if (!name.ok()) return done(FailureInContainer(name.error()));
        done(EffectEnd::Value(Json::MakeObject({{"terminal", Json(*name)}})));
      });
}

void RunContainerSend(const std::shared_ptr<ContainerBox>& box, const Json& args, EffectDone done) {
  TerminalKeys keys;
  keys.keys = args["keys"].AsString();
  if (args.Has("wait_s")) {
    keys.wait_ms = static_cast<int64_t>(std::ceil(args["wait_s"].AsDouble() * 1000));
  }
  if (args.Has("timeout_s")) {
    const auto most = static_cast<int64_t>(std::ceil(args["timeout_s"].AsDouble() * 1000));
    keys.wait_ms = std::min(keys.wait_ms, most);
  }
  if (args.Has("max_output_bytes")) keys.max_output_bytes = args["max_output_bytes"].AsInt();
  if (const std::optional<int64_t> left = box->time_left_ms()) {
    if (*left == 0) {
      return done(EffectEnd::Value(Json::MakeObject(
          {{"output", ""}, {"ended", false}, {"truncated", false}, {"timed_out", true}})));
    }
    keys.wait_ms = std::min(keys.wait_ms, *left);
  }
  const int64_t started = box->clock->MonotonicMs();
  box->sessions->Send(
      box->id, args["terminal"].AsString(), std::move(keys),
      [box, started, done = std::move(done)](const Result<TerminalOutput>& sent) {
        const int64_t took = box->clock->MonotonicMs() - started;
        box->used_ms += took;
        if (!sent.ok()) return done(FailureInContainer(sent.error()));
        done(EffectEnd::Value(Json::MakeObject({{"output", Json(ToValidUtf8(sent->output))},
                                                {"ended", Json(sent->ended)},
                                                {"truncated", Json(sent->truncated)},
                                                {"timed_out", Json(false)}}),
                              took));
      });
}

void RunContainerScreen(const std::shared_ptr<ContainerBox>& box, const Json& args,
                        EffectDone done) {
  box->sessions->Screen(
      box->id, args["terminal"].AsString(),
      [done = std::move(done)](const Result<TerminalScreenText>& screen) {
        if (!screen.ok()) return done(FailureInContainer(screen.error()));
        done(EffectEnd::Value(Json::MakeObject(
            {{"text", Json(ToValidUtf8(screen->text))}, {"ended", Json(screen->ended)}})));
      });
}

}  // namespace hone
