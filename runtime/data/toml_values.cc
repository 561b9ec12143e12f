#include "data/toml_values.h"

#include <toml++/toml.h>

#include <sstream>

#include "base/text.h"

namespace hone {
namespace {

Json ValueOf(const toml::node& node) {
  if (const toml::table* table = node.as_table()) {
    Json out = Json::MakeObject();
    for (const auto& [key, value] : *table) out.Set(key.str(), ValueOf(value));
    return out;
  }
  if (const toml::array* list = node.as_array()) {
    Json out = Json::MakeArray();
    for (const toml::node& item : *list) out.Append(ValueOf(item));
    return out;
  }
  if (const auto* text = node.as_string()) return Json(text->get());
  if (const auto* integer = node.as_integer()) return Json(integer->get());
  if (const auto* real = node.as_floating_point()) return Json(real->get());
  if (const auto* flag = node.as_boolean()) return Json(flag->get());
  std::ostringstream out;
  node.visit([&out](const auto& value) {
    if constexpr (toml::is_value<decltype(value)>) out << value.get();
  });
  return Json(out.str());
}

}  // namespace

// toml++ throws; nothing of it leaves this function.
Result<Json> ParseToml(std::string_view text, const std::string& name) {
  try {
    return ValueOf(toml::parse(text, name));
  } catch (const toml::parse_error& problem) {
    const toml::source_position at = problem.source().begin;
    return Invalid(name + ":" + std::to_string(at.line) + ":" + std::to_string(at.column) + ": " +
                   OneLine(problem.description(), 200));
  }
}

}  // namespace hone
