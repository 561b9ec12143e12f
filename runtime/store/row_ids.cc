#include "store/row_ids.h"

#include "store/text_refs.h"

namespace hone {
namespace {

// About 10 MB of hashes; a full map is emptied, which costs one lookup per later name.
constexpr std::size_t kMaxRemembered = 150'000;

Error NoSuch(std::string_view what, const Hash& key) {
  return Fail(ErrorCode::kNotFound,
              "no " + std::string(what) + " with key " + key.Short() + " in the results database");
}

}  // namespace

void RowIds::Remember(Ids* ids, const Hash& key, int64_t id) {
  if (ids->size() >= kMaxRemembered) ids->clear();
  ids->insert_or_assign(key, id);
}

void RowIds::Forget() {
  texts_.clear();
  experiments_.clear();
  units_.clear();
  calls_.clear();
  runs_.clear();
}

Result<int64_t> RowIds::PutText(const Part& part) {
  if (const auto known = texts_.find(part.hash); known != texts_.end()) return known->second;
  HONE_ASSIGN(const auto found,
              db_->FindInt("SELECT text_id FROM texts WHERE hash = ?", part.hash));
  int64_t id = 0;
  if (found) {
    id = *found;
  } else {
    if (part.text == nullptr) return NoSuch("text", part.hash);
    const TextEncoder::Encoded encoded = encoder_.Encode(*part.text);
    HONE_TRY(db_->Run("INSERT INTO texts (hash, size_bytes, codec, data) VALUES (?, ?, ?, ?)",
                      part.hash, static_cast<int64_t>(part.text->size()), encoded.codec,
                      Blob{encoded.data}));
    id = db_->last_insert_id();
  }
  Remember(&texts_, part.hash, id);
  return id;
}

Result<std::string> RowIds::PutTextsOf(const Json& value) {
  HONE_ASSIGN(const Json extracted, ExtractTexts(value, [this](const Part& part) -> Status {
                const auto put = PutText(part);
                if (!put.ok()) return put.error();
                return Ok{};
              }));
  return extracted.Dump();
}

Result<int64_t> RowIds::Experiment(const Hash& hash) {
  if (const auto known = experiments_.find(hash); known != experiments_.end()) {
    return known->second;
  }
  HONE_ASSIGN(const auto found,
              db_->FindInt("SELECT experiment_id FROM experiments WHERE hash = ?", hash));
  if (!found) return NoSuch("experiment", hash);
  Remember(&experiments_, hash, *found);
  return *found;
}

Result<int64_t> RowIds::Run(const RunName& name) {
  if (const auto known = runs_.find(name); known != runs_.end()) return known->second;
  HONE_ASSIGN(const auto found,
              db_->FindInt("SELECT r.run_id FROM experiments e "
                           "JOIN arms a ON a.experiment_id = e.experiment_id AND a.name = ? "
                           "JOIN runs r ON r.arm_id = a.arm_id AND r.replicate = ? "
                           "WHERE e.hash = ?",
                           name.arm, name.replicate, name.experiment));
  if (!found) {
    return Fail(ErrorCode::kNotFound, "no run of arm '" + name.arm + "' with seed '" +
                                          name.replicate + "' in experiment " +
                                          name.experiment.Short());
  }
  if (runs_.size() >= kMaxRemembered) runs_.clear();
  runs_[name] = *found;
  return *found;
}

Result<int64_t> RowIds::Unit(const Hash& unit_key) {
  if (const auto known = units_.find(unit_key); known != units_.end()) return known->second;
  HONE_ASSIGN(const auto found,
              db_->FindInt("SELECT unit_id FROM units WHERE unit_key = ?", unit_key));
  if (!found) return NoSuch("unit", unit_key);
  Remember(&units_, unit_key, *found);
  return *found;
}

Result<std::optional<int64_t>> RowIds::FindCall(const Hash& key) {
  if (const auto known = calls_.find(key); known != calls_.end()) {
    return std::optional<int64_t>(known->second);
  }
  HONE_ASSIGN(const auto found, db_->FindInt("SELECT call_id FROM calls WHERE key = ?", key));
  if (found) Remember(&calls_, key, *found);
  return found;
}

Result<int64_t> RowIds::Call(const Hash& key) {
  HONE_ASSIGN(const auto found, FindCall(key));
  if (!found) return NoSuch("call", key);
  return *found;
}

}  // namespace hone
