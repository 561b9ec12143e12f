// What the readers of an experiment's fields share: an error with its place, the check for unknown
// fields, models and prompts by name.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "engine/experiment.h"

namespace hone {

// "file: path: text".
Error FieldError(const std::string& file, const std::string& path, const std::string& text);

// Refuses what says which key goes to which host: only the user's own configuration may.
Status RefuseHost(const std::string& file, const std::string& place, const std::string& key);

// Every member of `object` is one of `known`; the error names the nearest one.
Status CheckFields(const std::string& file, const std::string& path, const Json& object,
                   const std::vector<std::string>& known);

// {role = "provider/model"} or one model for all roles, on top of `base`.
Result<RoleModels> ReadModels(const std::string& file, const std::string& path, const Json& value,
                              RoleModels base);

// {prompt = "file.md"} on top of `base`.
Result<std::map<std::string, std::string>> ReadPrompts(const std::string& file,
                                                       const std::string& path, const Json& value,
                                                       std::map<std::string, std::string> base);

}  // namespace hone
