// The key of a model call (LEDGER.md 2): what makes two calls the same call, for ever.
//
// The canonical request is never built as one string when its texts are large: it is hashed piece
// by piece. The golden keys in the tests never change.
#pragma once

#include <string>

#include "base/hash.h"
#include "base/result.h"
#include "ports/chat_model.h"

namespace hone {

struct CallAddress {
  std::string model;      // as configured: provider/model@endpoint
  std::string replicate;  // the entry of `seeds`
  Hash item;              // content of the unit
  std::string draw;       // the caller's label, or path#n
  std::string epoch;
};

// SHA-256 of the canonical request, form v1: an object with the members format, messages, sampling
// and tools, sorted, absent ones omitted; a message is {content, role} plus the members of `extra`;
// content is the concatenation of its parts. Fails on NaN and invalid UTF-8, naming the place.
Result<Hash> CanonicalRequestHash(const ChatRequest& request);

// SHA-256 over length-prefixed fields: "hone-key-1", request hash, model, replicate, item, draw,
// epoch.
Hash CallKey(const Hash& request_hash, const CallAddress& address);

// 31 bits of hash(replicate, item, draw): what is sent to a provider that takes a seed.
uint32_t DerivedSeed(const CallAddress& address);

// The request as the ledger stores it: parts as {"$text": hash}.
Json LedgerRequest(const ChatRequest& request);

}  // namespace hone
