// ReadDatabase: the results database for those who only ask (reports, `hone ls`, `hone trace`).
//
// A read-only connection behind the same guards as `hone sql` (readonly_sql.h): one SELECT at a
// time, allow-listed functions, no ATTACH, nothing written. The file may be in use by a running
// `hone run`: a reader never blocks it. One thread at a time.
//
// Values: integers and reals as numbers, TEXT as strings (invalid UTF-8 replaced), BLOB as
// lower-case hexadecimal strings, NULL as null. Beside SQLite's own functions, `hone_text(x)` gives
// a stored text by text_id, by 32-byte hash or by the hash in hexadecimal (null when there is
// none), and `hone_words(text)` their number.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/part.h"
#include "base/result.h"

namespace hone {

// A result set: rows[i] has as many values as columns.
struct SqlTable {
  std::vector<std::string> columns;
  std::vector<std::vector<Json>> rows;
};

class ReadDatabase {
 public:
  struct Limits {
    int64_t max_rows = 5'000'000;  // a query with more rows fails with kRefused
    int64_t time_limit_ms = 0;     // of one query, 0: none; past it: kTimeout
  };

  // kNotFound: no such file. kInvalidArgument: not a results database, or one of a newer Hone.
  static Result<std::unique_ptr<ReadDatabase>> Open(const std::string& path, Limits limits);
  static Result<std::unique_ptr<ReadDatabase>> Open(const std::string& path);
  virtual ~ReadDatabase() = default;

  // Runs one SELECT (WITH, VALUES). `params` is an object for :name parameters ({"run": 3} binds
  // :run) or a list for ? parameters; a missing or unknown parameter is an error that names it.
  // Numbers and strings bind as such, booleans as 0 and 1, {"$blob": "<hex>"} as BLOB.

  // Rows are objects by column name; a name that occurs twice keeps its last value.
  virtual Result<std::vector<Json>> Query(std::string_view sql, const Json& params = Json()) = 0;
  // The same with columns in order.
  virtual Result<SqlTable> QueryTable(std::string_view sql, const Json& params = Json()) = 0;
  // The same, row by row; `row` returns false to stop early. The first call comes with the first
  // row.
  using OnRow = std::function<bool(const std::vector<std::string>& columns, std::vector<Json> row)>;
  virtual Status Each(std::string_view sql, const Json& params, const OnRow& row) = 0;

  // Between the two, all queries see the state at the first one (a read transaction: keep it short,
  // it holds back checkpoints). Without, each query sees the newest committed state.
  virtual Status BeginSnapshot() = 0;
  virtual void EndSnapshot() = 0;

  // A stored text; kNotFound when there is none.
  virtual Result<Part> TextOf(const Hash& hash) = 0;
  // `value` with every {"$text": "<hash>"} inside replaced by its text (request_json, result_json).
  virtual Result<Json> ResolveTexts(const Json& value) = 0;

  [[nodiscard]] virtual const std::string& path() const = 0;
  [[nodiscard]] virtual const std::string& file_uid() const = 0;
};

}  // namespace hone
