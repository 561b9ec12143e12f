// Overrides from the command line: "key=value" with a dotted key and a JSON-like value.
#pragma once

#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"

namespace hone {

struct Override {
  std::vector<std::string> path;  // "data.path" -> {"data", "path"}
  Json value;
};

// Values: null, true, false, numbers, quoted texts, JSON lists and maps, "a,b,c" as a list;
// anything else is a text.
Result<Override> ParseOverride(const std::string& text);

// Puts it into an experiment's value. A first name that is not one of `top_fields` is a setting of
// `base`; below `data` it is a parameter of the mapper.
Status ApplyOverride(const Override& change, const std::vector<std::string>& top_fields,
                     Json* value);

}  // namespace hone
