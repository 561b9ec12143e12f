// TomlFields: reads the fields of one table of the user's configuration.
//
// An error names the file, the line and the field, and the nearest known name; the first one stays
// and is asked for at the end. A field that is not there leaves what it is read into.
#pragma once

#include <toml++/toml.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"

namespace hone {

class TomlFields {
 public:
  // Both must outlive this.
  TomlFields(const toml::table& table, const std::string& file) : table_(table), file_(file) {}

  void OnlyKnown(const std::vector<std::string>& known, const std::string& where);
  void Text(const char* field, const char* expected, std::string* out);
  void Count(const char* field, int64_t most, std::optional<int64_t>* out);  // 1 to `most`
  void SmallCount(const char* field, std::optional<int>* out);               // 1 to 10000
  void Seconds(const char* field, std::optional<int64_t>* out_ms);  // more than 0, at most a day
  void Flag(const char* field, std::optional<bool>* out);
  void Choice(const char* field, const std::vector<std::string>& known, std::string* out);
  void List(const char* field, std::vector<std::string>* out);  // of texts
  // USD per million tokens, 0 to 1000000. False when the field is not there.
  bool Price(const char* field, double* out);

  [[nodiscard]] std::string Place() const;  // "file:line" of the table
  [[nodiscard]] const Status& status() const { return status_; }
  void Keep(Status status);

 private:
  [[nodiscard]] std::string PlaceOf(const toml::node& node) const;
  template <typename T>
  std::optional<T> Value(const char* field, const char* expected);

  const toml::table& table_;
  const std::string& file_;
  Status status_;
};

}  // namespace hone
