#include "data/reader_options.h"

#include <algorithm>

#include "base/text.h"

namespace hone {
namespace {

std::string Field(std::string_view key) { return "reader." + std::string(key); }

}  // namespace

Status ReaderOptions::CheckKeys(const std::vector<std::string>& known) const {
  for (const auto& [key, value] : spec_.members()) {
    if (key == "kind" || std::find(known.begin(), known.end(), key) != known.end()) continue;
    return Invalid(Field(OneLine(key, 80)) + ": the reader '" + spec_["kind"].AsString() +
                   "' has no such option" + NameHint(key, known));
  }
  return {};
}

Result<int64_t> ReaderOptions::Integer(std::string_view key, int64_t fallback, int64_t min,
                                       int64_t max) const {
  const Json& value = spec_[key];
  if (value.is_null()) return fallback;
  const int64_t number = value.AsInt(min - 1);
  if (!value.is_number() || (!value.is_int() && value.AsDouble() != static_cast<double>(number))) {
    return Invalid(Field(key) + ": expected an integer, got " + OneLine(value.Dump(), 60));
  }
  if (number < min || number > max) {
    return Invalid(Field(key) + ": " + OneLine(value.Dump(), 60) + " is outside " +
                   std::to_string(min) + " to " + std::to_string(max));
  }
  return number;
}

Result<std::vector<std::string>> ReaderOptions::Strings(std::string_view key) const {
  const Json& value = spec_[key];
  std::vector<std::string> out;
  if (value.is_null()) return out;
  const Json::Array one = value.is_array() ? value.items() : Json::Array{value};
  for (const Json& item : one) {
    // Lua sends an empty table as an object: it is an empty list here.
    if (item.is_object() && item.size() == 0 && !value.is_array()) return out;
    if (!item.is_string() || item.AsString().empty()) {
      return Invalid(Field(key) + ": expected a text or a list of texts, got " +
                     OneLine(item.Dump(), 60));
    }
    if (item.AsString().find('\0') != std::string::npos) {
      return Invalid(Field(key) + ": a text with a NUL byte cannot name a file");
    }
    out.push_back(item.AsString());
  }
  return out;
}

}  // namespace hone
