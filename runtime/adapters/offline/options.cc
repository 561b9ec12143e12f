#include "adapters/offline/options.h"

#include <charconv>
#include <string>

#include "base/text.h"

namespace hone::offline {
namespace {

template <typename Number>
bool ParseWhole(std::string_view text, Number* value) {
  const char* end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data(), end, *value);
  return parsed.ec == std::errc() && parsed.ptr == end;
}

Error BadValue(std::string_view key, std::string_view value, std::string_view wanted) {
  return Invalid("offline/reader: option '" + std::string(key) + "' is '" + std::string(value) +
                 "'; it wants " + std::string(wanted));
}

}  // namespace

Result<ReaderOptions> ParseReaderOptions(std::string_view model) {
  ReaderOptions options;
  const std::size_t colon = model.find(':');
  if (colon == std::string_view::npos && model.find('=') == std::string_view::npos) {
    if (model.empty() || model == "reader") return options;
    return Fail(ErrorCode::kNotFound, "there is no offline model '" + std::string(model) + "'" +
                                          NameHint(model, {"reader"}));
  }
  if (colon != std::string_view::npos) {
    if (model.substr(0, colon) != "reader") {
      return Fail(ErrorCode::kNotFound, "there is no offline model '" +
                                            std::string(model.substr(0, colon)) + "'" +
                                            NameHint(model.substr(0, colon), {"reader"}));
    }
    model.remove_prefix(colon + 1);
  }
  for (const std::string_view item : Split(model, ',')) {
    const std::string_view pair = Trim(item);
    if (pair.empty()) continue;
    const std::size_t equals = pair.find('=');
    const std::string_view key = Trim(pair.substr(0, equals));
    const std::string_view value =
        equals == std::string_view::npos ? std::string_view() : Trim(pair.substr(equals + 1));
    if (key == "attention") {
      if (!ParseWhole(value, &options.attention) || options.attention < 0) {
        return BadValue(key, value, "a whole number of tokens, 0 or more");
      }
    } else if (key == "slip") {
      if (!ParseWhole(value, &options.slip) || !(options.slip >= 0 && options.slip <= 1)) {
        return BadValue(key, value, "a probability from 0 to 1");
      }
    } else if (key == "commands") {
      if (!ParseWhole(value, &options.commands) || options.commands < 0) {
        return BadValue(key, value, "a whole number of shell commands, 0 or more");
      }
    } else {
      return Invalid("offline/reader has no option '" + std::string(key) + "'" +
                     NameHint(key, {"attention", "slip", "commands"}));
    }
  }
  return options;
}

}  // namespace hone::offline
