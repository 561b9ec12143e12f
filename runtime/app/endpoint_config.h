// EndpointConfig: what the user says about one endpoint: address, key variable, limits, time-outs.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"

namespace hone {

class TomlFields;

// Fields that are not set leave what the provider has.
struct EndpointConfig {
  std::string base_url{};
  std::string key_env{};  // the variable that holds the key; "" when the endpoint wants none
  std::optional<int> max_in_flight{}, start_in_flight{};
  std::optional<int64_t> rpm{}, tpm{};          // requests, tokens a minute
  std::optional<bool> stream{};                 // ask for server-sent events
  std::string structured{};                     // one of StructuredModes(), "": as known
  std::optional<int64_t> connect_timeout_ms{};  // until the connection stands
  std::optional<int64_t> idle_timeout_ms{};     // without a byte in either direction
  std::optional<int64_t> total_timeout_ms{};    // of a whole try; of an exec program too
  std::optional<int64_t> max_response_bytes{};
  std::string auth{};         // azure: one of AuthModes()
  std::string api_version{};  // azure
  std::string client_id{};    // azure: of a managed identity
  std::string region{};       // bedrock
  std::string output{};       // exec: the form of what the program prints (exec_output.h)
  std::vector<std::string> argv{}, pass_env{};  // exec: the program, and variables it may see
};

const std::vector<std::string>& AuthModes();
const std::vector<std::string>& StructuredModes();

// One [endpoints.NAME] table.
Result<EndpointConfig> ReadEndpoint(const std::string& name, TomlFields* fields);

// Of an address that a key may go to: http or https, no user name in it. `what` names it in errors.
Status CheckAddress(const std::string& url, const std::string& what);

// The checks that hold wherever an endpoint comes from; `where` stands in front of an error.
Status CheckEndpointConfig(const std::string& name, const EndpointConfig& endpoint,
                           const std::string& where);

}  // namespace hone
