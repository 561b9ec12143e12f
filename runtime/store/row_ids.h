// RowIds: from natural keys to the integer ids of one file, and the texts put under them. Part of
// the writer: shares its connection and thread.
//
// Ids are remembered (bounded) so that the common operation costs no lookup. After a rollback call
// Forget: what was remembered may not exist.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/part.h"
#include "store/connection.h"
#include "store/operations.h"
#include "store/text_codec.h"

namespace hone {

class RowIds {
 public:
  explicit RowIds(Connection* connection) : db_(connection) {}

  // Stores the text unless it is there. `part.text` may be null for a text that must be there
  // already.
  Result<int64_t> PutText(const Part& part);

  // The JSON of `value` with its long texts stored, each as {"$text": hash} (store/text_refs.h).
  Result<std::string> PutTextsOf(const Json& value);

  // Each fails with kNotFound, naming the key, when there is no such row.
  Result<int64_t> Experiment(const Hash& hash);
  Result<int64_t> Run(const RunName& name);
  Result<int64_t> Unit(const Hash& unit_key);
  Result<int64_t> Call(const Hash& key);
  // Nothing when there is no such call.
  Result<std::optional<int64_t>> FindCall(const Hash& key);

  void RememberCall(const Hash& key, int64_t id) { Remember(&calls_, key, id); }
  void RememberUnit(const Hash& key, int64_t id) { Remember(&units_, key, id); }
  void Forget();

 private:
  using Ids = std::unordered_map<Hash, int64_t>;
  static void Remember(Ids* ids, const Hash& key, int64_t id);

  Connection* db_;
  TextEncoder encoder_;
  Ids texts_, experiments_, units_, calls_;
  std::map<RunName, int64_t> runs_;
};

}  // namespace hone
