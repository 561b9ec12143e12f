// ExecChatModel: a command-line agent as a model. exec/codex, exec/claude, or any program that
// keeps this contract:
//
//   - its command line comes from the user's configuration and from nowhere else; no shell is
//     between. In it, {model} is the agent's own model (exec/codex:gpt-5.1 is "gpt-5.1"), {effort}
//     the reasoning effort and {image} an image's file. An argument that names one of them and has
//     none goes, and so does a flag before it ("-m", "{model}"); with several images flag and
//     argument are repeated.
//   - the prompt is on its standard input (exec_prompt.h), read to the end;
//   - its environment holds PATH, TMPDIR (its folder) and the named variables, nothing else;
//   - it starts in a folder of its own, which is removed afterwards; images lie there, and the
//     request's skills as SKILL.md files (exec_skill_files.h), nothing else;
//   - exit code 0 and an answer on standard output in the agreed form (exec_output.h): an answer;
//   - anything else is an interruption that quotes the end of standard error: 2, 64, 126 and 127
//     are client_error; other codes and signals server_error, or what the words tell (rate limit,
//     login); time limits timeout; too much output bad_response. A started program may have called
//     a model, so everything but the first is maybe billed.
//   - when it ends or has to end, its whole process group is killed.
// Output limits, temperature, stop and seed can't be told to such an agent; they are not sent.
//
// Thread: the loop's thread; see exec_process.h. Destroy it before the loop.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "adapters/exec_output.h"
#include "adapters/exec_process.h"
#include "adapters/uv_event_loop.h"
#include "ports/chat_model.h"

namespace hone {

struct ExecPreset {
  std::string name;  // "codex"
  std::vector<std::string> argv;
  std::string output;  // exec_output.h
  std::vector<std::string> pass_env;
};
const std::vector<ExecPreset>& ExecPresets();
const ExecPreset* FindExecPreset(std::string_view name);  // nullptr when there is none

struct ExecOptions {
  std::string name{};  // for messages
  // "codex", "claude:opus": a preset, or any name when argv is given; then the agent's model.
  std::string model{};
  std::vector<std::string> argv{};      // empty: the preset's
  std::string output{};                 // "": the preset's, or "text"
  std::vector<std::string> pass_env{};  // added to those of the preset
  // Values of variables, of which only the named ones are asked for.
  std::function<std::optional<std::string>(const std::string& name)> variables{};
  std::string temporary_folder = "/tmp";  // the runs' folders are made there
  int64_t total_timeout_ms = 1'800'000;
  int64_t idle_timeout_ms = 0;  // without a byte printed; 0: no limit (`claude` prints at the end)
  std::size_t max_output_bytes = 16U << 20U;
};

class ExecChatModel final : public ChatModel {
 public:
  // kInvalidArgument for an unknown preset (with the nearest name) or form of output; kNotFound
  // when there is no such program.
  static Result<std::unique_ptr<ChatModel>> Make(UvEventLoop& loop, ExecOptions options);
  ~ExecChatModel() override;

  Handle Start(const ChatRequest& request, Done done) override;
  void Cancel(Handle handle) override;
  std::string RequestBody(const ChatRequest& request) const override;  // the prompt
  std::string Address() const override;                                // "exec: /usr/bin/codex"

 private:
  struct Run;
  ExecChatModel(UvEventLoop& loop, ExecOptions options, std::string path, std::string agent_model,
                ExecOutput output);
  Result<ExecProcess*> Launch(Handle handle, const ChatRequest& request);
  void Finish(Handle handle, ExecRunEnd end);
  void Deliver(Handle handle, const ExecRunEnd& end);
  ChatInterruption Interruption(const ExecRunEnd& end, const ProviderFault& fault) const;
  void FailLater(Handle handle, ChatInterruption why);
  std::string Scrub(std::string text) const;

  UvEventLoop& loop_;
  const ExecOptions options_;
  const std::string path_;
  const std::string agent_model_;
  const ExecOutput output_;
  std::vector<std::string> environment_;
  std::vector<std::string> secrets_;  // values of variables that look like keys
  std::unordered_map<Handle, std::unique_ptr<Run>> runs_;
  Handle last_handle_ = 0;
  std::shared_ptr<ExecChatModel*> self_ = std::make_shared<ExecChatModel*>(this);
};

}  // namespace hone
