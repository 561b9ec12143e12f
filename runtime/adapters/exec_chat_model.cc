#include "adapters/exec_chat_model.h"

#include <openssl/evp.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <system_error>
#include <utility>

#include "adapters/exec_prompt.h"
#include "adapters/exec_skill_files.h"
#include "base/text.h"

namespace hone {
namespace {

constexpr int64_t kBytesPerToken = 4;

int64_t TokensOf(std::size_t bytes) {
  return (static_cast<int64_t>(bytes) + kBytesPerToken - 1) / kBytesPerToken;
}

// The program's absolute path, looked up in PATH unless it is written as a path. "" when not found.
std::string FindProgram(const std::string& name, const std::string& search_path) {
  if (name.find('/') != std::string::npos) {
    std::error_code failed;
    const auto path = std::filesystem::absolute(name, failed);
    return !failed && access(path.c_str(), X_OK) == 0 ? path.string() : "";
  }
  for (const std::string_view folder : Split(search_path, ':')) {
    if (folder.empty() || folder.front() != '/') continue;
    std::string path = std::string(folder) + "/" + name;
    if (access(path.c_str(), X_OK) == 0 && !std::filesystem::is_directory(path)) return path;
  }
  return "";
}

bool HoldsSecret(const std::string& name) {
  return name.ends_with("KEY") || name.ends_with("TOKEN") || name.ends_with("SECRET") ||
         name.ends_with("PASSWORD");
}

std::string DecodeBase64(const std::string& text) {
  std::string bytes(text.size() / 4 * 3 + 3, '\0');
  const int size = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()),
                                   reinterpret_cast<const unsigned char*>(text.data()),
                                   static_cast<int>(text.size()));
  std::size_t padding = text.ends_with("==") ? 2 : text.ends_with("=") ? 1 : 0;
  padding = std::min(padding, static_cast<std::size_t>(std::max(size, 0)));
  bytes.resize(static_cast<std::size_t>(std::max(size, 0)) - padding);
  return bytes;
}

// argv with its placeholders filled in: each value's list of texts, none, one or several.
std::vector<std::string> FillIn(
    const std::vector<std::string>& argv,
    const std::vector<std::pair<std::string, std::vector<std::string>>>& values) {
  std::vector<std::string> filled;
  bool last_is_flag = false;
  for (const std::string& argument : argv) {
    const auto named = std::find_if(values.begin(), values.end(), [&](const auto& value) {
      return argument.find(value.first) != std::string::npos;
    });
    if (named == values.end()) {
      filled.push_back(argument);
      last_is_flag = filled.size() > 1 && argument.starts_with('-') && argument.size() > 1;
      continue;
    }
    const std::string flag = last_is_flag ? filled.back() : "";
    if (last_is_flag) filled.pop_back();
    for (const std::string& value : named->second) {
      if (!flag.empty()) filled.push_back(flag);
      filled.push_back(ReplaceAll(argument, named->first, value));
    }
    last_is_flag = false;
  }
  return filled;
}

std::string LastLine(const std::string& text) {
  const std::string_view trimmed = Trim(text);
  const std::size_t line = trimmed.rfind('\n');
  return std::string(line == std::string_view::npos ? trimmed : trimmed.substr(line + 1));
}

}  // namespace

struct ExecChatModel::Run {
  Done done;
  ExecProcess* process = nullptr;  // nullptr: never started
  std::string folder;
  std::size_t prompt_bytes = 0;
  bool asked_for_calls = false;
};

const std::vector<ExecPreset>& ExecPresets() {
  static const std::vector<ExecPreset> kPresets = {
      {"codex",
       {"codex", "exec", "--json", "--skip-git-repo-check", "--sandbox", "read-only", "-m",
        "{model}", "-c", "model_reasoning_effort={effort}", "-i", "{image}", "-"},
       "codex",
       {"HOME", "USER", "LANG", "CODEX_HOME", "CODEX_API_KEY", "OPENAI_API_KEY",
        "OPENAI_BASE_URL"}},
      {"claude",
       {"claude", "-p", "--output-format", "json", "--permission-mode", "dontAsk", "--model",
        "{model}", "--effort", "{effort}"},
       "claude",
       {"HOME", "USER", "LANG", "CLAUDE_CONFIG_DIR", "CLAUDE_CODE_OAUTH_TOKEN", "ANTHROPIC_API_KEY",
        "ANTHROPIC_AUTH_TOKEN", "ANTHROPIC_BASE_URL"}},
  };
  return kPresets;
}

