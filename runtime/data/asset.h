// Asset: a file or folder of the data, named by its content (decisions/0015). A reader makes it and
// alone tells where it lies; everybody else names it by {"$asset": "<hash>", kind, name}.
//
// The content of a folder is its tree: names, bytes, and whether a file may be executed (0755) or
// not (0644), nothing else of its mode, its times or its owner; so it is the same after a checkout
// elsewhere. Symbolic links that stay in the folder are kept as links; one that leaves it, and
// anything that is no file, folder or link, is refused. Empty folders count.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/hash.h"
#include "base/json.h"
#include "base/result.h"

namespace hone {

enum class AssetKind { kFolder, kFile, kTests };

struct Asset {
  AssetKind kind = AssetKind::kFolder;
  std::string path;  // on this machine
  Hash hash;         // of the content
  std::string name;  // its last component: for people
};

// The assets of an experiment. What any reader calls tests are tests, whoever names them.
using AssetMap = std::map<Hash, Asset>;
void AddAssets(const AssetMap& assets, AssetMap* all);

struct AssetEntry {
  enum class Kind { kFile, kFolder, kLink };
  std::string path;  // relative to the folder, '/' between parts; of a file asset: its name
  Kind kind = Kind::kFile;
  std::string bytes;  // of a link: its target
  bool is_executable = false;
};

inline constexpr int64_t kMaxAssetBytes = int64_t{1} << 30U;

// The asset with its hash computed. kNotFound when nothing is there, kInvalidArgument for a tree
// that cannot be one.
Result<Asset> AssetOfFolder(const std::string& path, AssetKind kind = AssetKind::kFolder);
Result<Asset> AssetOfFile(const std::string& path);

// The content, checked against the hash as it is read: kConflict when it has changed since.
// Entries are sorted by path, folders before what is in them.
Result<std::vector<AssetEntry>> ReadAsset(const Asset& asset);

// {"$asset": hash, "kind": "folder"|"file"|"tests", "name": ...}: how data and recipes name it.
Json AssetJson(const Asset& asset);
// The asset that a value names; errors name `where`.
Result<const Asset*> FindAsset(const AssetMap& assets, const Json& value, const std::string& where);

}  // namespace hone
