// The "items" reader: the items of a benchmark, in the forms in which such data is passed round.
//
// Options:
//   path      one file or one folder
//   splits    true: the folder has a folder for each split ("train", "val", "test"), or a file
//             named after it; "valid_seen", "selection" and "valid_unseen" are read as val and test
//   fields    names of fields; a row that lacks any of them is one of bad_rows()
//   files     files that rows name, to be attached to them as assets (item_files.h)
//   manifest  a folder as with `splits`, which says what is in which split: its rows come first,
//             as {where, split, manifest = true, row}, and are values of any kind, such as ids
//
// A row is {where = "items.json:3", split = "train"|"select"|"report" (only with `splits`),
// row = {...}}. Forms of a file: a JSON array; a JSON object with a list `data`; a JSON object
// whose members are all objects (its values; the key becomes `id` where the value has none); any
// other JSON object, which is one item; JSON Lines; CSV with a line of names (all values are
// texts). `where` counts items, in JSON Lines and CSV lines. A folder is read by its first file:
// *.json before
// *.jsonl before *.csv, each also .gz; others are named in the log.
#pragma once

#include <memory>
#include <string>

#include "data/row_reader.h"

namespace hone {

Result<std::unique_ptr<RowReader>> OpenItemReader(const Json& spec, const std::string& base_dir);

}  // namespace hone
