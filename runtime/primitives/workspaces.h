// Workspaces: the versioned folders that one execution of a unit has opened, and the effects
// "workspace.*" on them (wire/effects.h).
//
// Everything is a function of the arguments and of what was done before, so that an execution that
// is repeated makes the same folders again; commits are rows. A workspace belongs to the path that
// opened it. Blocks for as long as a few small files take. Loop's thread only.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "ports/versioned_folder.h"

namespace hone {

class Workspaces {
 public:
  using Seeds = std::map<std::string, std::vector<FolderFile>>;
  struct World {
    VersionedFolderSource* source = nullptr;  // borrowed
    std::string folder;                       // of this unit, below the source's root
    const Seeds* seeds = nullptr;             // by the name a parameter has; null: none
    // A row of the table commits along a path.
    std::function<void(const std::string& path, Json fields)> on_commit;
  };

  explicit Workspaces(World world) : world_(std::move(world)) {}

  // `kind` with "workspace." in front; `args` with their texts. Errors are the recipe's mistakes
  // (kInvalidArgument, kNotFound, kRefused) or the disk's.
  Result<Json> Run(const std::string& kind, const std::string& path, const Json& args);

 private:
  struct Open {
    std::string path;
    std::unique_ptr<VersionedFolder> folder;
  };

  Result<Json> OpenNew(const std::string& path, const Json& args);
  Result<Json> Replace(VersionedFolder* folder, const Json& args);
  Result<Json> Commit(const std::string& name, const Open& open, const Json& args);
  Result<Json> Rollback(const std::string& name, const Open& open, const Json& args);
  void Tell(const std::string& name, const Open& open, const FolderCommit& commit);

  World world_;
  std::map<std::string, Open> open_;       // by handle
  std::map<std::string, int64_t> opened_;  // along a path
};

}  // namespace hone
