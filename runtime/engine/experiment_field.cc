#include "engine/experiment_field.h"

#include <algorithm>

#include "base/text.h"

namespace hone {

Error FieldError(const std::string& file, const std::string& path, const std::string& text) {
  return Invalid(file + ": " + path + ": " + text);
}

Status RefuseHost(const std::string& file, const std::string& place, const std::string& key) {
  if (key != "endpoints" && key != "base_url" && key != "key_env") return Ok{};
  return Fail(ErrorCode::kRefused,
              file + ": " + place +
                  ": an experiment may not say which key goes to which host; put endpoints into "
                  "your own configuration file or use --endpoint NAME=URL,KEY_ENV");
}

Status CheckFields(const std::string& file, const std::string& path, const Json& object,
                   const std::vector<std::string>& known) {
  for (const auto& [key, value] : object.members()) {
    if (std::find(known.begin(), known.end(), key) != known.end()) continue;
    const std::string place = path.empty() ? key : path + "." + key;
    HONE_TRY(RefuseHost(file, place, key));
    return FieldError(file, place, "unknown field" + NameHint(key, known));
  }
  return Ok{};
}

Result<RoleModels> ReadModels(const std::string& file, const std::string& path, const Json& value,
                              RoleModels base) {
  if (value.is_null()) return base;
  if (value.is_string()) {
    base["default"] = value.AsString();
    return base;
  }
  if (!value.is_object()) {
    return FieldError(
        file, path,
        "expected a table of role = \"provider/model\", got " + std::string(value.type_name()));
  }
  for (const auto& [role, model] : value.members()) {
    const std::string place = path + "." + role;
    if (!model.is_string()) {
      return FieldError(file, place,
                        "expected \"provider/model\", got " + std::string(model.type_name()));
    }
    if (model.AsString().find("://") != std::string::npos) {
      return Fail(
          ErrorCode::kRefused,
          file + ": " + place +
              ": a model names an endpoint, not a host: define the endpoint in your own "
              "configuration (or --endpoint NAME=URL,KEY_ENV) and write provider/model@NAME");
    }
    base[role] = model.AsString();
  }
  return base;
}

Result<std::map<std::string, std::string>> ReadPrompts(const std::string& file,
                                                       const std::string& path, const Json& value,
                                                       std::map<std::string, std::string> base) {
  if (!value.is_null() && !value.is_object()) {
    return FieldError(
        file, path,
        "expected a table of prompt = \"file.md\", got " + std::string(value.type_name()));
  }
  for (const auto& [name, source] : value.members()) {
    if (!source.is_string()) return FieldError(file, path + "." + name, "expected a file name");
    base[name] = source.AsString();
  }
  return base;
}

}  // namespace hone
