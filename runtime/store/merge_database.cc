#include "store/merge_database.h"

#include <filesystem>

#include "store/connection.h"
#include "store/database_lock.h"
#include "store/merge_statements.h"
#include "store/migrations.h"
#include "store/text_codec.h"
#include "store/text_lookup.h"

namespace hone {
namespace {

// A file from elsewhere may say anything: what came under a hash must be what the hash names.
Status VerifyNewTexts(Connection* db) {
  TextDecoder decoder;
  HONE_ASSIGN(Statement statement, db->Prepare("SELECT hash FROM temp.new_texts"));
  while (true) {
    HONE_ASSIGN(const bool row, statement.Step());
    if (!row) return Ok{};
    HONE_ASSIGN(const auto text, FindText(db, &decoder, statement.HashAt(0), /*verify=*/true));
    if (!text) return Fail(ErrorCode::kCorrupt, "a text has gone while it was copied");
  }
}

Result<MergeCounts> CopyAll(Connection* db) {
  for (const std::string_view sql : kMergeStatements) HONE_TRY(db->Execute(std::string(sql)));
  HONE_TRY(VerifyNewTexts(db));
  MergeCounts counts;
  for (const auto& [sql, count] : {std::pair("SELECT count(*) FROM taken", &counts.units),
                                   std::pair("SELECT count(*) FROM new_calls", &counts.calls),
                                   std::pair("SELECT count(*) FROM other.sends", &counts.sends)}) {
    HONE_ASSIGN(const auto found, db->FindInt(sql));
    *count = found.value_or(0);
  }
  return counts;
}

Status CheckSource(const std::string& target, const std::string& source) {
  HONE_TRY(CheckResultsFile(source));
  std::error_code error;
  if (std::filesystem::equivalent(target, source, error) && !error) {
    return Invalid(source + ": is the file that is merged into");
  }
  // Refuses a file of another schema, and says how to bring it up to date.
  HONE_ASSIGN(const auto reading, OpenForReading(source));
  return Ok{};
}

}  // namespace

Result<MergeCounts> MergeDatabase(const std::string& target, const std::string& source,
                                  int64_t now_ms) {
  HONE_TRY(CheckSource(target, source));
  HONE_ASSIGN(const DatabaseLock lock, DatabaseLock::Take(target));
  if (IsAbsentOrEmpty(target)) HONE_TRY(CreateResultsFile(target));
  HONE_TRY(CheckResultsFile(target));
  HONE_ASSIGN(auto db, Connection::Open(target, Connection::Mode::kReadWrite));
  HONE_TRY(Migrate(db.get()));
  HONE_TRY(
      db->Execute("PRAGMA busy_timeout = 60000; PRAGMA synchronous = FULL; "
                  "PRAGMA temp_store = MEMORY; PRAGMA cache_size = -65536"));
  HONE_TRY(db->Run("ATTACH ? AS other", source));
  HONE_TRY(db->Run("BEGIN IMMEDIATE"));
  Result<MergeCounts> counts = CopyAll(db.get());
  Status ended = counts.ok() ? Status(Ok{}) : Status(counts.error());
  if (ended.ok()) {
    ended = db->Run(
        "INSERT INTO main.merges (file_uid, merged_at_ms) "
        "SELECT value, ? FROM other.meta WHERE key = 'file_uid' ON CONFLICT (file_uid) DO NOTHING",
        now_ms);
  }
  if (ended.ok()) ended = db->Run("COMMIT");
  if (!ended.ok()) {
    (void)db->Run("ROLLBACK");
    return ended.error().With("merging " + source);
  }
  return counts;
}

}  // namespace hone
