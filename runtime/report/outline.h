// An outline: any Json value as indented lines that a person reads; for `hone show` and `hone
// trace`.
//
// Members become "key: value", texts of several lines an indented block behind "| ", lists of small
// objects one line an item. Everything is made safe for a terminal. Empty strings, nulls and empty
// lists are left out.
#pragma once

#include <cstddef>
#include <string>

#include "base/json.h"

namespace hone {

struct OutlineOptions {
  bool full = false;            // whole texts
  std::size_t max_bytes = 700;  // else: of one text; what is cut is said
};

std::string RenderOutline(const Json& value, const OutlineOptions& options);

}  // namespace hone
