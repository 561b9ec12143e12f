// SpoolFile: bytes put aside on disk, so that memory does not grow with the data. A temporary file
// ($TMPDIR, else /tmp) that has no name from the start: it is gone with the process, however that
// ends. Append and Read in any order, one thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace hone {

class SpoolFile {
 public:
  struct Place {
    uint64_t first = 0;
    uint64_t size = 0;
  };

  // kIo when no temporary file can be made.
  static Result<SpoolFile> Make();
  SpoolFile(SpoolFile&& other) noexcept;
  SpoolFile& operator=(SpoolFile&& other) noexcept;
  ~SpoolFile();

  // kIo when the disk is full.
  Result<Place> Append(std::string_view bytes);
  // REQUIRES: a place that Append returned.
  [[nodiscard]] Result<std::string> Read(const Place& place) const;

 private:
  explicit SpoolFile(int fd) : fd_(fd) {}

  int fd_ = -1;
  uint64_t end_ = 0;
};

}  // namespace hone
