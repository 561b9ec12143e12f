#include "store/connection.h"

#include <sqlite3.h>

#include <cerrno>
#include <cstddef>
#include <filesystem>
#include <utility>

namespace hone {
namespace {

constexpr int kBusyTimeoutMs = 10'000;
// The store's own statements are about 100; rows with changing sets of fields add some.
constexpr std::size_t kMaxCached = 512;

// "file:" URI of a path; what has a meaning in URIs is escaped.
std::string UriOf(const std::string& path, std::string_view query) {
  static constexpr char kDigits[] = "0123456789ABCDEF";
  std::string uri = "file:";
  // "//x" would read as an authority.
  if (path.starts_with("//")) uri += "//";
  for (const char c : path) {
    if (c == '%' || c == '?' || c == '#') {
      const auto byte = static_cast<unsigned char>(c);
      uri += '%';
      uri += kDigits[byte >> 4];
      uri += kDigits[byte & 15];
    } else {
      uri += c;
    }
  }
  uri += query;
  return uri;
}

bool IsFull(int code, int system_error) {
  if ((code & 0xff) == SQLITE_FULL) return true;
  return (code & 0xff) == SQLITE_IOERR &&
         (system_error == ENOSPC || system_error == EDQUOT || system_error == EFBIG);
}

ErrorCode CodeOf(int code) {
  switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return ErrorCode::kConflict;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return ErrorCode::kCorrupt;
    case SQLITE_READONLY:
    case SQLITE_AUTH:
      return ErrorCode::kRefused;
    case SQLITE_INTERRUPT:
      return ErrorCode::kTimeout;
    case SQLITE_CONSTRAINT:
    case SQLITE_MISMATCH:
    case SQLITE_TOOBIG:
    case SQLITE_ERROR:
    case SQLITE_RANGE:
      return ErrorCode::kInvalidArgument;
    default:
      return ErrorCode::kIo;
  }
}

}  // namespace

Statement::Statement(Statement&& other) noexcept
    : owner_(other.owner_),
      statement_(std::exchange(other.statement_, nullptr)),
      busy_(std::exchange(other.busy_, nullptr)),
      bind_code_(other.bind_code_) {}

Statement::~Statement() {
  if (statement_ == nullptr) return;
  if (busy_ == nullptr) {
    sqlite3_finalize(statement_);
    return;
  }
  sqlite3_reset(statement_);
  sqlite3_clear_bindings(statement_);
  *busy_ = false;
}

void Statement::Bind(int index, std::nullptr_t) {
  if (const int code = sqlite3_bind_null(statement_, index); code != SQLITE_OK) bind_code_ = code;
}

void Statement::Bind(int index, int64_t value) {
  if (const int code = sqlite3_bind_int64(statement_, index, value); code != SQLITE_OK) {
    bind_code_ = code;
  }
}

void Statement::Bind(int index, double value) {
  if (const int code = sqlite3_bind_double(statement_, index, value); code != SQLITE_OK) {
    bind_code_ = code;
  }
}

void Statement::Bind(int index, std::string_view value) {
  const char* data = value.data() == nullptr ? "" : value.data();
  const int code =
      sqlite3_bind_text64(statement_, index, data, value.size(), SQLITE_STATIC, SQLITE_UTF8);
  if (code != SQLITE_OK) bind_code_ = code;
}

void Statement::Bind(int index, Blob value) {
  const char* data = value.bytes.data() == nullptr ? "" : value.bytes.data();
  const int code = sqlite3_bind_blob64(statement_, index, data, value.bytes.size(), SQLITE_STATIC);
  if (code != SQLITE_OK) bind_code_ = code;
}

Result<bool> Statement::Step() {
  if (bind_code_ != SQLITE_OK) return owner_->ErrorOf(bind_code_);
  const int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  return owner_->ErrorOf(sqlite3_extended_errcode(owner_->raw()));
}

void Statement::Reset() { sqlite3_reset(statement_); }

