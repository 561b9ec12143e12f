// WholeFile: the bytes of a small file.
#pragma once

#include <string>

namespace hone {

// "" when it cannot be read, or is no file. Blocks.
std::string WholeFile(const std::string& path);

}  // namespace hone
