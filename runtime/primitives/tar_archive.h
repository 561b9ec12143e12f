// Tar archives in memory, as the port ContainerEngine takes and gives them (libarchive).
//
// The same entries give the same bytes: times are 0, owners root. Long names are pax headers.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace hone {

struct TarEntry {
  enum class Kind { kFile, kFolder, kLink };
  std::string path;  // relative, '/' between parts, without one at the end
  Kind kind = Kind::kFile;
  std::string bytes;  // of a link: its target
  int mode = 0644;    // permission bits

  bool operator==(const TarEntry&) const = default;
};

Result<std::string> WriteTar(const std::vector<TarEntry>& entries);
// Entries in their order; "./x" is "x", the root itself is left out. What is no file, folder or
// symbolic link is left out too, for the port does not give it. kBadResponse for what is no tar.
Result<std::vector<TarEntry>> ReadTar(std::string_view tar);

}  // namespace hone
