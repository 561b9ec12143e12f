// Outbox: everything hone-script sends. Large strings cross once per process and are then named by
// hash. A part that came from the engine is not even sent back once, if the engine said that it
// remembers them.
#pragma once

#include <functional>
#include <string_view>
#include <unordered_set>

#include "base/hash.h"
#include "base/json.h"
#include "wire/frame.h"

namespace hone {

class Outbox {
 public:
  using Sink = std::function<void(const Frame&)>;

  explicit Outbox(Sink sink) : sink_(std::move(sink)) {}

  // The peer has the part: it sent it.
  void Know(const Hash& hash) { known_.insert(hash); }
  // The peer has no part any more.
  void Forget() { known_.clear(); }
  // {"$part": ...} for a text, sent before if the peer does not have it.
  Json Reference(std::string_view text) { return Reference(text, HashOf(text)); }
  // The same when the hash is known already. REQUIRES: hash == HashOf(text).
  Json Reference(std::string_view text, const Hash& hash);

  // Sends a body whose large strings are still in place.
  void Send(FrameType type, const Json& body) { SendWired(type, Wire(body)); }
  // The same with references instead, as JsonFromLua makes them with an outbox.
  void SendWired(FrameType type, const Json& body) { sink_(Frame{type, body.Dump()}); }
  Json Wire(const Json& value);

 private:
  Sink sink_;
  std::unordered_set<Hash> known_;
};

}  // namespace hone
