// ConfiguredModels: the ModelSource of the real program. Names are "provider/model@endpoint".
//
//   offline/reader:attention=2000     in process
//   openai/gpt-4.1-2025-04-14         the provider's own host: OPENAI_BASE_URL, OPENAI_API_KEY
//   openai/qwen3-8b@local             the endpoint `local` of the user's configuration
//   offline/reader@local              the same model name over HTTP (hone serve-model)
//   judge-5                           an alias of the user's configuration
//
// Behind an endpoint the model is called by what follows the first '/'. Where a key goes is decided
// from configuration, command line and environment only (endpoint_choice.h).
#pragma once

#include <map>
#include <memory>
#include <string>

#include "app/endpoint_choice.h"
#include "app/provider_models.h"
#include "ports/clock.h"
#include "ports/http_client.h"
#include "ports/model_source.h"

namespace hone {

class ConfiguredModels final : public ModelSource {
 public:
  // Everything must outlive the source. Loop's thread.
  ConfiguredModels(UvEventLoop& loop, HttpClient& http, const Clock& clock,
                   const UserConfig& config, const Environment& environment)
      : loop_(loop), http_(http), clock_(clock), config_(config), environment_(environment) {}

  Result<ModelChoice> Describe(const std::string& name) override;
  Result<ModelChoice> Open(const std::string& name) override;

 private:
  Result<ModelChoice> DescribeOne(const ModelName& name);
  Result<ModelChoice> OpenOne(const ModelName& name);
  // The fallback of a model, its own fallbacks included; `open` makes them callable.
  Status AddFallbacks(bool open, ModelChoice* choice, int depth);

  UvEventLoop& loop_;
  HttpClient& http_;
  const Clock& clock_;
  const UserConfig& config_;
  const Environment& environment_;
  std::map<std::string, ProviderModels> open_;  // by full name
};

}  // namespace hone
