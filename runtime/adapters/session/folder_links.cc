#include "adapters/session/folder_links.h"

#include <sys/stat.h>

#include <algorithm>

namespace hone {

std::string FirstLink(const std::string& folder, const std::string& names) {
  for (std::size_t at = 0; at < names.size();) {
    const std::size_t end = std::min(names.find('\0', at), names.size());
    const std::string name = names.substr(at, end - at);
    at = end + 1;
    for (std::size_t slash = 0; slash != std::string::npos;) {
      slash = name.find('/', slash + 1);
      struct stat seen {};
      const std::string path = folder + "/" + name.substr(0, slash);
      if (lstat(path.c_str(), &seen) != 0) break;
      if (S_ISLNK(seen.st_mode)) return name;
    }
  }
  return "";
}

}  // namespace hone
