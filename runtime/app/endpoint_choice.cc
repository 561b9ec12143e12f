#include "app/endpoint_choice.h"

#include <utility>

#include "base/text.h"

namespace hone {
namespace {

std::vector<std::string> EndpointNames(const UserConfig& config) {
  std::vector<std::string> names;
  for (const auto& [name, endpoint] : config.endpoints) names.push_back(name);
  return names;
}

bool IsLoopback(const std::string& url) {
  const std::size_t start = url.find("://");
  if (start == std::string::npos) return false;
  const std::string rest = url.substr(start + 3);
  for (const std::string_view host : {"127.0.0.1", "localhost", "[::1]"}) {
    if (!rest.starts_with(host)) continue;
    if (rest.size() == host.size() || rest[host.size()] == ':' || rest[host.size()] == '/') {
      return true;
    }
  }
  return false;
}

std::string FirstSet(const std::vector<std::string>& names, const Environment& environment) {
  for (const std::string& name : names) {
    if (environment.Get(name)) return name;
  }
  return "";
}

std::string Or(const std::vector<std::string>& names) { return Join(names, " or "); }

}  // namespace

std::string ModelName::Full() const {
  return Bare() + (endpoint.empty() ? std::string() : "@" + endpoint);
}

Result<ModelName> ParseModelName(const std::string& name) {
  ModelName parsed;
  const std::size_t slash = name.find('/');
  if (slash == std::string::npos || slash == 0 || slash + 1 == name.size()) {
    return Invalid("model '" + name + "': write provider/model, as in offline/reader");
  }
  parsed.provider = name.substr(0, slash);
  parsed.model = name.substr(slash + 1);
  const std::size_t at = parsed.model.rfind('@');
  if (at != std::string::npos) {
    parsed.endpoint = parsed.model.substr(at + 1);
    parsed.model.resize(at);
    if (parsed.endpoint.empty() || parsed.model.empty()) {
      return Invalid("model '" + name + "': write provider/model@endpoint");
    }
  }
  if (FindProvider(parsed.provider) != nullptr) return parsed;
  return Invalid("model '" + name + "': unknown provider '" + parsed.provider + "'" +
                 NameHint(parsed.provider, ProviderNames()) +
                 " (an endpoint of your own is written openai/MODEL@ENDPOINT)");
}

Result<ModelName> ResolveModelName(const std::string& name, const UserConfig& config,
                                   const Environment& environment) {
  if (const auto alias = config.aliases.find(name); alias != config.aliases.end()) {
    const Result<ModelName> meant = ParseModelName(alias->second);
    if (!meant.ok()) return meant.error().With(config.file + ": aliases." + name);
    return ResolveModelName(meant->Full(), {}, environment);
  }
  if (name.find('/') == std::string::npos && !config.aliases.empty()) {
    std::vector<std::string> known;
    for (const auto& [alias, model] : config.aliases) known.push_back(alias);
    return Invalid("model '" + name + "' is no alias of " + config.file + NameHint(name, known) +
                   "; write provider/model, as in offline/reader");
  }
  HONE_ASSIGN(ModelName parsed, ParseModelName(name));
  const Provider& provider = *FindProvider(parsed.provider);
  if (parsed.model == "default" && !provider.model_env.empty()) {
    const auto model = environment.Get(provider.model_env);
    if (!model) {
      return Invalid("model '" + name + "': " + provider.model_env +
                     " is not set; set it or name the model");
    }
    parsed.model = *model;
  }
  return parsed;
}

Result<EndpointChoice> ChooseEndpoint(const ModelName& name, const UserConfig& config,
                                      const Environment& environment) {
  EndpointChoice choice;
  choice.provider = FindProvider(name.provider);
  const Provider& provider = *choice.provider;
  choice.name = name.endpoint.empty() ? provider.name : name.endpoint;
  const auto found = config.endpoints.find(choice.name);
  if (found != config.endpoints.end()) choice.settings = found->second;
  EndpointConfig& settings = choice.settings;
  if (!name.endpoint.empty()) {
    if (found == config.endpoints.end()) {
      const std::string where = config.file.empty() ? "your configuration" : config.file;
      return Invalid("model '" + name.Full() + "': no endpoint '" + name.endpoint + "' in " +
                     where + NameHint(name.endpoint, EndpointNames(config)) + "; add [endpoints." +
                     name.endpoint + "] there or --endpoint " + name.endpoint + "=URL[,KEY_ENV]");
    }
    choice.is_users_host = true;
  } else if (settings.base_url.empty()) {
    choice.address_env = FirstSet(provider.address_envs, environment);
    choice.is_users_host = !choice.address_env.empty();
    settings.base_url =
        choice.is_users_host ? *environment.Get(choice.address_env) : provider.base_url;
    // MiniMax has two hosts, and SkillOpt's variable says which.
    if (provider.name == "minimax" && !choice.is_users_host &&
        environment.Get("MINIMAX_REGION").value_or("") == "cn_zh") {
      settings.base_url = "https://api.minimaxi.com/v1";
    }
    if (settings.key_env.empty()) {
      settings.key_env = FirstSet(provider.key_envs, environment);
      if (settings.key_env.empty() && provider.needs_key) settings.key_env = provider.key_envs[0];
    }
  } else {
    // The provider's own name with another host: a key goes there only when the user says so.
    choice.is_users_host = true;
  }
  choice.is_this_machine = provider.form == WireForm::kExec || IsLoopback(settings.base_url);
  const bool wants_address = provider.form != WireForm::kExec &&
                             provider.form != WireForm::kBedrock &&
                             (provider.form != WireForm::kOffline || !name.endpoint.empty());
  if (wants_address && settings.base_url.empty()) {
    return Invalid("model '" + name.Full() + "': nothing says where it is: " +
                   (name.endpoint.empty()
                        ? "set " + Or(provider.address_envs) + ", or add [endpoints." +
                              provider.name + "] with base_url to your configuration"
                        : "the endpoint '" + name.endpoint + "' has no base_url"));
  }
  const Status checked = CheckEndpointConfig(
      choice.name, settings, choice.address_env.empty() ? "configuration" : choice.address_env);
  if (!checked.ok()) return checked.error().With("model '" + name.Full() + "'");
  return choice;
}

Result<std::string> KeyFor(const ModelName& name, const EndpointChoice& choice,
                           const Environment& environment) {
  const std::string& variable = choice.settings.key_env;
  if (variable.empty()) return std::string();
  const std::optional<std::string> key = environment.Get(variable);
  if (!key) {
    const std::vector<std::string>& others = choice.provider->key_envs;
    const bool is_default = !others.empty() && variable == others[0] && name.endpoint.empty();
    return Fail(ErrorCode::kCredentials, "model '" + name.Full() + "' needs a key: set " +
                                             (is_default ? Or(others) : variable) + " (endpoint '" +
                                             choice.name + "' at " + choice.settings.base_url +
                                             ")");
  }
  if (!choice.address_env.empty() && environment.SourceOf(choice.address_env) == ".env" &&
      environment.SourceOf(variable) == "environment") {
    return Fail(ErrorCode::kRefused,
                ".env sets " + choice.address_env + " while " + variable +
                    " comes from your environment: a file in the working folder may not say where "
                    "your key goes; export " +
                    choice.address_env + " yourself, or put both into .env");
  }
  return *key;
}

}  // namespace hone
