// UserConfig: what the user, and nobody else, says about endpoints, keys and prices.
//
// Read from $HONE_CONFIG, else $XDG_CONFIG_HOME/hone/config.toml, else ~/.config/hone/config.toml;
// no file is an empty configuration. Experiments, recipes and data mappers cannot reach it.
//
//   [endpoints.local]                      # used as provider/model@local
//   base_url = "http://127.0.0.1:8000/v1"
//   key_env = "LOCAL_API_KEY"              # the variable that holds the key; leave out for none
//   max_in_flight = 32                     # requests at a time, default 64
//
//   [prices."openai/some-model"]           # USD per million tokens
//   input = 2.0
//   cached_input = 0.5                     # default: input
//   output = 8.0
//   max_output_tokens = 32768              # the model's own limit, for the worst case of a budget
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace hone {

struct EndpointConfig {
  std::string base_url;
  std::string key_env;  // "" when the endpoint wants no key
  int max_in_flight = 64;
};

struct PriceConfig {
  double input = 0, cached_input = 0, output = 0;  // USD per million tokens
  std::optional<int64_t> max_output_tokens;
};

struct UserConfig {
  std::string file;  // where it was read from, "" when there was none
  std::map<std::string, EndpointConfig> endpoints;
  std::map<std::string, PriceConfig> prices;
};

// Text of a configuration; errors name `file`, line and field, and the nearest known name.
Result<UserConfig> ParseUserConfig(std::string_view toml, const std::string& file);

// The user's file. A file named by $HONE_CONFIG must exist.
Result<UserConfig> LoadUserConfig();

// Adds endpoints from the command line, "NAME=URL" or "NAME=URL,KEY_ENV", over those of the file.
Status AddEndpoints(const std::vector<std::string>& arguments, UserConfig* config);

}  // namespace hone
