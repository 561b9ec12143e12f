#include "app/user_config.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <utility>

#include "adapters/container_engines.h"
#include "app/providers.h"
#include "app/toml_fields.h"
#include "base/text.h"

namespace hone {
namespace {

Status ReadPrice(const std::string& name, TomlFields* fields, UserConfig* config) {
  fields->OnlyKnown(
      {"input", "cached_input", "cache_write", "output", "reasoning", "max_output_tokens"},
      "prices.\"" + name + "\"");
  PriceConfig price;
  TokenPrices& usd = price.prices;
  usd.source = "user configuration";
  const bool has_both = fields->Price("input", &usd.input) && fields->Price("output", &usd.output);
  if (!has_both) {
    fields->Keep(
        Invalid(fields->Place() + ": a price needs input and output, in USD per million tokens"));
  }
  if (!fields->Price("cached_input", &usd.cached_input)) usd.cached_input = usd.input;
  if (!fields->Price("cache_write", &usd.cache_write)) usd.cache_write = usd.input;
  if (!fields->Price("reasoning", &usd.reasoning)) usd.reasoning = usd.output;
  fields->Count("max_output_tokens", 1'000'000'000, &price.max_output_tokens);
  config->prices[name] = price;
  return fields->status();
}

Status ReadEndpointInto(const std::string& name, TomlFields* fields, UserConfig* config) {
  HONE_ASSIGN(EndpointConfig endpoint, ReadEndpoint(name, fields));
  // An endpoint of a provider's name is the provider's own; any other one must say where it is.
  if (endpoint.base_url.empty() && endpoint.argv.empty() && FindProvider(name) == nullptr &&
      endpoint.region.empty()) {
    return Invalid(fields->Place() + ": endpoint '" + name + "' has no base_url (or argv)" +
                   NameHint(name, ProviderNames()));
  }
  config->endpoints[name] = std::move(endpoint);
  return Ok{};
}

Status ReadTries(const toml::table& table, const std::string& file, UserConfig* config) {
  TomlFields fields(table, file);
  fields.OnlyKnown({"most", "backoff", "retry_after_ceiling"}, "tries");
  std::optional<int> most;
  std::optional<int64_t> backoff_ms, ceiling_ms;
  fields.SmallCount("most", &most);
  fields.Seconds("backoff", &backoff_ms);
  fields.Seconds("retry_after_ceiling", &ceiling_ms);
  TriesConfig& tries = config->tries;
  tries.most = most.value_or(tries.most);
  tries.backoff_ms = backoff_ms.value_or(tries.backoff_ms);
  tries.retry_after_ceiling_ms = ceiling_ms.value_or(tries.retry_after_ceiling_ms);
  return fields.status();
}

Status ReadContainers(const toml::table& table, const std::string& file, UserConfig* config) {
  TomlFields fields(table, file);
  fields.OnlyKnown({"at_once", "backend", "images", "socket"}, "containers");
  ContainersConfig& containers = config->containers;
  fields.Choice("backend", ContainerBackends(), &containers.backend);
  fields.Text("socket", "the path of a Unix socket", &containers.socket);
  fields.Text("images", "the path of a folder", &containers.images);
  fields.SmallCount("at_once", &containers.at_once);
  return fields.status();
}

Status ReadSearchInto(const std::string& name, TomlFields* fields, UserConfig* config) {
  fields->OnlyKnown({"key_env", "url"}, "search." + name);
  SearchConfig search;
  fields->Text("url", "an address", &search.url);
  fields->Text("key_env", "the name of a variable", &search.key_env);
  HONE_TRY(fields->status());
  if (search.url.empty()) {
    return Invalid(fields->Place() + ": search." + name + ".url is missing");
  }
  HONE_TRY(CheckAddress(search.url, fields->Place() + ": url of '" + name + "'"));
  config->searches[name] = std::move(search);
  return Ok{};
}

class Sections {
 public:
  Sections(const toml::table& root, const std::string& file) : root_(root), file_(file) {}

  // The table `section`; null when it is not there.
  Result<const toml::table*> Table(const char* section) const {
    const toml::node* node = root_.get(section);
    if (node == nullptr) return nullptr;
    const toml::table* table = node->as_table();
    if (table == nullptr) return Invalid(At(*node) + ": " + section + " must be a table");
    return table;
  }

  // Every entry of the table `section` goes to `read`.
  Status Each(const char* section, Status (*read)(const std::string&, TomlFields*, UserConfig*),
              UserConfig* config) const {
    HONE_ASSIGN(const toml::table* table, Table(section));
    if (table == nullptr) return Ok{};
    for (const auto& [key, entry] : *table) {
      const std::string name(key.str());
      if (!entry.is_table()) {
        return Invalid(At(entry) + ": write [" + section + ".\"" + name + "\"] as a table");
      }
      TomlFields fields(*entry.as_table(), file_);
      HONE_TRY(read(name, &fields, config));
    }
    return Ok{};
  }

  // name = "text" entries.
  Status Names(const char* section, std::map<std::string, std::string>* out) const {
    HONE_ASSIGN(const toml::table* table, Table(section));
    if (table == nullptr) return Ok{};
    for (const auto& [key, entry] : *table) {
      const auto value = entry.value<std::string>();
      if (!value) {
        return Invalid(At(entry) + ": " + section + "." + std::string(key.str()) +
                       " must be a text, \"provider/model\"");
      }
      (*out)[std::string(key.str())] = *value;
    }
    return Ok{};
  }

 private:
  std::string At(const toml::node& node) const {
    return file_ + ":" + std::to_string(node.source().begin.line);
  }

  const toml::table& root_;
  const std::string& file_;
};

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
  TomlFields fields(root, file);
  fields.OnlyKnown({"endpoints", "prices", "aliases", "fallbacks", "tries", "containers", "search"},
                   "the configuration");
  HONE_TRY(fields.status());
  const Sections sections(root, file);
  HONE_TRY(sections.Each("endpoints", ReadEndpointInto, &config));
  HONE_TRY(sections.Each("prices", ReadPrice, &config));
  HONE_TRY(sections.Each("search", ReadSearchInto, &config));
  HONE_TRY(sections.Names("aliases", &config.aliases));
  HONE_TRY(sections.Names("fallbacks", &config.fallbacks));
  HONE_ASSIGN(const toml::table* tries, sections.Table("tries"));
  if (tries != nullptr) HONE_TRY(ReadTries(*tries, file, &config));
  HONE_ASSIGN(const toml::table* containers, sections.Table("containers"));
  if (containers != nullptr) HONE_TRY(ReadContainers(*containers, file, &config));
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
    HONE_TRY(CheckEndpointConfig(name, endpoint, "--endpoint"));
    if (endpoint.base_url.empty()) {
      return Invalid("--endpoint " + argument + ": endpoint '" + name + "' has no base_url");
    }
    config->endpoints[name] = std::move(endpoint);
  }
  return Ok{};
}

}  // namespace hone
