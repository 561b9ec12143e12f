#include "data/item_files.h"

#include <algorithm>
#include <filesystem>

#include "base/text.h"
#include "data/file_list.h"

namespace hone {
namespace {

namespace fs = std::filesystem;

// Whether `path` is `root` or lies below it, links followed.
bool IsBelow(const fs::path& root, const fs::path& path) {
  std::error_code trouble;
  const fs::path whole_root = fs::canonical(root, trouble);
  if (trouble) return false;
  const fs::path whole = fs::canonical(path, trouble);
  if (trouble) return false;
  return std::mismatch(whole_root.begin(), whole_root.end(), whole.begin(), whole.end()).first ==
         whole_root.end();
}

Error Named(const std::string& field, const std::string& name, const std::string& problem) {
  return Invalid(field + ": '" + OneLine(name, 100) + "' " + problem);
}

std::vector<std::string> NamesOf(const Json& value) {
  std::vector<std::string> out;
  Json list = value;
  if (value.is_string()) {
    const Result<Json> parsed = Json::Parse(value.AsString());
    if (parsed.ok() && parsed->is_array()) list = *parsed;
  }
  if (list.is_string()) {
    for (const std::string_view line : Split(list.AsString(), '\n')) {
      if (!Trim(line).empty()) out.emplace_back(Trim(line));
    }
  }
  for (const Json& name : list.items()) {
    if (!name.AsString().empty()) out.push_back(name.AsString());
  }
  return out;
}

}  // namespace

Result<ItemFiles> ItemFiles::Read(const Json& files, const std::string& base_dir,
                                  const std::string& data_folder) {
  ItemFiles out;
  for (const Json& one : files.items()) {
    const ReaderOptions options(one);
    HONE_TRY(options.CheckKeys({"field", "file", "as", "roots", "take"}));
    Entry entry;
    entry.field = one["field"].AsString();
    entry.as = one["as"].AsString();
    entry.take = one["take"].is_null() ? "file" : one["take"].AsString();
    const std::vector<std::string> takes = {"file", "files", "list", "parent"};
    if (std::find(takes.begin(), takes.end(), entry.take) == takes.end()) {
      return Invalid("reader.files: take: unknown '" + OneLine(entry.take, 40) + "'" +
                     NameHint(entry.take, takes));
    }
    const std::string& fixed = one["file"].AsString();
    if (entry.as.empty() || entry.field.empty() == fixed.empty()) {
      return Invalid("reader.files: an entry has `as`, and either `field` or `file`");
    }
    if (!fixed.empty()) {
      HONE_ASSIGN(entry.fixed, AssetOfFile((fs::path(base_dir) / fixed).string()));
    }
    for (const Json& root : one["roots"].items()) {
      const std::string& name = root.AsString();
      entry.roots.push_back(name.empty() ? data_folder : (fs::path(base_dir) / name).string());
    }
    if (entry.roots.empty() && entry.take != "list") entry.roots.push_back(data_folder);
    for (const std::string& root : entry.roots) {
      std::error_code ignored;
      if (fs::is_directory(root, ignored)) continue;
      return Fail(ErrorCode::kNotFound, "reader.files: " + OneLine(root, 200) + ": no such folder");
    }
    out.entries_.push_back(std::move(entry));
  }
  return out;
}

Status ItemFiles::Attach(Json* row, AssetMap* assets) {
  for (const Entry& entry : entries_) {
    if (entry.fixed) {
      AddAssets({{entry.fixed->hash, *entry.fixed}}, assets);
      row->Set(entry.as, AssetJson(*entry.fixed));
      continue;
    }
    HONE_ASSIGN(Json taken, Taken(entry, (*row)[entry.field], assets));
    row->Set(entry.as, std::move(taken));
  }
  return {};
}

Result<Json> ItemFiles::Taken(const Entry& entry, const Json& value, AssetMap* assets) {
  if (entry.take == "list") return TakenList(entry, value, assets);
  if (value.AsString().empty()) return Invalid("no " + entry.field);
  HONE_ASSIGN(const std::string path, PlaceOf(entry, value.AsString()));
  if (entry.take == "file") return File(path, assets);
  if (entry.take == "files") return TakenFolder(path, assets);
  HONE_ASSIGN(const Asset folder, AssetOfFolder(fs::path(path).parent_path().string()));
  AddAssets({{folder.hash, folder}}, assets);
  return AssetJson(folder);
}

Result<Json> ItemFiles::TakenList(const Entry& entry, const Json& value, AssetMap* assets) {
  Json out = Json::MakeArray();
  if (entry.roots.empty()) return out;
  for (const std::string& name : NamesOf(value)) {
    HONE_ASSIGN(const std::string path, Search(entry, name));
    HONE_ASSIGN(Json asset, File(path, assets));
    out.Append(std::move(asset));
  }
  return out;
}

Result<Json> ItemFiles::TakenFolder(const std::string& folder, AssetMap* assets) {
  std::vector<std::string> paths;
  std::error_code trouble;
  for (const auto& entry : fs::directory_iterator(folder, trouble)) {
    if (!entry.is_symlink() && entry.is_regular_file()) paths.push_back(entry.path().string());
  }
  if (trouble) return Invalid(OneLine(folder, 200) + " is no folder that can be read");
  std::sort(paths.begin(), paths.end());
  Json out = Json::MakeArray();
  for (const std::string& path : paths) {
    HONE_ASSIGN(Json asset, File(path, assets));
    out.Append(std::move(asset));
  }
  return out;
}

Result<std::string> ItemFiles::PlaceOf(const Entry& entry, const std::string& name) const {
  std::error_code ignored;
  for (const std::string& root : entry.roots) {
    const fs::path path = fs::path(root) / name;
    if (fs::path(name).is_absolute() || !fs::exists(path, ignored)) continue;
    if (!IsBelow(root, path)) return Named(entry.field, name, "leaves its folder");
    return path.string();
  }
  return Named(entry.field, name, "is not there");
}

Result<std::string> ItemFiles::Search(const Entry& entry, const std::string& name) {
  Result<std::string> place = PlaceOf(entry, name);
  if (place.ok()) return place;
  auto [found, is_new] = index_.try_emplace(entry.as);
  if (is_new) {
    FileListOptions list;
    list.max_files = 200'000;
    list.max_file_bytes = static_cast<uint64_t>(kMaxAssetBytes);
    HONE_ASSIGN(const std::vector<ListedFile> files, ListFiles(entry.roots, ".", list));
    for (const ListedFile& file : files) found->second.emplace(file.base, file.path);
  }
  const auto at = found->second.find(fs::path(name).filename().string());
  if (at == found->second.end()) return place;
  return at->second;
}

Result<Json> ItemFiles::File(const std::string& path, AssetMap* assets) {
  auto found = known_.find(path);
  if (found == known_.end()) {
    HONE_ASSIGN(Asset asset, AssetOfFile(path));
    found = known_.emplace(path, std::move(asset)).first;
  }
  AddAssets({{found->second.hash, found->second}}, assets);
  return AssetJson(found->second);
}

}  // namespace hone
