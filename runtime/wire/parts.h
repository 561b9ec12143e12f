// Large strings inside bodies: sent once per process and direction, then named by hash.
//
// One PartSender and one PartReceiver belong to each end of a channel. Not thread-safe.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "base/json.h"
#include "base/part.h"
#include "wire/frame.h"

namespace hone {

class PartSender {
 public:
  // Appends to `frames` the kPart frames that the peer does not have yet, then the frame itself.
  void Encode(FrameType type, const Json& body, std::vector<Frame>* frames);

 private:
  Json Replace(const Json& value, std::vector<Frame>* frames);
  std::unordered_set<Hash> sent_;
};

class PartReceiver {
 public:
  void Store(const Frame& part_frame);
  // Body of a frame with every {"$part"} left in place, so that large texts stay shared.
  static Result<Json> DecodeShallow(const Frame& frame);
  // Body with every {"$part"} replaced by its text and every {"$literal"} unwrapped.
  Result<Json> Decode(const Frame& frame) const;
  Result<Json> Resolve(const Json& value) const;  // the same for a value inside a shallow body
  // The text of a shallow value: a string, or a {"$part"} reference. Fails on anything else.
  Result<Part> TextOf(const Json& value) const;
  // Keeps a part that this process made itself, so that TextOf finds it by reference.
  void Remember(const Part& part);
  [[nodiscard]] std::size_t size_bytes() const { return size_bytes_; }

 private:
  std::unordered_map<Hash, Part> parts_;
  std::size_t size_bytes_ = 0;
};

}  // namespace hone