const ExecPreset* FindExecPreset(std::string_view name) {
  for (const ExecPreset& preset : ExecPresets()) {
    if (preset.name == name) return &preset;
  }
  return nullptr;
}

Result<std::unique_ptr<ChatModel>> ExecChatModel::Make(UvEventLoop& loop, ExecOptions options) {
  const std::string where = "endpoint '" + options.name + "'";
  const std::size_t colon = std::min(options.model.find(':'), options.model.size());
  const std::string program = options.model.substr(0, colon);
  const std::string agent_model =
      colon < options.model.size() ? options.model.substr(colon + 1) : "";
  const ExecPreset* preset = FindExecPreset(program);
  if (options.argv.empty() && preset == nullptr) {
    std::vector<std::string> names;
    for (const ExecPreset& known : ExecPresets()) names.push_back(known.name);
    return Invalid(where + ": exec knows no program '" + program + "'" + NameHint(program, names) +
                   "; give an endpoint of your own its argv");
  }
  if (options.argv.empty()) options.argv = preset->argv;
  if (options.output.empty()) options.output = preset != nullptr ? preset->output : "text";
  const Result<ExecOutput> output = ExecOutputFromName(options.output);
  if (!output.ok()) return output.error().With(where + ", output");
  options.pass_env.emplace_back("PATH");
  if (preset != nullptr) {
    options.pass_env.insert(options.pass_env.end(), preset->pass_env.begin(),
                            preset->pass_env.end());
  }
  if (!options.variables) {
    options.variables = [](const std::string&) { return std::optional<std::string>(); };
  }
  const std::string search_path =
      options.variables("PATH").value_or("/usr/local/bin:/usr/bin:/bin");
  std::string path = FindProgram(options.argv[0], search_path);
  if (path.empty()) {
    return Fail(ErrorCode::kNotFound, where + ": there is no program '" +
                                          OneLine(options.argv[0], 200) +
                                          "' that can be executed (looked for in PATH)");
  }
  return std::unique_ptr<ChatModel>(
      new ExecChatModel(loop, std::move(options), std::move(path), agent_model, *output));
}

ExecChatModel::ExecChatModel(UvEventLoop& loop, ExecOptions options, std::string path,
                             std::string agent_model, ExecOutput output)
    : loop_(loop),
      options_(std::move(options)),
      path_(std::move(path)),
      agent_model_(std::move(agent_model)),
      output_(output) {
  std::vector<std::string> names = options_.pass_env;
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  for (const std::string& name : names) {
    const std::optional<std::string> value = options_.variables(name);
    if (!value || name.find('=') != std::string::npos) continue;
    environment_.push_back(name + "=" + *value);
    if (HoldsSecret(name) && value->size() >= 8) secrets_.push_back(*value);
  }
}

ExecChatModel::~ExecChatModel() {
  for (const auto& [handle, run] : runs_) {
    if (run->process != nullptr) run->process->Abandon();
    std::error_code ignored;
    if (!run->folder.empty()) std::filesystem::remove_all(run->folder, ignored);
  }
}

ChatModel::Handle ExecChatModel::Start(const ChatRequest& request, Done done) {
  const Handle handle = ++last_handle_;
  auto& run = runs_[handle] = std::make_unique<Run>();
  run->done = std::move(done);
  const Result<ExecProcess*> started = Launch(handle, request);
  if (started.ok()) {
    run->process = *started;
    return handle;
  }
  ChatInterruption why;
  why.code = started.error().code;
  why.outcome = "client_error";
  why.message = Scrub(Address() + ": " + started.error().message);
  // No room for another process now; there may be some later.
  why.retryable = why.code == ErrorCode::kUnavailable;
  if (why.retryable) why.outcome = "server_error";
  FailLater(handle, std::move(why));
  return handle;
}

