#include "app/configured_models.h"

#include <utility>
#include <vector>

#include "adapters/offline/offline_chat_model.h"
#include "adapters/offline/options.h"
#include "adapters/openai_chat_model.h"
#include "app/known_models.h"
#include "base/text.h"

namespace hone {
namespace {

const std::vector<std::string>& Providers() {
  static const std::vector<std::string> providers{"offline", "openai"};
  return providers;
}

constexpr int64_t kUnknownOutputLimit = 32'768;

std::vector<std::string> EndpointNames(const UserConfig& config) {
  std::vector<std::string> names;
  for (const auto& [name, endpoint] : config.endpoints) names.push_back(name);
  return names;
}

}  // namespace

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
  for (const std::string& provider : Providers()) {
    if (provider == parsed.provider) return parsed;
  }
  return Invalid("model '" + name + "': unknown provider '" + parsed.provider + "'" +
                 NameHint(parsed.provider, Providers()) +
                 " (an endpoint of your own is written openai/MODEL@ENDPOINT)");
}

Result<ResolvedEndpoint> ConfiguredModels::Resolve(const ModelName& name,
                                                   const std::string& full_name) const {
  if (name.endpoint.empty()) {
    ResolvedEndpoint own{"openai", "https://api.openai.com/v1", "OPENAI_API_KEY", 64};
    if (const auto url = environment_.Get("OPENAI_BASE_URL")) own.base_url = *url;
    return own;
  }
  const auto found = config_.endpoints.find(name.endpoint);
  if (found == config_.endpoints.end()) {
    const std::string where = config_.file.empty() ? "your configuration" : config_.file;
    return Invalid("model '" + full_name + "': no endpoint '" + name.endpoint + "' in " + where +
                   NameHint(name.endpoint, EndpointNames(config_)) + "; add [endpoints." +
                   name.endpoint + "] there or --endpoint " + name.endpoint + "=URL[,KEY_ENV]");
  }
  const EndpointConfig& endpoint = found->second;
  return ResolvedEndpoint{name.endpoint, endpoint.base_url, endpoint.key_env,
                          endpoint.max_in_flight};
}

Result<ModelChoice> ConfiguredModels::Describe(const std::string& full_name) {
  HONE_ASSIGN(const ModelName name, ParseModelName(full_name));
  ModelChoice choice;
  choice.takes_seed = true;
  if (name.provider == "offline") {
    HONE_TRY([&name]() -> Status {
      const auto options = offline::ParseReaderOptions(name.model);
      if (!options.ok()) return options.error().With("model 'offline/" + name.model + "'");
      return Ok{};
    }());
    choice.prices = TokenPrices{0, 0, 0, 0, 0, "offline"};
    choice.max_output_tokens = kUnknownOutputLimit;
  }
  if (name.provider == "offline" && name.endpoint.empty()) {
    choice.endpoint = "offline";
    return choice;
  }
  HONE_ASSIGN(const ResolvedEndpoint endpoint, Resolve(name, full_name));
  choice.endpoint = endpoint.name;
  choice.limits.max_in_flight = endpoint.max_in_flight;
  if (name.provider == "offline") return choice;

  const std::string bare = name.provider + "/" + name.model;
  choice.is_alias = !IsPinnedModelName(name.model);
  choice.max_output_tokens = kUnknownOutputLimit;
  const std::optional<KnownModel> known = FindKnownModel(bare);
  if (known) choice.max_output_tokens = known->max_output_tokens;
  // A list price is the provider's own; somebody else's endpoint has the price its user gives it.
  if (known && name.endpoint.empty()) choice.prices = known->prices;
  for (const std::string& key : {bare, full_name}) {
    const auto price = config_.prices.find(key);
    if (price == config_.prices.end()) continue;
    const PriceConfig& row = price->second;
    choice.prices = TokenPrices{row.input,  row.cached_input, row.input,
                                row.output, row.output,       "user configuration"};
    if (price->second.max_output_tokens)
      choice.max_output_tokens = *price->second.max_output_tokens;
  }
  return choice;
}

Result<std::unique_ptr<ChatModel>> ConfiguredModels::Make(const ModelName& name,
                                                          const std::string& full_name) {
  if (name.provider == "offline" && name.endpoint.empty()) {
    return OfflineChatModel::Make(loop_, name.model);
  }
  HONE_ASSIGN(const ResolvedEndpoint resolved, Resolve(name, full_name));
  ModelEndpoint endpoint;
  endpoint.name = resolved.name;
  endpoint.base_url = resolved.base_url;
  endpoint.model = name.model;
  if (!resolved.key_env.empty()) {
    const std::optional<std::string> key = environment_.Get(resolved.key_env);
    if (!key) {
      return Fail(ErrorCode::kCredentials, "model '" + full_name + "' needs a key: set " +
                                               resolved.key_env + " (endpoint '" + resolved.name +
                                               "' at " + resolved.base_url + ")");
    }
    endpoint.key = *key;
  }
  if (name.endpoint.empty()) {
    endpoint.organization = environment_.Get("OPENAI_ORG_ID").value_or("");
    endpoint.project = environment_.Get("OPENAI_PROJECT_ID").value_or("");
  }
  return OpenAiChatModel::Make(http_, clock_, std::move(endpoint));
}

Result<ModelChoice> ConfiguredModels::Open(const std::string& full_name) {
  HONE_ASSIGN(ModelChoice choice, Describe(full_name));
  std::unique_ptr<ChatModel>& model = open_[full_name];
  if (model == nullptr) {
    HONE_ASSIGN(const ModelName name, ParseModelName(full_name));
    HONE_ASSIGN(model, Make(name, full_name));
  }
  choice.model = model.get();
  return choice;
}

}  // namespace hone
