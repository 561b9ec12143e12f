#include "app/sent_bytes.h"

#include <optional>
#include <utility>

#include "adapters/curl_http_client.h"
#include "adapters/system_clock.h"
#include "adapters/uv_event_loop.h"
#include "app/endpoint_choice.h"
#include "app/provider_models.h"
#include "app/user_config.h"

namespace hone {
namespace {

// The user's variables with something in the place of every key: nothing is sent, and no real key
// has to be there.
Result<Environment> WithoutKeys(const Environment& real) {
  return Environment::Of(
      [&real](const std::string& name) -> std::optional<std::string> {
        for (const char* secret : {"KEY", "TOKEN", "SECRET"}) {
          if (name.find(secret) != std::string::npos) return "none";
        }
        if (name == "AWS_REGION") return real.Get(name).value_or("us-east-1");
        return real.Get(name);
      },
      "", "");
}

}  // namespace

Result<std::string> SentBytes(const StoredCall& call) {
  HONE_ASSIGN(const ModelName name, ParseModelName(call.model));
  HONE_ASSIGN(const Environment real, Environment::Load());
  HONE_ASSIGN(const UserConfig config, LoadUserConfig());
  Result<EndpointChoice> choice = ChooseEndpoint(name, config, real);
  if (!choice.ok()) {
    EndpointChoice plain;
    plain.name = name.endpoint;
    plain.provider = FindProvider(name.provider);
    plain.settings.base_url = "http://127.0.0.1/v1";
    choice = std::move(plain);
  }
  HONE_ASSIGN(const Environment environment, WithoutKeys(real));
  UvEventLoop loop;
  CurlHttpClient http(loop);
  const SystemClock clock;
  HONE_ASSIGN(const ProviderModels models,
              OpenProvider({loop, http, clock, environment}, name, *choice));
  const std::string where = "model '" + call.model + "'";
  if (call.embed) {
    if (models.embedder == nullptr) return Invalid(where + " makes no embeddings");
    return models.embedder->RequestBody(*call.embed);
  }
  if (models.chat == nullptr) return Invalid(where + " makes no chat answers");
  return models.chat->RequestBody(call.request);
}

}  // namespace hone