Result<ExecProcess*> ExecChatModel::Launch(Handle handle, const ChatRequest& request) {
  Run& run = *runs_[handle];
  std::string folder = options_.temporary_folder + "/hone-exec-XXXXXX";
  if (mkdtemp(folder.data()) == nullptr) {
    return Fail(ErrorCode::kIo, "cannot make a folder in " + options_.temporary_folder);
  }
  run.folder = folder;
  ExecPrompt prompt = WriteExecPrompt(request);
  std::vector<std::string> images;
  for (const ExecPrompt::Image& image : prompt.images) {
    images.push_back(image.file_name);
    std::ofstream file(folder + "/" + image.file_name, std::ios::binary);
    file << DecodeBase64(*image.image->base64.text);
    if (!file.flush()) return Fail(ErrorCode::kIo, "cannot write " + folder);
  }
  for (const ExecFile& file : SkillFilesOf(request, prompt.text)) {
    const std::filesystem::path path = std::filesystem::path(folder) / file.path;
    std::error_code ignored;
    std::filesystem::create_directories(path.parent_path(), ignored);
    std::ofstream out(path, std::ios::binary);
    out << file.text;
    if (!out.flush()) return Fail(ErrorCode::kIo, "cannot write " + path.string());
  }
  const auto optional = [](const std::string& text) {
    return text.empty() ? std::vector<std::string>() : std::vector<std::string>{text};
  };
  ExecRun start;
  start.path = path_;
  start.arguments = FillIn(options_.argv,
                           {{"{model}", optional(agent_model_)},
                            {"{effort}", optional(request.sampling["reasoning_effort"].AsString())},
                            {"{image}", images}});
  start.environment = environment_;
  start.environment.push_back("TMPDIR=" + folder);
  start.folder = folder;
  run.prompt_bytes = prompt.text.size();
  run.asked_for_calls = request.tools.size() > 0;
  start.input = std::move(prompt.text);
  start.total_timeout_ms = options_.total_timeout_ms;
  start.idle_timeout_ms = options_.idle_timeout_ms;
  start.max_output_bytes = options_.max_output_bytes;
  return ExecProcess::Start(loop_, start,
                            [this, handle](ExecRunEnd end) { Finish(handle, std::move(end)); });
}

void ExecChatModel::FailLater(Handle handle, ChatInterruption why) {
  const std::weak_ptr<ExecChatModel*> self = self_;
  loop_.Post([self, handle, why = std::move(why)] {
    const auto alive = self.lock();
    if (alive == nullptr) return;
    const auto found = (*alive)->runs_.find(handle);
    const std::unique_ptr<Run> run = std::move(found->second);
    (*alive)->runs_.erase(found);
    std::error_code ignored;
    if (!run->folder.empty()) std::filesystem::remove_all(run->folder, ignored);
    ChatOutcome outcome;
    outcome.result = why;
    run->done(std::move(outcome));
  });
}

void ExecChatModel::Cancel(Handle handle) {
  const auto found = runs_.find(handle);
  if (found != runs_.end() && found->second->process != nullptr) found->second->process->Cancel();
}

std::string ExecChatModel::RequestBody(const ChatRequest& request) const {
  return WriteExecPrompt(request).text;
}

std::string ExecChatModel::Address() const { return "exec: " + path_; }

std::string ExecChatModel::Scrub(std::string text) const {
  for (const std::string& secret : secrets_) {
    if (text.find(secret) != std::string::npos) {
      text = ReplaceAll(std::move(text), secret, "[key]");
    }
  }
  return text;
}

