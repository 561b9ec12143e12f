// ModelSource: turns a configured model name ("provider/model@endpoint") into something to call.
//
// Which key goes to which host is decided behind this port, from the user's own configuration only.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "base/result.h"
#include "ports/chat_model.h"
#include "ports/embedding_model.h"

namespace hone {

// USD per million tokens. Tokens of one kind are counted once: cached and written ones are not
// billed as plain input again, reasoning is billed at `reasoning` and the rest of the output at
// `output`.
struct TokenPrices {
  double input = 0;
  double cached_input = 0;
  double cache_write = 0;  // where the provider bills writing to its cache; else equal to input
  double output = 0;
  double reasoning = 0;  // equal to output with most providers
  std::string source;  // where the row comes from: "offline", "hone 2026-11", "user configuration"
};

// What the user's configuration allows an endpoint; admission keeps to it.
struct EndpointLimits {
  int max_in_flight = 64;
  int start_in_flight = 4;  // admission begins here and finds out how much more is welcome
  std::optional<int64_t> requests_per_minute, tokens_per_minute;
};

struct ModelChoice {
  std::string name;                    // in full, after the user's aliases: part of every key
  ChatModel* model = nullptr;          // borrowed from the source; null when only described
  EmbeddingModel* embedder = nullptr;  // the same for llm.embed; null when the provider has none
  std::string endpoint;                // admission is per endpoint
  std::optional<TokenPrices> prices;   // nothing: unknown, never zero
  int64_t max_output_tokens = 0;       // the model's own limit, for the worst case
  EndpointLimits limits;
  bool takes_seed = false;
  bool is_alias = false;  // the name may mean another model tomorrow
  // Called instead when a call of this model is interrupted for good; only where the user's
  // configuration says so. A call of its own, with its own key.
  std::shared_ptr<const ModelChoice> fallback;
};

class ModelSource {
 public:
  virtual ~ModelSource() = default;
  // `name` may be an alias of the user's configuration.
  // Describes a model without needing its key (plan). Unknown provider: kInvalidArgument with the
  // nearest name.
  virtual Result<ModelChoice> Describe(const std::string& name) = 0;
  // Makes it callable. A missing key is kCredentials and names the variable. The ModelChoice's
  // model lives as long as the source.
  virtual Result<ModelChoice> Open(const std::string& name) = 0;
};

}  // namespace hone
