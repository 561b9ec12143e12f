// Tar archives for tests of containers: what is asked for is written, also what no honest program
// would write (absolute names, "..", devices).
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace hone::testing {

struct TarEntry {
  enum class Kind { kFile, kFolder, kSymlink, kHardLink, kFifo, kDevice };
  std::string name;
  Kind kind = Kind::kFile;
  std::string bytes;   // of a file
  std::string target;  // of a link
  int mode = 0644;
};

inline TarEntry TarFile(std::string name, std::string bytes, int mode = 0644) {
  return {std::move(name), TarEntry::Kind::kFile, std::move(bytes), "", mode};
}
inline TarEntry TarFolder(std::string name, int mode = 0755) {
  return {std::move(name), TarEntry::Kind::kFolder, "", "", mode};
}
inline TarEntry TarSymlink(std::string name, std::string target) {
  return {std::move(name), TarEntry::Kind::kSymlink, "", std::move(target), 0777};
}

std::string WriteTar(const std::vector<TarEntry>& entries);

// By name, without a slash at the end. REQUIRES: a whole tar (a broken one fails the test).
std::map<std::string, TarEntry> ReadTar(const std::string& tar);

}  // namespace hone::testing
