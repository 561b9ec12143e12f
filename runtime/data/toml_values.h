// TOML as JSON values: tables, lists, texts, numbers and booleans as they are, dates and times as
// their text.
#pragma once

#include <string>
#include <string_view>

#include "base/json.h"
#include "base/result.h"

namespace hone {

// `name` is what errors call the text: "task.toml:3:7: ...".
Result<Json> ParseToml(std::string_view text, const std::string& name);

}  // namespace hone
