// DiskUse: how much a container has written.
#pragma once

#include <cstdint>

namespace hone {

// Bytes on disk of everything below the folder. Something nested deeper than 500 folders, or that
// cannot be looked at, counts as UINT64_MAX: nobody may hide there.
uint64_t DiskUse(int folder_fd);

}  // namespace hone
