// OutputFolder: files written below one folder, under names that may come from a stranger.
//
// No name leaves the folder: an empty part, ".", "..", a control character, a backslash, an
// absolute path or a part of more than 255 bytes is refused, and no link in the place of a folder
// or file is followed, also when it appears between two writes. A folder that holds anything is
// refused, unless `overwrite`, which replaces regular files of the same name and touches no others.
#pragma once

#include <set>
#include <string>
#include <string_view>

#include "base/result.h"

namespace hone {

class OutputFolder {
 public:
  // Makes the folder when it is not there.
  static Result<OutputFolder> Open(const std::string& path, bool overwrite);
  OutputFolder(OutputFolder&& other) noexcept;
  OutputFolder& operator=(OutputFolder&& other) noexcept;
  ~OutputFolder();

  // `name` is relative, with '/' between its parts. A file that this object wrote before is
  // appended to: what a name holds in the end is what was written to it in order.
  Status Write(const std::string& name, std::string_view text);
  [[nodiscard]] const std::set<std::string>& written() const { return written_; }

 private:
  OutputFolder(int fd, std::string path, bool overwrite)
      : fd_(fd), path_(std::move(path)), overwrite_(overwrite) {}

  int fd_ = -1;
  std::string path_;
  bool overwrite_ = false;
  std::set<std::string> written_;
};

// Whether the name stays in the folder it is joined to; the error says what is wrong with it.
Status CheckRelativeName(const std::string& name);

}  // namespace hone
