#include "engine/override.h"

#include <algorithm>

#include "base/text.h"

namespace hone {
namespace {

Json ReadScalar(std::string_view text) {
  const std::string lower = ToLowerAscii(text);
  if (lower == "null") return {};
  if (lower == "true") return Json(true);
  if (lower == "false") return Json(false);
  const bool quoted = text.size() >= 2 && text.front() == text.back() &&
                      (text.front() == '\'' || text.front() == '"');
  if (quoted) return Json(text.substr(1, text.size() - 2));
  const bool structured = !text.empty() && (text.front() == '[' || text.front() == '{');
  const Result<Json> parsed = Json::Parse(text);
  if (parsed.ok() && (parsed->is_number() || structured)) return *parsed;
  return Json(text);
}

}  // namespace

Result<Override> ParseOverride(const std::string& text) {
  const std::size_t equals = text.find('=');
  if (equals == std::string::npos || equals == 0) {
    return Invalid("'" + text + "' is no override: write key=value, for instance iterations=3");
  }
  Override out;
  for (const std::string_view name : Split(std::string_view(text).substr(0, equals), '.')) {
    if (name.empty()) return Invalid("'" + text + "': the key has an empty part");
    out.path.emplace_back(name);
  }
  const std::string_view raw = std::string_view(text).substr(equals + 1);
  const bool structured = !raw.empty() && (raw.front() == '[' || raw.front() == '{' ||
                                           raw.front() == '"' || raw.front() == '\'');
  if (!structured && raw.find(',') != std::string_view::npos) {
    out.value = Json::MakeArray();
    for (const std::string_view item : Split(raw, ',')) out.value.Append(ReadScalar(item));
  } else {
    out.value = ReadScalar(raw);
  }
  return out;
}

Status ApplyOverride(const Override& change, const std::vector<std::string>& top_fields,
                     Json* value) {
  std::vector<std::string> path = change.path;
  const bool is_top = std::find(top_fields.begin(), top_fields.end(), path[0]) != top_fields.end();
  if (!is_top) path.insert(path.begin(), "base");
  if (path[0] == "data" && path.size() == 2) path.insert(path.begin() + 1, "params");
  Json new_value = change.value;
  if (path[0] == "seeds" && path.size() == 1 && !new_value.is_array()) {
    new_value = Json::MakeArray({new_value});
  }
  Json* at = value;
  for (std::size_t i = 0; i + 1 < path.size(); ++i) {
    if (at->Find(path[i]) == nullptr) at->Set(path[i], Json::MakeObject());
    Json& next = at->Set(path[i], (*at)[path[i]]);
    if (!next.is_object()) {
      return Invalid("override " + Join(change.path, ".") + ": '" + path[i] + "' is no table");
    }
    at = &next;
  }
  at->Set(path.back(), std::move(new_value));
  return Ok{};
}

}  // namespace hone
