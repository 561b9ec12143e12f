// Tar files as tree streams, by libarchive.
//
// Reading: a tar is hostile. Names are checked by whoever writes them somewhere (folder_writer.h);
// devices, pipes and sockets come as kLeftOut. Blocks its thread; no state is shared.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "adapters/sandbox/tree_entry.h"

namespace hone {

// An uncompressed tar in memory.
Status ReadTarText(std::string_view tar, TreeSink* sink);
// A file, which may be compressed (gzip, zstd, xz, bzip2).
Status ReadTarFile(const std::string& path, TreeSink* sink);

// Writes an uncompressed tar of at most `max_bytes`; more is kInvalidArgument. Owners are root and
// setuid is dropped: what comes out of a container gives nobody anything.
class TarWriter final : public TreeSink {
 public:
  explicit TarWriter(int64_t max_bytes);
  ~TarWriter() override;
  TarWriter(const TarWriter&) = delete;
  TarWriter& operator=(const TarWriter&) = delete;
  Status Begin(const TreeEntry& entry) override;  // kLeftOut and kGone are nothing to it
  Status Data(std::string_view bytes) override;
  Status Finish() override;

  // REQUIRES: Finish() was fine. Moves the text out.
  std::string Take() { return std::move(tar_); }

 private:
  Status Check(int trouble);

  void* archive_;
  int64_t max_bytes_;
  std::string tar_;
};

}  // namespace hone
