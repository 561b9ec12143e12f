#include "data/asset.h"

#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "base/text.h"

namespace hone {
namespace {

namespace fs = std::filesystem;

std::string_view KindName(AssetKind kind) {
  switch (kind) {
    case AssetKind::kFolder:
      return "folder";
    case AssetKind::kFile:
      return "file";
    case AssetKind::kTests:
      return "tests";
  }
  return "folder";
}

// Whether a link at `path` (relative) with that target stays in the folder.
bool StaysInside(const fs::path& path, const fs::path& target) {
  if (target.is_absolute()) return false;
  const fs::path meant = (path.parent_path() / target).lexically_normal();
  return meant.empty() || *meant.begin() != "..";
}

Result<std::string> ReadBytes(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::string bytes{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  if (!in.is_open() || in.bad()) return Fail(ErrorCode::kIo, path.string() + ": cannot be read");
  return bytes;
}

Result<AssetEntry> ReadEntry(const fs::path& at, const fs::path& relative, int64_t* room) {
  AssetEntry entry;
  entry.path = relative.generic_string();
  if (!IsValidUtf8(entry.path)) return Invalid(at.string() + ": its name is not valid UTF-8");
  struct stat info {};
  if (lstat(at.c_str(), &info) != 0) {
    return Fail(ErrorCode::kIo, at.string() + ": cannot be looked at");
  }
  if (S_ISDIR(info.st_mode)) {
    entry.kind = AssetEntry::Kind::kFolder;
    return entry;
  }
  std::error_code error;
  if (S_ISLNK(info.st_mode)) {
    const fs::path target = fs::read_symlink(at, error);
    if (error) return Fail(ErrorCode::kIo, at.string() + ": " + error.message());
    if (!StaysInside(relative, target)) {
      return Invalid(at.string() + ": a symbolic link to '" + OneLine(target.string(), 200) +
                     "' leaves the folder; put a copy there instead");
    }
    entry.kind = AssetEntry::Kind::kLink;
    entry.bytes = target.generic_string();
    return entry;
  }
  if (!S_ISREG(info.st_mode)) {
    return Invalid(at.string() + ": is no file, folder or symbolic link");
  }
  *room -= info.st_size;
  if (*room < 0) {
    return Invalid(at.string() + ": the folder holds more than " +
                   std::to_string(kMaxAssetBytes >> 20U) + " MiB");
  }
  HONE_ASSIGN(entry.bytes, ReadBytes(at));
  entry.is_executable = (info.st_mode & S_IXUSR) != 0;
  return entry;
}

// Sorted by components, so that a folder comes before what is in it.
Result<std::vector<AssetEntry>> ReadTree(const std::string& path) {
  std::vector<fs::path> found;
  std::error_code error;
  fs::recursive_directory_iterator walk(path, error);
  for (; !error && walk != fs::recursive_directory_iterator(); walk.increment(error)) {
    found.push_back(walk->path().lexically_relative(path));
  }
  if (error) return Fail(ErrorCode::kIo, path + ": " + error.message());
  std::sort(found.begin(), found.end());
  std::vector<AssetEntry> entries;
  int64_t room = kMaxAssetBytes;
  for (const fs::path& relative : found) {
    HONE_ASSIGN(AssetEntry entry, ReadEntry(path / relative, relative, &room));
    entries.push_back(std::move(entry));
  }
  return entries;
}

Hash HashOfEntries(const std::vector<AssetEntry>& entries) {
  Sha256 sha;
  sha.Field("hone-asset-1");
  for (const AssetEntry& entry : entries) {
    const bool is_file = entry.kind == AssetEntry::Kind::kFile;
    sha.Field(entry.kind == AssetEntry::Kind::kFolder ? "d"
              : !is_file                              ? "l"
              : entry.is_executable                   ? "x"
                                                      : "f");
    sha.Field(entry.path);
    sha.Field(HashOf(entry.bytes).View());
  }
  return sha.Finish();
}

Result<std::vector<AssetEntry>> ReadOne(const std::string& path) {
  const fs::path at(path);
  int64_t room = kMaxAssetBytes;
  HONE_ASSIGN(AssetEntry entry, ReadEntry(at, at.filename(), &room));
  if (entry.kind != AssetEntry::Kind::kFile) return Invalid(path + ": is no file");
  return std::vector<AssetEntry>{std::move(entry)};
}

// Of a file: its bytes alone, so that it is named like any text of that content.
Hash ContentOf(const std::vector<AssetEntry>& entries, AssetKind kind) {
  return kind == AssetKind::kFile ? HashOf(entries.front().bytes) : HashOfEntries(entries);
}

Result<Asset> Named(const std::string& path, AssetKind kind) {
  Asset asset;
  asset.kind = kind;
  std::error_code error;
  asset.path = fs::absolute(path, error).lexically_normal().string();
  asset.name = fs::path(asset.path).filename().string();
  const bool is_there =
      kind == AssetKind::kFile ? fs::is_regular_file(path, error) : fs::is_directory(path, error);
  if (!is_there) {
    return Fail(ErrorCode::kNotFound,
                path + ": there is no such " + (kind == AssetKind::kFile ? "file" : "folder"));
  }
  HONE_ASSIGN(const std::vector<AssetEntry> entries,
              kind == AssetKind::kFile ? ReadOne(path) : ReadTree(path));
  asset.hash = ContentOf(entries, kind);
  return asset;
}

}  // namespace

void AddAssets(const AssetMap& assets, AssetMap* all) {
  for (const auto& [hash, asset] : assets) {
    const auto [known, is_new] = all->emplace(hash, asset);
    if (!is_new && asset.kind == AssetKind::kTests) known->second.kind = AssetKind::kTests;
  }
}

Result<Asset> AssetOfFolder(const std::string& path, AssetKind kind) { return Named(path, kind); }
Result<Asset> AssetOfFile(const std::string& path) { return Named(path, AssetKind::kFile); }

Result<std::vector<AssetEntry>> ReadAsset(const Asset& asset) {
  HONE_ASSIGN(std::vector<AssetEntry> entries,
              asset.kind == AssetKind::kFile ? ReadOne(asset.path) : ReadTree(asset.path));
  if (ContentOf(entries, asset.kind) == asset.hash) return entries;
  return Fail(ErrorCode::kConflict, asset.path +
                                        ": has changed since the data was read; run the command "
                                        "again to go on with what is there now");
}

Json AssetJson(const Asset& asset) {
  return Json::MakeObject({{"$asset", Json(asset.hash.Hex())},
                           {"kind", Json(KindName(asset.kind))},
                           {"name", Json(asset.name)}});
}

Result<const Asset*> FindAsset(const AssetMap& assets, const Json& value,
                               const std::string& where) {
  const Result<Hash> hash = Hash::FromHex(value["$asset"].AsString());
  const auto found = hash.ok() ? assets.find(*hash) : assets.end();
  if (found == assets.end()) {
    return Fail(ErrorCode::kNotFound,
                where + ": '" + OneLine(value["$asset"].AsString(), 80) +
                    "' is no asset of the data; assets come with the items, as their reader made "
                    "them");
  }
  return &found->second;
}

}  // namespace hone
