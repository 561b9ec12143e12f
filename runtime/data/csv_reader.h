// The "csv" reader: one object per record of comma-separated values (RFC 4180), all values texts.
//
// Options: path (a file, a folder, or a list of them), include (globs; default *.csv, *.csv.gz),
// separator (one character; default ","). The first record of a file names the fields; names must
// differ. Quoted fields may hold line ends; quotes inside are doubled. A record with another number
// of fields is an error with file and line. A file may hold at most 256 MB.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "data/row_reader.h"

namespace hone {

// The records of a text with the line each begins on; `name` is for errors.
struct CsvRecord {
  std::size_t line = 0;
  std::vector<std::string> fields;
};
Result<std::vector<CsvRecord>> ParseCsv(std::string_view text, char separator,
                                        const std::string& name);

Result<std::unique_ptr<RowReader>> OpenCsvReader(const Json& spec, const std::string& base_dir);

}  // namespace hone
