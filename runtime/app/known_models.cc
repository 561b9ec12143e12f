#include "app/known_models.h"

#include <toml++/toml.h>

#include <array>

namespace hone {
namespace {

bool Fits(std::string_view end, std::string_view shape) {
  for (std::size_t i = 0; i < shape.size(); ++i) {
    const bool fits = shape[i] == 'd' ? end[i] >= '0' && end[i] <= '9' : end[i] == shape[i];
    if (!fits) return false;
  }
  return true;
}

// "openai/gpt-4.1-2025-04-14" -> "openai/gpt-4.1"; "claude-opus-4-5-20251101-v1:0" likewise.
std::string_view WithoutDate(std::string_view name) {
  constexpr std::string_view kVersion = "-vd:d";
  if (name.size() > kVersion.size() && Fits(name.substr(name.size() - kVersion.size()), kVersion)) {
    name.remove_suffix(kVersion.size());
  }
  for (const std::string_view shape : {"-dddd-dd-dd", "-dddddddd", "-dd-dddd", "-ddd"}) {
    if (name.size() <= shape.size()) continue;
    if (Fits(name.substr(name.size() - shape.size()), shape)) {
      return name.substr(0, name.size() - shape.size());
    }
  }
  return name;
}

std::string WithoutRegion(std::string_view name) {
  constexpr std::string_view kBedrock = "bedrock/";
  if (!name.starts_with(kBedrock)) return std::string(name);
  const std::string_view model = name.substr(kBedrock.size());
  for (const std::string_view region : {"us.", "eu.", "apac.", "jp.", "au.", "global."}) {
    if (model.starts_with(region)) {
      return std::string(kBedrock) + std::string(model.substr(region.size()));
    }
  }
  return std::string(name);
}

std::string At(const std::string& file, const toml::node& node) {
  return file + ":" + std::to_string(node.source().begin.line);
}

Result<KnownModel> ReadRow(const toml::table& row, const std::string& file,
                           const std::string& source) {
  KnownModel known;
  const std::array<std::pair<const char*, double*>, 5> fields{
      {{"input", &known.prices.input},
       {"cached_input", &known.prices.cached_input},
       {"cache_write", &known.prices.cache_write},
       {"output", &known.prices.output},
       {"reasoning", &known.prices.reasoning}}};
  if (!row.contains("input") || !row.contains("output") || !row.contains("max_output_tokens")) {
    return Invalid(At(file, row) + ": a row needs input, output and max_output_tokens");
  }
  for (const auto& [name, out] : fields) {
    const toml::node* node = row.get(name);
    if (node == nullptr) continue;
    const auto value = node->value<double>();
    if (!value || !(*value >= 0 && *value <= 1e6)) {
      return Invalid(At(file, *node) + ": " + name + " must be USD per million tokens");
    }
    *out = *value;
  }
  if (!row.contains("cached_input")) known.prices.cached_input = known.prices.input;
  if (!row.contains("cache_write")) known.prices.cache_write = known.prices.input;
  if (!row.contains("reasoning")) known.prices.reasoning = known.prices.output;
  known.prices.source = source;
  known.max_output_tokens = row["max_output_tokens"].value<int64_t>().value_or(0);
  if (known.max_output_tokens < 1) {
    return Invalid(At(file, row) + ": max_output_tokens must be 1 or more");
  }
  return known;
}

}  // namespace

Result<PriceTable> ParsePriceTable(std::string_view text, const std::string& file) {
  toml::table root;
  // toml++ throws on bad input; the exception ends here.
  try {
    root = toml::parse(text, file);
  } catch (const toml::parse_error& error) {
    return Invalid(file + ":" + std::to_string(error.source().begin.line) + ": " +
                   std::string(error.description()));
  }
  PriceTable table;
  table.version = root["version"].value_or<std::string>("");
  if (table.version.empty()) return Invalid(file + ": version: missing");
  for (const char* section : {"unverified", "verified"}) {
    const toml::table* rows = root[section].as_table();
    if (rows == nullptr) continue;
    const std::string source = "hone " + table.version + ", " + section;
    for (const auto& [key, node] : *rows) {
      if (!node.is_table()) return Invalid(At(file, node) + ": expected a table");
      HONE_ASSIGN(table.models[std::string(key.str())], ReadRow(*node.as_table(), file, source));
    }
  }
  return table;
}

const PriceTable& KnownPrices() {
  static const PriceTable table = [] {
    const Result<PriceTable> parsed = ParsePriceTable(PriceTableText(), "prices.toml");
    HONE_CHECK(parsed.ok());
    return *parsed;
  }();
  return table;
}

bool IsPinnedModelName(std::string_view name) { return WithoutDate(name) != name; }

std::optional<KnownModel> FindKnownModel(std::string_view name) {
  const auto& models = KnownPrices().models;
  const std::string regionless = WithoutRegion(name);
  for (const std::string_view form : {std::string_view(regionless), WithoutDate(regionless)}) {
    if (const auto found = models.find(form); found != models.end()) return found->second;
  }
  return std::nullopt;
}

}  // namespace hone
