#include "app/provider_models.h"

#include <filesystem>
#include <utility>

#include "adapters/anthropic_chat_model.h"
#include "adapters/azure_chat_model.h"
#include "adapters/azure_tokens.h"
#include "adapters/bedrock_chat_model.h"
#include "adapters/exec_chat_model.h"
#include "adapters/gemini_chat_model.h"
#include "adapters/offline/hash_embedding.h"
#include "adapters/offline/offline_chat_model.h"
#include "adapters/offline/offline_embedding_model.h"
#include "adapters/openai_chat_model.h"
#include "adapters/openai_embedding_model.h"
#include "base/text.h"

namespace hone {
namespace {

constexpr int64_t kMaxResponseBytes = 16 << 20;    // far above any answer; many may be in flight
constexpr int64_t kMaxEmbeddingBytes = 128 << 20;  // of 2,048 texts with vectors of 3,072 numbers

class Opener {
 public:
  Opener(const ModelWorld& world, const ModelName& name, const EndpointChoice& choice)
      : world_(world), name_(name), choice_(choice), settings_(choice.settings) {}

  Result<ProviderModels> Offline() {
    if (!name_.endpoint.empty()) return OpenAi();
    ProviderModels out;
    if (name_.model == offline::kEmbeddingName) {
      HONE_ASSIGN(out.embedder, OfflineEmbeddingModel::Make(world_.loop, name_.model));
    } else {
      HONE_ASSIGN(out.chat, OfflineChatModel::Make(world_.loop, name_.model));
    }
    return out;
  }

  Result<ProviderModels> OpenAi() {
    ModelEndpoint endpoint;
    HONE_TRY(CopyCommon(&endpoint));
    HONE_TRY(CopyStructured(&endpoint));
    if (choice_.provider->name == "openai" && name_.endpoint.empty()) {
      endpoint.organization = Variable("OPENAI_ORG_ID");
      endpoint.project = Variable("OPENAI_PROJECT_ID");
    }
    ProviderModels out;
    HONE_ASSIGN(out.chat, OpenAiChatModel::Make(world_.http, world_.clock, endpoint));
    WidenForEmbeddings(&endpoint);
    HONE_ASSIGN(out.embedder, OpenAiEmbeddingModel::Make(world_.http, world_.clock, endpoint));
    return out;
  }

  Result<ProviderModels> Azure() {
    AzureEndpoint endpoint;
    HONE_TRY(CopyCommon(&endpoint));
    HONE_TRY(CopyStructured(&endpoint));
    for (const std::string& version :
         {Variable("OPENAI_API_VERSION"), Variable("AZURE_OPENAI_API_VERSION"),
          settings_.api_version}) {
      if (!version.empty()) endpoint.api_version = version;
    }
    HONE_ASSIGN(const std::string auth, AzureAuth(endpoint.key));
    endpoint.v1 = auth == "openai_compatible";
    std::shared_ptr<TokenCache> tokens;
    if (auth == "azure_cli" || auth == "managed_identity") {
      HONE_TRY(CheckTokenHost());
      endpoint.key.clear();
      tokens =
          std::make_shared<TokenCache>(world_.loop, world_.clock, AzureTokens(auth == "azure_cli"));
    } else if (endpoint.key.empty()) {
      const std::string variable =
          settings_.key_env.empty() ? choice_.provider->key_envs[0] : settings_.key_env;
      return Fail(ErrorCode::kCredentials, "model '" + name_.Full() + "' needs a key: set " +
                                               variable + ", or auth = \"azure_cli\"");
    }
    ProviderModels out;
    HONE_ASSIGN(out.chat, MakeAzureChatModel(world_.http, world_.clock, endpoint, tokens));
    WidenForEmbeddings(&endpoint);
    HONE_ASSIGN(out.embedder, MakeAzureEmbeddingModel(world_.http, world_.clock, endpoint, tokens));
    return out;
  }