bool Statement::IsNull(int column) const {
  return sqlite3_column_type(statement_, column) == SQLITE_NULL;
}

int64_t Statement::Int(int column) const { return sqlite3_column_int64(statement_, column); }

double Statement::Real(int column) const { return sqlite3_column_double(statement_, column); }

std::string_view Statement::Text(int column) const {
  const unsigned char* text = sqlite3_column_text(statement_, column);
  if (text == nullptr) return {};
  return {reinterpret_cast<const char*>(text),
          static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}

std::string_view Statement::Bytes(int column) const {
  const void* bytes = sqlite3_column_blob(statement_, column);
  if (bytes == nullptr) return {};
  return {static_cast<const char*>(bytes),
          static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}

Hash Statement::HashAt(int column) const {
  const std::string_view bytes = Bytes(column);
  return bytes.size() == 32 ? Hash::FromRaw(bytes) : Hash{};
}

std::optional<int64_t> Statement::MaybeInt(int column) const {
  if (IsNull(column)) return std::nullopt;
  return Int(column);
}

Result<std::string> ReadFileHeader(const std::string& path) {
  constexpr int kBytes = 100;
  std::error_code error;
  if (!std::filesystem::exists(path, error)) {
    return Fail(ErrorCode::kNotFound, path + ": no such file");
  }
  sqlite3_initialize();
  sqlite3_vfs* vfs = sqlite3_vfs_find(nullptr);
  const auto memory = std::make_unique<std::max_align_t[]>(
      static_cast<std::size_t>(vfs->szOsFile) / sizeof(std::max_align_t) + 1);
  auto* file = reinterpret_cast<sqlite3_file*>(memory.get());
  const std::string full = std::filesystem::absolute(path, error).string();
  sqlite3_filename name = sqlite3_create_filename(full.c_str(), "", "", 0, nullptr);
  const int opened =
      vfs->xOpen(vfs, name, file, SQLITE_OPEN_READONLY | SQLITE_OPEN_MAIN_DB, nullptr);
  if (opened != SQLITE_OK) {
    sqlite3_free_filename(name);
    return Fail(ErrorCode::kIo, path + ": " + sqlite3_errstr(opened));
  }
  std::string bytes(kBytes, '\0');
  sqlite3_int64 size = 0;
  file->pMethods->xFileSize(file, &size);
  const int got = file->pMethods->xRead(file, bytes.data(), kBytes, 0);
  file->pMethods->xClose(file);
  sqlite3_free_filename(name);
  if (got != SQLITE_OK && got != SQLITE_IOERR_SHORT_READ) {
    return Fail(ErrorCode::kIo, path + ": " + sqlite3_errstr(got));
  }
  if (size < kBytes) bytes.resize(static_cast<std::size_t>(size));
  return bytes;
}

Result<std::unique_ptr<Connection>> Connection::Open(const std::string& path, Mode mode) {
  std::error_code ignored;
  if (mode != Mode::kCreate && !std::filesystem::exists(path, ignored)) {
    return Fail(ErrorCode::kNotFound, path + ": no such file");
  }
  int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE | SQLITE_OPEN_URI;
  std::string_view query;
  switch (mode) {
    case Mode::kImmutable:
      query = "?immutable=1";
      [[fallthrough]];
    case Mode::kReadOnly:
      flags |= SQLITE_OPEN_READONLY;
      break;
    case Mode::kReadWrite:
      flags |= SQLITE_OPEN_READWRITE;
      break;
    case Mode::kCreate:
      flags |= SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
      break;
  }
  sqlite3* raw = nullptr;
  const int code = sqlite3_open_v2(UriOf(path, query).c_str(), &raw, flags, nullptr);
  if (raw == nullptr) return Fail(ErrorCode::kIo, path + ": out of memory");
  std::unique_ptr<Connection> connection(new Connection(path, raw));
  if (code != SQLITE_OK) return connection->ErrorOf(code);
  sqlite3_busy_timeout(raw, kBusyTimeoutMs);
  int unused = 0;
  sqlite3_db_config(raw, SQLITE_DBCONFIG_ENABLE_FKEY, 1, &unused);
  sqlite3_db_config(raw, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, &unused);
  sqlite3_db_config(raw, SQLITE_DBCONFIG_DEFENSIVE, 1, &unused);
  sqlite3_db_config(raw, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0, &unused);
  return connection;
}

Connection::~Connection() {
  for (auto& [sql, cached] : cache_) sqlite3_finalize(cached.statement);
  sqlite3_close(database_);
}

Error Connection::ErrorOf(int code) {
  last_error_was_full_ = IsFull(code, sqlite3_system_errno(database_));
  last_error_was_fatal_ = CodeOf(code) != ErrorCode::kInvalidArgument;
  const std::string generic = sqlite3_errstr(code);
  std::string text = sqlite3_errmsg(database_);
  if (text == "not an error" || text.empty()) text = generic;
  return Fail(CodeOf(code), path_ + ": " + text + " (SQLite code " + std::to_string(code) + ")");
}

Status Connection::Execute(const std::string& sql) {
  const int code = sqlite3_exec(database_, sql.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return ErrorOf(code);
  return Ok{};
}

Result<sqlite3_stmt*> Connection::Compile(std::string_view sql) {
  sqlite3_stmt* statement = nullptr;
  const int code = sqlite3_prepare_v3(database_, sql.data(), static_cast<int>(sql.size()),
                                      SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
  if (code != SQLITE_OK) return ErrorOf(code);
  HONE_CHECK(statement != nullptr);
  return statement;
}

Result<Statement> Connection::Prepare(std::string_view sql) {
  auto found = cache_.find(sql);
  if (found != cache_.end() && found->second.busy) {
    HONE_ASSIGN(sqlite3_stmt * second, Compile(sql));
    return Statement(this, second, nullptr);
  }
  if (found == cache_.end()) {
    if (cache_.size() >= kMaxCached) DropIdle();
    HONE_ASSIGN(sqlite3_stmt * statement, Compile(sql));
    found = cache_.emplace(std::string(sql), Cached{statement, false}).first;
  }
  found->second.busy = true;
  return Statement(this, found->second.statement, &found->second.busy);
}

Result<Statement> Connection::PrepareOnly(std::string_view sql) {
  sqlite3_stmt* raw = nullptr;
  const char* tail = nullptr;
  const char* const end = sql.data() + sql.size();
  int code =
      sqlite3_prepare_v3(database_, sql.data(), static_cast<int>(sql.size()), 0, &raw, &tail);
  if (code != SQLITE_OK) return ErrorOf(code);
  if (raw == nullptr) return Invalid("there is no SQL statement");
  Statement statement(this, raw, nullptr);
  while (tail != nullptr && tail < end) {
    // Comments and empty statements give nothing; a second statement, even a broken one, is
    // refused.
    sqlite3_stmt* second = nullptr;
    const char* next = nullptr;
    code = sqlite3_prepare_v3(database_, tail, static_cast<int>(end - tail), 0, &second, &next);
    sqlite3_finalize(second);
    if (code != SQLITE_OK || second != nullptr) {
      return Invalid("one SQL statement at a time; there is more after the first ';'");
    }
    if (next == tail) break;
    tail = next;
  }
  return statement;
}

void Connection::DropIdle() {
  std::erase_if(cache_, [](auto& entry) {
    if (entry.second.busy) return false;
    sqlite3_finalize(entry.second.statement);
    return true;
  });
}

int64_t Connection::last_insert_id() const { return sqlite3_last_insert_rowid(database_); }

int64_t Connection::changes() const { return sqlite3_changes64(database_); }

bool Connection::in_transaction() const { return sqlite3_get_autocommit(database_) == 0; }

}  // namespace hone
