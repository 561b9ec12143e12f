#include "app/endpoint_config.h"

#include <algorithm>

#include "app/toml_fields.h"
#include "base/text.h"

namespace hone {
namespace {

const std::vector<std::string> kFields{"base_url",
                                       "key_env",
                                       "max_in_flight",
                                       "start_in_flight",
                                       "rpm",
                                       "tpm",
                                       "stream",
                                       "structured",
                                       "connect_timeout",
                                       "idle_timeout",
                                       "total_timeout",
                                       "max_response_mb",
                                       "auth",
                                       "api_version",
                                       "client_id",
                                       "region",
                                       "argv",
                                       "pass_env",
                                       "output",
                                       "time_limit"};

bool IsEndpointName(std::string_view name) {
  if (name.empty() || name.size() > 64) return false;
  return std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-' || c == '.';
  });
}

}  // namespace

const std::vector<std::string>& AuthModes() {
  static const std::vector<std::string> modes{"api_key", "azure_cli", "managed_identity",
                                              "openai_compatible"};
  return modes;
}

const std::vector<std::string>& StructuredModes() {
  static const std::vector<std::string> modes{"schema", "object", "none"};
  return modes;
}

Status CheckAddress(const std::string& url, const std::string& what) {
  if (!url.starts_with("https://") && !url.starts_with("http://")) {
    return Invalid(what + " must start with https:// (or http://)");
  }
  const std::size_t host = url.find("://") + 3;
  if (url.substr(host, url.find('/', host) - host).find('@') != std::string::npos) {
    return Invalid(what + " holds a user name or password; name a variable in key_env instead");
  }
  return Ok{};
}

Status CheckEndpointConfig(const std::string& name, const EndpointConfig& endpoint,
                           const std::string& where) {
  const std::string& url = endpoint.base_url;
  if (!IsEndpointName(name)) {
    return Invalid(where + ": '" + name + "' cannot name an endpoint; use letters, digits, . _ -");
  }
  if (url.empty()) return Ok{};
  return CheckAddress(url, where + ": base_url of '" + name + "'");
}

Result<EndpointConfig> ReadEndpoint(const std::string& name, TomlFields* fields) {
  TomlFields& read = *fields;
  read.OnlyKnown(kFields, "endpoints." + name);
  EndpointConfig endpoint;
  read.Text("base_url", "a text", &endpoint.base_url);
  read.Text("key_env", "the name of a variable", &endpoint.key_env);
  read.SmallCount("max_in_flight", &endpoint.max_in_flight);
  read.SmallCount("start_in_flight", &endpoint.start_in_flight);
  read.Count("rpm", 1'000'000'000, &endpoint.rpm);
  read.Count("tpm", 1'000'000'000'000, &endpoint.tpm);
  read.Flag("stream", &endpoint.stream);
  read.Choice("structured", StructuredModes(), &endpoint.structured);
  read.Seconds("connect_timeout", &endpoint.connect_timeout_ms);
  read.Seconds("idle_timeout", &endpoint.idle_timeout_ms);
  read.Seconds("total_timeout", &endpoint.total_timeout_ms);
  read.Seconds("time_limit", &endpoint.total_timeout_ms);
  std::optional<int64_t> megabytes;
  read.Count("max_response_mb", 4096, &megabytes);
  if (megabytes) endpoint.max_response_bytes = *megabytes << 20U;
  read.Choice("auth", AuthModes(), &endpoint.auth);
  read.Text("api_version", "a text", &endpoint.api_version);
  read.Text("client_id", "a text", &endpoint.client_id);
  read.Text("region", "a text", &endpoint.region);
  read.Text("output", "a text", &endpoint.output);
  read.List("argv", &endpoint.argv);
  read.List("pass_env", &endpoint.pass_env);
  if (!read.status().ok()) return read.status().error();
  HONE_TRY(CheckEndpointConfig(name, endpoint, read.Place()));
  return endpoint;
}

}  // namespace hone
