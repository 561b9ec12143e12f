#include "engine/parameters.h"

#include <algorithm>
#include <vector>

#include "base/text.h"

namespace hone {
namespace {

std::string NumberText(const Json& value) { return value.Dump(); }

Error Problem(const std::string& where, const Json& param, const std::string& text) {
  return Invalid(where + "." + param["name"].AsString() + ": " + text);
}

Status CheckBounds(const Json& param, const Json& value, const std::string& where) {
  if (param.Has("min") && value.AsDouble() < param["min"].AsDouble()) {
    return Problem(where, param,
                   NumberText(value) + " is below the minimum " + NumberText(param["min"]));
  }
  if (param.Has("max") && value.AsDouble() > param["max"].AsDouble()) {
    return Problem(where, param,
                   NumberText(value) + " is above the maximum " + NumberText(param["max"]));
  }
  return Ok{};
}

Status CheckChoice(const Json& param, const Json& value, const std::string& where) {
  std::vector<std::string> choices;
  for (const Json& choice : param["choices"].items()) {
    if (choice == value) return Ok{};
    choices.push_back(choice.is_string() ? choice.AsString() : choice.Dump());
  }
  const std::string given = value.is_string() ? value.AsString() : value.Dump();
  return Problem(where, param,
                 "'" + given + "' is not one of " + Join(choices, ", ") +
                     (NearestName(given, choices).empty()
                          ? ""
                          : "; did you mean '" + NearestName(given, choices) + "'?"));
}

Result<Json> CheckValue(const Json& param, const Json& value, const std::string& where) {
  const std::string& type = param["type"].AsString();
  const auto wrong = [&](const std::string& expected) {
    const bool is_scalar = !value.is_array() && !value.is_object() && !value.is_null();
    return Problem(where, param,
                   "expected " + expected + ", got " +
                       (is_scalar ? OneLine(value.Dump(), 40) : std::string(value.type_name())));
  };
  if (type == "int") {
    if (!value.is_number() || Json(value.AsInt()).AsDouble() != value.AsDouble()) {
      return wrong("a whole number");
    }
    HONE_TRY(CheckBounds(param, value, where));
    return Json(value.AsInt());
  }
  if (type == "number") {
    if (!value.is_number()) return wrong("a number");
    HONE_TRY(CheckBounds(param, value, where));
  } else if (type == "bool") {
    if (!value.is_bool()) return wrong("true or false");
  } else if (type == "string" || type == "workspace") {
    if (!value.is_string()) return wrong("a text");
  } else if (type == "choice") {
    HONE_TRY(CheckChoice(param, value, where));
  } else if (type == "list") {
    if (!value.is_array()) return Json::MakeArray({value});
  }
  return value;
}

}  // namespace

Result<Json> ResolveParameters(const Json& declared, const Json& given, const std::string& where) {
  Json out = Json::MakeObject();
  std::vector<std::string> names;
  for (const Json& param : declared.items()) {
    const std::string& name = param["name"].AsString();
    names.push_back(name);
    if (const Json* value = given.Find(name)) {
      HONE_ASSIGN(Json checked, CheckValue(param, *value, where));
      out.Set(name, std::move(checked));
    } else if (param["required"].AsBool()) {
      return Problem(where, param, "is required: " + param["doc"].AsString());
    } else if (const Json* fallback = param.Find("default")) {
      out.Set(name, *fallback);
    }
  }
  for (const auto& [name, value] : given.members()) {
    if (std::find(names.begin(), names.end(), name) != names.end()) continue;
    return Invalid(where + "." + name + ": unknown parameter" + NameHint(name, names));
  }
  return out;
}

Result<Json> ApplyPreset(const Json& description, const Json& settings, const std::string& where) {
  const Json* chosen = settings.Find("preset");
  if (chosen == nullptr) return settings;
  const std::string recipe = "recipe '" + description["name"].AsString() + "'";
  std::vector<std::string> names;
  for (const auto& [name, values] : description["presets"].members()) names.push_back(name);
  if (names.empty()) return Invalid(where + ".preset: " + recipe + " has no presets");
  if (!chosen->is_string()) {
    return Invalid(where + ".preset: expected one of " + Join(names, ", "));
  }
  const std::string& name = chosen->AsString();
  const Json* values = description["presets"].Find(name);
  if (values == nullptr) {
    return Invalid(where + ".preset: " + recipe + " has no preset '" + OneLine(name, 40) + "'" +
                   NameHint(name, names));
  }
  Json out = *values;
  for (const auto& [key, value] : settings.members()) {
    if (key != "preset") out.Set(key, value);
  }
  return out;
}

Status CheckPresets(const Json& description, const std::string& where) {
  for (const auto& [name, values] : description["presets"].members()) {
    for (const Json& param : description["params"].items()) {
      const Json* value = values.Find(param["name"].AsString());
      if (value == nullptr) continue;
      const Result<Json> checked = CheckValue(param, *value, where + ": presets." + name);
      if (!checked.ok()) return checked.error();
    }
  }
  return Ok{};
}

}  // namespace hone
