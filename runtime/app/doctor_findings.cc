#include "app/doctor_findings.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <optional>

#include "adapters/aws_credentials.h"
#include "adapters/sandbox/bubblewrap_engine.h"
#include "app/container_choice.h"
#include "app/endpoint_choice.h"
#include "app/known_models.h"
#include "base/text.h"
#include "engine/budget.h"

namespace hone {
namespace {

namespace fs = std::filesystem;

constexpr int64_t kCallTimeoutMs = 60'000;

std::string FirstLine(const std::string& text) { return text.substr(0, text.find('\n')); }

std::string Said(const Environment& environment, const std::string& variable) {
  return variable + " from " + std::string(environment.SourceOf(variable));
}

// What a provider has of its own: nothing when not a single variable of it is set.
std::optional<Finding> OwnEndpoint(const Provider& provider, const Environment& environment) {
  std::vector<std::string> said;
  bool has_key = false;
  for (const std::string& variable : provider.key_envs) {
    if (!environment.Get(variable)) continue;
    has_key = true;
    said.push_back(Said(environment, variable));
    break;
  }
  for (const std::string& variable : provider.address_envs) {
    if (environment.Get(variable)) said.push_back(Said(environment, variable));
  }
  if (provider.form == WireForm::kBedrock && !has_key) {
    const Result<AwsIdentity> identity =
        FindAwsIdentity([&](const std::string& name) { return environment.Get(name); });
    if (identity.ok()) said.push_back("credentials: " + identity->source);
  }
  if (said.empty()) return std::nullopt;
  const bool lacks_key = provider.needs_key && !has_key;
  if (lacks_key) said.push_back(Join(provider.key_envs, " or ") + " is not set");
  return Finding{"provider " + provider.name, lacks_key ? "warning" : "ok", Join(said, ", ")};
}

Finding OneEndpoint(const std::string& name, const EndpointConfig& endpoint,
                    const Environment& environment) {
  std::string detail = endpoint.base_url;
  if (!endpoint.argv.empty()) detail = "program " + OneLine(endpoint.argv[0], 80);
  if (detail.empty()) detail = "the provider's own";
  const auto add = [&detail](const std::string& text) { detail += ", " + text; };
  bool ok = true;
  if (!endpoint.key_env.empty()) {
    ok = environment.Get(endpoint.key_env).has_value();
    add(endpoint.key_env + (ok ? " is set" : " is not set"));
  } else if (!endpoint.base_url.empty()) {
    add("no key");
  }
  if (endpoint.max_in_flight) add(std::to_string(*endpoint.max_in_flight) + " in flight");
  if (endpoint.rpm) add(std::to_string(*endpoint.rpm) + " requests a minute");
  if (endpoint.tpm) add(std::to_string(*endpoint.tpm) + " tokens a minute");
  return {"endpoint " + name, ok ? "ok" : "warning", detail};
}

// A name of the configuration that must be a model.
Finding OneName(const std::string& check, const std::string& model, const Workbench& bench) {
  const Result<ModelName> name = ResolveModelName(model, bench.config(), bench.environment());
  if (!name.ok()) return {check, "failed", name.error().message};
  const Result<EndpointChoice> choice = ChooseEndpoint(*name, bench.config(), bench.environment());
  if (!choice.ok()) return {check, "failed", choice.error().message};
  return {check, "ok", name->Full()};
}

// One call, from its start to its end or its time limit.
class OneCall {
 public:
  OneCall(Workbench* bench, const ModelChoice& choice) : bench_(bench), choice_(choice) {}

  Finding Make(const std::string& check) {
    ChatRequest request;
    request.messages.push_back({"user", {Part::Of("Say OK.")}, {}, {}});
    request.sampling = Json::MakeObject({{"max_tokens", Json(1)}});
    const int64_t started_ms = bench_->clock().MonotonicMs();
    const ChatModel::Handle handle = choice_.model->Start(request, [this](ChatOutcome outcome) {
      outcome_ = std::move(outcome);
      bench_->loop().Stop();
    });
    const EventLoop::TimerId timer =
        bench_->loop().After(kCallTimeoutMs, [this, handle] { choice_.model->Cancel(handle); });
    while (!outcome_) bench_->loop().Run();
    bench_->loop().CancelTimer(timer);
    const std::string where = " (" + choice_.model->Address() + ")";
    if (const auto* trouble = std::get_if<ChatInterruption>(&outcome_->result)) {
      return {check, "failed", FirstLine(trouble->message) + where};
    }
    const auto& answer = std::get<ChatAnswer>(outcome_->result);
    const std::optional<PicoUsd> cost = Budget::Cost(answer.usage, choice_);
    return {check, "ok",
            "answered in " + std::to_string(bench_->clock().MonotonicMs() - started_ms) +
                " ms as " + OneLine(answer.response_model, 80) + ", " +
                std::to_string(answer.usage.input) + " + " + std::to_string(answer.usage.output) +
                " tokens" + (answer.usage.is_estimate ? " (estimated)" : "") + ", " +
                (cost ? cost->Text() : "no price known") + where};
  }

 private:
  Workbench* bench_;
  const ModelChoice& choice_;
  std::optional<ChatOutcome> outcome_;
};

bool Listens(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof(address.sun_path)) return false;
  std::memcpy(address.sun_path, path.c_str(), path.size());
  const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0) return false;
  const bool connected =
      connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0;
  close(fd);
  return connected;
}

std::string InPath(const std::string& program, const Environment& environment) {
  const std::string path = environment.Get("PATH").value_or("");
  for (const std::string_view folder : Split(path, ':')) {
    if (folder.empty()) continue;
    const std::string file = std::string(folder) + "/" + program;
    if (access(file.c_str(), X_OK) == 0) return file;
  }
  return "";
}

