// DatabaseLock: one `hone run` per results database, by flock on "<db>.lock".
//
// The kernel releases it with the process, however that ends. The lock file stays behind: removing
// it would let two processes lock two files of one name.
#pragma once

#include <string>

#include "base/result.h"

namespace hone {

class DatabaseLock {
 public:
  // kConflict, naming the process that holds it.
  static Result<DatabaseLock> Take(const std::string& database_path);
  DatabaseLock(DatabaseLock&& other) noexcept;
  DatabaseLock& operator=(DatabaseLock&& other) noexcept;
  ~DatabaseLock();

 private:
  explicit DatabaseLock(int descriptor) : descriptor_(descriptor) {}
  int descriptor_;
};

}  // namespace hone
