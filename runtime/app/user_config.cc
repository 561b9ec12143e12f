#include "app/user_config.h"

#include <toml++/toml.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <utility>

#include "base/text.h"

namespace hone {
namespace {

std::string At(const std::string& file, const toml::node& node) {
  return file + ":" + std::to_string(node.source().begin.line);
}

bool IsEndpointName(std::string_view name) {
  if (name.empty() || name.size() > 64) return false;
  for (const char c : name) {
    const bool ok = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                    c == '_' || c == '-' || c == '.';
    if (!ok) return false;
  }
  return true;
}

Status CheckEndpoint(const std::string& name, const EndpointConfig& endpoint,
                     const std::string& where) {
  const std::string& url = endpoint.base_url;
  if (!IsEndpointName(name)) {
    return Invalid(where + ": '" + name + "' cannot name an endpoint; use letters, digits, . _ -");
  }
  if (url.empty()) return Invalid(where + ": endpoint '" + name + "' has no base_url");
  if (!url.starts_with("https://") && !url.starts_with("http://")) {
    return Invalid(where + ": base_url of '" + name + "' must start with https:// (or http://)");
  }
  const std::size_t host = url.find("://") + 3;
  if (url.substr(host, url.find('/', host) - host).find('@') != std::string::npos) {
    return Invalid(where + ": base_url of '" + name +
                   "' holds a user name or password; name a variable in key_env instead");
  }
  return Ok{};
}

// One field of a table into `out`; absent is fine, another type is an error.
template <typename T>
Status Read(const toml::table& table, const char* field, const std::string& file,
            const char* expected, T* out) {
  const toml::node* node = table.get(field);
  if (node == nullptr) return Ok{};
  const auto value = node->value<T>();
  if (!value) return Invalid(At(file, *node) + ": " + field + " must be " + expected);
  *out = *value;
  return Ok{};
}

Status KnownFields(const toml::table& table, const std::vector<std::string>& known,
                   const std::string& file, const std::string& where) {
  for (const auto& [key, node] : table) {
    const std::string name(key.str());
    bool found = false;
    for (const std::string& field : known) found = found || field == name;
    if (!found) {
      return Invalid(At(file, node) + ": unknown field '" + name + "' in " + where +
                     NameHint(name, known));
    }
  }
  return Ok{};
}

Status ReadEndpoint(const std::string& name, const toml::table& table, const std::string& file,
                    UserConfig* config) {
  HONE_TRY(KnownFields(table, {"base_url", "key_env", "max_in_flight"}, file, "endpoints." + name));
  EndpointConfig endpoint;
  int64_t max_in_flight = endpoint.max_in_flight;
  HONE_TRY(Read(table, "base_url", file, "a text", &endpoint.base_url));
  HONE_TRY(Read(table, "key_env", file, "the name of a variable", &endpoint.key_env));
  HONE_TRY(Read(table, "max_in_flight", file, "a whole number", &max_in_flight));
  if (max_in_flight < 1 || max_in_flight > 10'000) {
    return Invalid(At(file, table) + ": max_in_flight must be between 1 and 10000");
  }
  endpoint.max_in_flight = static_cast<int>(max_in_flight);
  HONE_TRY(CheckEndpoint(name, endpoint, At(file, table)));
  config->endpoints[name] = std::move(endpoint);
  return Ok{};
}

Status ReadPrice(const std::string& name, const toml::table& table, const std::string& file,
                 UserConfig* config) {
  HONE_TRY(KnownFields(table, {"input", "cached_input", "output", "max_output_tokens"}, file,
                       "prices.\"" + name + "\""));
  if (!table.contains("input") || !table.contains("output")) {
    return Invalid(At(file, table) + ": a price needs input and output, in USD per million tokens");
  }
  PriceConfig price;
  HONE_TRY(Read(table, "input", file, "a number", &price.input));
  HONE_TRY(Read(table, "output", file, "a number", &price.output));
  price.cached_input = price.input;
  HONE_TRY(Read(table, "cached_input", file, "a number", &price.cached_input));
  if (table.contains("max_output_tokens")) {
    int64_t limit = 0;
    HONE_TRY(Read(table, "max_output_tokens", file, "a whole number", &limit));
    if (limit < 1) return Invalid(At(file, table) + ": max_output_tokens must be 1 or more");
    price.max_output_tokens = limit;
  }
  // A price may be zero (one's own machine), never negative or not a number.
  for (const double usd : {price.input, price.cached_input, price.output}) {
    if (!(usd >= 0 && usd <= 1e6)) {
      return Invalid(At(file, table) + ": a price is USD per million tokens, 0 to 1000000");
    }
  }
  config->prices[name] = price;
  return Ok{};
}

using Reader = Status (*)(const std::string&, const toml::table&, const std::string&, UserConfig*);

// Every entry of the table `section` goes to `read`.
Status ReadSection(const toml::table& root, const char* section, const std::string& file,
                   Reader read, UserConfig* config) {
  const toml::node* node = root.get(section);
  if (node == nullptr) return Ok{};
  const toml::table* table = node->as_table();
  if (table == nullptr) return Invalid(At(file, *node) + ": " + section + " must be a table");
  for (const auto& [key, entry] : *table) {
    const std::string name(key.str());
    if (!entry.is_table()) {
      return Invalid(At(file, entry) + ": write [" + section + ".\"" + name + "\"] as a table");
    }
    HONE_TRY(read(name, *entry.as_table(), file, config));
  }
  return Ok{};
}

std::string Variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

}  // namespace

Result<UserConfig> ParseUserConfig(std::string_view text, const std::string& file) {
  toml::table root;
  // toml++ throws on bad input; the exception ends here.
  try {
    root = toml::parse(text, file);
  } catch (const toml::parse_error& error) {
    return Invalid(file + ":" + std::to_string(error.source().begin.line) + ": " +
                   std::string(error.description()));
  }
  UserConfig config;
  config.file = file;
  HONE_TRY(KnownFields(root, {"endpoints", "prices"}, file, "the configuration"));
  HONE_TRY(ReadSection(root, "endpoints", file, ReadEndpoint, &config));
  HONE_TRY(ReadSection(root, "prices", file, ReadPrice, &config));
  return config;
}

Result<UserConfig> LoadUserConfig() {
  const std::string named = Variable("HONE_CONFIG");
  std::filesystem::path path = named;
  if (named.empty()) {
    const std::string xdg = Variable("XDG_CONFIG_HOME");
    const std::string home = Variable("HOME");
    if (xdg.empty() && home.empty()) return UserConfig{};
    path = xdg.empty() ? std::filesystem::path(home) / ".config" : std::filesystem::path(xdg);
    path = path / "hone" / "config.toml";
  }
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    if (named.empty()) return UserConfig{};
    return Fail(ErrorCode::kNotFound, "HONE_CONFIG names " + named + ", which cannot be read");
  }
  std::ostringstream text;
  text << file.rdbuf();
  return ParseUserConfig(text.str(), path.string());
}

Status AddEndpoints(const std::vector<std::string>& arguments, UserConfig* config) {
  for (const std::string& argument : arguments) {
    const std::size_t equals = argument.find('=');
    if (equals == std::string::npos) {
      return Invalid("--endpoint " + argument + ": expected NAME=URL or NAME=URL,KEY_ENV");
    }
    const std::string name = argument.substr(0, equals);
    std::string url = argument.substr(equals + 1);
    EndpointConfig endpoint;
    const std::size_t comma = url.rfind(',');
    if (comma != std::string::npos) {
      endpoint.key_env = url.substr(comma + 1);
      url.resize(comma);
    }
    endpoint.base_url = std::move(url);
    HONE_TRY(CheckEndpoint(name, endpoint, "--endpoint"));
    config->endpoints[name] = std::move(endpoint);
  }
  return Ok{};
}

}  // namespace hone
