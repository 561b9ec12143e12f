// Facilities: what units may use beside models. A session hands them on; it owns none of them.
#pragma once

#include "ports/versioned_folder.h"

namespace hone {

struct Facilities {
  VersionedFolderSource* folders = nullptr;  // of workspaces; null: there are none
};

}  // namespace hone
