#include "primitives/container_exec.h"

#include <algorithm>
#include <cmath>

#include "base/text.h"
#include "primitives/container_open.h"

namespace hone {

Result<ExecSpec> ReadExec(const ContainerBox& box, const Json& args, const std::string& where) {
  ExecSpec spec;
  for (const Json& word : args["argv"].items()) spec.argv.push_back(word.AsString());
  if (args.Has("shell")) spec.argv = {"sh", "-c", args["shell"].AsString()};
  if (spec.argv.empty()) return Invalid(where + ": argv is empty");
  for (const std::string& word : spec.argv) {
    if (word.find('\0') != std::string::npos) {
      return Invalid(where + ": a command cannot hold a zero byte; give it by stdin or put");
    }
  }
  HONE_ASSIGN(spec.env, ReadEnv(args["env"], where));
  spec.workdir = args.Has("workdir") ? args["workdir"].AsString() : box.workdir;
  spec.user = args.Has("user") ? args["user"].AsString() : box.user;
  spec.stdin_text = args["stdin"].AsString();
  if (args.Has("timeout_s")) {
    spec.timeout_ms = static_cast<int64_t>(std::ceil(args["timeout_s"].AsDouble() * 1000));
  }
  if (args.Has("max_output_bytes")) spec.max_output_bytes = args["max_output_bytes"].AsInt();
  return spec;
}

void ExecInTime(const std::shared_ptr<ContainerBox>& box, ExecSpec spec,
                ContainerEngine::Done<ExecEnd> done) {
  if (const std::optional<int64_t> left = box->time_left_ms()) {
    if (*left == 0) {
      ExecEnd end;
      end.timed_out = true;
      end.killed_by = "time";
      return done(end);
    }
    spec.timeout_ms = std::min(spec.timeout_ms, *left);
  }
  box->engine->Exec(box->id, std::move(spec), [box, done = std::move(done)](Result<ExecEnd> end) {
    if (end.ok()) box->used_ms += end->duration_ms;
    done(std::move(end));
  });
}

EffectEnd FailureInContainer(Error error) {
  const bool is_content =
      error.code == ErrorCode::kInvalidArgument || error.code == ErrorCode::kNotFound;
  return EffectEnd::Failure(std::move(error), !is_content);
}

void RunContainerExec(const std::shared_ptr<ContainerBox>& box, const Json& args, EffectDone done) {
  Result<ExecSpec> spec = ReadExec(*box, args, "container:exec");
  if (!spec.ok()) return done(spec.error());
  ExecInTime(box, std::move(*spec), [done = std::move(done)](Result<ExecEnd> end) {
    if (!end.ok()) return done(FailureInContainer(end.error()));
    Json value = Json::MakeObject({{"code", Json(end->exit_code)},
                                   {"stdout", Json(ToValidUtf8(end->out))},
                                   {"stderr", Json(ToValidUtf8(end->err))},
                                   {"timed_out", Json(end->timed_out)},
                                   {"truncated", Json(end->out_truncated || end->err_truncated)}});
    if (!end->killed_by.empty()) value.Set("killed_by", end->killed_by);
    done(EffectEnd::Value(std::move(value), end->duration_ms));
  });
}

}  // namespace hone
