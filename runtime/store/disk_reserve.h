// DiskReserve: a file of real blocks beside the database, given back when the disk is full so that
// answers that were paid for still land.
#pragma once

#include <cstdint>
#include <string>

namespace hone {

class DiskReserve {
 public:
  DiskReserve(const std::string& database_path, int64_t size_bytes);

  // Allocates the file unless it is there. False when there is no room for it (nothing is left
  // then).
  bool Fill();
  // Frees it; false when there was none.
  bool Free();

 private:
  std::string path_;
  int64_t size_bytes_;
};

}  // namespace hone
