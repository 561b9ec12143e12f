#include "primitives/files_json.h"

#include "base/base64.h"
#include "base/text.h"

namespace hone {
namespace {

Result<FolderFile> ReadFile(const Json& entry, const std::string& where) {
  FolderFile file;
  if (!entry.is_object() || !entry["path"].is_string()) {
    return Invalid(where + ": expected { path = ..., text = ... }");
  }
  file.path = entry["path"].AsString();
  if (const Json* mode = entry.Find("mode")) {
    if (!mode->is_int() || mode->AsInt() < 0 || mode->AsInt() > 0777) {
      return Invalid(where + ".mode: expected permission bits from 0 to 511 (0777)");
    }
    file.mode = static_cast<int>(mode->AsInt());
  }
  int contents = 0;
  for (const char* name : {"text", "base64", "link"}) {
    const Json* value = entry.Find(name);
    if (value == nullptr) continue;
    if (!value->is_string()) return Invalid(where + "." + name + ": expected a string");
    ++contents;
    file.bytes = value->AsString();
  }
  if (contents != 1) return Invalid(where + ": give one of text, base64 and link");
  file.is_link = entry.Has("link");
  if (!entry.Has("base64")) return file;
  Result<std::string> bytes = DecodeBase64(file.bytes);
  if (!bytes.ok()) return bytes.error().With(where + ".base64");
  file.bytes = std::move(*bytes);
  return file;
}

}  // namespace

Result<std::vector<FolderFile>> ReadFiles(const Json& files, const std::string& where) {
  std::vector<FolderFile> out;
  for (std::size_t i = 0; i < files.size(); ++i) {
    HONE_ASSIGN(FolderFile file,
                ReadFile(files.items()[i], where + "[" + std::to_string(i + 1) + "]"));
    out.push_back(std::move(file));
  }
  return out;
}

Json FileJson(const FolderFile& file) {
  Json out = Json::MakeObject({{"path", Json(file.path)}});
  if (file.is_link) {
    out.Set("link", Json(ToValidUtf8(file.bytes)));
  } else if (IsValidUtf8(file.bytes)) {
    out.Set("text", Json(file.bytes));
  } else {
    out.Set("base64", Json(EncodeBase64(file.bytes)));
  }
  if (!file.is_link && file.mode != 0644) out.Set("mode", Json(int64_t{file.mode}));
  return out;
}

Json FilesJson(const std::vector<FolderFile>& files) {
  Json out = Json::MakeArray();
  for (const FolderFile& file : files) out.Append(FileJson(file));
  return out;
}

}  // namespace hone
