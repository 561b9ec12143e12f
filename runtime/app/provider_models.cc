#include "app/provider_models.h"

#include <utility>

#include "adapters/offline/offline_chat_model.h"
#include "adapters/openai_chat_model.h"

namespace hone {
namespace {

constexpr int64_t kMaxResponseBytes = 16 << 20;  // far above any answer; many may be in flight

// Time-outs and sizes, which every endpoint behind HTTP has under the same names.
template <typename Endpoint>
void CopyLimits(const EndpointConfig& from, Endpoint* to) {
  to->connect_timeout_ms = from.connect_timeout_ms.value_or(to->connect_timeout_ms);
  to->idle_timeout_ms = from.idle_timeout_ms.value_or(to->idle_timeout_ms);
  to->total_timeout_ms = from.total_timeout_ms.value_or(to->total_timeout_ms);
  to->max_response_bytes = from.max_response_bytes.value_or(kMaxResponseBytes);
}

Result<std::unique_ptr<ChatModel>> MakeOpenAi(const ModelWorld& world, const ModelName& name,
                                              const EndpointChoice& choice) {
  ModelEndpoint endpoint;
  endpoint.name = choice.name;
  endpoint.base_url = choice.settings.base_url;
  endpoint.model = name.model;
  HONE_ASSIGN(endpoint.key, KeyFor(name, choice, world.environment));
  CopyLimits(choice.settings, &endpoint);
  if (choice.provider->name == "openai" && name.endpoint.empty()) {
    endpoint.organization = world.environment.Get("OPENAI_ORG_ID").value_or("");
    endpoint.project = world.environment.Get("OPENAI_PROJECT_ID").value_or("");
  }
  return OpenAiChatModel::Make(world.http, world.clock, std::move(endpoint));
}

}  // namespace

Result<std::unique_ptr<ChatModel>> MakeChatModel(const ModelWorld& world, const ModelName& name,
                                                 const EndpointChoice& choice) {
  switch (choice.provider->form) {
    case WireForm::kOffline:
      if (name.endpoint.empty()) return OfflineChatModel::Make(world.loop, name.model);
      return MakeOpenAi(world, name, choice);
    case WireForm::kOpenAi:
      return MakeOpenAi(world, name, choice);
    default:
      return Fail(ErrorCode::kUnavailable, "model '" + name.Full() + "': the provider '" +
                                               name.provider + "' is not built into this program");
  }
}

}  // namespace hone
