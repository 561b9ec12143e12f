// ItemFiles: files that the rows of the reader "items" name, attached to them as assets
// (data/asset.h): a recipe sees content by its hash, never a path.
//
// An entry of the option `files`:
//   field   the field of a row that names a file; or
//   file    one file for every row, relative to the experiment file
//   as      the field that gets the asset
//   roots   folders that names start at, relative to the experiment file; an empty one, or none, is
//           the folder of the data itself
//   take    "file" (default)  the file: one asset
//           "list"            a list of names (JSON, or a text with a line each): a list of assets;
//                             a name that is not at its place is looked for below the roots.
//                             Without a root nothing is attached
//           "files"           the value names a folder: its files, sorted, as a list of assets
//           "parent"          the folder that the file lies in, as one asset
// A name that leaves its root, by dots or by a link, makes the row a bad one, and so does one that
// is not there.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "data/asset.h"
#include "data/reader_options.h"

namespace hone {

class ItemFiles {
 public:
  // `data_folder` is the folder of the data itself.
  static Result<ItemFiles> Read(const Json& files, const std::string& base_dir,
                                const std::string& data_folder);

  // Adds the assets of a row to it and to `assets`. The error says what is wrong with the row.
  Status Attach(Json* row, AssetMap* assets);

 private:
  struct Entry {
    std::string field, as, take;
    std::vector<std::string> roots;
    std::optional<Asset> fixed;
  };

  Result<Json> Taken(const Entry& entry, const Json& value, AssetMap* assets);
  Result<Json> TakenList(const Entry& entry, const Json& value, AssetMap* assets);
  Result<Json> TakenFolder(const std::string& folder, AssetMap* assets);
  // A file or folder below one of the roots.
  [[nodiscard]] Result<std::string> PlaceOf(const Entry& entry, const std::string& name) const;
  Result<std::string> Search(const Entry& entry, const std::string& name);
  Result<Json> File(const std::string& path, AssetMap* assets);

  std::vector<Entry> entries_;
  std::map<std::string, Asset> known_;  // by path: hashed once
  // Files below the roots of an entry by their last component; made when it is first searched.
  std::map<std::string, std::map<std::string, std::string>> index_;
};

}  // namespace hone
