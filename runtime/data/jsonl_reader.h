// The "jsonl" reader: one JSON object per line, in memory that does not grow with the file.
//
// Options: path (a file, a folder, or a list of them), include (globs for files in folders; default
// *.jsonl and *.jsonl.gz). Blank lines are skipped. A line that is no JSON object is an error with
// file and line number ("rows.jsonl:17: ..."). A line may hold at most 64 MB.
#pragma once

#include <memory>
#include <string>

#include "data/row_reader.h"

namespace hone {

Result<std::unique_ptr<RowReader>> OpenJsonlReader(const Json& spec, const std::string& base_dir);

}  // namespace hone
