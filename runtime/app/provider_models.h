// MakeChatModel: the adapter behind a chosen endpoint, with its key, its limits in time and what
// the user's configuration says about it.
#pragma once

#include <memory>

#include "app/endpoint_choice.h"
#include "ports/chat_model.h"
#include "ports/clock.h"
#include "ports/event_loop.h"
#include "ports/http_client.h"

namespace hone {

// What adapters work with; everything must outlive the models.
struct ModelWorld {
  EventLoop& loop;
  HttpClient& http;
  const Clock& clock;
  const Environment& environment;
};

// kCredentials when a key is needed and not there.
Result<std::unique_ptr<ChatModel>> MakeChatModel(const ModelWorld& world, const ModelName& name,
                                                 const EndpointChoice& choice);

}  // namespace hone
