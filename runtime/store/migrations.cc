#include "store/migrations.h"

#include <fcntl.h>
#include <unistd.h>

#include <filesystem>
#include <vector>

#include "base/ids.h"
#include "store/migration_sources.h"

namespace hone {
namespace {

namespace fs = std::filesystem;

Result<int64_t> PragmaInt(Connection* connection, std::string_view name) {
  HONE_ASSIGN(const auto value, connection->FindInt("PRAGMA " + std::string(name)));
  return value.value_or(0);
}

Error NotOurs(const std::string& path) {
  return Invalid(path +
                 ": a database, but not one of Hone's; it is left as it is. Name another file with "
                 "--db");
}

Status CheckVersionNumber(const std::string& path, int64_t version) {
  if (version > SchemaVersion()) {
    return Invalid(path + ": made by a newer hone (schema " + std::to_string(version) +
                   ", this one knows " + std::to_string(SchemaVersion()) + "): upgrade hone");
  }
  return Ok{};
}

Status CheckVersion(Connection* connection) {
  HONE_ASSIGN(const int64_t version, PragmaInt(connection, "user_version"));
  return CheckVersionNumber(connection->path(), version);
}

// Places in the first 100 bytes of every SQLite file.
constexpr std::size_t kHeaderBytes = 100;
constexpr std::size_t kUserVersionOffset = 60;
constexpr std::size_t kApplicationIdOffset = 68;

int32_t BigEndian32(const std::string& bytes, std::size_t offset) {
  uint32_t value = 0;
  for (std::size_t i = 0; i < 4; ++i) value = value << 8 | static_cast<uint8_t>(bytes[offset + i]);
  return static_cast<int32_t>(value);
}

// A file's name is durable only when its folder is synced.
void SyncFolder(const fs::path& folder) {
  const int descriptor = open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return;
  fsync(descriptor);
  close(descriptor);
}

}  // namespace

int SchemaVersion() { return static_cast<int>(MigrationSources().size()); }

bool IsAbsentOrEmpty(const std::string& path) {
  std::error_code error;
  if (!fs::exists(path, error)) return true;
  if (!fs::is_regular_file(path, error) || fs::file_size(path, error) != 0) return false;
  // The main file of a database whose whole content is still in its WAL is empty, too.
  return !fs::exists(path + "-wal", error) && !fs::exists(path + "-journal", error);
}

Status CheckResultsFile(const std::string& path) {
  std::error_code error;
  if (fs::is_directory(path, error)) return Invalid(path + ": a folder, not a results database");
  HONE_ASSIGN(const std::string header, ReadFileHeader(path));
  if (header.size() < kHeaderBytes ||
      !header.starts_with(std::string_view("SQLite format 3", 16))) {
    return Invalid(path + ": not a database; it is left as it is. Name another file with --db");
  }
  if (BigEndian32(header, kApplicationIdOffset) != kApplicationId) return NotOurs(path);
  return CheckVersionNumber(path, BigEndian32(header, kUserVersionOffset));
}

Status CreateResultsFile(const std::string& path) {
  std::error_code error;
  const fs::path folder = fs::absolute(path, error).parent_path();
  fs::create_directories(folder, error);
  if (error) return Fail(ErrorCode::kIo, folder.string() + ": " + error.message());
  const std::string draft = path + ".new";
  fs::remove(draft, error);
  {
    HONE_ASSIGN(const auto connection, Connection::Open(draft, Connection::Mode::kCreate));
    HONE_TRY(connection->Execute("PRAGMA journal_mode = DELETE; PRAGMA synchronous = FULL"));
    HONE_TRY(Migrate(connection.get()));
    HONE_TRY(connection->Run("INSERT INTO meta (key, value) VALUES ('file_uid', ?)", NewUid()));
    HONE_TRY(connection->Run("INSERT INTO meta (key, value) VALUES ('created_by', ?)",
                             "hone schema " + std::to_string(SchemaVersion())));
    HONE_TRY(connection->Execute("PRAGMA journal_mode = WAL"));
  }
  fs::rename(draft, path, error);
  if (error) return Fail(ErrorCode::kIo, path + ": " + error.message());
  SyncFolder(folder);
  return Ok{};
}

Status Migrate(Connection* connection) {
  HONE_TRY(CheckVersion(connection));
  HONE_ASSIGN(const int64_t version, PragmaInt(connection, "user_version"));
  const auto& sources = MigrationSources();
  for (auto next = static_cast<std::size_t>(version); next < sources.size(); ++next) {
    std::string sql = "BEGIN IMMEDIATE;\n";
    sql += sources[next];
    sql += "\nPRAGMA application_id = " + std::to_string(kApplicationId);
    sql += ";\nPRAGMA user_version = " + std::to_string(next + 1) + ";\nCOMMIT;";
    if (Status done = connection->Execute(sql); !done.ok()) {
      (void)connection->Execute("ROLLBACK");
      return done.error().With("migration " + std::to_string(next + 1));
    }
  }
  return Ok{};
}

Result<std::unique_ptr<Connection>> OpenForReading(const std::string& path) {
  HONE_TRY(CheckResultsFile(path));
  HONE_ASSIGN(auto connection, Connection::Open(path, Connection::Mode::kReadOnly));
  Status version = CheckVersion(connection.get());
  std::error_code error;
  if (!version.ok() && version.error().code == ErrorCode::kIo &&
      !fs::exists(path + "-wal", error)) {
    auto immutable = Connection::Open(path, Connection::Mode::kImmutable);
    if (!immutable.ok()) return immutable.error();
    connection = std::move(immutable).value();
    version = CheckVersion(connection.get());
  }
  if (!version.ok()) return version.error();
  HONE_ASSIGN(const int64_t found, PragmaInt(connection.get(), "user_version"));
  if (found < SchemaVersion()) {
    return Invalid(path + ": made by an older hone (schema " + std::to_string(found) +
                   ", this one reads " + std::to_string(SchemaVersion()) +
                   "): `hone run` with --db on it upgrades it");
  }
  return connection;
}

Result<std::string> ReadFileUid(Connection* connection) {
  HONE_ASSIGN(Statement statement,
              connection->Prepare("SELECT value FROM meta WHERE key = 'file_uid'"));
  HONE_ASSIGN(const bool found, statement.Step());
  if (!found) return Fail(ErrorCode::kCorrupt, connection->path() + ": meta has no file_uid");
  return statement.String(0);
}

}  // namespace hone
