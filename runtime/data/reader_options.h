// ReaderOptions: the checked view of a reader's option table. Every failure is one line that names
// the field ("reader.context_words"), what was found, and what is allowed.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"

namespace hone {

class ReaderOptions {
 public:
  // `spec` is borrowed and must outlive this object.
  explicit ReaderOptions(const Json& spec) : spec_(spec) {}

  // Fails on a member that is neither "kind" nor in `known`, offering the nearest name.
  [[nodiscard]] Status CheckKeys(const std::vector<std::string>& known) const;
  // An integer within [min, max]; `fallback` when absent or null.
  [[nodiscard]] Result<int64_t> Integer(std::string_view key, int64_t fallback, int64_t min,
                                        int64_t max) const;
  // A string or a list of strings, none of them empty; an empty vector when absent or null.
  [[nodiscard]] Result<std::vector<std::string>> Strings(std::string_view key) const;

 private:
  const Json& spec_;
};

}  // namespace hone
