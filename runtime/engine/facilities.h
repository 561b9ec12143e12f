// Facilities: what units may use beside models. A session hands them on; it owns none of them.
#pragma once

#include <string>

#include "base/result.h"
#include "ports/container_engine.h"
#include "ports/versioned_folder.h"
#include "primitives/search_query.h"

namespace hone {

struct Facilities {
  VersionedFolderSource* folders = nullptr;  // of workspaces; null: there are none
  ContainerEngine* containers = nullptr;     // null: `no_containers` says why there are none
  Error no_containers = Fail(ErrorCode::kUnavailable, "there is no container engine here");
  int containers_at_once = 4;
  SearchQueries* searches = nullptr;  // null: none is asked
  std::string session_program;  // the bytes of hone-session: terminals and processes in containers
};

}  // namespace hone
