// YAML as JSON values, and the "yaml" reader: one row per file.
//
// Scalars as PyYAML's safe loader reads them, so that a published system's file means here what it
// means there: plain true/false/yes/no/on/off are booleans, null/~ and nothing are null, decimal,
// 0x and 0o numbers are numbers; quoted scalars are texts. Merge keys (<<) are expanded, aliases
// are followed. A key that stands twice is an error, as is more than one document, a depth above 64
// and more than 200,000 values (aliases may multiply them).
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "data/row_reader.h"

namespace hone {

// `name` is what errors call the text: "config.yaml:3:7: ...".
Result<Json> ParseYaml(std::string_view text, const std::string& name);

// Options: path (a file, a folder, or a list of them), include (globs; default *.yaml, *.yml). The
// top of a file must be a table.
Result<std::unique_ptr<RowReader>> OpenYamlReader(const Json& spec, const std::string& base_dir);

}  // namespace hone
