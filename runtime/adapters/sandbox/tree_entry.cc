#include "adapters/sandbox/tree_entry.h"

#include <cstring>

namespace hone {

Result<std::string> PlainPath(std::string_view path) {
  constexpr std::size_t kLongest = 4000;
  constexpr std::size_t kShown = 100;
  const std::string shown(path.substr(0, kShown));
  if (path.empty()) return Invalid("an entry without a name");
  if (path.size() > kLongest) return Invalid("'" + shown + "...': the path is too long");
  if (path.front() == '/') return Invalid("'" + shown + "' is absolute");
  if (path.find('\0') != std::string_view::npos) return Invalid("'" + shown + "' has a NUL in it");
  std::string plain;
  while (!path.empty()) {
    const std::size_t slash = path.find('/');
    const std::string_view part = path.substr(0, slash);
    path.remove_prefix(slash == std::string_view::npos ? path.size() : slash + 1);
    if (part.empty() || part == ".") continue;
    if (part == "..") return Invalid("'" + shown + "' goes up by '..'");
    if (!plain.empty()) plain += '/';
    plain += part;
  }
  return plain.empty() ? std::string(".") : plain;
}

Error SystemFailure(const std::string& what, int code) {
  return Fail(ErrorCode::kIo, what + ": " + std::strerror(code));
}

}  // namespace hone
