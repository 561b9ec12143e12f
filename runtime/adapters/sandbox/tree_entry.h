// TreeEntry and TreeSink: a file tree as a stream, the one form between tar files, layers of the
// image store and the inside of a container.
//
// A source calls Begin for each entry, parents before children; after a file of n bytes come
// exactly n bytes of Data; Finish ends it. A sink's error ends the source. Paths are relative to
// the tree's root, "." being the root itself.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace hone {

enum class EntryKind : uint8_t {
  kFile,
  kFolder,
  kSymlink,
  kHardLink,  // to an entry that came before
  kGone,      // of a layer: something below is deleted
  kLeftOut,   // neither file nor folder nor link: `link` says what it is
};

struct TreeEntry {
  EntryKind kind = EntryKind::kFile;
  uint32_t mode = 0644;  // permission bits, with setuid, setgid and sticky
  uint32_t uid = 0, gid = 0;
  int64_t mtime_s = 0;
  uint64_t size = 0;
  bool is_opaque = false;  // folder of a layer: hides what is below it
  std::string path;
  std::string link;  // target, or the reason of kLeftOut
};

class TreeSink {
 public:
  virtual ~TreeSink() = default;
  virtual Status Begin(const TreeEntry& entry) = 0;
  virtual Status Data(std::string_view bytes) = 0;
  virtual Status Finish() = 0;
};

// The path without "./", doubled and trailing slashes ("." for the root); an error when it is
// absolute, has a ".." or a NUL in it or is longer than 4,000 bytes.
Result<std::string> PlainPath(std::string_view path);

// "what: <strerror>", kIo.
Error SystemFailure(const std::string& what, int code);

}  // namespace hone
