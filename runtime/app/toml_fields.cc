#include "app/toml_fields.h"

#include <algorithm>
#include <cmath>

#include "base/text.h"

namespace hone {
namespace {

constexpr double kLongestTimeoutS = 24 * 3600;

}  // namespace

std::string TomlFields::PlaceOf(const toml::node& node) const {
  return file_ + ":" + std::to_string(node.source().begin.line);
}

std::string TomlFields::Place() const { return PlaceOf(table_); }

void TomlFields::Keep(Status status) {
  if (status_.ok()) status_ = std::move(status);
}

template <typename T>
std::optional<T> TomlFields::Value(const char* field, const char* expected) {
  const toml::node* node = table_.get(field);
  if (node == nullptr) return std::nullopt;
  const auto value = node->value<T>();
  if (!value) Keep(Invalid(PlaceOf(*node) + ": " + field + " must be " + expected));
  return value;
}

void TomlFields::OnlyKnown(const std::vector<std::string>& known, const std::string& where) {
  for (const auto& [key, node] : table_) {
    const std::string name(key.str());
    if (std::find(known.begin(), known.end(), name) != known.end()) continue;
    return Keep(Invalid(PlaceOf(node) + ": unknown field '" + name + "' in " + where +
                        NameHint(name, known)));
  }
}

void TomlFields::Text(const char* field, const char* expected, std::string* out) {
  if (const auto value = Value<std::string>(field, expected)) *out = *value;
}

void TomlFields::Count(const char* field, int64_t most, std::optional<int64_t>* out) {
  const auto value = Value<int64_t>(field, "a whole number");
  if (!value) return;
  if (*value < 1 || *value > most) {
    return Keep(Invalid(PlaceOf(*table_.get(field)) + ": " + field + " must be between 1 and " +
                        std::to_string(most)));
  }
  *out = *value;
}

void TomlFields::SmallCount(const char* field, std::optional<int>* out) {
  std::optional<int64_t> value;
  Count(field, 10'000, &value);
  if (value) *out = static_cast<int>(*value);
}

void TomlFields::Seconds(const char* field, std::optional<int64_t>* out_ms) {
  const auto value = Value<double>(field, "a number of seconds");
  if (!value) return;
  if (!(*value > 0 && *value <= kLongestTimeoutS)) {
    return Keep(Invalid(PlaceOf(*table_.get(field)) + ": " + field +
                        " must be seconds, more than 0 and at most a day"));
  }
  *out_ms = std::max<int64_t>(1, std::llround(*value * 1000));
}

void TomlFields::Flag(const char* field, std::optional<bool>* out) {
  if (const auto value = Value<bool>(field, "true or false")) *out = *value;
}

void TomlFields::Choice(const char* field, const std::vector<std::string>& known,
                        std::string* out) {
  const auto value = Value<std::string>(field, "a text");
  if (!value) return;
  if (std::find(known.begin(), known.end(), *value) == known.end()) {
    return Keep(Invalid(PlaceOf(*table_.get(field)) + ": " + field + " = \"" + OneLine(*value, 40) +
                        "\" is none of " + Join(known, ", ") + NameHint(*value, known)));
  }
  *out = *value;
}

void TomlFields::List(const char* field, std::vector<std::string>* out) {
  const toml::node* node = table_.get(field);
  if (node == nullptr) return;
  const toml::array* list = node->as_array();
  bool fits = list != nullptr;
  for (std::size_t i = 0; fits && i < list->size(); ++i) {
    const auto value = (*list)[i].value<std::string>();
    fits = value.has_value();
    if (fits) out->push_back(*value);
  }
  if (!fits) Keep(Invalid(PlaceOf(*node) + ": " + field + " must be a list of texts"));
}

bool TomlFields::Price(const char* field, double* out) {
  const toml::node* node = table_.get(field);
  if (node == nullptr) return false;
  const auto value = Value<double>(field, "a number");
  // It may be zero (one's own machine), never negative or not a number.
  if (value && !(*value >= 0 && *value <= 1e6)) {
    Keep(Invalid(PlaceOf(*node) + ": " + field +
                 ": a price is USD per million tokens, 0 to 1000000"));
  }
  if (value) *out = *value;
  return true;
}

}  // namespace hone
