#include "adapters/sandbox/whole_file.h"

#include <fstream>
#include <sstream>

namespace hone {

std::string WholeFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  // An operator of streams, because an iterator would throw on a read that fails.
  text << file.rdbuf();
  return text.str();
}

}  // namespace hone
