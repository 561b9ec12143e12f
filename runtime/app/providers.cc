#include "app/providers.h"

namespace hone {
namespace {

Provider Hosted(std::string name, std::string base_url, const std::string& prefix) {
  Provider provider;
  provider.name = std::move(name);
  provider.base_url = std::move(base_url);
  provider.address_envs = {prefix + "_BASE_URL"};
  provider.key_envs = {prefix + "_API_KEY"};
  provider.takes_seed = true;
  return provider;
}

// A server of one's own: a key is sent when there is one.
Provider Local(std::string name, std::string base_url, const std::string& prefix) {
  Provider provider = Hosted(std::move(name), std::move(base_url), prefix);
  provider.needs_key = false;
  provider.model_env = prefix + "_MODEL";
  return provider;
}

Provider Other(std::string name, WireForm form, std::string base_url,
               std::vector<std::string> address_envs, std::vector<std::string> key_envs) {
  Provider provider;
  provider.name = std::move(name);
  provider.form = form;
  provider.base_url = std::move(base_url);
  provider.address_envs = std::move(address_envs);
  provider.key_envs = std::move(key_envs);
  return provider;
}

std::vector<Provider> Catalogue() {
  std::vector<Provider> all;
  Provider offline = Other("offline", WireForm::kOffline, "", {}, {});
  offline.needs_key = false;
  offline.takes_seed = true;
  all.push_back(offline);
  all.push_back(Hosted("openai", "https://api.openai.com/v1", "OPENAI"));
  Provider azure =
      Other("azure", WireForm::kAzure, "", {"AZURE_OPENAI_ENDPOINT"}, {"AZURE_OPENAI_API_KEY"});
  azure.takes_seed = true;
  azure.needs_key = false;  // by azure_cli or managed identity; api_key asks for it later
  all.push_back(azure);
  all.push_back(Other("anthropic", WireForm::kAnthropic, "https://api.anthropic.com",
                      {"ANTHROPIC_BASE_URL"}, {"ANTHROPIC_API_KEY"}));
  Provider gemini =
      Other("gemini", WireForm::kGemini, "https://generativelanguage.googleapis.com",
            {"GEMINI_BASE_URL", "GOOGLE_GEMINI_BASE_URL"}, {"GEMINI_API_KEY", "GOOGLE_API_KEY"});
  gemini.takes_seed = true;
  all.push_back(gemini);
  Provider bedrock = Other("bedrock", WireForm::kBedrock, "", {"AWS_ENDPOINT_URL_BEDROCK_RUNTIME"},
                           {"AWS_BEARER_TOKEN_BEDROCK"});
  bedrock.needs_key = false;  // or the AWS credential variables, or a profile
  all.push_back(bedrock);
  Provider exec = Other("exec", WireForm::kExec, "", {}, {});
  exec.needs_key = false;
  all.push_back(exec);

  all.push_back(Hosted("openrouter", "https://openrouter.ai/api/v1", "OPENROUTER"));
  all.push_back(Hosted("deepseek", "https://api.deepseek.com/v1", "DEEPSEEK"));
  Provider minimax = Hosted("minimax", "https://api.minimax.io/v1", "MINIMAX");
  minimax.model_env = "MINIMAX_MODEL";
  all.push_back(minimax);
  all.push_back(Hosted("mistral", "https://api.mistral.ai/v1", "MISTRAL"));
  all.push_back(Hosted("groq", "https://api.groq.com/openai/v1", "GROQ"));
  all.push_back(Hosted("together", "https://api.together.xyz/v1", "TOGETHER"));
  all.push_back(Hosted("xai", "https://api.x.ai/v1", "XAI"));
  all.push_back(Hosted("moonshot", "https://api.moonshot.ai/v1", "MOONSHOT"));
  all.push_back(Local("qwen", "http://localhost:8000/v1", "QWEN_CHAT"));
  all.push_back(Local("vllm", "http://localhost:8000/v1", "VLLM"));
  all.push_back(Local("ollama", "http://localhost:11434/v1", "OLLAMA"));
  all.push_back(Local("llamacpp", "http://localhost:8080/v1", "LLAMACPP"));
  all.push_back(Local("compatible", "", "OPENAI_COMPATIBLE"));
  return all;
}

}  // namespace

const std::vector<Provider>& Providers() {
  static const std::vector<Provider> providers = Catalogue();
  return providers;
}

const Provider* FindProvider(std::string_view name) {
  for (const Provider& provider : Providers()) {
    if (provider.name == name) return &provider;
  }
  return nullptr;
}

std::vector<std::string> ProviderNames() {
  std::vector<std::string> names;
  for (const Provider& provider : Providers()) names.push_back(provider.name);
  return names;
}

}  // namespace hone
