// OpenProvider: the adapters behind a chosen endpoint, with their key, their limits in time and
// what the user's configuration says about it.
#pragma once

#include <memory>

#include "adapters/uv_event_loop.h"
#include "app/endpoint_choice.h"
#include "ports/chat_model.h"
#include "ports/clock.h"
#include "ports/embedding_model.h"
#include "ports/http_client.h"

namespace hone {

// What adapters work with; everything must outlive the models.
struct ModelWorld {
  UvEventLoop& loop;
  HttpClient& http;
  const Clock& clock;
  const Environment& environment;
};

struct ProviderModels {
  std::unique_ptr<ChatModel> chat{};           // null: the provider or model has none
  std::unique_ptr<EmbeddingModel> embedder{};  // likewise
};

// kCredentials when a key is needed and not there.
Result<ProviderModels> OpenProvider(const ModelWorld& world, const ModelName& name,
                                    const EndpointChoice& choice);

}  // namespace hone
