// WalkTree: a folder of the file system -> a tree stream, in the order of names.
//
// Follows no symbolic link and enters no other mount. Devices, sockets and pipes are told as left
// out; as a layer (the upper folder of an overlay) whiteouts are kGone and opaque folders marked.
// A file that changes while it is read keeps the length that was told: cut, or filled with zeros.
#pragma once

#include <string>
#include <vector>

#include "adapters/sandbox/tree_entry.h"

namespace hone {

struct WalkOptions {
  bool is_layer = false;
  std::vector<std::string> exclude;  // plain paths that are skipped with all that is in them
};

// `folder_fd` is a folder opened for reading, borrowed. The root itself is no entry.
Status WalkTree(int folder_fd, const WalkOptions& options, TreeSink* sink);

// One entry, with what is in it when it is a folder; it is called `shown` in the stream. kNotFound
// when it is not there.
Status WalkEntry(int folder_fd, const std::string& name, const std::string& shown,
                 const WalkOptions& options, TreeSink* sink);

}  // namespace hone
