#include "engine/file_values.h"

#include <algorithm>
#include <filesystem>

#include "base/text.h"
#include "data/text_file.h"
#include "engine/experiment.h"
#include "engine/experiment_field.h"
#include "engine/load_program.h"

namespace hone {
namespace {

constexpr std::size_t kMaxTextBytes = 4U << 20U;

// Tables by nature: their members are names, not a file.
bool IsTable(std::string_view setting) {
  return setting == "prompts" || setting == "models" || setting == "slice";
}

Status ReplaceIn(const std::string& file, const std::string& place, Json* settings) {
  for (auto& [name, setting] : settings->mutable_members()) {
    const bool names_file = setting.is_object() && setting.size() == 1 && setting.Has("file");
    if (!names_file || IsTable(name)) continue;
    const std::string& path = setting["file"].AsString();
    if (path.empty()) return FieldError(file, place + "." + name, "file: expected a path");
    const auto full = std::filesystem::path(FolderOf(file)) / path;
    const Result<TextFile> text = ReadTextFile(full.lexically_normal().string(), kMaxTextBytes);
    if (!text.ok()) return FieldError(file, place + "." + name, text.error().message);
    setting = Json(text->text);
  }
  return Ok{};
}

// The settings of each entry of a list of {name, settings}.
Status ReplaceInList(const std::string& file, const std::string& place, Json* list) {
  if (!list->is_array()) return Ok{};
  std::size_t n = 0;
  for (Json& entry : list->mutable_items()) {
    const std::string where = place + "[" + std::to_string(++n) + "]";
    if (!entry["settings"].is_object()) continue;
    Json settings = entry["settings"];
    HONE_TRY(ReplaceIn(file, where, &settings));
    entry.Set("settings", std::move(settings));
  }
  return Ok{};
}

}  // namespace

Result<std::string> WithTextOfFile(const std::string& override_text) {
  const std::size_t equals = override_text.find('=');
  if (equals == std::string::npos || override_text.substr(equals + 1, 1) != "@") {
    return override_text;
  }
  const std::string key = override_text.substr(0, equals);
  const std::string first = key.substr(0, key.find('.'));
  const std::vector<std::string>& fields = ExperimentFields();
  if (first != "base" && std::find(fields.begin(), fields.end(), first) != fields.end()) {
    return override_text;
  }
  std::string value = override_text.substr(equals + 2);
  if (!value.starts_with('@')) {
    const Result<TextFile> text = ReadTextFile(value, kMaxTextBytes);
    if (!text.ok()) {
      return text.error().With(key + "=@FILE takes the text of a file (@@ begins a text with @)");
    }
    value = text->text;
  }
  return key + "=\"" + value + "\"";
}

Status ReadFileValues(const std::string& file, Json* value) {
  for (const char* field : {"base", "arms", "matrix"}) {
    if ((*value)[field].is_null()) continue;
    Json part = (*value)[field];
    if (std::string_view(field) == "base" && part.is_object()) {
      HONE_TRY(ReplaceIn(file, field, &part));
    } else if (std::string_view(field) == "arms") {
      HONE_TRY(ReplaceInList(file, field, &part));
    } else if (part.is_object()) {
      for (auto& [name, list] : part.mutable_members()) {
        HONE_TRY(ReplaceInList(file, "matrix." + name, &list));
      }
    }
    value->Set(field, std::move(part));
  }
  return Ok{};
}

}  // namespace hone
