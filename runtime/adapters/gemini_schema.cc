#include "adapters/gemini_schema.h"

#include <cctype>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hone {
namespace {

constexpr int kMaxDepth = 24;  // deeper ones are taken for recursive

std::string Capitals(std::string_view text) {
  std::string result;
  for (const char c : text) {
    result += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  }
  return result;
}

class Converter {
 public:
  explicit Converter(const Json& root) : root_(root) {}

  std::optional<Json> Convert(const Json& schema, int depth) const {
    if (!schema.is_object() || depth > kMaxDepth) return std::nullopt;
    if (schema["$ref"].is_string()) return Reference(schema["$ref"].AsString(), depth);
    if (schema["allOf"].is_array()) {
      if (schema["allOf"].size() != 1) return std::nullopt;
      Json merged = schema;
      merged.Erase("allOf");
      for (const auto& [name, value] : schema["allOf"].items()[0].members()) {
        merged.Set(name, value);
      }
      return Convert(merged, depth + 1);
    }
    for (const char* name : {"anyOf", "oneOf"}) {
      if (schema[name].is_array()) return Choice(schema, schema[name].items(), depth);
    }
    if (schema["type"].is_array()) return Types(schema, depth);
    return Plain(schema, depth);
  }

 private:
  std::optional<Json> Reference(const std::string& path, int depth) const {
    for (const char* home : {"$defs", "definitions"}) {
      const std::string prefix = std::string("#/") + home + "/";
      if (!path.starts_with(prefix)) continue;
      const Json* found = root_[home].Find(path.substr(prefix.size()));
      if (found != nullptr) return Convert(*found, depth + 1);
    }
    return std::nullopt;
  }

  std::optional<Json> Choice(const Json& schema, const Json::Array& options, int depth) const {
    Json list = Json::MakeArray();
    bool nullable = false;
    for (const Json& option : options) {
      if (option["type"].AsString() == "null") {
        nullable = true;
        continue;
      }
      std::optional<Json> converted = Convert(option, depth + 1);
      if (!converted) return std::nullopt;
      list.Append(std::move(*converted));
    }
    if (list.size() == 0) return std::nullopt;
    Json result = list.size() == 1 ? list.items()[0] : Json::MakeObject({{"anyOf", list}});
    if (nullable) result.Set("nullable", true);
    if (schema["description"].is_string() && !result.Has("description")) {
      result.Set("description", schema["description"]);
    }
    return result;
  }

  // {"type": ["string", "null"]}
  std::optional<Json> Types(const Json& schema, int depth) const {
    Json::Array options;
    for (const Json& type : schema["type"].items()) {
      Json option = schema;
      option.Set("type", type);
      options.push_back(std::move(option));
    }
    return Choice(Json::MakeObject(), options, depth);
  }

  std::optional<Json> Plain(const Json& schema, int depth) const {
    std::string type = schema["type"].AsString();
    if (type.empty()) type = GuessType(schema);
    Json result = Json::MakeObject({{"type", Capitals(type)}});
    for (const char* name : {"title", "description"}) {
      if (schema[name].is_string()) result.Set(name, schema[name]);
    }
    if (schema["nullable"].is_bool()) result.Set("nullable", schema["nullable"]);
    if (type == "object") return Object(schema, std::move(result), depth);
    if (type == "array") {
      std::optional<Json> items = Convert(schema["items"], depth + 1);
      if (!items) return std::nullopt;
      result.Set("items", std::move(*items));
      Keep(schema, {"minItems", "maxItems"}, &result);
      return result;
    }
    if (type == "string") {
      Strings(schema, &result);
      return result;
    }
    if (type == "integer" || type == "number") {
      Keep(schema, {"minimum", "maximum"}, &result);
      return result;
    }
    if (type == "boolean") return result;
    return std::nullopt;
  }

  static std::string GuessType(const Json& schema) {
    if (schema["properties"].is_object()) return "object";
    if (schema.Has("items")) return "array";
    const Json& value = schema.Has("const")         ? schema["const"]
                        : schema["enum"].size() > 0 ? schema["enum"].items()[0]
                                                    : schema["const"];
    return value.is_null() ? "" : std::string(value.type_name());
  }

  static void Keep(const Json& schema, const std::vector<const char*>& names, Json* result) {
    for (const char* name : names) {
      if (schema[name].is_number()) result->Set(name, schema[name]);
    }
  }

  static void Strings(const Json& schema, Json* result) {
    Json values = schema.Has("const") ? Json::MakeArray({schema["const"]}) : schema["enum"];
    Json texts = Json::MakeArray();
    for (const Json& value : values.items()) {
      if (value.is_string()) texts.Append(value);
      if (value.is_null()) result->Set("nullable", true);
    }
    if (texts.size() > 0) {
      result->Set("format", "enum");
      result->Set("enum", texts);
      return;
    }
    if (schema["format"].AsString() == "date-time") result->Set("format", "date-time");
    Keep(schema, {"minLength", "maxLength"}, result);
    if (schema["pattern"].is_string()) result->Set("pattern", schema["pattern"]);
  }

  std::optional<Json> Object(const Json& schema, Json result, int depth) const {
    Json properties = Json::MakeObject();
    Json order = Json::MakeArray();
    for (const auto& [name, property] : schema["properties"].members()) {
      std::optional<Json> converted = Convert(property, depth + 1);
      if (!converted) return std::nullopt;
      properties.Set(name, std::move(*converted));
      order.Append(name);
    }
    if (properties.size() == 0) return std::nullopt;
    Json required = Json::MakeArray();
    for (const Json& name : schema["required"].items()) {
      if (properties.Has(name.AsString())) required.Append(name);
    }
    result.Set("properties", std::move(properties));
    if (required.size() > 0) result.Set("required", std::move(required));
    // Else members come in alphabetical order, with the verdict before its reason.
    result.Set("propertyOrdering", std::move(order));
    return result;
  }

  const Json& root_;
};

}  // namespace

std::optional<Json> GeminiSchema(const Json& schema) {
  return Converter(schema).Convert(schema, 0);
}

}  // namespace hone
