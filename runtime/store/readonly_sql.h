// ReadonlySql: SQL typed by a person (`hone sql`) or written by a report, over a results database
// that may come from anywhere, without any way to change something or to leave the file.
//
// Guards: a read-only connection; an authorizer that lets pass SELECT, column reads, listed
// functions and harmless PRAGMAs (table_info and the like); one statement at a time; limits on
// rows, time, length and nesting. One thread at a time.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/part.h"
#include "store/connection.h"
#include "store/text_codec.h"

namespace hone {

class ReadonlySql {
 public:
  struct Limits {
    int64_t max_rows = 100'000;
    int64_t time_limit_ms = 30'000;  // 0: none
  };
  struct Outcome {
    std::vector<std::string> columns;
    int64_t rows = 0;
    bool truncated = false;  // there are more rows than max_rows
  };
  // Values as read_database.h says. Returns false to stop early.
  using OnRow = std::function<bool(const std::vector<std::string>& columns, std::vector<Json> row)>;

  static Result<std::unique_ptr<ReadonlySql>> Open(const std::string& path);
  ~ReadonlySql();

  // Runs one statement. `params`: an object for :name (@name, $name), a list for ?, null for none.
  // Errors: kInvalidArgument (SQL, parameters), kRefused (not allowed here), kTimeout.
  Result<Outcome> Run(std::string_view sql, const Json& params, const Limits& limits,
                      const OnRow& on_row);

  Status BeginSnapshot();
  void EndSnapshot();
  Result<Part> TextOf(const Hash& hash);
  [[nodiscard]] const std::string& path() const { return db_->path(); }
  [[nodiscard]] const std::string& file_uid() const { return file_uid_; }

 private:
  // What SQLite's C callbacks may touch.
  struct Guard {
    Connection* db = nullptr;
    TextDecoder decoder;
    std::string refusal;     // why the last statement was refused
    bool open_gate = false;  // for this class's own BEGIN and COMMIT
    bool timed_out = false;
    std::chrono::steady_clock::time_point deadline;
  };
  struct Hooks;

  explicit ReadonlySql(std::unique_ptr<Connection> db, std::string file_uid);
  Error ExplainFailure(Error error, const Limits& limits) const;
  Status Unguarded(std::string_view sql);

  std::unique_ptr<Connection> db_;
  std::string file_uid_;
  std::unique_ptr<Guard> guard_;
};

}  // namespace hone
