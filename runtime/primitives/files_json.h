// Files as recipes write them, {path, text | base64 | link, mode?}, and as folders hold them.
#pragma once

#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "ports/versioned_folder.h"

namespace hone {

// `files` is a list; errors name `where`, the entry and the field. Texts are resolved already.
Result<std::vector<FolderFile>> ReadFiles(const Json& files, const std::string& where);
// `text` where the bytes are UTF-8, else `base64`; `mode` where it is not 0644.
Json FileJson(const FolderFile& file);
Json FilesJson(const std::vector<FolderFile>& files);

}  // namespace hone