  Result<ProviderModels> Anthropic() {
    AnthropicEndpoint endpoint;
    HONE_TRY(CopyCommon(&endpoint));
    if (settings_.structured == "schema") endpoint.json = AnthropicJson::kSchema;
    if (settings_.structured == "none") endpoint.json = AnthropicJson::kWords;
    ProviderModels out;
    HONE_ASSIGN(out.chat, AnthropicChatModel::Make(world_.http, world_.clock, endpoint));
    return out;
  }

  Result<ProviderModels> Gemini() {
    GeminiEndpoint endpoint;
    HONE_TRY(CopyCommon(&endpoint));
    ProviderModels out;
    HONE_ASSIGN(out.chat, GeminiChatModel::Make(world_.http, world_.clock, endpoint));
    return out;
  }

  Result<ProviderModels> Exec() {
    ExecOptions options;
    options.name = choice_.name;
    options.model = name_.model;
    options.argv = settings_.argv;
    options.output = settings_.output;
    options.pass_env = settings_.pass_env;
    options.variables = [this_environment = &world_.environment](const std::string& variable) {
      return this_environment->Get(variable);
    };
    std::error_code trouble;
    const auto folder = std::filesystem::temp_directory_path(trouble);
    if (!trouble) options.temporary_folder = folder.string();
    options.total_timeout_ms = settings_.total_timeout_ms.value_or(options.total_timeout_ms);
    options.idle_timeout_ms = settings_.idle_timeout_ms.value_or(options.idle_timeout_ms);
    ProviderModels out;
    HONE_ASSIGN(out.chat, ExecChatModel::Make(world_.loop, std::move(options)));
    return out;
  }

  Result<ProviderModels> Bedrock() {
    BedrockEndpoint endpoint;
    endpoint.name = choice_.name;
    endpoint.base_url = settings_.base_url;
    endpoint.model = name_.model;
    CopyLimits(&endpoint);
    const AwsVariables variables = [this](const std::string& name) {
      return world_.environment.Get(name);
    };
    HONE_ASSIGN(const std::string key, KeyFor(name_, choice_, world_.environment));
    if (!name_.endpoint.empty() && !key.empty()) {
      endpoint.identity.bearer_token = key;
      endpoint.identity.region = FindAwsRegion(variables);
    } else {
      HONE_TRY(CheckTokenHost());
      Result<AwsIdentity> identity = FindAwsIdentity(variables);
      if (!identity.ok()) return identity.error().With("model '" + name_.Full() + "'");
      endpoint.identity = std::move(*identity);
    }
    if (!settings_.region.empty()) endpoint.identity.region = settings_.region;
    ProviderModels out;
    HONE_ASSIGN(out.chat, BedrockChatModel::Make(world_.http, world_.clock, endpoint));
    return out;
  }

 private:
  [[nodiscard]] std::string Variable(const std::string& name) const {
    return world_.environment.Get(name).value_or("");
  }

  // Time-outs and sizes, which every endpoint behind HTTP has under the same names.
  template <typename Endpoint>
  void CopyLimits(Endpoint* to) const {
    to->connect_timeout_ms = settings_.connect_timeout_ms.value_or(to->connect_timeout_ms);
    to->idle_timeout_ms = settings_.idle_timeout_ms.value_or(to->idle_timeout_ms);
    to->total_timeout_ms = settings_.total_timeout_ms.value_or(to->total_timeout_ms);
    to->max_response_bytes = settings_.max_response_bytes.value_or(kMaxResponseBytes);
    to->stream = settings_.stream.value_or(to->stream);
  }

  template <typename Endpoint>
  Status CopyCommon(Endpoint* to) const {
    to->name = choice_.name;
    to->base_url = settings_.base_url;
    to->model = name_.model;
    CopyLimits(to);
    HONE_ASSIGN(to->key, KeyFor(name_, choice_, world_.environment));
    return Ok{};
  }