Finding LeftContainers(const ContainerEngineOptions& options, Workbench* bench, bool clean) {
  const std::string check = "containers of runs that died";
  if (!clean) {
    const Result<int> n = CountLeftContainers(options, &bench->loop());
    if (!n.ok()) return {check, "warning", n.error().message};
    if (*n == 0) return {check, "ok", "none"};
    return {check, "warning", "of " + std::to_string(*n) + ": hone doctor --clean removes them"};
  }
  const Result<int> removed = RemoveLeftContainers(options, &bench->loop());
  if (!removed.ok()) return {check, "failed", removed.error().message};
  return {check, "ok", *removed == 0 ? "none" : "removed, of " + std::to_string(*removed)};
}

Finding Socket(const std::string& check, const std::string& path) {
  if (access(path.c_str(), F_OK) != 0) return {check, "warning", "no socket at " + path};
  if (!Listens(path)) return {check, "warning", path + " is there, but nobody answers you on it"};
  return {check, "ok", path};
}

}  // namespace

std::vector<Finding> ExamineModels(const Workbench& bench) {
  std::vector<Finding> out;
  const UserConfig& config = bench.config();
  const Environment& environment = bench.environment();
  std::vector<std::string> absent;
  for (const Provider& provider : Providers()) {
    if (provider.form == WireForm::kOffline || provider.form == WireForm::kExec) continue;
    if (auto finding = OwnEndpoint(provider, environment)) {
      out.push_back(std::move(*finding));
    } else {
      absent.push_back(provider.name);
    }
  }
  if (!absent.empty()) {
    out.push_back({"providers without a variable", "warning", Join(absent, ", ")});
  }
  for (const auto& [name, endpoint] : config.endpoints) {
    out.push_back(OneEndpoint(name, endpoint, environment));
  }
  for (const auto& [name, model] : config.aliases) {
    out.push_back(OneName("alias " + name, model, bench));
  }
  for (const auto& [name, model] : config.fallbacks) {
    out.push_back(OneName("fallback of " + name, model, bench));
  }
  out.push_back({"price table", "ok",
                 "hone " + KnownPrices().version + ", " +
                     std::to_string(KnownPrices().models.size()) + " models, " +
                     std::to_string(config.prices.size()) + " prices of your own"});
  return out;
}

std::vector<Finding> CallModels(Workbench* bench, const std::vector<std::string>& models) {
  std::vector<Finding> out;
  for (const std::string& name : models) {
    const std::string check = "call " + OneLine(name, 80);
    const Result<ModelChoice> choice = bench->models().Open(name);
    if (!choice.ok()) {
      out.push_back({check, "failed", choice.error().message});
    } else if (choice->model == nullptr) {
      out.push_back({check, "failed", "it makes no chat answers"});
    } else {
      out.push_back(OneCall(bench, *choice).Make(check));
    }
  }
  for (const auto& [host, limits] : bench->rate_limits().seen()) {
    std::vector<std::string> said;
    for (const auto& [name, value] : limits) said.push_back(name + " " + value);
    out.push_back({"rate limits of " + host, "ok", Join(said, ", ")});
  }
  return out;
}

std::vector<Finding> ExamineContainers(Workbench* bench, bool clean) {
  std::vector<Finding> out;
  const Environment& environment = bench->environment();
  const Result<std::string> bubblewrap = DescribeBubblewrap();
  out.push_back({"containers: bubblewrap", bubblewrap.ok() ? "ok" : "warning",
                 bubblewrap.ok() ? *bubblewrap : bubblewrap.error().message});
  std::string docker = environment.Get("DOCKER_HOST").value_or("unix:///var/run/docker.sock");
  constexpr std::string_view kUnix = "unix://";
  if (docker.starts_with(kUnix)) {
    out.push_back(Socket("containers: docker", docker.substr(kUnix.size())));
  } else {
    out.push_back({"containers: docker", "warning", "DOCKER_HOST names no socket of this machine"});
  }
  const std::string runtime = environment.Get("XDG_RUNTIME_DIR").value_or("/run");
  const std::string podman = InPath("podman", environment);
  Finding socket = Socket("containers: podman", runtime + "/podman/podman.sock");
  if (podman.empty()) {
    socket.detail = "podman is not in PATH";
  } else if (socket.status != "ok") {
    socket.detail = podman + ", " + socket.detail;
  }
  out.push_back(std::move(socket));
  const Result<ContainerEngineOptions> options =
      ChooseContainers(bench->config().containers, environment, bench->installation());
  if (!options.ok()) {
    out.push_back({"containers: back end", "warning", options.error().message});
    return out;
  }
  out.push_back(
      {"containers: back end", "ok", options->backend + ", images in " + options->images});
  out.push_back(LeftContainers(*options, bench, clean));
  return out;
}

std::vector<Finding> ExamineLeftovers() {
  std::error_code trouble;
  const fs::path folder = fs::temp_directory_path(trouble);
  std::vector<std::string> left;
  if (!trouble) {
    for (fs::directory_iterator at(folder, trouble), end; !trouble && at != end;
         at.increment(trouble)) {
      const std::string name = at->path().filename().string();
      if (name.starts_with("hone-")) left.push_back(OneLine(ToValidUtf8(at->path().string()), 100));
    }
  }
  std::sort(left.begin(), left.end());
  if (left.empty()) return {{"leftovers", "ok", "none in " + folder.string()}};
  constexpr std::size_t kShown = 5;
  const std::size_t n = left.size();
  left.resize(std::min(n, kShown));
  return {{"leftovers", "warning",
           std::to_string(n) + " of runs that died, or of one that is running: " +
               Join(left, ", ") + (n > kShown ? ", ..." : "") + "; remove them when no run is on"}};
}

}  // namespace hone
