// ByteSource: the bytes of one regular file in order, decompressed when the file is gzip (told by
// its first bytes, not by its name; several members one after another are one stream). Memory is
// constant.
#pragma once

#include <memory>
#include <string>

#include "base/result.h"

namespace hone {

class ByteSource {
 public:
  // Fails on anything but a readable regular file. Never blocks on pipes or devices.
  static Result<ByteSource> Open(const std::string& path);

  // Appends the next bytes, at most `limit`, to *out and returns their number: 0 at the end. Fails,
  // naming the file, on a read error and on a damaged or cut-off gzip stream.
  Result<std::size_t> Read(std::size_t limit, std::string* out);

  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  struct Close {
    void operator()(void* file) const;
  };
  ByteSource(std::string path, void* file) : path_(std::move(path)), file_(file) {}

  std::string path_;
  std::unique_ptr<void, Close> file_;  // a gzFile
};

}  // namespace hone
