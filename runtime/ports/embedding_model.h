// EmbeddingModel: one try at the vectors of a list of texts. Like ChatModel, with vectors as
// answer.
//
// Thread: everything on the loop's thread. `done` is called exactly once, never inside Start.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <variant>
#include <vector>

#include "base/part.h"
#include "ports/chat_model.h"

namespace hone {

struct EmbedRequest {
  std::vector<Part> texts;
  int64_t dimensions = 0;  // 0: the model's own
};

struct EmbedAnswer {
  std::vector<std::vector<float>> vectors;  // one per text, in order, all of one length
  std::string response_model, provider_request_id;
  TokenUsage usage;
};

struct EmbedOutcome {
  std::variant<EmbedAnswer, ChatInterruption> result;
  int64_t request_bytes = 0;
  int64_t response_bytes = 0;
};

class EmbeddingModel {
 public:
  virtual ~EmbeddingModel() = default;

  using Handle = uint64_t;
  using Done = std::function<void(EmbedOutcome)>;

  virtual Handle Start(const EmbedRequest& request, Done done) = 0;
  virtual void Cancel(Handle handle) = 0;
  virtual std::string RequestBody(const EmbedRequest& request) const = 0;
  virtual std::string Address() const = 0;
};

}  // namespace hone
