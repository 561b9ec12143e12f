// The "jsonl" reader: one JSON object per line, in memory that does not grow with the file.
//
// Options:
//   path       a file, a folder, or a list of them
//   include    globs for files in folders; default *.jsonl and *.jsonl.gz
//   places     true: a row is {where = "rows.jsonl:17", row = {...}}, and a line that is no JSON
//              object is one of bad_rows() instead of an error
//   group_by   a field, as in "metadata.context_id": a row is {group = "its value", rows = {{where
//   =
//              "rows.jsonl:17", row = {...}}, ...}} for each value, in the order in which the
//              values first occur, wherever their lines are. A line without the field is one of
//              bad_rows(). The lines wait on disk (spool_file.h), not in memory.
//   max_rows   stop after so many lines; 0: all
//
// Blank lines are skipped. Without `places` and `group_by` a line that is no JSON object is an
// error with file and line number ("rows.jsonl:17: ..."). A line may hold at most 64 MB.
#pragma once

#include <memory>
#include <string>

#include "data/row_reader.h"

namespace hone {

Result<std::unique_ptr<RowReader>> OpenJsonlReader(const Json& spec, const std::string& base_dir);

}  // namespace hone
