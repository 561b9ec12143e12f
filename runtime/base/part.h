// Part: a shared, immutable text with its content hash. The unit in which large texts travel from a
// template to a socket and are stored once (LEDGER.md 8). Copying a Part copies two words.
#pragma once

#include <memory>
#include <string>
#include <utility>

#include "base/hash.h"

namespace hone {

struct Part {
  std::shared_ptr<const std::string> text;  // never null in a made Part
  Hash hash;                                // SHA-256 of *text

  static Part Of(std::string value) {
    Part part;
    part.hash = HashOf(value);
    part.text = std::make_shared<const std::string>(std::move(value));
    return part;
  }
};

}  // namespace hone
