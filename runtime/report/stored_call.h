// StoredCall: a model call read back from the ledger, complete enough to be sent again byte by
// byte.
#pragma once

#include <optional>
#include <string>

#include "base/hash.h"
#include "base/json.h"
#include "base/result.h"
#include "ports/chat_model.h"
#include "ports/embedding_model.h"
#include "store/read_database.h"

namespace hone {

struct StoredCall {
  std::string key;      // 64 hex digits
  std::string model;    // provider/model@endpoint
  ChatRequest request;  // texts resolved, derived seed included; empty for an embedding
  std::optional<EmbedRequest> embed;
  Json row;  // the columns of `calls`, hashes in hex, texts resolved ("answer")
};

// `key` is the call's key or its first digits (at least four). kNotFound; kInvalidArgument when
// several calls begin so.
Result<StoredCall> LoadStoredCall(ReadDatabase& database, const std::string& key);

// The request of a `calls.request_json` whose texts may be {"$text": hash} references.
Result<ChatRequest> ChatRequestFromLedger(ReadDatabase& database, const Json& request);

// The one hash in `sql` (one column "hash", hex) that begins with `prefix`. `what` names the kind
// in errors: "call", "unit".
Result<std::string> FindByPrefix(ReadDatabase& database, const std::string& what,
                                 const std::string& table, const std::string& column,
                                 const std::string& prefix);

}  // namespace hone
