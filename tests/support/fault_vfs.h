// FaultVfs: SQLite's file system with a power switch and a quota, for tests.
//
// Installed as the default of this process. Files are real; what was written to each since its last
// sync is remembered. After the power fails every write, sync, truncation and deletion fails; Cut
// then leaves of each file what a disk may hold: what was synced, and any part of the rest, torn at
// 512 bytes, in any order. With a quota, growing the files past it fails like a full disk.
#pragma once

#include <cstdint>
#include <random>
#include <string>

namespace hone {

class FaultVfs {
 public:
  // Registers it (once per process) and forgets everything that was remembered.
  static void Install();
  // SQLite's own file system is the default again.
  static void Remove();

  // The power fails at the n-th write or sync from now.
  static void FailAfter(int64_t operations);
  static bool Failed();
  // Rewrites the files as after a power cut. No connection may be open.
  static void Cut(std::mt19937* random);

  // Sum of the sizes the files may have; while `reserve_path` exists, `reserve_bytes` of it are
  // taken.
  static void SetQuota(int64_t bytes, const std::string& reserve_path, int64_t reserve_bytes);
  static void ClearQuota();
};

}  // namespace hone
