// RowReader: a pull stream of rows from files that people have. A data mapper names one in its
// `reader` function as {kind = "...", ...options}; each row then goes through the mapper's `unit`.
//
//   kind         rows
//   "documents"  bounded contexts cut out of text files, with held-out tasks (document_reader.h)
//   "items"      items of a benchmark, whatever the form of its files (item_reader.h)
//   "jsonl"      one JSON object per line (jsonl_reader.h)
//   "csv"        one object per record (csv_reader.h)
//   "files"      one text file each (text_files_reader.h)
//   "task_folders" tasks in containers, a folder each (task_folder_reader.h)
//   "yaml"       one object per YAML file (yaml_reader.h)
//
// Readers are owned by one thread. The rows are a function of the options and the files' bytes and
// names below the given paths: they never depend on where the files lie, on the order in which the
// file system lists them, or on the clock.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "base/json.h"
#include "base/result.h"
#include "data/asset.h"
#include "data/bad_rows.h"

namespace hone {

class RowReader {
 public:
  virtual ~RowReader() = default;
  // The next row, nothing at the end. After an error the reader is at its end.
  virtual Result<std::optional<Json>> Next() = 0;
  // Rows that were left out so far, where the reader's options allow that.
  [[nodiscard]] const BadRows& bad_rows() const { return bad_rows_; }
  // Files and folders that the rows so far name by their content.
  [[nodiscard]] const AssetMap& assets() const { return assets_; }

 protected:
  BadRows bad_rows_;
  AssetMap assets_;
};

// Opens the reader that spec.kind names. Relative paths in the options start at `base_dir`. Unknown
// kinds and options are errors that offer the nearest name.
Result<std::unique_ptr<RowReader>> OpenReader(const Json& spec, const std::string& base_dir);

}  // namespace hone
