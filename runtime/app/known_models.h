// KnownModels: list prices and output limits of models that Hone knows by name.
//
// List prices as of 2026-11; a user's configuration comes first. A model that is not here has no
// price: unknown, never zero.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "ports/model_source.h"

namespace hone {

struct KnownModel {
  TokenPrices prices;
  int64_t max_output_tokens = 0;
};

// `name` is "provider/model" without an endpoint; a date at its end ("-2025-04-14") may be missing
// or there.
std::optional<KnownModel> FindKnownModel(std::string_view name);

// Whether the name ends in a date or version that pins what it means.
bool IsPinnedModelName(std::string_view name);

}  // namespace hone
