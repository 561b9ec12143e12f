#include "data/row_reader.h"

#include "base/text.h"
#include "data/csv_reader.h"
#include "data/document_reader.h"
#include "data/item_reader.h"
#include "data/jsonl_reader.h"
#include "data/task_folder_reader.h"
#include "data/text_files_reader.h"
#include "data/yaml_reader.h"

namespace hone {

Result<std::unique_ptr<RowReader>> OpenReader(const Json& spec, const std::string& base_dir) {
  const std::vector<std::string> kinds = {"csv",   "documents",    "files", "items",
                                          "jsonl", "task_folders", "yaml"};
  if (!spec.is_object()) {
    return Invalid(
        "reader: expected a table such as {kind = \"documents\", path = \"FILE\"}, got " +
        std::string(spec.type_name()));
  }
  const Json& kind = spec["kind"];
  if (!kind.is_string()) {
    return Invalid("reader.kind: expected one of " + Join(kinds, ", ") + ", got " +
                   std::string(kind.type_name()));
  }
  if (kind.AsString() == "csv") return OpenCsvReader(spec, base_dir);
  if (kind.AsString() == "files") return OpenTextFilesReader(spec, base_dir);
  if (kind.AsString() == "yaml") return OpenYamlReader(spec, base_dir);
  if (kind.AsString() == "documents") return OpenDocumentReader(spec, base_dir);
  if (kind.AsString() == "items") return OpenItemReader(spec, base_dir);
  if (kind.AsString() == "task_folders") return OpenTaskFolderReader(spec, base_dir);
  if (kind.AsString() == "jsonl") return OpenJsonlReader(spec, base_dir);
  return Invalid("reader.kind: there is no reader '" + OneLine(kind.AsString(), 80) + "'" +
                 NameHint(kind.AsString(), kinds));
}

}  // namespace hone
