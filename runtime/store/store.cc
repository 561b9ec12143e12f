#include "store/store.h"

#include <filesystem>

#include "base/log.h"
#include "store/database_lock.h"
#include "store/ledger_reader.h"
#include "store/migrations.h"
#include "store/writer.h"

namespace hone {
namespace {

// What a process that died left as under way. Its lock is ours now: nobody else is at work here.
Status SettleAfterDeath(Connection* db) {
  HONE_TRY(db->Run("BEGIN IMMEDIATE"));
  for (const std::string_view sql :
       {"UPDATE sends SET outcome = 'unknown', maybe_billed = 1 WHERE outcome = 'in_flight'",
        "UPDATE experiments SET status = 'interrupted' WHERE status = 'running'",
        "UPDATE runs SET status = 'incomplete' WHERE status = 'running'",
        "UPDATE units SET status = 'stopped' WHERE status = 'running'"}) {
    if (Status done = db->Run(sql); !done.ok()) {
      (void)db->Run("ROLLBACK");
      return done;
    }
  }
  return db->Run("COMMIT");
}

Result<std::unique_ptr<Connection>> OpenForWriting(const std::string& path) {
  if (IsAbsentOrEmpty(path)) HONE_TRY(CreateResultsFile(path));
  HONE_TRY(CheckResultsFile(path));
  HONE_ASSIGN(auto db, Connection::Open(path, Connection::Mode::kReadWrite));
  HONE_TRY(Migrate(db.get()));
  // The checkpoint is larger than SQLite's default: fewer syncs of the main file under load.
  HONE_TRY(
      db->Execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; "
                  "PRAGMA busy_timeout = 60000; PRAGMA cache_size = -65536; "
                  "PRAGMA secure_delete = OFF; PRAGMA wal_autocheckpoint = 4000; "
                  "PRAGMA journal_size_limit = 67108864; PRAGMA temp_store = MEMORY"));
  return db;
}

class SqliteStore final : public Store {
 public:
  SqliteStore(DatabaseLock lock, std::unique_ptr<Writer> writer,
              std::vector<std::unique_ptr<LedgerReader>> files)
      : lock_(std::move(lock)), writer_(std::move(writer)), files_(std::move(files)) {}

  void Write(Operation operation, Committed committed) override {
    writer_->Write(std::move(operation), std::move(committed));
  }
  void Flush(Committed committed) override { writer_->Flush(std::move(committed)); }
  void OnTrouble(std::function<void(Error)> on_trouble) override {
    writer_->OnTrouble(std::move(on_trouble));
  }

  Result<std::optional<StoredAnswer>> FindAnswer(const Hash& key) override {
    for (const auto& file : files_) {
      HONE_ASSIGN(auto answer, file->FindAnswer(key));
      if (!answer) continue;
      // Queued before any use of it can be.
      if (file != files_.front()) writer_->Import(key);
      return answer;
    }
    return std::optional<StoredAnswer>();
  }
  Result<int> CountSends(const Hash& key) override { return own().CountSends(key); }
  Result<std::optional<StoredUnit>> FindUnit(const Hash& unit_key) override {
    return own().FindUnit(unit_key);
  }
  Result<UseMap> UsesOf(const Hash& unit_key) override { return own().UsesOf(unit_key); }
  Result<JournalMap> JournalOf(const Hash& unit_key) override { return own().JournalOf(unit_key); }
  Result<std::optional<Predecessor>> FindPredecessor(const std::string& experiment_name,
                                                     const std::string& arm,
                                                     const std::string& replicate,
                                                     const std::string& item,
                                                     const Hash& unit_key) override {
    return own().FindPredecessor(experiment_name, arm, replicate, item, unit_key);
  }
  Result<Json> RequestOf(const Hash& key) override {
    for (const auto& file : files_) {
      HONE_ASSIGN(auto request, file->RequestOf(key));
      if (request) return std::move(*request);
    }
    return Fail(ErrorCode::kNotFound, "no call with key " + key.Short());
  }
  Result<std::vector<Json>> RowsOf(const Hash& unit_key, const std::string& table) override {
    return own().RowsOf(unit_key, table);
  }
  Result<LedgerSummary> Summary(const std::string& experiment_name) override {
    return own().Summary(experiment_name);
  }
  Result<std::vector<SpendRow>> SpendOf(const std::string& experiment_name) override {
    return own().SpendOf(experiment_name);
  }
  Result<Part> TextOf(const Hash& hash) override {
    for (const auto& file : files_) {
      HONE_ASSIGN(auto text, file->TextOf(hash));
      if (text) return std::move(*text);
    }
    return Fail(ErrorCode::kNotFound, "no text with hash " + hash.Short());
  }
  const std::string& file_uid() const override { return files_.front()->file_uid(); }

 private:
  LedgerReader& own() { return *files_.front(); }

  DatabaseLock lock_;               // released last
  std::unique_ptr<Writer> writer_;  // closed after the readers: the last one out empties the WAL
  std::vector<std::unique_ptr<LedgerReader>> files_;  // this file, then the answer sources
};

}  // namespace

Result<std::unique_ptr<Store>> Store::Open(Options options, Post post) {
  std::error_code error;
  // Two names of one file are one file: lock, WAL and reserve stand beside the real one.
  // (A name without a folder that is not there yet would stay relative.)
  const std::string path =
      options.path.empty()
          ? std::string()
          : std::filesystem::weakly_canonical(std::filesystem::absolute(options.path), error)
                .string();
  if (error || path.empty()) {
    return Invalid(options.path + ": " + (error ? error.message() : "no file name"));
  }
  const std::filesystem::path folder = std::filesystem::path(path).parent_path();
  std::filesystem::create_directories(folder, error);
  if (error) return Fail(ErrorCode::kIo, folder.string() + ": " + error.message());

  HONE_ASSIGN(DatabaseLock lock, DatabaseLock::Take(path));
  HONE_ASSIGN(auto db, OpenForWriting(path));
  HONE_TRY(SettleAfterDeath(db.get()));
  DiskReserve reserve(path, options.reserve_bytes);
  if (!reserve.Fill()) {
    Log(LogLevel::kWarn, path + ": no room for a reserve of " +
                             std::to_string(options.reserve_bytes >> 20) +
                             " MiB: answers may be lost when the disk is full");
  }

  std::vector<std::unique_ptr<LedgerReader>> files;
  std::vector<std::unique_ptr<Connection>> sources;
  HONE_ASSIGN(auto own, LedgerReader::Open(path));
  const std::string uid = own->file_uid();
  files.push_back(std::move(own));
  for (const std::string& source : options.answer_sources) {
    auto reader = LedgerReader::Open(source);
    if (!reader.ok()) return reader.error().With("--ledger");
    files.push_back(std::move(reader).value());
    HONE_ASSIGN(auto connection, OpenForReading(source));
    sources.push_back(std::move(connection));
  }
  HONE_ASSIGN(auto operations, OperationWriter::Create(db.get(), uid, std::move(sources)));
  auto writer = std::make_unique<Writer>(std::move(db), std::move(operations), std::move(reserve),
                                         options.max_group, std::move(post));
  return std::unique_ptr<Store>(
      std::make_unique<SqliteStore>(std::move(lock), std::move(writer), std::move(files)));
}

}  // namespace hone
