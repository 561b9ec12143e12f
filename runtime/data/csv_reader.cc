#include "data/csv_reader.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "data/file_list.h"
#include "data/reader_options.h"
#include "data/text_file.h"

namespace hone {
namespace {

constexpr std::size_t kMaxBytes = 256U << 20U;

class CsvReader final : public RowReader {
 public:
  CsvReader(std::vector<ListedFile> files, char separator)
      : files_(std::move(files)), separator_(separator) {}

  Result<std::optional<Json>> Next() override {
    while (next_ == records_.size()) {
      if (next_file_ == files_.size()) return std::optional<Json>();
      if (const Status opened = OpenFile(); !opened.ok()) {
        next_file_ = files_.size();
        next_ = records_.size();
        return opened.error();
      }
    }
    const CsvRecord& record = records_[next_++];
    Json row = Json::MakeObject();
    for (std::size_t i = 0; i < names_.size(); ++i) row.Set(names_[i], Json(record.fields[i]));
    return std::optional<Json>(std::move(row));
  }

 private:
  Status OpenFile() {
    const ListedFile& file = files_[next_file_++];
    HONE_ASSIGN(const TextFile text, ReadTextFile(file.path, kMaxBytes));
    HONE_ASSIGN(records_, ParseCsv(text.text, separator_, file.name));
    next_ = 0;
    names_.clear();
    if (records_.empty()) return {};
    names_ = records_[0].fields;
    next_ = 1;
    for (std::size_t i = 0; i < names_.size(); ++i) {
      if (std::find(names_.begin(), names_.begin() + static_cast<std::ptrdiff_t>(i), names_[i]) !=
          names_.begin() + static_cast<std::ptrdiff_t>(i)) {
        return Invalid(file.name + ":1: two fields are named '" + OneLine(names_[i], 80) + "'");
      }
    }
    for (const CsvRecord& record : records_) {
      if (record.fields.size() == names_.size()) continue;
      return Invalid(file.name + ":" + std::to_string(record.line) + ": " +
                     std::to_string(record.fields.size()) + " fields, but the first line names " +
                     std::to_string(names_.size()));
    }
    return {};
  }

  std::vector<ListedFile> files_;
  char separator_;
  std::size_t next_file_ = 0;
  std::vector<CsvRecord> records_;
  std::vector<std::string> names_;
  std::size_t next_ = 0;
};

}  // namespace

Result<std::vector<CsvRecord>> ParseCsv(std::string_view text, char separator,
                                        const std::string& name) {
  std::vector<CsvRecord> out;
  CsvRecord record;
  std::string field;
  std::size_t line = 1;
  record.line = 1;
  bool is_quoted = false;   // inside quotes
  bool was_quoted = false;  // the field began with a quote
  const auto end_field = [&] {
    record.fields.push_back(std::exchange(field, {}));
    was_quoted = false;
  };
  const auto end_record = [&] {
    end_field();
    const bool is_blank = record.fields.size() == 1 && record.fields[0].empty();
    if (!is_blank) out.push_back(std::move(record));
    record = CsvRecord{line, {}};
  };
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\n') ++line;
    if (is_quoted) {
      if (c != '"') {
        field += c;
      } else if (i + 1 < text.size() && text[i + 1] == '"') {
        field += text[++i];
      } else {
        is_quoted = false;
      }
    } else if (c == '"' && field.empty() && !was_quoted) {
      is_quoted = was_quoted = true;
    } else if (c == separator) {
      end_field();
    } else if (c == '\n') {
      end_record();
    } else if (was_quoted) {
      return Invalid(name + ":" + std::to_string(line) +
                     ": text after the closing quote of a field");
    } else {
      field += c;
    }
  }
  if (is_quoted) {
    return Invalid(name + ":" + std::to_string(record.line) + ": a quoted field never ends");
  }
  if (!field.empty() || was_quoted || !record.fields.empty()) end_record();
  return out;
}

Result<std::unique_ptr<RowReader>> OpenCsvReader(const Json& spec, const std::string& base_dir) {
  const ReaderOptions options(spec);
  HONE_TRY(options.CheckKeys({"path", "include", "separator"}));
  HONE_ASSIGN(const std::vector<std::string> paths, options.Strings("path"));
  if (paths.empty()) return Invalid("reader.path: missing; name a .csv file or a folder of them");
  const std::string& separator = spec["separator"].AsString();
  if (separator.size() > 1 || separator == "\"" || separator == "\n") {
    return Invalid("reader.separator: expected one character");
  }
  FileListOptions list;
  HONE_ASSIGN(list.include, options.Strings("include"));
  if (list.include.empty()) list.include = {"*.csv", "*.csv.gz"};
  HONE_ASSIGN(std::vector<ListedFile> files, ListFiles(paths, base_dir, list));
  return std::unique_ptr<RowReader>(
      std::make_unique<CsvReader>(std::move(files), separator.empty() ? ',' : separator[0]));
}

}  // namespace hone
