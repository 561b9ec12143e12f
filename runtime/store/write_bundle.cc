#include "store/write_bundle.h"

#include <filesystem>

#include "base/ids.h"
#include "store/connection.h"
#include "store/forget_experiments.h"
#include "store/migrations.h"
#include "store/text_codec.h"

namespace hone {
namespace {

namespace fs = std::filesystem;

Result<std::vector<Hash>> OthersThan(Connection* db, const Hash& experiment) {
  HONE_ASSIGN(Statement row, db->Prepare("SELECT hash FROM experiments"));
  std::vector<Hash> others;
  bool is_there = false;
  while (true) {
    HONE_ASSIGN(const bool more, row.Step());
    if (!more) break;
    if (row.HashAt(0) == experiment) {
      is_there = true;
    } else {
      others.push_back(row.HashAt(0));
    }
  }
  if (!is_there) return Fail(ErrorCode::kNotFound, db->path() + ": no such experiment");
  return others;
}

Status PutData(Connection* db, const std::vector<BundledFile>& data) {
  TextEncoder encoder;
  for (const BundledFile& file : data) {
    const TextEncoder::Encoded encoded = encoder.Encode(*file.text.text);
    HONE_TRY(
        db->Run("INSERT INTO texts (hash, size_bytes, codec, data) VALUES (?, ?, ?, ?) "
                "ON CONFLICT (hash) DO NOTHING",
                file.text.hash, static_cast<int64_t>(file.text.text->size()), encoded.codec,
                Blob{encoded.data}));
    HONE_TRY(db->Run("INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)", "data:" + file.path,
                     file.text.hash.Hex()));
  }
  return Ok{};
}

Status Reduce(const std::string& path, const Hash& experiment,
              const std::vector<BundledFile>& data) {
  HONE_ASSIGN(auto db, Connection::Open(path, Connection::Mode::kReadWrite));
  HONE_ASSIGN(const std::vector<Hash> others, OthersThan(db.get(), experiment));
  HONE_TRY(db->Execute("BEGIN IMMEDIATE"));
  HONE_TRY(PutData(db.get(), data));
  HONE_ASSIGN(const ForgetCounts counts, ForgetExperiments(db.get(), others, /*answers_too=*/true));
  (void)counts;
  // A file of its own: what is sent from it is not what the original sent.
  HONE_TRY(db->Run("UPDATE meta SET value = ? WHERE key = 'file_uid'", NewUid()));
  HONE_TRY(db->Execute("COMMIT"));
  // One file at rest, nothing beside it.
  return db->Execute("PRAGMA journal_mode = DELETE; VACUUM; PRAGMA journal_mode = WAL");
}

}  // namespace

Status WriteBundle(const std::string& db, const Hash& experiment,
                   const std::vector<BundledFile>& data, const std::string& target) {
  std::error_code error;
  if (fs::exists(target, error)) return Invalid(target + ": is there already");
  const std::string draft = target + ".new";
  fs::remove(draft, error);
  {
    HONE_ASSIGN(const auto source, OpenForReading(db));
    HONE_TRY(source->Run("VACUUM INTO ?", draft));
  }
  Status reduced = Reduce(draft, experiment, data);
  if (reduced.ok()) {
    fs::rename(draft, target, error);
    if (error) reduced = Fail(ErrorCode::kIo, target + ": " + error.message());
  }
  for (const char* suffix : {"", "-wal", "-shm"}) fs::remove(draft + suffix, error);
  return reduced;
}

}  // namespace hone
