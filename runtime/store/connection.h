// Connection and Statement: SQLite handles with an owner, a statement cache and errors as Status.
//
// The only place that owns raw SQLite handles. A Connection and its Statements belong to one thread
// at a time (it is opened without SQLite's own mutex). Every connection has trusted_schema off,
// defensive mode and foreign keys on, so that a results database from a stranger can be read
// safely.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/hash.h"
#include "base/result.h"

struct sqlite3;
struct sqlite3_stmt;

namespace hone {

// Bytes to bind as BLOB; borrowed.
struct Blob {
  std::string_view bytes;
};

class Connection;

// A prepared statement taken from the cache; goes back, reset, when it dies. Bound texts and blobs
// are borrowed until then. Parameters count from 1, columns from 0. A failed Bind surfaces in Step.
class Statement {
 public:
  Statement(Statement&& other) noexcept;
  Statement& operator=(Statement&&) = delete;
  ~Statement();

  void Bind(int index, std::nullptr_t);
  void Bind(int index, int64_t value);
  void Bind(int index, int value) { Bind(index, static_cast<int64_t>(value)); }
  void Bind(int index, uint32_t value) { Bind(index, static_cast<int64_t>(value)); }
  void Bind(int index, bool value) { Bind(index, static_cast<int64_t>(value)); }
  void Bind(int index, double value);
  void Bind(int index, std::string_view value);
  void Bind(int index, const std::string& value) { Bind(index, std::string_view(value)); }
  void Bind(int index, const char* value) { Bind(index, std::string_view(value)); }
  void Bind(int index, Blob value);
  void Bind(int index, const Hash& value) { Bind(index, Blob{value.View()}); }
  template <typename T>
  void Bind(int index, const std::optional<T>& value) {
    if (value) {
      Bind(index, *value);
    } else {
      Bind(index, nullptr);
    }
  }

  // True: a row is there to be read. False: done.
  Result<bool> Step();
  // Ready to be bound and stepped again; what is bound stays.
  void Reset();

  [[nodiscard]] bool IsNull(int column) const;
  [[nodiscard]] int64_t Int(int column) const;
  [[nodiscard]] double Real(int column) const;
  [[nodiscard]] std::string_view Text(int column) const;   // until the next Step
  [[nodiscard]] std::string_view Bytes(int column) const;  // of a BLOB, until the next Step
  [[nodiscard]] std::string String(int column) const { return std::string(Text(column)); }
  // REQUIRES: the column holds 32 bytes or is null (then all zero).
  [[nodiscard]] Hash HashAt(int column) const;
  [[nodiscard]] std::optional<int64_t> MaybeInt(int column) const;

  [[nodiscard]] sqlite3_stmt* raw() const { return statement_; }

 private:
  friend class Connection;
  Statement(Connection* owner, sqlite3_stmt* statement, bool* busy)
      : owner_(owner), statement_(statement), busy_(busy) {}

  Connection* owner_;
  sqlite3_stmt* statement_;
  bool* busy_;  // flag of the cache entry; null: finalized with this object
  int bind_code_ = 0;
};

// The first 100 bytes of a file (fewer when it is shorter), read as bytes: what a checkpoint that
// was cut short left is no database without its WAL, but its header is good. Read through SQLite's
// file system, because closing a descriptor of our own would drop the locks this process holds on
// the file.
Result<std::string> ReadFileHeader(const std::string& path);

class Connection {
 public:
  enum class Mode {
    kReadOnly,   // never creates; follows a running writer
    kReadWrite,  // never creates
    kCreate,     // creates the file
    kImmutable,  // reads the main file alone: no locks, no -wal, nothing beside the file is touched
  };
  // Errors: kNotFound (no such file), kCorrupt (not a database, on first use), kIo.
  static Result<std::unique_ptr<Connection>> Open(const std::string& path, Mode mode);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // Runs any number of statements and drops their rows.
  Status Execute(const std::string& sql);
  // From the cache; a statement that is in use is prepared a second time.
  Result<Statement> Prepare(std::string_view sql);
  // Outside the cache, exactly one statement: kInvalidArgument when there is none or a second one.
  Result<Statement> PrepareOnly(std::string_view sql);

  // One statement with parameters in order; rows are dropped.
  template <typename... Args>
  Status Run(std::string_view sql, const Args&... args) {
    HONE_ASSIGN(Statement statement, Prepare(sql));
    int index = 0;
    (statement.Bind(++index, args), ...);
    auto stepped = statement.Step();
    if (!stepped.ok()) return stepped.error();
    return Ok{};
  }
  // The first column of the first row as an integer; nothing when there is no row.
  template <typename... Args>
  Result<std::optional<int64_t>> FindInt(std::string_view sql, const Args&... args) {
    HONE_ASSIGN(Statement statement, Prepare(sql));
    int index = 0;
    (statement.Bind(++index, args), ...);
    HONE_ASSIGN(const bool row, statement.Step());
    if (!row) return std::optional<int64_t>();
    return std::optional<int64_t>(statement.Int(0));
  }

  [[nodiscard]] int64_t last_insert_id() const;
  [[nodiscard]] int64_t changes() const;
  [[nodiscard]] bool in_transaction() const;
  // The last failure was for lack of room: disk full, quota, file size limit.
  [[nodiscard]] bool last_error_was_full() const { return last_error_was_full_; }
  // The last failure concerns the file (I/O, lock, damage), not one statement or its data: the
  // transaction cannot go on. ClearLastError() before asking about a later step.
  [[nodiscard]] bool last_error_was_fatal() const { return last_error_was_fatal_; }
  void ClearLastError() { last_error_was_full_ = last_error_was_fatal_ = false; }
  void RememberFull() { last_error_was_full_ = true; }

  // The error of an SQLite result code on this connection, with the file's path in front.
  Error ErrorOf(int code);

  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] sqlite3* raw() const { return database_; }

 private:
  struct Cached {
    sqlite3_stmt* statement = nullptr;
    bool busy = false;
  };
  struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const {
      return std::hash<std::string_view>()(text);
    }
  };

  Connection(std::string path, sqlite3* database) : path_(std::move(path)), database_(database) {}
  Result<sqlite3_stmt*> Compile(std::string_view sql);
  void DropIdle();

  std::string path_;
  sqlite3* database_;
  std::unordered_map<std::string, Cached, TextHash, std::equal_to<>> cache_;
  bool last_error_was_full_ = false;
  bool last_error_was_fatal_ = false;
};

}  // namespace hone