ChatInterruption ExecChatModel::Interruption(const ExecRunEnd& end,
                                             const ProviderFault& fault) const {
  using How = ExecRunEnd::How;
  ChatInterruption why;
  why.maybe_billed = true;
  why.retryable = true;
  const auto say = [&](ErrorCode code, const char* outcome, const std::string& words) {
    why.code = code;
    why.outcome = outcome;
    const std::string last = OneLine(ToValidUtf8(LastLine(end.complaint)), 300);
    why.message = Scrub(Address() + " " + words + (last.empty() ? "" : ": " + last));
  };
  const auto seconds = [](int64_t ms) { return std::to_string(ms / 1000) + " s"; };
  if (end.how == How::kCancelled) {
    say(ErrorCode::kCancelled, "cancelled", "was cancelled");
    why.retryable = false;
  } else if (end.how == How::kTimedOut) {
    say(ErrorCode::kTimeout, "timeout", "did not end within " + seconds(options_.total_timeout_ms));
  } else if (end.how == How::kIdle) {
    say(ErrorCode::kTimeout, "timeout", "printed nothing for " + seconds(options_.idle_timeout_ms));
  } else if (end.how == How::kTooMuch) {
    say(ErrorCode::kBadResponse, "bad_response",
        "printed more than " + std::to_string(options_.max_output_bytes) + " bytes");
  } else if (end.how == How::kKilled) {
    say(ErrorCode::kUnavailable, "server_error", "was ended by signal " + std::to_string(end.code));
  } else {
    // Its own words first: on standard output in the agreed form, else on standard error.
    const int status = fault.status != 0 ? fault.status : StatusInWords(end.complaint);
    const std::string ended =
        end.code == 0 ? "" : "ended with code " + std::to_string(end.code) + " ";
    const std::string words = ended + (fault.text.empty() ? "" : "(" + fault.text + ")");
    why.maybe_billed = status != 429 && status != 401;
    if (status == 429) {
      say(ErrorCode::kRateLimited, "rate_limited", words);
    } else if (status == 401) {
      say(ErrorCode::kCredentials, "credentials", words);
      why.retryable = false;
    } else if (end.code == 2 || end.code == 64 || end.code == 126 || end.code == 127) {
      say(ErrorCode::kInvalidArgument, "client_error", words);
      why.retryable = false;
      why.maybe_billed = false;
    } else if (end.code != 0 || status != 0) {
      say(ErrorCode::kUnavailable, "server_error", words);
    } else {
      say(ErrorCode::kBadResponse, "bad_response", words);
    }
  }
  return why;
}

void ExecChatModel::Finish(Handle handle, ExecRunEnd end) {
  Run& run = *runs_[handle];
  run.process = nullptr;
  const std::weak_ptr<ExecChatModel*> self = self_;
  // A big folder takes its time; whoever gets the answer finds it gone.
  loop_.InPool(
      [folder = run.folder] {
        std::error_code ignored;
        std::filesystem::remove_all(folder, ignored);
      },
      [self, handle, ended = std::make_shared<ExecRunEnd>(std::move(end))] {
        if (const auto alive = self.lock()) (*alive)->Deliver(handle, *ended);
      });
}

void ExecChatModel::Deliver(Handle handle, const ExecRunEnd& end) {
  const auto found = runs_.find(handle);
  const std::unique_ptr<Run> run = std::move(found->second);
  runs_.erase(found);
  ChatOutcome outcome;
  outcome.request_bytes = static_cast<int64_t>(run->prompt_bytes);
  outcome.response_bytes = static_cast<int64_t>(end.output.size());
  ReplyReader::Reply reply = ProviderFault();
  if (end.how == ExecRunEnd::How::kExited) {
    reply = ReadExecOutput(output_, ToValidUtf8(end.output), run->asked_for_calls);
    // What a program that failed printed as plain text is no answer, and no fault of its form.
    const bool has_words =
        output_ != ExecOutput::kText && std::holds_alternative<ProviderFault>(reply);
    if (end.code != 0 && !has_words) reply = ProviderFault();
    if (end.code != 0 && Trim(end.output).empty()) reply = ProviderFault();
  }
  if (const auto* fault = std::get_if<ProviderFault>(&reply)) {
    outcome.result = Interruption(end, *fault);
  } else {
    auto& answer = std::get<ChatAnswer>(reply);
    if (answer.usage.is_estimate) {
      answer.usage.input = TokensOf(run->prompt_bytes);
      answer.usage.output = TokensOf(end.output.size());
    }
    if (answer.response_model.empty()) answer.response_model = agent_model_;
    answer.text = Scrub(std::move(answer.text));
    if (!secrets_.empty() && !answer.tool_calls.is_null()) {
      const Result<Json> clean = Json::Parse(Scrub(answer.tool_calls.Dump()));
      if (clean.ok()) answer.tool_calls = *clean;
    }
    outcome.result = std::move(answer);
  }
  run->done(std::move(outcome));
}

}  // namespace hone
