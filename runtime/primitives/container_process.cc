#include "primitives/container_process.h"

#include <algorithm>
#include <cmath>

#include "base/text.h"
#include "primitives/container_exec.h"
#include "primitives/container_open.h"

namespace hone {

Result<SessionStart> ReadSessionStart(const ContainerBox& box, const Json& args,
                                      const std::string& where) {
  SessionStart start;
  for (const Json& word : args["argv"].items()) start.argv.push_back(word.AsString());
  HONE_ASSIGN(start.env, ReadEnv(args["env"], where));
  start.workdir = args.Has("workdir") ? args["workdir"].AsString() : box.workdir;
  start.user = args.Has("user") ? args["user"].AsString() : box.user;
  return start;
}

void RunContainerProcess(const std::shared_ptr<ContainerBox>& box, const Json& args,
                         EffectDone done) {
  Result<SessionStart> start = ReadSessionStart(*box, args, "container:process");
  if (!start.ok()) return done(start.error());
  box->sessions->StartProcess(
      box->id, std::move(*start), [done = std::move(done)](const Result<std::string>& name) {
        if (!name.ok()) return done(FailureInContainer(name.error()));
        done(EffectEnd::Value(Json::MakeObject({{"process", Json(*name)}})));
      });
}

void RunContainerAsk(const std::shared_ptr<ContainerBox>& box, const Json& args, EffectDone done) {
  ProcessLine line;
  if (args.Has("line")) line.line = args["line"].AsString();
  if (args.Has("timeout_s")) {
    line.timeout_ms = static_cast<int64_t>(std::ceil(args["timeout_s"].AsDouble() * 1000));
  }
  if (args.Has("max_bytes")) line.max_bytes = args["max_bytes"].AsInt();
  if (const std::optional<int64_t> left = box->time_left_ms()) {
    if (*left == 0) {
      return done(EffectEnd::Value(
          Json::MakeObject({{"ended", false}, {"timed_out", true}, {"truncated", false}})));
    }
    line.timeout_ms = std::min(line.timeout_ms, *left);
  }
  const int64_t started = box->clock->MonotonicMs();
  box->sessions->Ask(box->id, args["process"].AsString(), std::move(line),
                     [box, started, done = std::move(done)](const Result<ProcessAnswer>& answer) {
                       const int64_t took = box->clock->MonotonicMs() - started;
                       box->used_ms += took;
                       if (!answer.ok()) return done(FailureInContainer(answer.error()));
                       Json value = Json::MakeObject({{"ended", Json(answer->ended)},
                                                      {"timed_out", Json(answer->timed_out)},
                                                      {"truncated", Json(answer->truncated)}});
                       if (answer->line) value.Set("line", ToValidUtf8(*answer->line));
                       done(EffectEnd::Value(std::move(value), took));
                     });
}

}  // namespace hone
