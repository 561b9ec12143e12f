// The "files" reader: text files as they are, for output folders of other programs.
//
// Options: path (a file, a folder, or a list of them), include (globs; default: all).
// A row: {path = "reasoner/abc/SKILL.md", text = "..."}; `path` is the name below the given folder,
// sorted, with '/' between its parts; a file that was named itself has its own name. Links found in
// a folder are skipped with a warning: such a folder may come from a stranger. A file may hold at
// most 64 MB, is UTF-8 or read as Windows-1252, and binary files are skipped with a warning.
#pragma once

#include <memory>
#include <string>

#include "data/row_reader.h"

namespace hone {

Result<std::unique_ptr<RowReader>> OpenTextFilesReader(const Json& spec,
                                                       const std::string& base_dir);

}  // namespace hone
