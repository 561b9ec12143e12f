// Copies into and out of a container, each made by a forked child of the keeper: inside the
// container's own namespaces, so that no link leads anywhere else.
#pragma once

#include <string>
#include <vector>

#include "adapters/sandbox/keeper_message.h"

namespace hone {

// Entries from the socket to files below `folder`, which is made; then the answer.
void CopyIn(const std::string& folder, bool keep_owners, int socket);
// A folder's content, or one file or link, as entries.
void CopyOut(const std::string& path, int socket);
// The upper folder as a layer; `exclude` are plain paths.
void CopyLayer(int upper_fd, std::vector<std::string> exclude, int socket);

}  // namespace hone