  template <typename Endpoint>
  Status CopyStructured(Endpoint* to) const {
    if (settings_.structured.empty()) return Ok{};
    HONE_ASSIGN(to->structured, ParseStructuredMode(settings_.structured));
    return Ok{};
  }

  template <typename Endpoint>
  void WidenForEmbeddings(Endpoint* to) const {
    to->max_response_bytes = settings_.max_response_bytes.value_or(kMaxEmbeddingBytes);
  }

  // The configuration's word, then SkillOpt's variable by its names, then what there is.
  Result<std::string> AzureAuth(const std::string& key) const {
    std::string mode = settings_.auth.empty() ? Variable("AZURE_OPENAI_AUTH_MODE") : settings_.auth;
    if (mode.empty()) return std::string(key.empty() ? "azure_cli" : "api_key");
    const std::vector<std::pair<std::string, std::string>> others{{"key", "api_key"},
                                                                  {"aad", "managed_identity"},
                                                                  {"azure_ad", "managed_identity"},
                                                                  {"compat", "openai_compatible"},
                                                                  {"openai", "openai_compatible"}};
    for (const auto& [other, name] : others) {
      if (mode == other) mode = name;
    }
    for (const std::string& known : AuthModes()) {
      if (mode == known) return mode;
    }
    return Invalid("AZURE_OPENAI_AUTH_MODE: unknown" + NameHint(mode, AuthModes()));
  }

  // The user's own identity goes only where the user says, and .env may come with somebody else's
  // files.
  Status CheckTokenHost() const {
    if (choice_.address_env.empty()) return Ok{};
    if (world_.environment.SourceOf(choice_.address_env) != ".env") return Ok{};
    return Fail(ErrorCode::kRefused,
                ".env sets " + choice_.address_env +
                    ": a file in the working folder may not say where your identity goes; export " +
                    choice_.address_env +
                    " yourself, or write an endpoint into your configuration");
  }

  [[nodiscard]] std::unique_ptr<TokenSource> AzureTokens(bool from_cli) const {
    std::string resource = Variable("AZURE_OPENAI_AD_SCOPE");
    constexpr std::string_view kScopeEnd = "/.default";
    if (resource.ends_with(kScopeEnd)) resource.resize(resource.size() - kScopeEnd.size());
    if (resource.empty()) resource = kAzureResource;
    if (from_cli) {
      AzureCliTokens::Options options;
      options.resource = resource;
      return std::make_unique<AzureCliTokens>(world_.loop, world_.clock, options);
    }
    ManagedIdentityTokens::Options options;
    options.resource = resource;
    options.client_id = settings_.client_id.empty()
                            ? Variable("AZURE_OPENAI_MANAGED_IDENTITY_CLIENT_ID")
                            : settings_.client_id;
    // What the platform puts into the environment; never out of a file.
    if (world_.environment.SourceOf("IDENTITY_ENDPOINT") == "environment") {
      options.endpoint = Variable("IDENTITY_ENDPOINT");
      options.header = Variable("IDENTITY_HEADER");
    }
    return std::make_unique<ManagedIdentityTokens>(world_.http, world_.clock, options);
  }

  const ModelWorld& world_;
  const ModelName& name_;
  const EndpointChoice& choice_;
  const EndpointConfig& settings_;
};

}  // namespace

Result<ProviderModels> OpenProvider(const ModelWorld& world, const ModelName& name,
                                    const EndpointChoice& choice) {
  Opener opener(world, name, choice);
  switch (choice.provider->form) {
    case WireForm::kOffline:
      return opener.Offline();
    case WireForm::kOpenAi:
      return opener.OpenAi();
    case WireForm::kAzure:
      return opener.Azure();
    case WireForm::kAnthropic:
      return opener.Anthropic();
    case WireForm::kGemini:
      return opener.Gemini();
    case WireForm::kBedrock:
      return opener.Bedrock();
    case WireForm::kExec:
      return opener.Exec();
  }
  return Fail(ErrorCode::kInternal, "a provider without an adapter");
}

}  // namespace hone
