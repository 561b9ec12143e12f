// Json: a JSON value with ordered members, integers kept apart from floats, and one canonical form.
//
// Parsing and writing are RapidJSON's; this type only holds values. Objects keep the order in which
// members were put. Not thread-safe, freely copyable. Strings are bytes that must be valid UTF-8
// when written (Dump replaces nothing: use IsValidUtf8 at the border where a text comes in).
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/result.h"

namespace hone {

class Json {
 public:
  enum class Type { kNull, kBool, kInt, kDouble, kString, kArray, kObject };
  using Array = std::vector<Json>;
  using Member = std::pair<std::string, Json>;
  using Members = std::vector<Member>;

  Json() = default;
  Json(std::nullptr_t) {}                                        // NOLINT: implicit by design
  Json(bool value) : value_(value) {}                            // NOLINT
  Json(int value) : value_(static_cast<int64_t>(value)) {}       // NOLINT
  Json(int64_t value) : value_(value) {}                         // NOLINT
  Json(uint64_t value) : value_(static_cast<int64_t>(value)) {}  // NOLINT
  Json(double value) : value_(value) {}                          // NOLINT
  Json(const char* value) : value_(std::string(value)) {}        // NOLINT
  Json(std::string_view value) : value_(std::string(value)) {}   // NOLINT
  Json(std::string value) : value_(std::move(value)) {}          // NOLINT
  Json(Array value) : value_(std::move(value)) {}                // NOLINT

  static Json MakeArray(std::initializer_list<Json> items = {}) { return Json(Array(items)); }
  static Json MakeObject(std::initializer_list<Member> members = {});

  [[nodiscard]] Type type() const { return static_cast<Type>(value_.index()); }
  [[nodiscard]] bool is_null() const { return type() == Type::kNull; }
  [[nodiscard]] bool is_bool() const { return type() == Type::kBool; }
  [[nodiscard]] bool is_int() const { return type() == Type::kInt; }
  [[nodiscard]] bool is_number() const { return type() == Type::kInt || type() == Type::kDouble; }
  [[nodiscard]] bool is_string() const { return type() == Type::kString; }
  [[nodiscard]] bool is_array() const { return type() == Type::kArray; }
  [[nodiscard]] bool is_object() const { return type() == Type::kObject; }
  // "null", "boolean", "integer", "number", "string", "array" or "object".
  [[nodiscard]] std::string_view type_name() const;

  // Each returns the fallback when the value is of another type.
  [[nodiscard]] bool AsBool(bool fallback = false) const;
  [[nodiscard]] int64_t AsInt(int64_t fallback = 0) const;  // an integral double counts
  [[nodiscard]] double AsDouble(double fallback = 0) const;
  [[nodiscard]] const std::string& AsString() const;  // "" for another type
  [[nodiscard]] const Array& items() const;           // empty for another type
  [[nodiscard]] const Members& members() const;       // empty for another type

  // Member by key: a shared null when this is no object or has no such member.
  const Json& operator[](std::string_view key) const;
  [[nodiscard]] const Json* Find(std::string_view key) const;
  [[nodiscard]] bool Has(std::string_view key) const { return Find(key) != nullptr; }
  // Puts or replaces a member; a null value becomes an object first. REQUIRES: null or object.
  Json& Set(std::string_view key, Json value);
  void Erase(std::string_view key);
  // Appends; a null value becomes an array first. REQUIRES: null or array.
  void Append(Json value);
  Array& mutable_items();
  Members& mutable_members();
  [[nodiscard]] std::size_t size() const;  // of an array or object, else 0

  bool operator==(const Json& other) const = default;

  // Parses one JSON text (UTF-8, at most `max_depth` deep). Duplicate keys: the last wins. The
  // error names line and column.
  static Result<Json> Parse(std::string_view text, int max_depth = 128);

  // Compact, members in their order. NaN and infinities are written as null.
  [[nodiscard]] std::string Dump() const;
  [[nodiscard]] std::string DumpPretty() const;  // two spaces

  // Canonical form v1 (LEDGER.md 2): keys sorted bytewise, null members kept, integral numbers as
  // integers, others in shortest round-trip form. Fails on NaN, infinity and invalid UTF-8.
  [[nodiscard]] Result<std::string> Canonical() const;

 private:
  std::variant<std::monostate, bool, int64_t, double, std::string, Array, Members> value_;
};

// Appends `text` as a JSON string literal with quotes, escaped as Canonical() does: only the quote,
// the backslash and control characters below 0x20 are escaped (\b \f \n \r \t, else \u00xx).
void AppendJsonString(std::string_view text, std::string* out);
// The same without the quotes, so that a string may be written from several parts.
void AppendJsonStringBody(std::string_view text, std::string* out);

}  // namespace hone
