// The key of a model call (LEDGER.md 2): what makes two calls the same call, for ever.
//
// The canonical request is never built as one string when its texts are large: it is hashed piece
// by piece. The golden keys in the tests never change.
#pragma once

#include <string>
#include <vector>

#include "base/hash.h"
#include "base/result.h"
#include "ports/chat_model.h"
#include "ports/embedding_model.h"

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
// content is the concatenation of its parts. Only where a message has images, it also has
// images: [{at, media_type, sha256}], sha256 being that of the base64 text. Fails on NaN and
// invalid UTF-8, naming the place.
Result<Hash> CanonicalRequestHash(const ChatRequest& request);
// The same of {"embed": {"dimensions": n, "texts": [...]}}; dimensions only where they are asked.
Result<Hash> CanonicalRequestHash(const EmbedRequest& request);

// SHA-256 over length-prefixed fields: "hone-key-1", request hash, model, replicate, item, draw,
// epoch.
Hash CallKey(const Hash& request_hash, const CallAddress& address);

// 31 bits of hash(replicate, item, draw), and of the epoch where there is one: what is sent to a
// provider that takes a seed.
uint32_t DerivedSeed(const CallAddress& address);

// The request as the ledger stores it: parts as {"$text": hash}; an image is {at, media_type,
// data}, data being such a reference to its base64 text.
Json LedgerRequest(const ChatRequest& request);
Json LedgerRequest(const EmbedRequest& request);
// Everything that the ledger's form refers to.
std::vector<Part> LedgerParts(const ChatRequest& request);
std::vector<Part> LedgerParts(const EmbedRequest& request);
// The ledger's form with the texts in place: contents as one text, the data of images as their
// hash. For saying how two requests differ.
Json ResolvedRequest(const ChatRequest& request);
Json ResolvedRequest(const EmbedRequest& request);

}  // namespace hone
