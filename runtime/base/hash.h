// SHA-256 (libcrypto) and the fixed-size Hash value that names texts, requests, units and programs.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

namespace hone {

struct Hash {
  std::array<uint8_t, 32> bytes{};

  auto operator<=>(const Hash&) const = default;
  [[nodiscard]] std::string Hex() const;  // 64 lower-case digits
  [[nodiscard]] std::string Short() const { return Hex().substr(0, 12); }
  [[nodiscard]] uint64_t Prefix64() const;      // first 8 bytes, big endian
  [[nodiscard]] std::string_view View() const;  // the 32 raw bytes, borrowed
  static Result<Hash> FromHex(std::string_view hex);
  static Hash FromRaw(std::string_view raw);  // REQUIRES: raw.size() == 32
};

// Streaming SHA-256. One thread at a time.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(const Sha256&) = delete;
  Sha256& operator=(const Sha256&) = delete;

  void Update(std::string_view bytes);
  // Length-prefixed field ("<decimal length>:<bytes>,"): concatenations stay unambiguous.
  void Field(std::string_view bytes);
  Hash Finish();  // call once

 private:
  struct Free {
    void operator()(void* context) const;
  };
  std::unique_ptr<void, Free> context_;
};

Hash HashOf(std::string_view bytes);
// Hash of length-prefixed fields, in order.
Hash HashFields(std::initializer_list<std::string_view> fields);

}  // namespace hone

template <>
struct std::hash<hone::Hash> {
  std::size_t operator()(const hone::Hash& value) const noexcept {
    return static_cast<std::size_t>(value.Prefix64());
  }
};
