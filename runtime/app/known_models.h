// KnownModels: list prices and output limits of models that Hone knows by name (prices.toml, which
// is compiled in); a user's configuration comes first. A model that is not here has no price:
// unknown, never zero.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "ports/model_source.h"

namespace hone {

struct KnownModel {
  TokenPrices prices;  // their source says version and whether somebody checked them
  int64_t max_output_tokens = 0;
};

struct PriceTable {
  std::string version;
  std::map<std::string, KnownModel, std::less<>> models;  // by "provider/model" without a date
};

// Text of a price table; errors name `file`, line and field.
Result<PriceTable> ParsePriceTable(std::string_view toml, const std::string& file);
// The text that was compiled in, and what it says.
std::string_view PriceTableText();
const PriceTable& KnownPrices();

// `name` is "provider/model" without an endpoint. A date or version at its end may be missing or
// there ("-2025-04-14", "-20251101", "-20251101-v1:0"), and so may Bedrock's region ("us.").
std::optional<KnownModel> FindKnownModel(std::string_view name);

// Whether the name ends in a date or version that pins what it means. Names of a local endpoint's
// models mean what its user put there.
bool IsPinnedModelName(std::string_view name);

}  // namespace hone
