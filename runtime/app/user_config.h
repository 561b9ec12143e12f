// UserConfig: what the user, and nobody else, says about endpoints, keys and prices.
//
// Read from $HONE_CONFIG, else $XDG_CONFIG_HOME/hone/config.toml, else ~/.config/hone/config.toml;
// no file is an empty configuration. Experiments, recipes and data mappers cannot reach it.
//
//   [endpoints.local]                      # used as provider/model@local
//   base_url = "http://127.0.0.1:8000/v1"
//   key_env = "LOCAL_API_KEY"              # the variable that holds the key; leave out for none
//   max_in_flight = 32                     # requests at a time, default 64
//   start_in_flight = 4                    # admission starts here; default 4, on this machine all
//   rpm = 500                              # requests and tokens a minute, default no limit
//   tpm = 200000
//   connect_timeout = 10                   # seconds; idle: without a byte; total: of one try
//   idle_timeout = 300
//   total_timeout = 600
//   max_response_mb = 16
//   stream = true                          # ask for server-sent events
//   structured = "schema"                  # or object, none: how much of JSON Schema it takes
//   auth = "azure_cli"                     # azure: api_key, azure_cli, managed_identity, ...
//   api_version = "2024-12-01-preview"     # azure
//   client_id = "..."                      # azure: of a managed identity
//   region = "eu-central-1"                # bedrock
//   argv = ["codex", "exec"]               # exec: the program; pass_env: variables it may see
//   pass_env = ["CODEX_HOME"]
//   output = "text"                        # exec: the form of what it prints
//   time_limit = 300                       # exec: another name of total_timeout
//
//   [endpoints.openai]                     # a provider's own name: settings of its own endpoint
//   rpm = 500
//
//   [aliases]                              # names for models; keys hold the name in full
//   judge-5 = "openai/gpt-5.1-2025-11-13"
//
//   [fallbacks]                            # called when a call of the first is interrupted for
//   good "openai/gpt-4.1" = "azure/gpt-4.1@mine"
//
//   [prices."openai/some-model"]           # USD per million tokens
//   input = 2.0
//   cached_input = 0.5                     # default: input
//   cache_write = 2.5                      # default: input
//   output = 8.0
//   reasoning = 8.0                        # default: output
//   max_output_tokens = 32768              # the model's own limit, for the worst case of a budget
//
//   [containers]
//   backend = "bubblewrap"                 # or "docker" (Podman's service too); $HONE_CONTAINERS
//   socket = "/run/user/1000/podman/podman.sock"  # docker; default: $DOCKER_HOST, Docker's own
//   images = "/var/cache/hone"             # bubblewrap: the store of `hone image`; $HONE_IMAGES
//   at_once = 8                            # containers at the same time; default: 4 a core
//
//   [search.wiki]                          # a service that search.query may ask
//   url = "https://search.example.org/v1"  # http on loopback only
//   key_env = "WIKI_API_KEY"               # sent as a bearer token; default: no key
//
//   [tries]
//   most = 5                               # sends of one call in one session
//   backoff = 0.5                          # seconds, doubles with every try
//   retry_after_ceiling = 60               # seconds; a longer Retry-After interrupts the call
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/endpoint_config.h"
#include "base/result.h"
#include "ports/model_source.h"

namespace hone {

struct PriceConfig {
  TokenPrices prices;
  std::optional<int64_t> max_output_tokens;
};

struct TriesConfig {
  int most = 5;
  int64_t backoff_ms = 500, retry_after_ceiling_ms = 60'000;
};

struct ContainersConfig {
  std::string backend, socket, images;  // "": not said
  std::optional<int> at_once;           // containers at the same time
};

struct SearchConfig {
  std::string url, key_env;
};

struct UserConfig {
  std::string file;  // where it was read from, "" when there was none
  std::map<std::string, EndpointConfig> endpoints;
  std::map<std::string, PriceConfig> prices;
  std::map<std::string, std::string> aliases;    // name -> provider/model[@endpoint]
  std::map<std::string, std::string> fallbacks;  // provider/model[@endpoint] -> the same or alias
  TriesConfig tries;
  ContainersConfig containers;
  std::map<std::string, SearchConfig> searches;
};

// Text of a configuration; errors name `file`, line and field, and the nearest known name.
Result<UserConfig> ParseUserConfig(std::string_view toml, const std::string& file);

// The user's file. A file named by $HONE_CONFIG must exist.
Result<UserConfig> LoadUserConfig();

// Adds endpoints from the command line, "NAME=URL" or "NAME=URL,KEY_ENV", over those of the file.
Status AddEndpoints(const std::vector<std::string>& arguments, UserConfig* config);

}  // namespace hone
