// ModelSource: turns a configured model name ("provider/model@endpoint") into something to call.
//
// Which key goes to which host is decided behind this port, from the user's own configuration only.
#pragma once

#include <optional>
#include <string>

#include "base/result.h"
#include "ports/chat_model.h"

namespace hone {

// USD per million tokens.
struct TokenPrices {
  double input = 0;
  double cached_input = 0;
  double output = 0;
  std::string source;  // where the row comes from: "offline", "hone 2026-11", "user configuration"
};

struct ModelChoice {
  ChatModel* model = nullptr;         // borrowed from the source; null when only described
  std::string endpoint;               // admission is per endpoint
  std::optional<TokenPrices> prices;  // nothing: unknown, never zero
  int64_t max_output_tokens = 0;      // the model's own limit, for the worst case
  int max_in_flight = 64;
  bool takes_seed = false;
  bool is_alias = false;  // the name may mean another model tomorrow
};

class ModelSource {
 public:
  virtual ~ModelSource() = default;
  // Describes a model without needing its key (plan). Unknown provider: kInvalidArgument with the
  // nearest name.
  virtual Result<ModelChoice> Describe(const std::string& name) = 0;
  // Makes it callable. A missing key is kCredentials and names the variable. The ModelChoice's
  // model lives as long as the source.
  virtual Result<ModelChoice> Open(const std::string& name) = 0;
};

}  // namespace hone
